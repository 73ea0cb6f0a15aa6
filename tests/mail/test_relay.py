"""Mail handed to a real mail server: in order, at least once, whatever is killed, and to nobody by accident."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT, find_verifier
from tests.specs import conformity


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@contextlib.contextmanager
def mail_server(port: int, folder: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """A mail server that keeps messages in a folder."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.mail.mail_server", str(port), str(folder), *more]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait(timeout=10)
        if process.stdout:
            process.stdout.close()


class Sigillo:
    """A server with its settings; what it says goes to a file."""

    def __init__(self, data: Path, relay: str, **more: str) -> None:
        self.data = data
        self.port = free_port()
        self.said = data.with_name("said.txt")
        self.environment = {**os.environ, "SIGILLO_SMTP_RELAY": relay, "PYTHONUNBUFFERED": "1", **more}

    @contextlib.contextmanager
    def running(self) -> Iterator[httpx.Client]:
        """The server, and a client of it."""
        command = [str(Path(sys.executable).with_name("sigillo")), "serve", "--data", str(self.data)]
        with self.said.open("a") as said:
            process = subprocess.Popen(
                [*command, "--port", str(self.port)], env=self.environment, stdout=said, stderr=said
            )
        headers = {"authorization": "Bearer sk_test_demo"}
        try:
            with httpx.Client(
                event_hooks={"response": [conformity.check]},
                base_url=f"http://127.0.0.1:{self.port}",
                headers=headers,
                trust_env=False,
            ) as client:
                wait(lambda: answers(client), "the server did not answer")
                self.process = process
                yield client
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=10)


def answers(client: httpx.Client) -> bool:
    """Whether the server answers."""
    with contextlib.suppress(httpx.TransportError):
        return client.get("/healthz").status_code == 200
    return False


def wait(done: Callable[[], bool], else_: str, *, seconds: float = 90) -> None:
    """Wait until it is so."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if done():
            return
        time.sleep(0.05)
    raise AssertionError(else_)


def send(client: httpx.Client, *addresses: str) -> None:
    """Send a letter to each address and let everything happen."""
    for address in addresses:
        letter = {
            "service": "lre",
            "recipient": {"kind": "professional", "name": "Zoé Lefèvre", "email": address},
            "subject": "Congé",
            "content": "Bonjour",
            "scenario": address.partition("@")[0].partition("-")[2] or "refuse",
        }
        answer = client.post("/v1/letters", json=letter)
        assert answer.status_code == 201, answer.text
    assert client.post("/v1/clock/advance", json={"until": "idle"}).status_code == 200


def kept(folder: Path) -> list[tuple[str, str]]:
    """The Message-ID and the envelope of every message kept, in order."""
    found = []
    for path in sorted(folder.iterdir()):
        envelope, _, raw = path.read_bytes().partition(b"\n")
        found.append((str(message_from_bytes(raw, policy=default)["Message-ID"]).strip("<>"), envelope.decode()))
    return found


def written(client: httpx.Client) -> list[str]:
    """The id of every message that the API lists, oldest first, with its domain; what bounced left out."""
    mails = client.get("/v1/outgoing-mail", params={"limit": "100"}).json()["data"]
    return [f"{one['id']}@sigillo.test" for one in reversed(mails) if not one["bounced"]]


def test_what_is_listed_is_what_arrives(tmp_path: Path) -> None:
    """Every message but what bounced arrives once, in the order of the journal, and is byte for byte the listed one."""
    port = free_port()
    with mail_server(port, tmp_path / "kept"):
        sigillo = Sigillo(tmp_path / "data", f"smtp://127.0.0.1:{port}")
        with sigillo.running() as client:
            send(client, "a-neglect@lre.test", "b-accept@lre.test", "c-softbounce@lre.test", "unknown-refuse@lre.test")
            wanted = written(client)
            wait(lambda: len(kept(tmp_path / "kept")) >= len(wanted) - 1, "mail is missing")
            wait(lambda: "is given up" in sigillo.said.read_text(), "the refused message was not told of")
            refused = client.get("/v1/outgoing-mail", params={"to": "unknown-refuse@lre.test"}).json()["data"][0]["id"]
            got = kept(tmp_path / "kept")
            assert [one for one, _ in got] == [one for one in wanted if not one.startswith(refused)]
            assert {envelope.split()[0] for _, envelope in got} == {"avis@sigillo.test"}
            raw = client.get(f"/v1/outgoing-mail/{got[0][0].partition('@')[0]}", params={"format": "eml"}).content
            assert min((tmp_path / "kept").iterdir()).read_bytes().partition(b"\n")[2] == raw
    said = sigillo.said.read_text()
    assert f"sent over smtp://127.0.0.1:{port}, to anybody" in said
    assert "550 5.1.1 No such mailbox" in said


def test_a_deferred_message_holds_up_its_own_letter_alone(tmp_path: Path) -> None:
    """A greylisted address waits by itself; its letter's mail comes in order afterwards, all other mail before."""
    port, folder = free_port(), tmp_path / "kept"
    with mail_server(port, folder):
        sigillo = Sigillo(tmp_path / "data", f"smtp://127.0.0.1:{port}")
        with sigillo.running() as client:
            send(client, "grey-neglect@lre.test", "b-neglect@lre.test")
            wait(lambda: len(kept(folder)) == 8, "mail did not arrive")
            wanted = written(client)
            grey = client.get("/v1/outgoing-mail", params={"to": "grey-neglect@lre.test"}).json()["data"]
    held = [f"{one['id']}@sigillo.test" for one in reversed(grey)]
    assert len(held) == 4
    assert [one for one, _ in kept(folder)] == [*(one for one in wanted if one not in held), *held]
    assert "451 4.2.1 Try again later); the next try comes in 5 s" in sigillo.said.read_text()


def test_nothing_is_lost_when_either_side_is_killed(tmp_path: Path) -> None:
    """A relay that dies with a message in hand, then a killed server: all arrives in order, one message twice."""
    port, folder = free_port(), tmp_path / "kept"
    sigillo = Sigillo(tmp_path / "data", f"smtp://127.0.0.1:{port}")
    with sigillo.running() as client:
        with mail_server(port, folder) as server:
            send(client, "a-neglect@lre.test", "kill-refuse@lre.test", "c-neglect@lre.test")
            server.wait(timeout=90)
        wait(lambda: "is not sent yet" in sigillo.said.read_text(), "the relay was not missed")
        assert client.get("/healthz").status_code == 200
    with mail_server(port, folder), sigillo.running() as client:
        wanted = written(client)
        wait(lambda: {one for one, _ in kept(folder)} == set(wanted), "mail was lost")
    got = [one for one, _ in kept(folder)]
    assert list(dict.fromkeys(got)) == wanted
    assert len(got) == len(wanted) + 1, "the message that was in hand comes again, and no other"


def test_a_relay_that_is_down_delays_nothing(tmp_path: Path) -> None:
    """With nobody listening the server works as ever, says so, and mails when the relay is there."""
    port, folder = free_port(), tmp_path / "kept"
    sigillo = Sigillo(tmp_path / "data", f"smtp://127.0.0.1:{port}")
    with sigillo.running() as client:
        send(client, "a-neglect@lre.test")
        wait(lambda: "next try comes in 5 s" in sigillo.said.read_text(), "the relay was not missed")
        with mail_server(port, folder):
            wait(lambda: len(kept(folder)) == 4, "mail did not arrive")
            wait(lambda: "takes mail again" in sigillo.said.read_text(), "the relay's return was not told")


def test_tls_is_verified_and_the_password_is_told_nobody(tmp_path: Path) -> None:
    """Over `smtps://` with a user: refused while the certificate is unknown, taken when it is known, never shown."""
    port, folder = free_port(), tmp_path / "kept"
    certificate, key = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
    request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=127.0.0.1"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
    subprocess.run([find_verifier("openssl"), *request.split(), *names], check=True, capture_output=True)
    relay = f"smtps://clerk:t0p%20secret@127.0.0.1:{port}"
    with mail_server(port, folder, certificate, key, "clerk", "t0p secret"):
        careful = Sigillo(tmp_path / "data", relay)
        with careful.running() as client:
            send(client, "a-refuse@lre.test")
            wait(lambda: "certificate verify failed" in careful.said.read_text(), "the certificate was not looked at")
            assert kept(folder) == []
        with Sigillo(tmp_path / "data", relay, SSL_CERT_FILE=certificate).running():
            wait(lambda: len(kept(folder)) == 1, "mail did not arrive")
            assert kept(folder)[0][1].endswith("tls=True")
        wrong = relay.replace("t0p", "other")
        with Sigillo(tmp_path / "data", wrong, SSL_CERT_FILE=certificate).running() as client:
            send(client, "b-refuse@lre.test")
            wait(lambda: "SMTPAuthenticationError 535" in careful.said.read_text(), "the password was not refused")
    said = careful.said.read_text()
    assert "smtps://clerk:…@127.0.0.1" in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"SIGILLO_SMTP_RELAY": "smtps://me:hidden@mail.example.org"}, "SIGILLO_MAIL_FROM"),
        ({"SIGILLO_SMTP_RELAY": "http://me:hidden@mail.example.org"}, "smtp://host:port"),
        ({"SIGILLO_MAIL_FROM": "not an address"}, "SIGILLO_MAIL_FROM"),
    ],
)
def test_wrong_settings_are_named_and_not_repeated(settings: dict[str, str], says: str) -> None:
    """What is wrong is said by name, and nothing that may hold a password is repeated."""
    command = [str(Path(sys.executable).with_name("sigillo")), "config"]
    found = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)
    assert found.returncode != 0
    assert says in found.stderr
    assert "hidden" not in found.stdout + found.stderr
