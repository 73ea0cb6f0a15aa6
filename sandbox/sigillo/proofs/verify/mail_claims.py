"""What an e-mail says, held against what is signed: header fields are not, so anybody may have changed them.

1. Who signed is who it comes from (RFC 6109 §2.1, RFC 5750 §3).
2. PEC: the certification, which is signed, against the header fields, which are not (RFC 6109 §3).
3. PEC: the message inside is the one that the certification is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from sigillo.domain.pec.certification import Certification, Kind
from sigillo.domain.pec.dispatch import SERVICE_ADDRESS
from sigillo.domain.pec.found import FoundMail
from sigillo.domain.pec.wording import SUBJECTS
from sigillo.domain.verdict import Check
from sigillo.proofs.verify.chain import extension_of
from sigillo.proofs.verify.findings import CLAIMS, EVIDENCE, indeterminate, invalid, valid

ReadMail = Callable[[bytes], FoundMail]
_SERVICE: Final = f"{SERVICE_ADDRESS}@"
_TO_PROVIDERS: Final = (Kind.TAKING_CHARGE, Kind.VIRUS_DETECTION)  # these go to the other provider's own mailbox


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
    if _is_passed_on(found, known):
        rewritten = f"{said} Mailing lists write themselves there, which no signature covers; what is certified stands."
        return indeterminate(CLAIMS, "sender_rewritten", rewritten)
    return invalid(CLAIMS, "sender_mismatch", said)


def _is_passed_on(found: FoundMail, known: tuple[str, ...]) -> bool:
    """Tell a certified message of a provider whose From names somebody who says to be no provider."""
    is_providers = any(address.lower().startswith(_SERVICE) for address in known)
    return found.certification is not None and is_providers and not found.face.sender.lower().startswith(_SERVICE)


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


def _squeezed(text: str) -> str:
    return " ".join(text.split())
