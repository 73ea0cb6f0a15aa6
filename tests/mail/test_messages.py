"""Messages as mail readers meet them: RFC 5322, parsed whole, safe with any name, the same bytes anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from hashlib import sha256
from html.parser import HTMLParser
from typing import cast

import pytest

from sigillo.application.ports.mail import Message
from sigillo.domain.letter import RecipientKind
from sigillo.domain.outgoing_mail import OutgoingMail, mails_of
from sigillo.domain.services import SERVICES
from sigillo.mail.mime import MimeScribe
from tests.simulation.world import World

SCRIBE = MimeScribe("https://sigillo.example/", "avis@sigillo.example")


def written(address: str, kind: RecipientKind = RecipientKind.PROFESSIONAL) -> list[tuple[OutgoingMail, Message]]:
    """The messages of a letter to an address, its consent's first."""
    world = World()
    letter_id = world.send(address, kind=kind)
    world.sandbox.simulation.advance_until(world.id, "idle")
    workspace = world.sandbox.workspaces.get(world.id)
    letter, events = world.sandbox.queries.history(world.id, letter_id)
    found = mails_of(letter, events, SERVICES[letter.service])
    if letter.consent is not None and letter.consent.consent_id is not None:
        item, facts = world.sandbox.consents.history(world.id, letter.consent.consent_id)
        found = [*mails_of(item, facts, SERVICES[item.service]), *found]
    return [(mail, SCRIBE.write(mail, workspace)) for mail in found]


def parsed(message: Message) -> EmailMessage:
    """A message as a mail reader parses it; it finds no fault."""
    read = message_from_bytes(message.raw, policy=default)
    assert not read.defects
    assert all(not part.defects for part in read.walk())
    return read


def told_name(message: Message) -> str:
    """The recipient's name as RFC 2047 reads it: what stands between encoded words is nothing."""
    name, _ = parseaddr(str(message_from_bytes(message.raw)["To"]))
    return str(make_header(decode_header(name)))


class Loads(HTMLParser):
    """Whatever an HTML page would load, run or send."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note tags and attributes that do more than show."""
        if tag in ("script", "img", "link", "iframe", "form", "object", "style"):
            self.found.append(tag)
        self.found += [name for name, value in attrs if name in ("src", "background") or name.startswith("on")]
        self.found += [value for name, value in attrs if name == "style" and value and "url(" in value]


def test_every_kind_is_a_message_of_two_parts() -> None:
    """Plain text and HTML, French and English, the same link in both, SANDBOX in both, nothing loaded."""
    messages = [*written("accept@lre.test", RecipientKind.INDIVIDUAL), *written("neglect@ere.test")]
    assert {mail.kind.value for mail, _ in messages} == {"consent_request", "notice", "reminder", "access"}
    for mail, message in messages:
        read = parsed(message)
        assert [part.get_content_type() for part in read.walk()] == ["multipart/alternative", "text/plain", "text/html"]
        assert read["Auto-Submitted"] == "auto-generated"
        assert mail.letter.number in read["X-Sigillo-Sandbox"]
        assert read["Message-ID"] == f"<{mail.id}@sigillo.example>"
        assert read["Date"].datetime == mail.at.replace(microsecond=0)
        assert read["To"].addresses[0].addr_spec == mail.letter.recipient.email
        for text in (message.text, message.html):
            assert message.page_url in text
            assert "SANDBOX" in text
            assert "Bonjour" in text
            assert "Hello" in text
        loads = Loads()
        loads.feed(message.html)
        assert loads.found == []
        assert max(len(line) for line in message.raw.split(b"\r\n")) <= 998
        assert message.raw.isascii()
        assert b"\n" not in message.raw.replace(b"\r\n", b"")


def test_the_notice_opens_the_plain_part_as_it_is_attested() -> None:
    """What a mail reader shows begins with the very text whose digest the dispatch proof holds."""
    [(mail, message)] = [one for one in written("refuse@lre.test") if one[0].notice]
    notice = mail.notice or ""
    plain = parsed(message).get_body(("plain",))
    assert plain is not None
    shown = plain.get_content().replace("\r\n", "\n")
    assert sha256(shown[: len(notice)].encode()).digest() == sha256(notice.encode()).digest()
    assert shown[len(notice) :].count("\n") <= 4


@pytest.mark.parametrize(
    "name",
    [
        'Dupré, "Jean" <jean@elsewhere.example>',
        "Zoé\u2028Bcc: everybody@elsewhere.example",
        "<script>alert(1)</script> & {{ 7 * 7 }}",
        "名前 " * 60,
        "a" * 200,
        "=?utf-8?q?=42cc=3A?=",
    ],
)
def test_any_name_stays_a_name(name: str) -> None:
    """Quotes, line separators, markup, long and encoded-looking names change no header and no page."""
    mail, _ = written("refuse@lre.test")[0]
    letter = replace(mail.letter, recipient=replace(mail.letter.recipient, name=name))
    message = SCRIBE.write(replace(mail, letter=letter), World().sandbox.store.workspaces()[0])
    read = parsed(message)
    assert [one.addr_spec for one in read["To"].addresses] == ["refuse@lre.test"]
    # Blanks apart: Python 3.11 loses the one at which it folds a long name.
    assert "".join(told_name(message).split()) == "".join(name.split())
    assert "Bcc" not in cast("list[str]", read.keys())
    assert "<script" not in message.html
    assert "{{ 7 * 7 }}" in message.html or "{{" not in name


def test_an_address_beyond_ascii_is_written_as_rfc_6532_has_it() -> None:
    """The message is UTF-8 then, and a reader finds the address as it is."""
    mail, _ = written("refuse@lre.test")[0]
    letter = replace(mail.letter, recipient=replace(mail.letter.recipient, email="zoé@lèfèvre.test"))
    message = SCRIBE.write(replace(mail, letter=letter), World().sandbox.store.workspaces()[0])
    assert "To: Zoé Lefèvre <zoé@lèfèvre.test>\r\n".encode() in message.raw


def test_the_same_fact_is_the_same_bytes_anywhere() -> None:
    """Another process, another hash seed, time zone, language and folder write the same message."""
    program = (
        "from tests.mail.test_messages import written; from hashlib import sha256;"
        "print(sha256(b''.join(one.raw for _, one in written('accept@lre.test'))).hexdigest())"
    )
    there = {"PYTHONHASHSEED": "5", "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONPATH": os.pathsep.join(["", *sys.path])}
    found = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | there, capture_output=True, text=True, check=True
    )
    here = sha256(b"".join(one.raw for _, one in written("accept@lre.test"))).hexdigest()
    assert found.stdout.strip() == here
