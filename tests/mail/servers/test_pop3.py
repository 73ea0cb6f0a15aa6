"""POP3 with Python's own client."""

from __future__ import annotations

import poplib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.mail.servers.dialogue import Dialogue
from tests.mail.servers.letters import message, send
from tests.mail.servers.serving import PASSWORD, RECIPIENT, SENDER, Office


@contextmanager
def client(office: Office, address: str = RECIPIENT) -> Iterator[poplib.POP3_SSL]:
    """A client that is logged in; it does not say QUIT by itself."""
    opened = poplib.POP3_SSL("localhost", office.ports["pop3s"], context=office.trust, timeout=20)
    try:
        opened.user(address)
        opened.pass_(PASSWORD)
        yield opened
    finally:
        opened.close()


def test_receipts_are_read(office: Office) -> None:
    """STAT, LIST, UIDL, RETR and TOP agree about the receipts of a message."""
    send(office)
    office.settle()
    with client(office, SENDER) as opened:
        count, size = opened.stat()
        sizes = [int(line.split()[1]) for line in opened.list()[1]]
        assert (count, size) == (2, sum(sizes))
        raw = b"".join(line + b"\r\n" for line in opened.retr(1)[1])
        assert len(raw) == sizes[0] and b"X-Ricevuta: accettazione\r\n" in raw
        top = opened.top(1, 2)[1]
        assert top.index(b"") == len(top) - 3
        names = [line.split()[1] for line in opened.uidl()[1]]
        assert len(set(names)) == 2 and opened.uidl("2") == b"+OK 2 " + names[1]
        opened.quit()
    with client(office, SENDER) as opened:
        assert [line.split()[1] for line in opened.uidl()[1]] == names


def test_dots_at_the_beginning_of_lines_stay(office: Office) -> None:
    """A message comes as it was put there, whatever its lines begin with and end in."""
    raw = message(body="..\r\n.tre\r\n\r\nfine senza riga")
    office.put(RECIPIENT, raw)
    with client(office) as opened:
        assert b"\r\n".join(opened.retr(1)[1]) == raw


def test_messages_are_deleted_with_quit(office: Office) -> None:
    """DELE is for the end: RSET takes it back, and a session that breaks off deletes nothing."""
    for subject in ("uno", "due", "tre"):
        office.put(RECIPIENT, message(subject))
    with client(office) as opened:
        opened.dele(1)
        with pytest.raises(poplib.error_proto):
            opened.retr(1)
        assert opened.stat()[0] == 2
        opened.rset()
        assert opened.stat()[0] == 3
        opened.dele(2)
    with client(office) as opened:
        assert opened.stat()[0] == 3
        opened.dele(2)
        opened.quit()
    with client(office) as opened:
        assert [line.split()[0] for line in opened.list()[1]] == [b"1", b"2"]
        assert b"Subject: tre" in opened.top(2, 0)[1]


def test_commands_may_come_in_one_piece(office: Office) -> None:
    """A client that sends ahead is answered in order."""
    office.put(RECIPIENT, message())
    with Dialogue(office, "pop3s") as said:
        said.say(
            b"USER %s" % RECIPIENT.encode(), b"PASS %s" % PASSWORD.encode(), b"STAT", b"LIST 1", b"DELE 1", b"QUIT"
        )
        told = [said.hear() for _ in range(6)]
        assert [line[:3] for line in told] == [b"+OK"] * 6 and told[2].startswith(b"+OK 1 ")
        assert said.is_closed()


def test_what_cannot_be_is_refused(office: Office) -> None:
    """Each is told, and the session goes on."""
    with Dialogue(office, "pop3s") as said:
        for command in (b"STAT", b"PASS x", b"APOP a b", b"AUTH PLAIN", b"XYZZY", b"", b"USER", b"DELE 1", b"NOOP\0"):
            said.say(command)
            assert said.hear().startswith(b"-ERR ")
        said.say(b"USER %s" % RECIPIENT.encode(), b"PASS wrong")
        assert [said.hear()[:4] for _ in range(2)] == [b"+OK ", b"-ERR"]
        said.say(b"USER %s" % RECIPIENT.encode(), b"PASS %s" % PASSWORD.encode())
        assert [said.hear()[:4] for _ in range(2)] == [b"+OK ", b"+OK "]
        for command in (b"RETR 1", b"RETR 0", b"RETR x", b"TOP 1", b"LIST 9999999999999999999", b"USER a", b"TOP 1 -1"):
            said.say(command)
            assert said.hear().startswith(b"-ERR ")
