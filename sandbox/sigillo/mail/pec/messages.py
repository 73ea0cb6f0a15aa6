"""PEC messages as the bytes that travel: pure functions of what they say, their ids and who signs (RFC 6109 §3, §4.3).

1. The text for people, in HTML too where the dialect has it, and the certification for machines.
2. The original message, where the kind carries it.
3. Both in a multipart/mixed, signed detached: multipart/signed.
4. Around it the header fields of the kind.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from html import escape
from typing import Final

from sigillo.domain.pec.certification import Certification, Fault, Kind, ReceiptType
from sigillo.domain.pec.dispatch import Office
from sigillo.domain.pec.lines import with_crlf
from sigillo.domain.pec.wording import prefix_of, text_of
from sigillo.mail.pec.daticert import FILE_NAME, write_daticert
from sigillo.mail.pec.layout import (
    SANDBOX_FIELD,
    date_field,
    file_part,
    mailbox,
    message_part,
    multipart,
    plain_field,
    signed,
    subject_field,
    text_part,
)
from sigillo.mail.pec.original import REFERENCE, brief_copy, inherited
from sigillo.mail.pec.parts import parse_parts

Sign = Callable[[bytes], bytes]
ORIGINAL_NAME: Final = "postacert.eml"
_OUTER: Final = SANDBOX_FIELD + plain_field("MIME-Version", "1.0")
_OUTER_8BIT: Final = _OUTER + plain_field("Content-Transfer-Encoding", "8bit")
_FAILED: Final = plain_field("X-VerificaSicurezza", "errore")


def write_notice(
    said: Certification,
    by: Office,
    *,
    message_id: str,
    sign: Sign,
    to: str | None = None,
    original: bytes | None = None,
) -> bytes:
    """Write a receipt or notice of any kind but the envelopes, signed.

    ``message_id`` is its own, without angle brackets; ``sign`` gives the detached CMS of bytes, in DER; ``to`` is the
    sender unless given (a taking charge and a virus detection go to the sender's provider); ``original`` is the message
    as delivered, which a complete or brief receipt of delivery carries (ValueError without it).
    """
    assert said.kind is not None
    assert said.at is not None
    head = plain_field("X-Ricevuta", said.kind.value)
    if said.fault is Fault.VIRUS and said.kind in (Kind.NON_ACCEPTANCE, Kind.NON_DELIVERY):
        head += _FAILED
    if said.kind is Kind.VIRUS_DETECTION:
        head += plain_field("X-Mittente", said.sender)
    head += date_field(said.at)
    head += subject_field(prefix_of(said), said.subject)
    head += _correspondents(by.address, to or said.sender)
    head += plain_field("Message-ID", f"<{message_id}>")
    head += plain_field(REFERENCE, said.original_id or f"<{said.identifier}>")
    return head + _body(said, by, sign=sign, seed=message_id, original=_delivered(said, original))


@lru_cache(maxsize=1024)
def _correspondents(by: str, to: str) -> bytes:
    return plain_field("From", by) + plain_field("To", to)


def write_transport(said: Certification, by: Office, *, original: bytes, sign: Sign) -> bytes:
    """Write the transport envelope of a message that already has the provider's id (§3.1.5), signed."""
    assert said.receipt_type is not None
    head = plain_field("X-Trasporto", "posta-certificata")
    head += plain_field(by.dialect.receipt_type_header, said.receipt_type.value)
    head += plain_field("Message-ID", f"<{said.identifier}>")
    if said.original_id is not None:
        head += plain_field(REFERENCE, said.original_id)
    return _envelope(said, by, original=original, sign=sign, head=head)


def write_anomaly(said: Certification, by: Office, *, original: bytes, sign: Sign) -> bytes:
    """Write the anomaly envelope of a message that is no sound PEC (§3.2.2), signed; it keeps that one's Message-ID."""
    whole, _ = parse_parts(with_crlf(original))
    head = plain_field("X-Trasporto", "errore") + inherited(whole, "Message-ID")
    return _envelope(said, by, original=original, sign=sign, head=head)


def _envelope(said: Certification, by: Office, *, original: bytes, sign: Sign, head: bytes) -> bytes:
    assert said.at is not None
    data = with_crlf(original)
    whole, _ = parse_parts(data)
    trace = plain_field("Return-Path", f"<{said.sender}>") + _received(said, by) + inherited(whole, "Received")
    head = trace + head + date_field(said.at) + subject_field(prefix_of(said), said.subject)
    head += plain_field("From", mailbox(f"Per conto di: {said.sender}", by.address))
    head += inherited(whole, "To", "Cc")
    replies = inherited(whole, "Reply-To")
    if said.kind is Kind.TRANSPORT:
        head += replies or plain_field("Reply-To", said.reply_to)
    return head + _body(said, by, sign=sign, seed=said.identifier, original=data)


def _received(said: Certification, by: Office) -> bytes:
    """Write the trace of the message's taking in (RFC 5321 §4.4); what it is taken from is not asked for its name."""
    assert said.at is not None
    domain, identifier = said.sender.rpartition("@")[2], said.identifier.partition("@")[0]
    stamp = f"Received: from {domain} by {by.domain} (Sigillo SANDBOX)\r\n\tid {identifier};\r\n\t"
    return stamp.encode("ascii") + date_field(said.at).removeprefix(b"Date: ")


def _delivered(said: Certification, original: bytes | None) -> bytes | None:
    if said.kind is not Kind.DELIVERY or said.receipt_type is ReceiptType.CONCISE:
        return None
    if original is None:
        raise ValueError("a complete or brief receipt of delivery needs the message that was delivered")
    return brief_copy(original) if said.receipt_type is ReceiptType.BRIEF else with_crlf(original)


def _body(said: Certification, by: Office, *, sign: Sign, seed: str, original: bytes | None) -> bytes:
    # 1
    parts = [_text(said, by, seed=seed)]
    if said.kind is not Kind.ANOMALY:
        parts.append(file_part(FILE_NAME, "application/xml", write_daticert(said), type_more=' charset="UTF-8";'))
    # 2
    if original is not None:
        parts.append(message_part(ORIGINAL_NAME, original))
    is_ascii = original is None or original.isascii()
    # 3
    encoding = by.dialect.mixed_encoding or (None if is_ascii else "8bit")
    content = multipart("multipart/mixed", parts, boundary=_boundary(said, seed, "mixed"), encoding=encoding)
    whole = signed(
        content,
        sign(content),
        boundary=_boundary(said, seed, "signed"),
        signature_type=by.dialect.signature_type,
    )
    # 4
    return (_OUTER if is_ascii else _OUTER_8BIT) + whole


def _text(said: Certification, by: Office, *, seed: str) -> bytes:
    lines = text_of(said, zone_has_colon=by.dialect.zone_has_colon)
    plain = text_part("\n".join((*lines, "")))
    if not by.dialect.has_html:
        return plain
    title, *rest = map(escape, lines)
    html = f"<html><head><title>{title}</title></head><body><h3>{title}</h3><hr>{'<br>'.join(rest)}</body></html>\n"
    parts = (plain, text_part(html, subtype="html"))
    return multipart("multipart/alternative", parts, boundary=_boundary(said, seed, "alternative"))


def _boundary(said: Certification, seed: str, level: str) -> str:
    assert said.kind is not None
    return f"----={sha256(' '.join((said.kind, level, seed)).encode()).hexdigest()[:32]}"
