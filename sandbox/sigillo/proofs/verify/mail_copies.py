"""Files and messages given beside an envelope or a receipt: what of them it vouches for, and what it does not.

1. A file that is an attachment of the message inside, byte for byte, is vouched for.
2. A brief receipt holds hashes instead (RFC 6109 §3.3.2.2): a file that has one of them is vouched for.
3. A message beside it is vouched for when all that such a receipt keeps is the same: its header fields but for those
   that providers write, every byte between its attachments, and as many attachments with the same names and hashes.
   Whatever else is said to differ, piece by piece; one equal attachment vouches for nothing else.
"""

from __future__ import annotations

from base64 import encodebytes
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha1, sha256
from typing import Final

from sigillo.domain.errors import MalformedInput, TooLarge
from sigillo.domain.pec.certification import Kind, ReceiptType
from sigillo.domain.pec.found import AttachmentHash, FoundMail, Outline
from sigillo.domain.verdict import Check
from sigillo.proofs.verify.findings import CONTENT, indeterminate, invalid, valid
from sigillo.proofs.verify.mail_claims import ReadMail
from sigillo.proofs.verify.material import Case, Document, Vouched
from sigillo.proofs.verify.recognition import Format, recognise

_SUFFIX: Final = ".hash"
_OF_PROVIDERS: Final = ("message-id", "x-riferimento-message-id", "received", "return-path")
_SAID_BY_THE_SENDER: Final = frozenset(
    {"from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date", "mime-version", ""}
)
_EXTENT: Final = (
    "for its text, its header fields but the trace of its way, and its attachments by name and hash; not for the types "
    "and encodings that they state"
)
_MOST_NAMED: Final = 8


def judge_files(
    found: FoundMail, document: Document, case: Case, read_mail: ReadMail
) -> tuple[tuple[Check, ...], tuple[Vouched, ...]]:
    """Judge what is given beside a message; gives also what the message vouches for, and how far."""
    inside = {sha256(each.content).digest() for each in (found.original.attachments if found.original else ())}
    hashes = _hashes(found)
    checks: list[Check] = []
    vouched: list[Vouched] = []
    for other in case.others(document):
        if _is_inside(other, inside):
            # 1
            vouched.append(Vouched(other))
        elif hashes or _is_brief(found):
            check = _against(found, hashes, other, read_mail)
            checks += [] if check is None else [check]
            if check is not None and check.code == "attested":
                vouched.append(Vouched(other, _EXTENT) if recognise(other) is Format.MAIL else Vouched(other))
    if hashes and not checks:
        names = ", ".join(_stem(each) for each in hashes)
        hint = f"Of the attachments it holds hashes alone ({names}): give the files beside it to have them compared."
        checks.append(valid(CONTENT, "hashes_only", hint))
    return tuple(checks), tuple(vouched)


def _is_brief(found: FoundMail) -> bool:
    is_brief = found.kind is Kind.DELIVERY and found.receipt_type is ReceiptType.BRIEF
    return is_brief and found.original is not None


def _hashes(found: FoundMail) -> tuple[AttachmentHash, ...]:
    """Give what a brief receipt holds in the place of attachments."""
    if found.original is None or found.kind is not Kind.DELIVERY:
        return ()
    return tuple(each for each in found.outline.files if each.stated is not None)


def _stem(held: AttachmentHash) -> str:
    return held.name[: -len(_SUFFIX)] if held.stated else held.name


def _is_inside(other: Document, digests: set[bytes]) -> bool:
    try:
        return other.digest("sha256") in digests
    except MalformedInput:
        return False


def _against(
    found: FoundMail, hashes: tuple[AttachmentHash, ...], other: Document, read_mail: ReadMail
) -> Check | None:
    """Compare with a file or a message; None when it is another thing altogether."""
    try:
        data = other.whole()
    except (MalformedInput, TooLarge):
        return None
    if recognise(other) is Format.MAIL:
        # 3
        return _against_message(found, other, read_mail(data))
    # 2
    name = other.name.replace("\\", "/").rpartition("/")[2]
    digests = _as_sent(data)
    fitting = next((_stem(each) for each in hashes if each.stated in digests), None)
    if fitting is not None:
        return valid(CONTENT, "attested", f"{other.name} has the hash that stands for {fitting}.")
    if any(_same_name(_stem(each), name) for each in hashes):
        said = f"{other.name} has not the hash that stands for {name}: it is another file, or was sent in other lines."
        return indeterminate(CONTENT, "hash_mismatch", f"{said} Give the message as it was sent.")
    return None


def _as_sent(data: bytes) -> tuple[str, ...]:
    """Give the digests of a file in base64 as mail programs write it, with or without the last line end."""
    encoded = encodebytes(data).replace(b"\n", b"\r\n")
    forms = (encoded, encoded.removesuffix(b"\r\n"))
    return tuple(
        digest for form in forms for digest in (sha1(form, usedforsecurity=False).hexdigest(), sha256(form).hexdigest())
    )


def _same_name(held: str, name: str) -> bool:
    """Compare names; providers that write ASCII alone have a question mark for any other letter."""
    return held == name or ("?" in held and held == name.encode("ascii", "replace").decode("ascii"))


@dataclass(frozen=True, slots=True)
class Difference:
    """How a message differs from the one that was delivered: names of attachments and of header fields."""

    equal: tuple[str, ...]
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    added: tuple[str, ...]
    fields: tuple[str, ...]
    has_other_text: bool

    @property
    def is_slight(self) -> bool:
        """Tell one of header fields alone, none of which a sender writes for others to read."""
        said = _SAID_BY_THE_SENDER.intersection(self.fields) or any(name.startswith("content-") for name in self.fields)
        return not (said or self.changed or self.missing or self.added or self.has_other_text)

    def words(self) -> str:
        """Say it all, piece by piece."""
        pieces = (
            (self.changed, "{} is not the one delivered"),
            (self.missing, "{} was delivered and is not in it"),
            (self.added, "{} was not delivered"),
            (tuple(name or "what is no header field" for name in self.fields), "its header says another {}"),
            (("text",) if self.has_other_text else (), "its {} is another one"),
            (self.equal, "as delivered: {}"),
        )
        return "; ".join(said.format(_listed(names)) for names, said in pieces if names)


def difference(delivered: Outline, other: Outline) -> Difference | None:
    """Hold a message against what a brief receipt keeps of the delivered one; None when all of that is the same."""
    pairs, missing, added = _paired(delivered.files, other.files)
    equal = tuple(ours.name for held, ours in pairs if _has_digest(held, ours))
    changed = tuple(ours.name for held, ours in pairs if not _has_digest(held, ours))
    fields = tuple(dict.fromkeys(_other_fields(delivered, other)))
    has_other_text = delivered.between != other.between
    if not (changed or missing or added or fields or has_other_text):
        return None
    return Difference(equal, changed, missing, added, fields, has_other_text)


_Pairs = list[tuple[AttachmentHash, AttachmentHash]]


def _paired(
    delivered: tuple[AttachmentHash, ...], other: tuple[AttachmentHash, ...]
) -> tuple[_Pairs, tuple[str, ...], tuple[str, ...]]:
    """Pair the attachments, in order where they have the same names, else by name; give those left over too."""
    if len(delivered) == len(other) and all(map(_are_namesakes, delivered, other)):
        return list(zip(delivered, other, strict=True)), (), ()
    left, pairs, missing = list(other), [], []
    for held in delivered:
        ours = next((each for each in left if _are_namesakes(held, each)), None)
        if ours is None:
            missing.append(_stem(held))
        else:
            left.remove(ours)
            pairs.append((held, ours))
    return pairs, tuple(missing), tuple(each.name for each in left)


def _are_namesakes(held: AttachmentHash, ours: AttachmentHash) -> bool:
    return _same_name(_stem(held), ours.name)


def _has_digest(held: AttachmentHash, ours: AttachmentHash) -> bool:
    return held.stated in (ours.sha1, ours.sha256) if held.stated else held.sha256 == ours.sha256


def _other_fields(delivered: Outline, other: Outline) -> Iterator[str]:
    """Name the fields that stand more often, or say something else, in one than in the other; or in another order."""
    first, second = ([each for each in one.fields if each[0] not in _OF_PROVIDERS] for one in (delivered, other))
    apart = (Counter(first) - Counter(second)) + (Counter(second) - Counter(first))
    yield from sorted(name for name, _ in apart)
    if not apart and first != second:
        yield next(ours[0] for held, ours in zip(first, second, strict=True) if held != ours)


def _against_message(found: FoundMail, other: Document, read: FoundMail) -> Check | None:
    certified, theirs = found.certification, read.certification
    if read.is_pec and (read.original is None or (certified and theirs and certified.identifier != theirs.identifier)):
        return None  # about another message, or without one
    apart = difference(found.outline, read.outline)
    message_id = (read.original or read.face).message_id
    own_ids = () if certified is None else (certified.identifier, (certified.original_id or "").strip("<> "))
    is_another = bool(message_id) and message_id not in own_ids
    if apart is None and not is_another:
        return valid(CONTENT, "attested", f"It vouches for {other.name}: {_EXTENT}.")
    if apart is None:
        said = f"{other.name} reads as the message delivered, under another Message-ID: {message_id}."
        return indeterminate(CONTENT, "other_message", said)
    if is_another:
        if not (apart.equal or apart.changed):
            return None
        said = f"{other.name} has another Message-ID than the message delivered, and is not vouched for"
        return indeterminate(CONTENT, "other_message", f"{said}: {apart.words()}.")
    if apart.changed:
        return invalid(CONTENT, "hash_mismatch", f"{other.name} is not the message delivered: {apart.words()}.")
    if apart.is_slight:
        said = f"{other.name} has the text and the attachments delivered, yet {apart.words()}."
        return indeterminate(CONTENT, "header_mismatch", said)
    if not (apart.equal or message_id):
        return None
    return invalid(CONTENT, "message_mismatch", f"{other.name} is not the message delivered: {apart.words()}.")


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
