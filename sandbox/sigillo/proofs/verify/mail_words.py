"""What an e-mail is about, in plain words and as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sigillo.domain.calendar import format_instant
from sigillo.domain.pec.certification import Certification, Kind
from sigillo.domain.pec.found import FoundMail, ReadMessage
from sigillo.proofs.verify.findings import plain

_MOST_NAMED: Final = 20
NAMES: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.ACCEPTANCE: "receipt of acceptance",
        Kind.NON_ACCEPTANCE: "notice of non-acceptance",
        Kind.TAKING_CHARGE: "receipt of taking charge",
        Kind.DELIVERY: "receipt of delivery",
        Kind.TRANSPORT: "transport envelope",
        Kind.NON_DELIVERY: "notice of non-delivery",
        Kind.DELAY: "notice that delivery is late",
        Kind.VIRUS_DETECTION: "notice of a virus",
        Kind.ANOMALY: "anomaly envelope: ordinary mail, nothing of it is certified",
    }
)
_SENTENCES: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.ACCEPTANCE: "{provider} accepted the message {subject} of {sender} to {recipients}, {at}.",
        Kind.NON_ACCEPTANCE: "{provider} refused the message {subject} of {sender} to {recipients}, {at}: {error}.",
        Kind.TAKING_CHARGE: "{provider} took charge of the message {subject} of {sender} for {taken_for}, {at}.",
        Kind.DELIVERY: "{provider} delivered the message {subject} of {sender} to {recipient}, {at}.",
        Kind.TRANSPORT: "{provider} carries the message {subject} of {sender} to {recipients}, {at}.",
        Kind.NON_DELIVERY: "{provider} did not deliver message {subject} of {sender} to {recipient}, {at}: {error}.",
        Kind.DELAY: "{provider} had not delivered the message {subject} of {sender} to {recipient} by {at}: {error}.",
        Kind.VIRUS_DETECTION: "{provider} found a virus in the message {subject} of {sender} to {recipient}, {at}.",
    }
)


def about_mail(found: FoundMail) -> dict[str, object]:
    """Say what a message is about: what is certified where it is, else what its header fields say."""
    said: dict[str, object] = {"format": "pec" if found.is_pec else "mail"}
    if found.kind is not None:
        said |= {"kind": found.kind.value, "name": NAMES[found.kind]}
    if found.certification is not None:
        said |= _certified(found.certification)
    else:
        said |= {"sender": found.face.sender, "recipient": _listed(found.face.to), "subject": found.face.subject}
        if found.face.at is not None:
            said["at"] = format_instant(found.face.at)
    if found.receipt_type is not None:
        said["receipt_type"] = found.receipt_type.value
    if found.original is not None:
        said["original"] = _original(found.original)
    if found.oddities:
        said["oddities"] = [plain(odd) for odd in found.oddities]
    return {name: plain(value) if isinstance(value, str) else value for name, value in said.items()}


def name_of_mail(found: FoundMail) -> str:
    """Say in a few words what kind of message it is."""
    if found.kind is not None:
        return f"A message of certified e-mail (PEC): {NAMES[found.kind]}."
    return "An e-mail with an S/MIME signature." if found.signature is not None else "An e-mail."


def _certified(said: Certification) -> dict[str, object]:
    words = {
        "provider": said.provider,
        "sender": said.sender,
        "recipient": said.recipient or _listed(tuple(party.address for party in said.recipients)),
        "subject": said.subject,
        "at": "" if said.at is None else format_instant(said.at),
        "identifier": said.identifier,
        "message_id": said.original_id,
        "fault": said.fault.value,
        "error": said.error,
        "summary": _sentence(said),
    }
    return {name: value for name, value in words.items() if value}


def _sentence(said: Certification) -> str:
    if said.kind is None or said.kind not in _SENTENCES:
        return ""
    return _SENTENCES[said.kind].format(
        provider=said.provider or "A provider",
        subject=f"“{said.subject}”",
        sender=said.sender,
        recipient=said.recipient,
        recipients=_listed(tuple(party.address for party in said.recipients)),
        taken_for=_listed(said.taken_for),
        at="at an unknown time" if said.at is None else format_instant(said.at),
        error=(said.error or "no reason is given").rstrip("."),
    )


def _listed(addresses: tuple[str, ...]) -> str:
    more = f" and {len(addresses) - _MOST_NAMED} more" if len(addresses) > _MOST_NAMED else ""
    return ", ".join(addresses[:_MOST_NAMED]) + more


def _original(message: ReadMessage) -> dict[str, object]:
    files = [
        {"name": plain(each.name), "media_type": plain(each.media_type), "size": len(each.content)}
        for each in message.attachments[:_MOST_NAMED]
    ]
    return {
        "sender": plain(message.sender),
        "to": plain(_listed(message.to)),
        "subject": plain(message.subject),
        "message_id": plain(message.message_id),
        "attachments": files,
    }
