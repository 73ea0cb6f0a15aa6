"""``daticert.xml``: the certification for machines, written as the document type of RFC 6109 §4.4 has it, and read.

Reading takes what real providers write, and what they should not: fields that are missing, twice or elsewhere, other
charsets than the stated one. What cannot be made out becomes a sentence among the oddities.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from html import escape
from typing import Final, TypeVar

from lxml import etree

from sigillo.domain.errors import MalformedInput
from sigillo.domain.pec.certification import Certification, Fault, Kind, Party, ReceiptType
from sigillo.domain.pec.wording import shown

Element = etree._Element
ParseXml = Callable[[bytes], Element]
E = TypeVar("E", bound=StrEnum)
FILE_NAME: Final = "daticert.xml"
_DOCUMENT_TYPE: Final = re.compile(
    rb"\A(\s*(?:<\?xml[^<>]*\?>\s*)?)<!DOCTYPE\s+postacert\s+SYSTEM\s+[\"'][\w.-]+\.dtd[\"']\s*>"
)
_MOST_RECIPIENTS: Final = 10_000
_ZONE: Final = re.compile(r"\(?([+-])(\d\d):?(\d\d)\)?")
_LAST_NOTICE: Final = re.compile(r"^\s*5\.4\.|24\s*ore|ventiquattro|non andata a buon fine", re.IGNORECASE)


def write_daticert(said: Certification) -> bytes:
    """Write a certification as XML in UTF-8; the instant in Italian legal time, whole seconds.

    What stands in a certification has no characters that XML does not know, so a text needs no more than escapes.
    """
    assert said.kind is not None
    assert said.at is not None
    local = shown(said.at)
    recipients = "".join([f"    {_recipient(party)}\n" for party in said.recipients])
    more = "".join([f"    {line}\n" for line in _particulars(said)])
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f'<postacert tipo="{said.kind.value}" errore="{said.fault.value}">\n'
        "  <intestazione>\n"
        f"    <mittente>{_escaped(said.sender)}</mittente>\n"
        f"{recipients}"
        f"    <risposte>{_escaped(said.reply_to)}</risposte>\n"
        f"    <oggetto>{_escaped(said.subject)}</oggetto>\n"
        "  </intestazione>\n"
        "  <dati>\n"
        f"    <gestore-emittente>{_escaped(said.provider)}</gestore-emittente>\n"
        f'    <data zona="{local.zone}">\n'
        f"      <giorno>{local.day}</giorno>\n"
        f"      <ora>{local.time}</ora>\n"
        "    </data>\n"
        f"    <identificativo>{_escaped(said.identifier)}</identificativo>\n"
        f"{more}"
        "  </dati>\n"
        "</postacert>\n"
    ).encode()


def _particulars(said: Certification) -> Iterator[str]:
    if said.original_id is not None:
        yield _element("msgid", said.original_id)
    if said.receipt_type is not None:
        yield f'<ricevuta tipo="{said.receipt_type.value}"/>'
    if said.recipient is not None:
        yield _element("consegna", said.recipient)
    for address in said.taken_for:
        yield _element("ricezione", address)
    if said.error is not None:
        yield _element("errore-esteso", said.error)


def _recipient(party: Party) -> str:
    kind = "certificato" if party.is_certified else "esterno"
    return f'<destinatari tipo="{kind}">{_escaped(party.address)}</destinatari>'


def _element(tag: str, text: str) -> str:
    return f"<{tag}>{_escaped(text)}</{tag}>"


def _escaped(text: str) -> str:
    # To look first takes a third of the time, and addresses and ids have none of these.
    return escape(text, quote=False) if "&" in text or "<" in text or ">" in text else text


def read_daticert(data: bytes, parse_xml: ParseXml) -> tuple[Certification | None, tuple[str, ...]]:
    """Read a certification, and what is odd about it; None when it is no XML of this kind. Raises nothing."""
    try:
        root = _parsed(data, parse_xml)
    except MalformedInput as error:
        return None, (error.detail,)
    if etree.QName(root).localname != "postacert":
        return None, (f"{FILE_NAME} holds no postacert.",)
    odd: list[str] = []
    error_words = _text(root, "errore-esteso")
    kind = _chosen(Kind, root.get("tipo", ""), "tipo", odd)
    found = Certification(
        kind=kind,
        sender=_text(root, "mittente") or "",
        recipients=_recipients(root),
        reply_to=_text(root, "risposte") or "",
        subject=_text(root, "oggetto") or "",
        provider=_text(root, "gestore-emittente") or "",
        at=_instant(root, odd),
        identifier=(_text(root, "identificativo") or "").strip("<> "),
        fault=_chosen(Fault, root.get("errore", Fault.NONE), "errore", odd) or Fault.OTHER,
        original_id=_text(root, "msgid") or None,
        receipt_type=_receipt_type(root, odd),
        recipient=_text(root, "consegna") or None,
        taken_for=tuple(_inside(each) for each in _all(root, "ricezione")),
        error=error_words,
        is_last=kind is Kind.DELAY and bool(_LAST_NOTICE.search(error_words or "")),
    )
    return found, tuple(odd)


def _parsed(data: bytes, parse_xml: ParseXml) -> Element:
    """Parse; some providers say UTF-8 and write Latin-1, which is then read as that.

    The rule's own document type is named by some: the naming is taken out, and nothing loaded.
    """
    data = _DOCUMENT_TYPE.sub(rb"\1", data.strip(), count=1)
    try:
        return parse_xml(data)
    except MalformedInput as error:
        if b"\xc3" in data or data.isascii():
            raise
        try:
            return parse_xml(data.decode("latin-1").encode("utf-8"))
        except MalformedInput:
            raise error from None


def _all(root: Element, tag: str) -> list[Element]:
    """Give the elements of a name wherever they stand, in any name space, the first ten thousand."""
    found = root.iter(f"{{*}}{tag}")
    return [element for element, _ in zip(found, range(_MOST_RECIPIENTS), strict=False)]


def _text(root: Element, tag: str) -> str | None:
    element = next(root.iter(f"{{*}}{tag}"), None)
    return None if element is None else _inside(element)


def _inside(element: Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())


def _recipients(root: Element) -> tuple[Party, ...]:
    return tuple(
        Party(_inside(each), each.get("tipo", "certificato") != "esterno") for each in _all(root, "destinatari")
    )


def _receipt_type(root: Element, odd: list[str]) -> ReceiptType | None:
    element = next(root.iter("{*}ricevuta"), None)
    return None if element is None else _chosen(ReceiptType, element.get("tipo", ""), "ricevuta", odd)


def _chosen(kind: type[E], word: str, what: str, odd: list[str]) -> E | None:
    try:
        return kind(word.strip().lower())
    except ValueError:
        odd.append(f"{FILE_NAME} says {what} {word[:40]!r}, which no rule knows.")
        return None


def _instant(root: Element, odd: list[str]) -> datetime | None:
    date = next(root.iter("{*}data"), None)
    zone = None if date is None else _ZONE.fullmatch(date.get("zona", "").strip())
    written = f"{_text(root, 'giorno')} {_text(root, 'ora')} {''.join(zone.groups()) if zone else '?'}"
    try:
        return datetime.strptime(written, "%d/%m/%Y %H:%M:%S %z")
    except ValueError:
        odd.append(f"{FILE_NAME} says no instant that can be read.")
        return None
