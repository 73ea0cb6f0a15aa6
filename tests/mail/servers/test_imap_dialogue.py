"""IMAP said byte by byte: pipelines, literals, IDLE, several sessions, and everything that is refused."""

from __future__ import annotations

import base64
import time
from dataclasses import replace

import pytest

from sigillo.mail.servers import imap_talk
from sigillo.mail.servers.limits import USUAL
from tests.mail.servers.dialogue import Dialogue
from tests.mail.servers.letters import message, send
from tests.mail.servers.serving import PASSWORD, RECIPIENT, SENDER, Office, opened, serving

_LOGIN = f'LOGIN {RECIPIENT} "{PASSWORD}"'.encode()


def logged_in(office: Office, *, folder: bytes | None = b"INBOX") -> Dialogue:
    """A session that is logged in and has a folder open."""
    said = Dialogue(office, "imaps")
    assert said.command(_LOGIN)[-1].startswith(b"a OK [CAPABILITY IMAP4rev1 ")
    if folder is not None:
        assert said.command(b"SELECT " + folder)[-1].startswith(b"a OK [READ-WRITE] ")
    return said


def test_commands_may_come_in_one_piece(office: Office) -> None:
    """Each waits for the one before it, however long that takes, and each has its answer."""
    office.put(RECIPIENT, message())
    with Dialogue(office, "imaps") as said:
        said.say(b"a " + _LOGIN, b"b SELECT INBOX", b"c FETCH 1 (FLAGS)", b"d SEARCH ALL", b"e LOGOUT")
        answers = [said.until(tag)[-1] for tag in (b"a", b"b", b"c", b"d", b"e")]
        assert [line[:5] for line in answers] == [b"a OK ", b"b OK ", b"c OK ", b"d OK ", b"e OK "]
        assert said.is_closed()


def test_logging_in_goes_every_way(office: Office) -> None:
    """LOGIN with quotes or literals, AUTHENTICATE in steps or at once."""
    plain = base64.b64encode(f"\0{RECIPIENT}\0{PASSWORD}".encode())
    with Dialogue(office, "imaps") as said:
        said.say(b"a LOGIN {%d}" % len(RECIPIENT))
        assert said.hear().startswith(b"+ ")
        said.say(RECIPIENT.encode() + b" {%d}" % len(PASSWORD))
        assert said.hear().startswith(b"+ ")
        said.say(PASSWORD.encode())
        assert said.hear().startswith(b"a OK ")
    with Dialogue(office, "imaps") as said:
        assert said.command(b"AUTHENTICATE PLAIN " + plain)[-1].startswith(b"a OK ")
    with Dialogue(office, "imaps") as said:
        said.say(b"a AUTHENTICATE PLAIN")
        assert said.hear() == b"+ "
        said.say(plain)
        assert said.hear().startswith(b"a OK ")
    with Dialogue(office, "imaps") as said:
        said.say(b"a AUTHENTICATE LOGIN")
        said.hear()
        said.say(base64.b64encode(RECIPIENT.encode()))
        said.hear()
        said.say(base64.b64encode(b"wrong"))
        assert said.hear().startswith(b"a NO ")


def test_idle_tells_of_new_mail_within_a_second(office: Office) -> None:
    """A session that waits is told when a message is delivered, and when another session changes flags."""
    with logged_in(office) as said:
        said.say(b"i IDLE")
        assert said.hear().startswith(b"+ ")
        send(office)
        began_s = time.perf_counter()
        office.settle()
        assert said.hear() == b"* 1 EXISTS"
        assert time.perf_counter() - began_s < 1
        assert said.hear() == b"* 1 RECENT"
        with logged_in(office) as other:
            other.command(b"STORE 1 +FLAGS (\\Flagged)")
        assert said.hear() == b"* 1 FETCH (FLAGS (\\Flagged \\Recent) UID 1)"
        said.say(b"DONE")
        assert said.hear().startswith(b"i OK ")
        assert said.command(b"FETCH 1 (UID)")[0] == b"* 1 FETCH (UID 1)"


def test_sessions_keep_their_numbers_until_they_are_told(office: Office) -> None:
    """What another session expunges keeps its number until NOOP tells; a message that is gone is passed over."""
    for subject in ("uno", "due", "tre"):
        office.put(RECIPIENT, message(subject))
    with logged_in(office) as one, logged_in(office) as other:
        other.command(b"STORE 1:2 +FLAGS.SILENT (\\Deleted)")
        assert other.command(b"EXPUNGE")[:2] == [b"* 1 EXPUNGE", b"* 1 EXPUNGE"]
        assert one.command(b"FETCH 1:3 (UID BODY.PEEK[HEADER.FIELDS (Subject)])")[0].startswith(b"* 3 FETCH (UID 3 ")
        assert one.command(b"NOOP")[:2] == [b"* 1 EXPUNGE", b"* 1 EXPUNGE"]
        assert one.command(b"FETCH 1 (UID)")[0] == b"* 1 FETCH (UID 3)"


def test_opening_a_folder_tells_how_it_stands(office: Office) -> None:
    """SELECT tells counts, flags, the first unseen message and the uids; recent ones are told once."""
    office.put(RECIPIENT, message())
    with logged_in(office, folder=None) as said:
        told = said.command(b"SELECT INBOX")
        assert told[:3] == [
            b"* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft)",
            b"* 1 EXISTS",
            b"* 1 RECENT",
        ]
        codes = [line.split(b"]")[0].split(b" ")[2] for line in told[3:-1]]
        assert codes == [b"[PERMANENTFLAGS", b"[UIDVALIDITY", b"[UIDNEXT", b"[UNSEEN"]
    with logged_in(office, folder=None) as said:
        assert b"* 0 RECENT" in said.command(b"SELECT INBOX")


def test_what_cannot_be_is_refused(office: Office) -> None:
    """Each refusal says why, and the session goes on."""
    office.put(RECIPIENT, message())
    with logged_in(office) as said:
        for command, kind in (
            (b"XYZZY", b"BAD"),
            (b"FETCH", b"BAD"),
            (b"FETCH x (FLAGS)", b"BAD"),
            (b"FETCH 1 (NOTHING)", b"BAD"),
            (b"FETCH 1 (BODY[", b"BAD"),
            (b"FETCH 1 BODY[HEADER.FIELDS]", b"BAD"),
            (b"STORE 1 FLOGS (\\Seen)", b"BAD"),
            (b"STORE 1 +FLAGS (\\Seen", b"BAD"),
            (b"STORE 1 +FLAGS (\\Wrong)", b"NO"),
            (b"SEARCH", b"BAD"),
            (b"SEARCH FROM", b"BAD"),
            (b"SEARCH OR ALL", b"BAD"),
            (b"SEARCH WHATEVER", b"BAD"),
            (b"SEARCH SINCE 31-Feb-2026", b"BAD"),
            (b"SEARCH CHARSET KOI8-R ALL", b"NO"),
            (b"SEARCH " + b"(" * 50 + b"ALL" + b")" * 50, b"BAD"),
            (b"SEARCH " + b"NOT " * 1000 + b"ALL", b"BAD"),
            (b"SELECT", b"BAD"),
            (b'SELECT "Nowhere', b"BAD"),
            (b"SELECT &&&", b"NO"),
            (b"CREATE INBOX", b"NO"),
            (b"CREATE a//b", b"NO"),
            (b"STATUS INBOX MESSAGES", b"BAD"),
            (b"APPEND INBOX (\\Seen)", b"BAD"),
            (b"APPEND INBOX x", b"BAD"),
            (b'APPEND INBOX "31-Feb-2026 00:00:00 +0000" x', b"BAD"),
            (b"UID LIST", b"BAD"),
            (b"UID FETCH", b"BAD"),
            (b"COPY 1 Nowhere", b"NO"),
            (b"LOGIN a b", b"BAD"),
            (b"STARTTLS", b"BAD"),
            (b"NOOP \xff\xfe", b"BAD"),
            (b"caf\xc3\xa9", b"BAD"),
        ):
            said.say(b"t " + command)
            answer = said.hear()
            assert (command, answer[: len(kind) + 2].split(b" ")[-1]) == (command, kind) or b"BAD" in answer, answer
            assert said.command(b"NOOP", b"n")[-1].startswith(b"n OK "), command


def test_literals_have_limits() -> None:
    """A literal that is too long is refused before it comes; one that does not wait ends the session."""
    with serving(opened(), replace(USUAL, message_bytes=5000, literals_bytes=1000)) as office:
        with logged_in(office) as said:
            assert said.command(b"SELECT {9999999999}")[-1].startswith(b"a NO [TOOBIG] ")
            assert said.command(b"APPEND INBOX {5001}")[-1].startswith(b"a NO [TOOBIG] ")
            said.say(b"a APPEND INBOX {4000}")
            assert said.hear().startswith(b"+ ")
            said.send(message() + b"x\r\n" * 1000 + b"x" * (1000 - len(message())) + b"\r\n")
            assert [line for line in said.until(b"a") if line.startswith(b"a OK [APPENDUID ")]
            said.say(b"a APPEND INBOX {0}", b"")
            assert said.hear().startswith(b"+ ") and said.hear().startswith(b"a BAD ")
        with logged_in(office) as said:
            assert said.command(b"SELECT {5+}", b"*")[-1].startswith(b"* BYE ")
            assert said.is_closed()


def test_a_message_with_nul_is_refused(office: Office) -> None:
    """What no message may have is not kept."""
    with logged_in(office) as said:
        said.say(b"a APPEND INBOX {10}")
        said.hear()
        said.send(b"a: b\r\n\r\n\0x\r\n")
        assert said.until(b"a")[-1].startswith(b"a NO [CANNOT] ")
        assert said.command(b"STATUS INBOX (MESSAGES)")[0] == b'* STATUS "INBOX" (MESSAGES 0)'


def test_the_sender_sees_its_receipt_at_once(office: Office) -> None:
    """NOOP tells of the acceptance right after the message was handed in, with no time passing."""
    with Dialogue(office, "imaps") as said:
        said.command(f'LOGIN {SENDER} "{PASSWORD}"'.encode())
        said.command(b"SELECT INBOX")
        send(office)
        assert said.command(b"NOOP")[:2] == [b"* 1 EXISTS", b"* 1 RECENT"]


def test_a_large_folder_is_read_as_a_small_one(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only uids are known from the start, flags, sizes and changes are told all the same."""
    monkeypatch.setattr(imap_talk, "FEW", 1)
    for subject in ("uno", "due", "tre"):
        office.put(RECIPIENT, message(subject))
    with logged_in(office) as said, logged_in(office) as other:
        assert other.command(b"STORE 3 +FLAGS (\\Seen)")[0] == b"* 3 FETCH (FLAGS (\\Seen))"
        assert said.command(b"FETCH 2:* (FLAGS UID)")[:2] == [
            b"* 2 FETCH (FLAGS (\\Recent) UID 2)",
            b"* 3 FETCH (FLAGS (\\Seen \\Recent) UID 3)",
        ]
        assert said.command(b"FETCH 1 (RFC822.SIZE)")[0] == b"* 1 FETCH (RFC822.SIZE %d)" % len(message("uno"))
        other.command(b"STORE 1 +FLAGS.SILENT (\\Deleted)")
        other.command(b"EXPUNGE")
        office.put(RECIPIENT, message("quattro"))
        assert said.command(b"NOOP")[:-1] == [b"* 1 EXPUNGE", b"* 3 EXISTS", b"* 3 RECENT"]
        assert said.command(b"UID FETCH 1:* (FLAGS)")[:-1] == [
            b"* 1 FETCH (FLAGS (\\Recent) UID 2)",
            b"* 2 FETCH (FLAGS (\\Seen \\Recent) UID 3)",
            b"* 3 FETCH (FLAGS (\\Recent) UID 4)",
        ]


def test_what_no_message_or_folder_can_be_is_refused(office: Office) -> None:
    """Numbers that no message has, and names that are no modified UTF-7, are answered with BAD; all of none is none."""
    with logged_in(office) as said:
        assert said.command(b"FETCH 1:* (UID)")[-1].startswith(b"a OK ")
        office.put(RECIPIENT, message())
        said.command(b"NOOP")
        for wanted in (
            b"FETCH 0 (UID)",
            b"FETCH 999 (UID)",
            b"FETCH 1:2 (UID)",
            b"UID FETCH 0 (FLAGS)",
            b"STORE 7 FLAGS ()",
        ):
            assert said.command(wanted)[-1].startswith(b"a BAD "), wanted
        assert said.command(b"UID FETCH 999 (FLAGS)")[-1].startswith(b"a OK ")
        for name in (b'"&"', b'"a&"', b'"&AOk"', b'"&Jjo!"'):
            assert said.command(b"CREATE " + name)[-1].startswith(b"a BAD "), name
        assert said.command(b'CREATE "&AOk-"')[-1].startswith(b"a OK ")


def test_the_mime_header_of_a_message_of_one_part(office: Office) -> None:
    """Of a message that is its own first part BODY[1.MIME] gives what describes the body, and no other field."""
    raw = b"From: a@b.it\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nciao"
    with logged_in(office) as said:
        said.say(b"b APPEND Sent {%d}" % len(raw))
        assert said.hear().startswith(b"+ ")
        said.say(raw)
        assert said.until(b"b")[-1].startswith(b"b OK ")
        said.command(b"SELECT Sent")
        told = b"\r\n".join(said.command(b"FETCH 1 (BODY.PEEK[1.MIME])"))
        assert b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n" in told
        assert b"Subject" not in told
