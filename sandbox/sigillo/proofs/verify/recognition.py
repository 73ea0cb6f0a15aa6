"""What a document is, told by its bytes and never by its name."""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from enum import StrEnum
from typing import Final

from cryptography.hazmat import asn1

from sigillo.domain.errors import MalformedInput
from sigillo.proofs.timestamps import Granted, Refused, StatusInfo
from sigillo.proofs.verify.material import Document


class Format(StrEnum):
    """The kinds of documents that are told apart."""

    PDF = "pdf"
    XML = "xml"
    ASICE = "asice"
    CMS = "cms"
    JOURNAL = "journal"
    MAIL = "eml"
    OTHER = "other"


_PDF_WITHIN_BYTES: Final = 1024  # ISO 32000-1 annex H.3: readers find the header there
_ARMOUR: Final = re.compile(rb"-----BEGIN (CMS|PKCS7|PKCS #7 SIGNED DATA)-----(.+)-----END \1-----\s*", re.DOTALL)
# A SEQUENCE with the object identifier of a SignedData, or with a PKIStatusInfo, at its beginning.
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")
_GRANTED: Final = (0, 1)  # RFC 3161 §2.4.2: with these a token must be there, with others it must not
_FIELD: Final = re.compile(rb"^([!-9;-~]+)[ \t]*:", re.MULTILINE)
# Of these an e-mail has two at least in its header; a text that begins with one of them is still a text.
_MAIL_FIELDS: Final = frozenset(
    b"received return-path delivered-to message-id mime-version from sender to cc subject date reply-to content-type "
    b"content-transfer-encoding content-disposition dkim-signature x-ricevuta x-trasporto".split()
)
_BLANK_LINE: Final = re.compile(rb"\r?\n\r?\n")
_SEQUENCES: Final = (b"MII", b"MIA", b"MIM")  # of any length that a signature has, in base64
_BASE64_HEAD_BYTES: Final = 256
_XML_STARTS: Final = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\x00", b"\xfe\xff\x00<")


def recognise(document: Document) -> Format:
    """Tell what a document is; bytes that cannot even be unpacked are OTHER."""
    return document.once(_recognised)


def _recognised(document: Document) -> Format:
    try:
        head = document.head()
    except MalformedInput:
        return Format.OTHER
    marks = (
        (Format.ASICE, head.startswith(b"PK\x03\x04")),
        (Format.CMS, _is_cms(head) or refusal_in(head) is not None),
        (Format.XML, head.lstrip(b" \t\r\n").startswith(_XML_STARTS)),
        (Format.JOURNAL, _is_journal(head)),
        (Format.MAIL, _is_mail(head)),
        (Format.PDF, b"%PDF-" in head[:_PDF_WITHIN_BYTES]),
    )
    return next((found for found, fits in marks if fits), Format.OTHER)


def proves_nothing(document: Document) -> bool:
    """Tell whether a file is no proof itself, and so can only be content; a PDF is one without a signature."""
    kind = recognise(document)
    if kind is not Format.PDF:
        return kind is Format.OTHER
    try:
        return not any(b"/ByteRange" in chunk for chunk in document.chunks())
    except MalformedInput:
        return True


def cms_bytes(data: bytes) -> bytes:
    """Give the DER of a CMS file: without its PEM armour, and a token without the response it came in."""
    armoured = _ARMOUR.fullmatch(data.lstrip())
    if armoured is not None:
        try:
            return b64decode(b"".join(armoured[2].split()), validate=True)
        except binascii.Error:
            raise MalformedInput("Between the PEM lines stands something that is not base64.") from None
    return _token_of_response(data) or _from_base64(data) or data


def refusal_in(data: bytes) -> StatusInfo | None:
    """Give the status of an RFC 3161 response that holds no token, None for anything else."""
    try:
        return asn1.decode_der(Refused, data).status
    except ValueError:
        return None


def _is_cms(head: bytes) -> bool:
    if head.lstrip().startswith((b"-----BEGIN CMS-----", b"-----BEGIN PKCS7-----", b"-----BEGIN PKCS #7")):
        return True
    letters = b"".join(head[: 2 * _BASE64_HEAD_BYTES].split())[:_BASE64_HEAD_BYTES]
    start = _from_base64(letters) or head
    return start.startswith(b"\x30") and _SIGNED_DATA in start[:128]


def _from_base64(data: bytes) -> bytes | None:
    """Give what bare base64 holds, as many a .p7m from Italy is saved; None when it is none."""
    letters = b"".join(data.split()) if data[:3] in _SEQUENCES else b""
    try:
        return b64decode(letters, validate=True) or None
    except binascii.Error:
        return None


def _token_of_response(data: bytes) -> bytes | None:
    try:
        response = asn1.decode_der(Granted, data)
    except ValueError:
        return None
    if response.status.status not in _GRANTED:
        raise MalformedInput(f"The response says status {response.status.status}, no token, and yet holds one.")
    return asn1.encode_der(response.token)


def _is_mail(head: bytes) -> bool:
    start = head.lstrip(b"\r\n")
    if start.startswith(b"From "):  # the line that mailbox files put before each message
        start = start.partition(b"\n")[2]
    fields = _BLANK_LINE.split(start, maxsplit=1)[0]
    known = {name.lower() for name in _FIELD.findall(fields)} & _MAIL_FIELDS
    return _FIELD.match(fields) is not None and len(known) > 1


def _is_journal(head: bytes) -> bool:
    try:
        line = json.loads(head.split(b"\n", 1)[0])
    except (ValueError, RecursionError):
        return False
    return isinstance(line, dict) and {"id", "type", "at", "previous", "digest"} <= line.keys()
