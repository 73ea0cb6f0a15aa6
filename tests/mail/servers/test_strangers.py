"""Mail programs of strangers: each hands in, reads receipts, flags and deletes, and checks the server's certificate."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.mail.servers.letters import message, send
from tests.mail.servers.serving import PASSWORD, RECIPIENT, SENDER, Office

pytestmark = pytest.mark.strangers
_TIMEOUT_S = 60


@pytest.fixture
def root(office: Office, tmp_path: Path) -> Path:
    """The root certificate as a file."""
    file = tmp_path / "root.pem"
    file.write_text(office.root_pem)
    return file


def _run(program: str, *options: str | Path, text: str = "", home: Path | None = None) -> str:
    """Run a program, which must end well; gives all that it prints."""
    assert shutil.which(program), f"{program} is missing; .ci/packages installs it"
    environment = os.environ | ({"HOME": str(home)} if home else {}) | {"LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [program, *map(str, options)],
        input=text.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_TIMEOUT_S,
        env=environment,
        check=False,
    )
    printed = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, printed
    return printed


def _subjects(office: Office, address: str, folder: str = "INBOX") -> list[str]:
    folders, box = office.sandbox.mail_folders, office.boxes[address]
    folders.sync(box)
    heads = [folders.raw(box, one.uid).partition(b"\r\n\r\n")[0] for one in folders.listing(box, folder)]
    return [line[9:].decode() for head in heads for line in head.split(b"\r\n") if line.startswith(b"Subject: ")]


@pytest.mark.parametrize(
    ("face", "secured"), [("smtps", "--tls-on-connect"), ("submission", "--tls")], ids=["smtps", "submission"]
)
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_swaks_hands_in(office: Office, root: Path, face: str, secured: str, mechanism: str) -> None:
    """Swaks sends under TLS from the start or by STARTTLS, with either way to log in, and verifies the chain."""
    told = _run(
        "swaks",
        *("--server", "127.0.0.1", "--port", str(office.ports[face]), secured, "--tls-ca-path", root, "--tls-verify"),
        *("--auth", mechanism, "--auth-user", SENDER, "--auth-password", PASSWORD),
        *("--from", SENDER, "--to", RECIPIENT, "--header", "Subject: Da swaks", "--pipeline"),
    )
    assert " 250 2.0.0 Taken as " in told
    office.settle()
    assert _subjects(office, SENDER) == ["ACCETTAZIONE: Da swaks", "CONSEGNA: Da swaks"]
    assert _subjects(office, RECIPIENT) == ["POSTA CERTIFICATA: Da swaks"]


def test_swaks_is_told_of_a_wrong_password(office: Office) -> None:
    """A wrong password ends with 535."""
    with pytest.raises(AssertionError, match=r"535 5\.7\.8"):
        _run(
            "swaks",
            *("--server", "127.0.0.1", "--port", str(office.ports["smtps"]), "--tls-on-connect", "--to", RECIPIENT),
            *("--auth", "PLAIN", "--auth-user", SENDER, "--auth-password", "wrong", "--from", SENDER),
        )


def test_curl_sends_reads_flags_and_deletes(office: Office, root: Path, tmp_path: Path) -> None:
    """Curl does over smtps, imaps and pop3s what it can."""
    (tmp_path / "message.eml").write_bytes(message("Da curl"))
    known = ("--silent", "--show-error", "--cacert", root, "--user", f"{SENDER}:{PASSWORD}")
    to = ("--mail-from", SENDER, "--mail-rcpt", RECIPIENT, "--upload-file", tmp_path / "message.eml")
    _run("curl", *known, f"smtps://localhost:{office.ports['smtps']}", *to)
    _run("curl", *known, "--ssl-reqd", f"smtp://localhost:{office.ports['submission']}", *to)
    office.settle()
    imap, pop3 = f"imaps://localhost:{office.ports['imaps']}", f"pop3s://localhost:{office.ports['pop3s']}"
    assert '"Archive"' in _run("curl", *known, imap)
    assert _run("curl", *known, f"{imap}/INBOX?ALL").split() == ["*", "SEARCH", "1", "2", "3", "4"]
    assert "X-Ricevuta: accettazione" in _run("curl", *known, f"{imap}/INBOX;UID=1")
    assert "ACCETTAZIONE: Da curl" in _run("curl", *known, f"{imap}/INBOX;UID=1;SECTION=HEADER.FIELDS%20(SUBJECT)")
    assert "\\Flagged" in _run("curl", *known, f"{imap}/INBOX", "--request", "STORE 1 +FLAGS (\\Flagged)")
    assert len(_run("curl", *known, pop3).split()) == 8
    assert "X-Ricevuta: accettazione" in _run("curl", *known, f"{pop3}/1")
    _run("curl", *known, f"{pop3}/4", "--request", "DELE", "--head")
    assert len(_run("curl", *known, pop3).split()) == 6


@pytest.mark.parametrize(("protocol", "face"), [("IMAP", "imaps"), ("POP3", "pop3s")])
def test_fetchmail_takes_everything_away(office: Office, root: Path, tmp_path: Path, protocol: str, face: str) -> None:
    """Fetchmail reads each receipt once and deletes it on the server."""
    send(office)
    office.settle()
    kept = tmp_path / "kept"
    settings = tmp_path / "fetchmailrc"
    settings.write_text(
        f"poll localhost protocol {protocol} port {office.ports[face]} auth password\n"
        f'  user "{SENDER}" password "{PASSWORD}" ssl sslcertck sslcertfile "{root}"\n'
        f'  fetchall no keep no rewrite mda "cat >> {kept}"\n'
    )
    settings.chmod(0o600)
    _run("fetchmail", "--fetchmailrc", settings, "--nosyslog", "--idfile", tmp_path / "ids", home=tmp_path)
    assert kept.read_bytes().count(b"X-Ricevuta: ") == 2
    assert _subjects(office, SENDER) == []


@pytest.mark.parametrize("program", ["mutt", "neomutt"])
def test_mutt_sends_reads_flags_and_deletes(office: Office, root: Path, tmp_path: Path, program: str) -> None:
    """Mutt and NeoMutt hand a message in, Mutt with a copy in Sent, and work in the folders."""
    settings = tmp_path / "muttrc"
    account = f"{SENDER.replace('@', '%40')}@localhost"
    settings.write_text(
        "\n".join(
            (
                f'set from="{SENDER}" realname="Mario Rossi" use_from=yes envelope_from=no ssl_starttls=yes',
                f'set ssl_force_tls=yes ssl_verify_host=no certificate_file="{root}"',
                f'set smtp_url="smtps://{account}:{office.ports["smtps"]}/" smtp_pass="{PASSWORD}"',
                f'set imap_user="{SENDER}" imap_pass="{PASSWORD}"',
                f'set folder="imaps://localhost:{office.ports["imaps"]}/" spoolfile="+INBOX" record="+Sent"',
                f'set copy=yes sleep_time=0 wait_key=no confirmappend=no delete=yes quit=yes tmpdir="{tmp_path}"',
                'set header_cache="" message_cachedir="" mail_check=60 timeout=5 hostname="studio.example"',
            )
        )
    )
    _run(program, "-n", "-F", settings, "-s", "Da mutt", "--", RECIPIENT, text="Buongiorno.\n", home=tmp_path)
    office.settle()
    # NeoMutt keeps no copy of what it sends with nobody at the keyboard.
    assert _subjects(office, SENDER, "Sent") == (["Da mutt"] if program == "mutt" else [])
    assert _subjects(office, SENDER) == ["ACCETTAZIONE: Da mutt", "CONSEGNA: Da mutt"]
    keys = "<first-entry><flag-message><next-entry><delete-message><quit>"
    _run("script", "-qec", f"{program} -n -F {settings} -e 'push {keys}'", "/dev/null", home=tmp_path)
    box = office.boxes[SENDER]
    (left,) = office.sandbox.mail_folders.listing(box, "INBOX")
    assert "\\Flagged" in left.flags and _subjects(office, SENDER) == ["ACCETTAZIONE: Da mutt"]
