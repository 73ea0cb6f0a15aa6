"""Several clients hand messages in at the same time: each has its answer, whatever becomes of the others."""

from __future__ import annotations

import base64
import smtplib
from concurrent.futures import ThreadPoolExecutor

from sigillo.application.ports.storage import LetterFilter
from tests.mail.servers.dialogue import Dialogue
from tests.mail.servers.letters import message
from tests.mail.servers.serving import PASSWORD, RECIPIENT, SENDER, Office

_PLAIN = b"AUTH PLAIN " + base64.b64encode(f"\0{SENDER}\0{PASSWORD}".encode())
_CLIENTS, _EACH = 6, 5
_ATTACHED = (
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    "Content-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n"
)
_ENVELOPE = f"MAIL FROM:<{SENDER}>\r\nRCPT TO:<{RECIPIENT}>\r\nDATA".encode()


def _subjects(office: Office) -> list[str]:
    found = office.sandbox.queries.letters(office.workspace_id, LetterFilter(), limit=200, before=None)
    return sorted(letter.subject for letter, _ in found)


def _raw(subject: str) -> bytes:
    """A message: short, with something attached, or so long that it becomes a file."""
    kind = int(subject) % 3
    whole = message(subject)
    if kind == 1:
        return whole.partition(b"\r\n\r\n")[0] + b"\r\n" + _ATTACHED.encode()
    return whole + b"x" * 70 * kind + (b"\r\n" + b"y" * 70) * 600 * kind


def _hand_in(office: Office, client: int) -> None:
    with smtplib.SMTP_SSL("localhost", office.ports["smtps"], context=office.trust, timeout=60) as connection:
        connection.login(SENDER, PASSWORD)
        for number in range(_EACH):
            connection.sendmail(SENDER, [RECIPIENT], _raw(str(100 + client * _EACH + number)))


def test_every_message_is_there_once(office: Office) -> None:
    """Short ones, ones with attachments and long ones of several clients at a time all become letters."""
    with ThreadPoolExecutor(_CLIENTS) as pool:
        list(pool.map(lambda client: _hand_in(office, client), range(_CLIENTS)))
    assert _subjects(office) == [str(number) for number in range(100, 100 + _CLIENTS * _EACH)]


def test_what_is_sent_ahead_waits_for_its_turn(office: Office) -> None:
    """Two messages and what follows them in one piece are answered one after the other, in order."""
    with Dialogue(office, "smtps") as said:
        said.ask(b"EHLO me")
        assert said.ask(_PLAIN).startswith(b"235 ")
        assert said.ask(_ENVELOPE).startswith(b"250 ")
        assert said.reply().startswith(b"250 ")
        assert said.reply().startswith(b"354 ")
        answers = [said.ask(message("1") + b".\r\nNOOP\r\n" + _ENVELOPE)]
        answers += [said.reply() for _ in range(4)]
        assert [answer[:3] for answer in answers] == [b"250", b"250", b"250", b"250", b"354"]
        assert b"Taken as" in answers[0]
        assert said.ask(message("2") + b".\r\nQUIT").startswith(b"250 2.0.0 Taken as")
        assert said.reply().startswith(b"221 ")
    assert _subjects(office) == ["1", "2"]


def test_who_hangs_up_after_the_dot(office: Office) -> None:
    """Nobody is left to be told; the others are, and the server goes on."""
    with Dialogue(office, "smtps") as said:
        said.ask(b"EHLO me")
        said.ask(_PLAIN)
        said.ask(_ENVELOPE)
        said.reply()
        said.reply()
        said.send(message("1") + b".\r\n")
    _hand_in(office, 0)
    assert {"100", "104"} <= set(_subjects(office))
