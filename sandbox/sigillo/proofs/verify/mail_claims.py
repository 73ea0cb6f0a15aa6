"""What an e-mail says, held against what is signed: header fields are not, so anybody may have changed them.

1. Who signed is who it comes from (RFC 6109 §2.1, RFC 5750 §3).
2. PEC: the certification, which is signed, against the header fields, which are not (RFC 6109 §3).
3. PEC: the message inside is the one that the certification is about.
4. Brief receipts: the hashes against the files and messages given beside (RFC 6109 §3.3.2.2).
"""

from __future__ import annotations

import re
from base64 import encodebytes
from collections.abc import Callable, Iterator
from hashlib import sha1, sha256
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from sigillo.domain.errors import MalformedInput, TooLarge
from sigillo.domain.pec.certification import Certification, Kind
from sigillo.domain.pec.found import AttachmentHash, FoundMail
from sigillo.domain.pec.wording import SUBJECTS
from sigillo.domain.verdict import Check
from sigillo.proofs.verify.chain import extension_of
from sigillo.proofs.verify.findings import CLAIMS, CONTENT, EVIDENCE, indeterminate, invalid, valid
from sigillo.proofs.verify.material import Case, Document
from sigillo.proofs.verify.recognition import Format, recognise

ReadMail = Callable[[bytes], FoundMail]
_TO_PROVIDERS: Final = (Kind.TAKING_CHARGE, Kind.VIRUS_DETECTION)  # these go to the other provider's own mailbox
_HASH: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SUFFIX: Final = ".hash"


def judge_sender(found: FoundMail, signer: x509.Certificate) -> Check:
    """Judge whether who signed is who the message says it comes from."""
    known, sender = addresses_of(signer), found.face.sender
    if not found.has_one_sender:
        said = "The message names no sender, or several: nobody can tell whose the signature should be."
        return invalid(CLAIMS, "sender_unclear", said)
    if sender.lower() in (address.lower() for address in known):
        return valid(CLAIMS, "ok", f"It comes from {sender}, and the certificate is that address's.")
    if not known:
        said = f"The certificate names no e-mail address: nothing binds it to {sender}, whom the message names."
        return indeterminate(CLAIMS, "signer_without_address", said)
    said = f"The message says that it comes from {sender or 'nobody'}, the certificate is for {', '.join(known)}."
    return invalid(CLAIMS, "sender_mismatch", said)


def addresses_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """Give the e-mail addresses of a certificate: of its alternative names, else of its name."""
    names = extension_of(certificate, x509.SubjectAlternativeName)
    found = tuple(names.get_values_for_type(x509.RFC822Name)) if names is not None else ()
    own = certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)
    return found or tuple(str(each.value) for each in own)


def judge_certification(found: FoundMail) -> Iterator[Check]:
    """Judge what is certified against the header fields and the message inside; nothing for what certifies nothing."""
    said = found.certification
    if said is None:
        if found.kind is not None and found.kind is not Kind.ANOMALY:
            missing = "A PEC message of this kind carries daticert.xml; none can be read, so it certifies nothing."
            yield indeterminate(EVIDENCE, "certification_missing", missing)
        return
    wrong = [*_headers(found, said), *_original(found, said)]
    yield from wrong
    if not wrong:
        yield valid(EVIDENCE, "ok", "What is certified is what the header fields and the message inside say.")


def _headers(found: FoundMail, said: Certification) -> Iterator[Check]:
    if found.stated is not None and said.kind is not None and found.stated is not said.kind:
        yield _differs("kind_mismatch", f"a message of the kind {found.stated.value}", said.kind.value)
    if said.kind is None:
        yield indeterminate(EVIDENCE, "unknown_kind", "The certification is of a kind that no rule knows.")
        return
    face = found.face
    subjects = [f"{prefix}: {said.subject}" for (kind, _), prefix in SUBJECTS.items() if kind is said.kind]
    if said.subject and not any(_squeezed(subject) in _squeezed(face.subject) for subject in subjects):
        yield _differs("subject_mismatch", f"the subject “{face.subject}”", f"“{said.subject}”")
    if said.kind is Kind.TRANSPORT:
        if face.message_id and face.message_id != said.identifier:
            yield _differs("identifier_mismatch", f"the id {face.message_id}", said.identifier)
    elif said.kind not in _TO_PROVIDERS and face.to and said.sender.lower() not in map(str.lower, face.to):
        yield _differs("recipient_mismatch", f"that it goes to {', '.join(face.to[:3])}", f"{said.sender} as sender")
    reference = (said.original_id or "").strip("<> ")
    if reference and found.reference_id and found.reference_id != reference:
        yield _differs("reference_mismatch", f"that it is about {found.reference_id}", reference)


def _differs(code: str, stated: str, certified: str) -> Check:
    return invalid(EVIDENCE, code, f"The header fields say {stated}, the certification says {certified}.")


def _original(found: FoundMail, said: Certification) -> Iterator[Check]:
    inner = found.original
    if inner is None or said.kind not in (Kind.TRANSPORT, Kind.DELIVERY):
        return
    if inner.message_id and said.identifier and inner.message_id != said.identifier:
        inside = f"The message inside has the id {inner.message_id}, the certification is about {said.identifier}."
        yield invalid(EVIDENCE, "original_mismatch", inside)
    if inner.sender and said.sender and inner.sender.lower() != said.sender.lower():
        inside = f"The message inside comes from {inner.sender}, the certification names {said.sender}."
        yield invalid(EVIDENCE, "original_mismatch", inside)


def judge_files(
    found: FoundMail, document: Document, case: Case, read_mail: ReadMail
) -> tuple[tuple[Check, ...], tuple[Document, ...]]:
    """Judge the files beside: which are inside, or have the hash that stands inside; gives those vouched for too."""
    hashes = _hashes(found)
    whole = {sha256(each.content).digest() for each in (found.original.attachments if found.original else ())}
    checks: list[Check] = []
    vouched: list[Document] = []
    for other in case.others(document):
        if _is_inside(other, whole):
            vouched.append(other)
        elif hashes:
            check = _against(hashes, other, read_mail)
            checks += [] if check is None else [check]
            vouched += [other] if check is not None and check.code == "attested" else []
    if hashes and not checks:
        names = ", ".join(hashes)
        hint = f"Of the attachments it holds hashes alone ({names}): give the files beside it to have them compared."
        checks.append(valid(CONTENT, "hashes_only", hint))
    return tuple(checks), tuple(vouched)


def _hashes(found: FoundMail) -> dict[str, str]:
    """Give the hashes that a brief receipt holds, by the name of the attachment."""
    files = found.original.attachments if found.original is not None and found.kind is Kind.DELIVERY else ()
    held = {each.name.removesuffix(_SUFFIX): each.content for each in files if each.name.endswith(_SUFFIX)}
    texts = {name: content[:100].decode("ascii", "replace").strip().lower() for name, content in held.items()}
    return {name: text for name, text in texts.items() if _HASH.fullmatch(text)}


def _is_inside(other: Document, digests: set[bytes]) -> bool:
    try:
        return other.digest("sha256") in digests
    except MalformedInput:
        return False


def _against(hashes: dict[str, str], other: Document, read_mail: ReadMail) -> Check | None:
    """Compare with a file, or with the attachments of a message; None when it is another thing altogether."""
    try:
        data = other.whole()
    except (MalformedInput, TooLarge):
        return None
    if recognise(other) is Format.MAIL:
        return _against_message(hashes, other, read_mail(data).hashes)
    name = other.name.replace("\\", "/").rpartition("/")[2]
    fitting = next((each for each, digest in hashes.items() if digest in _as_sent(data)), None)
    if fitting is not None:
        return valid(CONTENT, "attested", f"{other.name} has the hash that stands for {fitting}.")
    if name in hashes:
        return indeterminate(
            CONTENT,
            "hash_mismatch",
            f"{other.name} has not the hash that stands for {name}: it is another file, or was sent in other lines. "
            "Give the message as it was sent.",
        )
    return None


def _against_message(hashes: dict[str, str], other: Document, own: tuple[AttachmentHash, ...]) -> Check | None:
    named = {each.name: (each.sha1, each.sha256) for each in own if each.name in hashes}
    changed = [name for name, digests in named.items() if hashes[name] not in digests]
    if changed:
        return invalid(CONTENT, "hash_mismatch", f"In {other.name} it is another {changed[0]} than the one delivered.")
    if named:
        return valid(CONTENT, "attested", f"The attachments in {other.name} are those delivered: {', '.join(named)}.")
    return None


def _as_sent(data: bytes) -> tuple[str, ...]:
    """Give the digests of a file in base64 as mail programs write it, with or without the last line end."""
    encoded = encodebytes(data).replace(b"\n", b"\r\n")
    forms = (encoded, encoded.removesuffix(b"\r\n"))
    return tuple(
        digest for form in forms for digest in (sha1(form, usedforsecurity=False).hexdigest(), sha256(form).hexdigest())
    )


def _squeezed(text: str) -> str:
    return " ".join(text.split())
