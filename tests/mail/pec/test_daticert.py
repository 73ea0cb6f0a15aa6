"""The certification for machines is written as text; it is what an XML library writes, whatever stands in it."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes

import pytest
from lxml import etree

from sigillo.domain.pec import notices
from sigillo.domain.pec.certification import Certification
from sigillo.mail.pec.daticert import write_daticert
from tests.mail.pec.post import ANNA, AT, DISPATCH, NAMES, messages, post

SUBJECTS = ["", "a <b> & \"c\" 'd' ]]>", "&amp;", "Perché – 信 \U0001f4e7", "\x00\ud800\ufffe\x0b", "a\r\nb\tc", "<!--"]


def _said(subject: str) -> Certification:
    dispatch = replace(DISPATCH, subject=subject, sender="o'neil&co@pec.test", reply_to='"R & S" <r@pec.test>')
    return notices.delivered(dispatch, post().office, at=AT, recipient=ANNA)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_any_text_is_escaped(subject: str) -> None:
    """It is read back as it stands in the certification, and writing it anew with the library gives the same bytes."""
    said = _said(subject)
    written = write_daticert(said)
    root = etree.fromstring(written)
    shown = root.find("intestazione/oggetto")
    assert shown is not None
    shown.text = shown.text or ""  # an empty subject, which is written with both of its tags
    assert shown.text == said.subject
    assert root.findtext("intestazione/mittente") == said.sender
    assert root.findtext("intestazione/risposte") == said.reply_to
    assert etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True) == written


@pytest.mark.parametrize("name", [name for name in NAMES if name != "anomaly"])
def test_every_kind_is_laid_out_alike(name: str) -> None:
    """Each kind's certification is indented as the library does it."""
    parts = message_from_bytes(messages()[name]).walk()
    written = next(part.get_payload(decode=True) for part in parts if part.get_filename() == "daticert.xml")
    assert isinstance(written, bytes)
    root = etree.fromstring(written, etree.XMLParser(remove_blank_text=True))
    assert etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True) == written
