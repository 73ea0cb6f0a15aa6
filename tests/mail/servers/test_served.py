"""The mail faces of `sigillo serve`: told, served, left out by a port of 0, and stopped in good order."""

from __future__ import annotations

import imaplib
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from sigillo.cli.mail_ports import open_mail_ports
from sigillo.config import Settings
from sigillo.domain.faces import MAIL_FACES
from tests.docs.tour import free_port
from tests.mail.servers.letters import message
from tests.mail.servers.serving import PASSWORD, RECIPIENT, SENDER
from tests.specs import conformity

_KEY = {"Authorization": "Bearer sk_test_demo"}
_SERVE = [sys.executable, "-c", "from sigillo.cli.main import main; main()", "serve", "--memory"]


@contextmanager
def served(folder: Path, **ports: int) -> Iterator[tuple[httpx.Client, dict[str, int], subprocess.Popen[str]]]:
    """Run the server in a process of its own; gives a client of its API, the mail ports and the process."""
    chosen = {"port": free_port(), **{f"{name}-port": ports.get(name, free_port()) for name in MAIL_FACES}}
    options = [word for name, port in chosen.items() for word in (f"--{name}", str(port))]
    process = subprocess.Popen(
        [*_SERVE, *options], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        transport = httpx.HTTPTransport(retries=12)
        url = f"http://127.0.0.1:{chosen['port']}"
        checked = {"response": [conformity.check]}
        with httpx.Client(base_url=url, headers=_KEY, transport=transport, timeout=30, event_hooks=checked) as client:
            yield client, {name: chosen[f"{name}-port"] for name in MAIL_FACES}, process
    finally:
        process.kill()
        process.communicate()


def test_the_server_serves_mail_and_says_where(tmp_path: Path) -> None:
    """A mailbox made by the API sends and reads on the ports that `/v1/me` tells, under the workspace's own root."""
    with served(tmp_path) as (client, ports, process):
        faces = client.get("/v1/me").json()["faces"]["mail"]
        assert faces.pop("host") == "127.0.0.1"
        assert {name: face["port"] for name, face in faces.items()} == ports
        assert {name: face["tls"] for name, face in faces.items()} == dict(MAIL_FACES)
        for address in (SENDER, RECIPIENT):
            made = client.post("/v1/mailboxes", json={"address": address, "password": PASSWORD})
            assert made.status_code == 201, made.text
        trust = ssl.create_default_context(cadata=client.get("/v1/trust").json()["root_pem"])
        with smtplib.SMTP_SSL("localhost", ports["smtps"], context=trust, timeout=20) as smtp:
            smtp.login(SENDER, PASSWORD)
            smtp.sendmail(SENDER, [RECIPIENT], message())
        (letter,) = client.get("/v1/letters").json()["data"]
        assert letter["service"] == "pec" and letter["recipient"]["email"] == RECIPIENT
        imap = imaplib.IMAP4_SSL("127.0.0.1", ports["imaps"], ssl_context=trust, timeout=20)
        imap.login(SENDER, PASSWORD)
        assert imap.select() == ("OK", [b"1"])
        process.send_signal(signal.SIGTERM)  # with a client that stays
        process.wait(15)
        imap.shutdown()
        assert process.stdout is not None
        said = process.stdout.read()
        assert f"SMTP {ports['smtps']}, submission (STARTTLS) {ports['submission']}, IMAP {ports['imaps']}" in said
        assert "Traceback" not in said, said


def test_a_port_of_0_leaves_a_face_out(tmp_path: Path) -> None:
    """Without ports there are no mail faces, and the API says so."""
    with served(tmp_path, **dict.fromkeys(MAIL_FACES, 0)) as (client, _, _):
        assert client.get("/v1/me").json()["faces"] == {"mail": None}
    with served(tmp_path, smtps=0, submission=0, pop3s=0) as (client, _, _):
        faces = client.get("/v1/me").json()["faces"]["mail"]
        assert [name for name, face in faces.items() if face is None] == ["smtps", "submission", "pop3s"]


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    """One that was asked for ends the start with the option to change; the start says nothing else."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*_SERVE, "--port", "0", "--imaps-port", str(port)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 2
    assert f"Cannot listen on 127.0.0.1:{port}" in done.stderr and "--imaps-port" in done.stderr


def test_a_default_port_that_is_taken_is_done_without() -> None:
    """A second server on the machine starts all the same, and says which of its faces is not there."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        chosen = Settings(smtps_port=0, submission_port=0, pop3s_port=0)
        # As if the default were this port: a copy's field counts as one that was not given.
        defaulted = chosen.model_copy(update={"imaps_port": port})
        defaulted.model_fields_set.discard("imaps_port")
        opened = open_mail_ports(defaulted)
    assert dict(opened.taken) == {"imaps": port} and not opened.listeners
    assert opened.shown == f"not served\n           IMAP not served: port {port} is taken; see --imaps-port"
