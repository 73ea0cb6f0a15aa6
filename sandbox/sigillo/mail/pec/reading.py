"""Messages of any provider, read: kind, parties, ids, errors, the message inside and its attachments.

1. The message is taken apart; opaque signatures are opened.
2. The PEC in it is looked for: the message itself, else one that is attached to it, the outermost first.
3. The signature, and what it covers; only there the certification and the original are looked for.
4. Header fields, certification, original.

It never raises, whatever the bytes are: what cannot be made out is said among the oddities. It fetches nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from sigillo.domain.pec.certification import Certification, Kind, ReceiptType
from sigillo.domain.pec.found import FoundMail, MailSignature
from sigillo.domain.pec.wording import SUBJECTS
from sigillo.mail.pec.daticert import FILE_NAME, ParseXml, read_daticert
from sigillo.mail.pec.headers import Headers
from sigillo.mail.pec.original import OPAQUE, REFERENCE, outline_of
from sigillo.mail.pec.parts import Part, parse_parts
from sigillo.mail.pec.views import read_message

Unwrap = Callable[[bytes], bytes | None]
_MESSAGE: Final = "message/rfc822"
_SIGNATURES: Final = ("application/pkcs7-signature", "application/x-pkcs7-signature")
_CERTIFICATIONS: Final = (FILE_NAME, "certdata.xml")  # RFC 6109 §4.3.3 names it so; nobody writes that
_ORIGINAL: Final = "postacert.eml"
_MOST_DEPTH: Final = 8
_MOST_MESSAGES: Final = 50
_MOST_OPENED: Final = 4
_SERVICE: Final = "posta-certificata@"
_OTHER_WORDS: Final = {"mancata-consegna": Kind.NON_DELIVERY}


@dataclass(frozen=True, slots=True, eq=False)
class _Opened:
    """A message taken apart: ``whole`` as it came, ``tree`` where its parts are, perhaps in an opaque signature."""

    whole: Part
    tree: Part
    depth: int
    is_whole: bool = True
    opaque: bytes | None = None
    is_sealed: bool = False

    @property
    def signed(self) -> Part | None:
        """The multipart/signed with an S/MIME signature, the outermost one."""
        return next((part for part in self.tree.walk() if _is_signed(part)), None)

    @property
    def has_bare_parts(self) -> bool:
        """Tell whether parts of the message stand outside of what is signed."""
        if self.opaque is not None:
            return not _is_opaque(self.whole)
        return self.signed is not None and (self.signed is not self.tree or len(self.signed.children) > 2)

    @property
    def covered(self) -> Part:
        """What the signature covers; everything when there is none."""
        return self.tree if self.signed is None else self.signed.children[0]


def read_mail(data: bytes, *, parse_xml: ParseXml, unwrap: Unwrap) -> FoundMail:
    """Read a message of any kind.

    ``parse_xml`` is the hardened parser (MalformedInput when it cannot); ``unwrap`` gives the content of an attached
    CMS signature, None when there is none to give.
    """
    # 1, 2
    opened = _chosen(data, unwrap)
    # 3
    signed = opened.signed
    signature = None if signed is None else MailSignature(signed.children[1].content, signed.children[0].raw)
    if opened.opaque is not None:
        signature = MailSignature(opened.opaque, None)
    # 4
    odd = _oddities(opened)
    certification = _certification(opened.covered, parse_xml, odd)
    headers = opened.whole.headers
    stated = _stated(headers) or _guessed(opened, odd)
    if certification is None and stated not in (None, Kind.ANOMALY):
        odd.append(f"It has no {FILE_NAME} that can be read.")
    original = _original(opened.covered)
    return FoundMail(
        face=read_message(opened.whole, opened.tree),
        stated=stated,
        certification=certification,
        original=None if original is None else read_message(*_inside(original, unwrap)),
        signature=signature,
        receipt_type=_receipt_type(headers, certification),
        reference_id=headers.message_id(REFERENCE),
        is_failed=headers.token("X-VerificaSicurezza") == "errore",
        is_encrypted=opened.is_sealed,
        has_bare_parts=opened.has_bare_parts,
        has_one_sender=len(headers.addresses("From")) == 1,
        depth=opened.depth,
        outline=outline_of(opened.whole.raw if original is None else original),
        oddities=tuple(odd),
    )


def _chosen(data: bytes, unwrap: Unwrap) -> _Opened:
    """Give the message itself when it is signed or says that it is PEC, else an attached one that does."""
    found = _messages(data, unwrap)
    first = next(found)
    if first.signed is not None or first.opaque is not None or _is_pec(first):
        return first
    return next((each for each in found if _is_pec(each)), first)


def _messages(data: bytes, unwrap: Unwrap) -> Iterator[_Opened]:
    """Give the message and those attached to it, the outermost first."""
    waiting = [(data, 0)]
    for _ in range(_MOST_MESSAGES):
        if not waiting:
            return
        raw, depth = waiting.pop(0)
        opened = _open(raw, unwrap, depth=depth)
        yield opened
        if depth < _MOST_DEPTH:
            attached = [part for part in opened.tree.walk() if part.media_type == _MESSAGE]
            waiting += [(part.content, depth + 1) for part in attached[:_MOST_MESSAGES]]


def _open(data: bytes, unwrap: Unwrap, *, depth: int) -> _Opened:
    whole, is_whole = parse_parts(data.lstrip(b"\r\n"))
    tree, opaque, is_sealed = whole, None, False
    for _ in range(_MOST_OPENED):
        part = next((each for each in tree.walk() if _is_opaque(each)), None)
        if part is None or any(_is_signed(each) for each in tree.walk()):
            break
        cms = part.content
        content = unwrap(cms)
        if content is None:
            is_sealed = part.headers.parameter("Content-Type", "smime-type").lower() != "signed-data"
            opaque = opaque if is_sealed else opaque or cms
            break
        tree, fits = parse_parts(content)
        opaque, is_whole = opaque or cms, is_whole and fits
    return _Opened(whole, tree, depth, is_whole, opaque, is_sealed)


def _inside(data: bytes, unwrap: Unwrap) -> tuple[Part, Part]:
    opened = _open(data, unwrap, depth=0)
    return opened.whole, opened.tree


def _is_signed(part: Part) -> bool:
    if part.media_type != "multipart/signed" or len(part.children) < 2:
        return False
    second = part.children[1]
    return second.media_type in _SIGNATURES or second.name.lower().endswith(".p7s")


def _is_opaque(part: Part) -> bool:
    kind = part.headers.parameter("Content-Type", "smime-type").lower()
    return part.media_type in OPAQUE and kind != "certs-only"


def _is_pec(opened: _Opened) -> bool:
    return _stated(opened.whole.headers) is not None or bool(_certified(opened.covered))


def _certified(tree: Part) -> list[Part]:
    return [part for part in tree.walk() if part.name.lower() in _CERTIFICATIONS]


def _certification(tree: Part, parse_xml: ParseXml, odd: list[str]) -> Certification | None:
    parts = _certified(tree)
    if not parts:
        return None
    certification, problems = read_daticert(parts[0].content, parse_xml)
    odd += problems
    if len(parts) > 1:
        odd.append(f"It has {len(parts)} files {FILE_NAME}: the first one counts.")
    return certification


def _original(tree: Part) -> bytes | None:
    parts = list(tree.walk())
    named = next((part for part in parts if part.name.lower() == _ORIGINAL), None)
    found = named or next((part for part in parts if part.media_type == _MESSAGE), None)
    return None if found is None else found.content


def _stated(headers: Headers) -> Kind | None:
    """Read the kind from the header fields, however they are spelled; an unknown word says nothing."""
    transport, receipt = headers.token("X-Trasporto"), headers.token("X-Ricevuta")
    if receipt:
        return _OTHER_WORDS.get(receipt) or _kind(receipt)
    return _kind(transport) if transport in (Kind.TRANSPORT, Kind.ANOMALY) else None


def _kind(word: str) -> Kind | None:
    return next((kind for kind in Kind if kind.value == word), None)


def _guessed(opened: _Opened, odd: list[str]) -> Kind | None:
    """Where the header fields were lost on the way: a provider's own address and the prescribed subject."""
    headers = opened.whole.headers
    if opened.signed is None or not any(
        address.lower().startswith(_SERVICE) for _, address in headers.addresses("From")
    ):
        return None
    subject = headers.text("Subject")
    kind = next((kind for (kind, _), prefix in SUBJECTS.items() if f"{prefix}:" in subject), None)
    if kind is not None:
        odd.append("X-Ricevuta and X-Trasporto are missing; the kind follows from the subject.")
    return kind


def _receipt_type(headers: Headers, certification: Certification | None) -> ReceiptType | None:
    if certification is not None and certification.receipt_type is not None:
        return certification.receipt_type
    word = headers.token("X-TipoRicevuta")
    return next((kind for kind in ReceiptType if kind.value == word), None)


def _oddities(opened: _Opened) -> list[str]:
    said = []
    if opened.depth:
        said.append("It stands inside another message, whose header fields are not its own.")
    if not opened.is_whole:
        said.append("It has more parts than are looked into.")
    if opened.is_sealed:
        said.append("It is encrypted, or a kind of S/MIME that is not opened here.")
    return said
