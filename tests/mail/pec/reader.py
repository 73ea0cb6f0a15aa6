"""The reader of PEC messages as the tests of it call it."""

from __future__ import annotations

from functools import partial

from sigillo.domain.pec.found import FoundMail
from sigillo.mail.pec.reading import read_mail
from sigillo.proofs.hardened_xml import parse


def read(data: bytes) -> FoundMail:
    """The reader with the hardened parser, and nothing that opens signatures."""
    return read_mail(data, parse_xml=partial(parse, what="daticert.xml"), unwrap=lambda cms: None)


def crlf(text: str) -> bytes:
    """Text as bytes with CRLF."""
    return text.replace("\n", "\r\n").encode()


def with_xml(xml: bytes) -> bytes:
    """An acceptance whose daticert.xml is all there is of it."""
    head = crlf("X-Ricevuta: accettazione\nContent-Type: application/xml; name=daticert.xml\n\n")
    return head + xml
