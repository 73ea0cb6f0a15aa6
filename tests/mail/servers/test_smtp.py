"""SMTP submission: what is announced, what is asked first, whole transactions, and what is refused."""

from __future__ import annotations

import base64
import smtplib
import ssl
from dataclasses import replace

import pytest

from sigillo.mail.servers.limits import USUAL
from tests.mail.servers.dialogue import Dialogue
from tests.mail.servers.letters import message, send
from tests.mail.servers.serving import PASSWORD, RECIPIENT, SENDER, Office, opened, serving

_PLAIN = b"AUTH PLAIN " + base64.b64encode(f"\0{SENDER}\0{PASSWORD}".encode())


def _kinds(office: Office, address: str) -> list[str]:
    folders, box = office.sandbox.mail_folders, office.boxes[address]
    folders.sync(box)
    return [str(one.kind) for one in folders.listing(box, "INBOX")]


def test_a_message_becomes_letters_and_receipts(office: Office) -> None:
    """What smtplib hands in is accepted at once, delivered when time passes, and seen by the API as letters."""
    send(office, RECIPIENT, "deliver@pec.test", "unknown@pec.test")
    assert _kinds(office, SENDER) == ["acceptance"]
    office.settle()
    assert sorted(_kinds(office, SENDER)) == ["acceptance", "delivery", "delivery", "non_delivery"]
    assert _kinds(office, RECIPIENT) == ["transport"]


def test_submission_begins_in_the_clear_and_goes_under_tls(office: Office) -> None:
    """STARTTLS is offered first, logging in only after it, and the message goes its way."""
    with smtplib.SMTP("localhost", office.ports["submission"], timeout=20) as client:
        client.ehlo()
        assert client.has_extn("starttls") and not client.has_extn("auth")
        client.starttls(context=office.trust)
        client.ehlo()
        assert client.has_extn("auth") and not client.has_extn("starttls")
        assert client.esmtp_features["size"] == str(USUAL.message_bytes)
        client.login(SENDER, PASSWORD)
        client.sendmail(SENDER, [RECIPIENT], message())
    assert _kinds(office, SENDER) == ["acceptance"]


def test_nothing_goes_before_tls_and_login(office: Office) -> None:
    """In the clear only STARTTLS is done, and under TLS nothing is sent by who has not logged in."""
    with Dialogue(office, "submission") as said:
        assert said.ask(b"EHLO me").startswith(b"250 STARTTLS")
        assert said.ask(_PLAIN).startswith(b"538 5.7.11 ")
        assert said.ask(b"MAIL FROM:<%s>" % SENDER.encode()).startswith(b"530 5.7.0 ")
        assert said.ask(b"DATA").startswith(b"530 5.7.0 ")
        assert said.ask(b"STARTTLS").startswith(b"220 ")
        said.begin_tls()
        assert said.ask(b"MAIL FROM:<%s>" % SENDER.encode()).startswith(b"530 5.7.0 ")
        assert said.ask(b"STARTTLS").startswith(b"503 5.5.1 ")


def test_commands_may_come_in_one_piece(office: Office) -> None:
    """A client that sends ahead is answered in order, also where the store takes its time (RFC 2920)."""
    with Dialogue(office, "smtps") as said:
        start = [b"EHLO me", _PLAIN, b"MAIL FROM:<%s> BODY=8BITMIME SIZE=500" % SENDER.encode()]
        said.say(*start, b"RCPT TO:<%s>" % RECIPIENT.encode(), b"DATA")
        assert [said.reply()[:3] for _ in range(5)] == [b"250", b"235", b"250", b"250", b"354"]
        said.send(message() + b".\r\nRSET\r\nNOOP\r\nQUIT\r\n")
        assert [said.reply()[:3] for _ in range(4)] == [b"250", b"250", b"250", b"221"]
        assert said.is_closed()
    assert _kinds(office, SENDER) == ["acceptance"]


def test_login_may_be_spoken_in_steps(office: Office) -> None:
    """AUTH LOGIN asks for the address and the password; an answer of a star ends it."""
    with Dialogue(office, "smtps") as said:
        said.ask(b"EHLO me")
        assert said.ask(b"AUTH LOGIN").startswith(b"334 ")
        assert said.ask(b"*").startswith(b"501 ")
        assert said.ask(b"AUTH LOGIN").startswith(b"334 ")
        assert said.ask(base64.b64encode(SENDER.encode())).startswith(b"334 ")
        assert said.ask(base64.b64encode(PASSWORD.encode())).startswith(b"235 2.7.0 ")
        assert said.ask(_PLAIN).startswith(b"503 5.5.1 ")


_REFUSALS = (
    (b"MAIL FROM:<a@b.example> SIZE=999999999999", b"552 5.3.4 "),
    (b"MAIL FROM:<a@b.example> BODY=BINARYMIME", b"555 5.5.4 "),
    (b"MAIL FROM:<a@b.example> RET=HDRS", b"555 5.5.4 "),
    (b"MAIL", b"501 5.5.4 "),
    (b"RCPT TO:<a@b.example>", b"503 5.5.1 "),
    (b"DATA", b"503 5.5.1 "),
    (b"AUTH", b"503 5.5.1 "),
    (b"AUTH CRAM-MD5", b"503 5.5.1 "),
    (b"VRFY postmaster", b"252 2.5.2 "),
    (b"EXPN all", b"500 5.5.2 "),
    (b"HELO", b"501 5.5.4 "),
    (b"BDAT 5 LAST", b"500 5.5.2 "),
    (b"", b"500 5.5.2 "),
    (b"MAIL FROM:<caf\xc3\xa9@b.example>", b"500 5.5.2 "),
    (b"NOOP \0", b"500 5.5.2 "),
)


def test_what_cannot_be_is_refused(office: Office) -> None:
    """Each refusal has its codes, and the session goes on."""
    with Dialogue(office, "smtps") as said:
        said.ask(b"EHLO me")
        assert said.ask(_PLAIN).startswith(b"235 ")
        for command, answer in _REFUSALS:
            assert (command, said.ask(command)[: len(answer)]) == (command, answer)
            assert said.ask(b"NOOP").startswith(b"250 ")


def test_nobody_sends_in_anothers_name(office: Office) -> None:
    """A reverse path that is not the mailbox's own is refused with the message, and nothing is kept of it."""
    with Dialogue(office, "smtps") as said:
        said.ask(b"EHLO me")
        said.ask(_PLAIN)
        said.ask(b"MAIL FROM:<%s>" % RECIPIENT.encode())
        said.ask(b"RCPT TO:<%s>" % RECIPIENT.encode())
        said.ask(b"DATA")
        said.send(message() + b".\r\n")
        assert said.hear().startswith(b"553 5.7.1 ")
    assert _kinds(office, SENDER) == []


def test_a_message_that_is_too_long_is_refused_at_its_end() -> None:
    """Over the limit a message is read on and refused; far over it the connection ends with it."""
    with serving(opened(), replace(USUAL, message_bytes=1000)) as office, Dialogue(office, "smtps") as said:
        said.ask(b"EHLO me")
        said.ask(_PLAIN)
        for body, answer in ((b"x" * 70 + b"\r\n") * 16, b"552 5.3.4 "), ((b"x" * 70 + b"\r\n") * 100, b"552 5.3.4 "):
            assert said.ask(b"MAIL FROM:<%s>" % SENDER.encode()).startswith(b"250 ")
            said.ask(b"RCPT TO:<%s>" % RECIPIENT.encode())
            said.ask(b"DATA")
            said.send(body + b".\r\n")
            assert said.hear().startswith(answer)
        assert said.is_closed()
        assert _kinds(office, SENDER) == []


def test_only_crlf_dot_crlf_ends_a_message(office: Office) -> None:
    """A dot between other line ends is text: no second message can be hidden in a first one."""
    with Dialogue(office, "smtps") as said:
        said.ask(b"EHLO me")
        said.ask(_PLAIN)
        said.ask(b"MAIL FROM:<%s>" % SENDER.encode())
        said.ask(b"RCPT TO:<%s>" % RECIPIENT.encode())
        said.ask(b"DATA")
        said.send(message() + b"uno\n.\nMAIL FROM:<x@y.example>\r.\rdue\r\n.tre\r\n..\r\n.\r\n")
        assert said.hear().startswith(b"250 ")
    box = office.boxes[RECIPIENT]
    office.settle()
    office.sandbox.mail_folders.sync(box)
    (stored,) = office.sandbox.mail_folders.listing(box, "INBOX")
    raw = office.sandbox.mail_folders.raw(box, stored.uid)
    assert b"uno\r\n.\r\nMAIL FROM:<x@y.example>\r\n.\r\ndue\r\ntre\r\n.\r\n" in raw


def test_another_seed_brings_another_certificate(office: Office) -> None:
    """A workspace that begins again from another seed has another root, and the servers are certified under it."""
    before = office.trust
    with smtplib.SMTP_SSL("localhost", office.ports["smtps"], context=before, timeout=20) as client:
        assert client.noop()[0] == 250
    office.sandbox.workspaces.reset(office.workspace_id, seed="another", start=None)
    with smtplib.SMTP_SSL("localhost", office.ports["smtps"], context=office.trust, timeout=20) as client:
        assert client.noop()[0] == 250
    with pytest.raises(ssl.SSLCertVerificationError):
        smtplib.SMTP_SSL("localhost", office.ports["smtps"], context=before, timeout=20)
