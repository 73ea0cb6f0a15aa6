"""Clients that mean no good: refused clearly, and the server serves everybody else as before."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest

from sigillo.domain.faces import MAIL_FACES
from sigillo.mail.servers.limits import USUAL
from tests.mail.servers.dialogue import Dialogue
from tests.mail.servers.letters import message
from tests.mail.servers.serving import HOST, PASSWORD, RECIPIENT, SENDER, Office, opened, serving

_HELLO = {"smtps": b"EHLO me", "submission": b"EHLO me", "imaps": b"n NOOP", "pop3s": b"CAPA"}
_GOOD = {"smtps": b"250", "submission": b"250", "imaps": b"n OK", "pop3s": b"+OK"}
_PLAIN = b"AUTH PLAIN " + base64.b64encode(f"\0{SENDER}\0{PASSWORD}".encode())


@pytest.fixture(scope="module")
def attacked() -> Iterator[Office]:
    """One server for all attacks, impatient, with few places."""
    limits = replace(USUAL, login_s=0.5, linger_s=0.3, connections=12, connections_per_address=12)
    with serving(opened(), limits) as office:
        yield office


@contextmanager
def surviving(office: Office) -> Iterator[None]:
    """Whatever happens in the block, every face answers afterwards, at once."""
    yield
    for face, hello in _HELLO.items():
        with Dialogue(office, face) as said:
            said.say(hello)
            assert said.hear().startswith(_GOOD[face]), face


@pytest.mark.parametrize("face", MAIL_FACES)
def test_a_line_that_never_ends_is_cut_off(attacked: Office, face: str) -> None:
    """A hundred megabytes without a line end are refused after the first few thousand, and not kept."""
    with surviving(attacked), Dialogue(attacked, face) as said:
        with suppress(OSError):
            for _ in range(1600):
                said.send(b"A" * 65536)
        with suppress(OSError):
            assert said.hear().startswith((b"500 5.5.2 ", b"* BYE ", b"-ERR ")) or said.is_closed()


@pytest.mark.parametrize("face", MAIL_FACES)
def test_a_long_line_is_refused_with_words(attacked: Office, face: str) -> None:
    """A line somewhat over the limit is answered before the connection ends."""
    with surviving(attacked), Dialogue(attacked, face) as said:
        said.say(b"A" * 20_000)
        assert said.hear().startswith((b"500 5.5.2 ", b"* BYE ", b"-ERR "))
        assert said.is_closed()


@pytest.mark.parametrize("face", MAIL_FACES)
def test_noise_is_no_protocol(attacked: Office, face: str) -> None:
    """Bytes of all kinds, also NULs, neither end the server nor its words."""
    with surviving(attacked), Dialogue(attacked, face) as said:
        said.say(bytes(range(256)) * 4, b"\0" * 100, b"\xff\xfe\xfd", b"{", b"(" * 200, b'"')
        said.say(_HELLO[face])
        heard = [said.hear() for _ in range(4)]
        assert all(heard)


@pytest.mark.parametrize("face", [face for face in MAIL_FACES if face != "submission"])
def test_what_is_no_tls_is_not_answered(attacked: Office, face: str) -> None:
    """Plain text, or half a handshake, on a port of TLS ends the connection."""
    with surviving(attacked), socket.create_connection((HOST, attacked.ports[face]), timeout=10) as plain:
        plain.sendall(b"EHLO me\r\nQUIT\r\n")
        assert not plain.recv(100).startswith(b"2")
    with surviving(attacked), socket.create_connection((HOST, attacked.ports[face]), timeout=10) as plain:
        plain.sendall(b"\x16\x03\x01\x02\x00\x01")
        time.sleep(0.1)


@pytest.mark.parametrize("face", MAIL_FACES)
def test_who_says_nothing_is_sent_away(attacked: Office, face: str) -> None:
    """A connection that is opened and left is closed: also one that never began its TLS."""
    with surviving(attacked), socket.create_connection((HOST, attacked.ports[face]), timeout=10) as silent:
        began_s = time.perf_counter()
        with suppress(ConnectionError):
            while silent.recv(1000):
                pass
        assert 0.4 < time.perf_counter() - began_s < 5


@pytest.mark.parametrize("face", MAIL_FACES)
def test_only_so_many_connections_are_served(attacked: Office, face: str) -> None:
    """Those beyond the limit are told so and closed, and there is room again when others go."""
    with surviving(attacked):
        held = [socket.create_connection((HOST, attacked.ports[face]), timeout=10) for _ in range(12)]
        time.sleep(0.1)
        with Dialogue(attacked, face) as said:
            assert b"oo many connections" in said.greeting
            assert said.is_closed()
        for one in held:
            one.close()
        time.sleep(0.2)


def test_what_is_sent_with_starttls_is_not_heard(attacked: Office) -> None:
    """Commands slipped in behind STARTTLS, before the handshake, are thrown away (CVE-2011-0411)."""
    with surviving(attacked), Dialogue(attacked, "submission") as said:
        said.ask(b"EHLO me")
        said.say(b"STARTTLS", b"EHLO somebody-else", b"NOOP", b"RSET")
        assert said.hear().startswith(b"220 ")
        said.begin_tls()
        assert said.ask(b"MAIL FROM:<%s>" % SENDER.encode()).startswith(b"530 5.7.0 ")
        assert said.ask(b"EHLO me").startswith(b"250 AUTH")
        assert said.ask(_PLAIN).startswith(b"235 ")


def test_wrong_passwords_end_the_connection(attacked: Office) -> None:
    """The twentieth wrong password is the last one, on each face."""
    wrong = b"AUTH PLAIN " + base64.b64encode(f"\0{SENDER}\0wrong".encode())
    with surviving(attacked), Dialogue(attacked, "smtps") as said:
        said.ask(b"EHLO me")
        assert [said.ask(wrong)[:9] for _ in range(20)] == [b"535 5.7.8"] * 20
        assert said.hear().startswith(b"421 4.7.0 ")
        assert said.is_closed()
    with surviving(attacked), Dialogue(attacked, "imaps") as said:
        told = [said.command(f"LOGIN {SENDER} wrong".encode())[-1] for _ in range(20)]
        assert all(line.startswith(b"a NO [AUTHENTICATIONFAILED] ") for line in told)
        assert said.hear().startswith(b"* BYE ") and said.is_closed()
    with surviving(attacked), Dialogue(attacked, "pop3s") as said:
        for _ in range(20):
            said.say(b"USER %s" % SENDER.encode(), b"PASS wrong")
            assert [said.hear()[:4] for _ in range(2)] == [b"+OK ", b"-ERR"]
        assert said.hear().startswith(b"-ERR [AUTH] ") and said.is_closed()


def test_guessing_over_many_connections_is_braked() -> None:
    """Once an address has guessed too often each further wrong password ends its connection; the right one is taken."""
    wrong = b"AUTH PLAIN " + base64.b64encode(f"\0{SENDER}\0wrong".encode())
    with serving(opened(), replace(USUAL, wrong_passwords_per_address=3, linger_s=0.3)) as office:
        for number in range(5):
            with Dialogue(office, "smtps") as said:
                said.ask(b"EHLO me")
                assert said.ask(wrong).startswith(b"535 5.7.8")
                assert said.ask(b"NOOP").startswith(b"250" if number < 3 else b"421 4.7.0 ")
        with Dialogue(office, "smtps") as said:
            said.ask(b"EHLO me")
            assert said.ask(_PLAIN).startswith(b"235 ")


def test_broken_messages_are_refused(attacked: Office) -> None:
    """A message with NUL, or with a line of a megabyte, is refused at its end, and the next one is taken."""
    with surviving(attacked), Dialogue(attacked, "smtps") as said:
        said.ask(b"EHLO me")
        said.ask(_PLAIN)
        for body, answer in ((b"a\0b\r\n", b"554 5.6.0 "), (b"x" * 1_000_000 + b"\r\n", b"554 5.6.0 "), (b"", b"250 ")):
            said.ask(b"MAIL FROM:<%s>" % SENDER.encode())
            said.ask(b"RCPT TO:<%s>" % RECIPIENT.encode())
            assert said.ask(b"DATA").startswith(b"354 ")
            said.send(message() + body + b".\r\n")
            assert said.hear().startswith(answer)


def test_a_client_that_breaks_off_leaves_nothing(attacked: Office) -> None:
    """A message whose end never comes is not kept."""
    with surviving(attacked):
        before = attacked.sandbox.workspaces.get(attacked.workspace_id).letters
        with Dialogue(attacked, "smtps") as said:
            said.ask(b"EHLO me")
            said.ask(_PLAIN)
            said.ask(b"MAIL FROM:<%s>" % SENDER.encode())
            said.ask(b"RCPT TO:<%s>" % RECIPIENT.encode())
            said.ask(b"DATA")
            said.send(message())
        time.sleep(0.1)
        assert attacked.sandbox.workspaces.get(attacked.workspace_id).letters == before


def test_who_reads_nothing_is_cut_off() -> None:
    """A client that asks for much and takes nothing of it does not hold its place for ever."""
    with serving(opened(), replace(USUAL, write_s=0.5)) as office:
        office.put(RECIPIENT, message(body="x" * 70 + "\r\n") * 1 + (b"y" * 70 + b"\r\n") * 300_000)
        with surviving(office), Dialogue(office, "imaps") as said:
            said.command(f'LOGIN {RECIPIENT} "{PASSWORD}"'.encode())
            said.command(b"SELECT INBOX")
            said.say(*(b"a FETCH 1 (BODY.PEEK[])" for _ in range(5)))
            time.sleep(2)
            heard = 0
            while line := said.hear():
                heard += len(line)
            assert heard < 60_000_000
