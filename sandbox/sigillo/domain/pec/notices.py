"""What is certified of a message at each step of its way: one function a step (RFC 6109 §3.1 to §3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sigillo.domain.pec.certification import Certification, Fault, Kind, ReceiptType
from sigillo.domain.pec.dialects import Dialect
from sigillo.domain.pec.dispatch import Addressee, Dispatch, Office, Role, one_line


class Failure(StrEnum):
    """Why a message cannot be delivered."""

    UNKNOWN_MAILBOX = "unknown_mailbox"
    UNKNOWN_DOMAIN = "unknown_domain"
    FULL_MAILBOX = "full_mailbox"
    VIRUS = "virus"


class Deadline(StrEnum):
    """Which of the two notices of a delivery that is late (RFC 6109 §3.1.6)."""

    TWELVE_HOURS = "12h"
    DAY = "24h"


# The enhanced status codes are those of RFC 3463.
_WORDS: Final[Mapping[Failure, str]] = MappingProxyType(
    {
        Failure.UNKNOWN_DOMAIN: "5.1.2 - {provider} - dominio inesistente",
        Failure.FULL_MAILBOX: "5.2.2 - {provider} - casella piena",
        Failure.VIRUS: "5.7.1 - {provider} - rilevato un virus informatico",
    }
)
_REFUSED: Final = "5.7.1 - {provider} - il messaggio non ha superato i controlli formali del gestore"
_FAULTS: Final[Mapping[Failure, Fault]] = MappingProxyType(
    {
        Failure.UNKNOWN_DOMAIN: Fault.NO_DOMAIN,
        Failure.FULL_MAILBOX: Fault.OTHER,
        Failure.VIRUS: Fault.VIRUS,
    }
)


def accepted(dispatch: Dispatch, by: Office, *, at: datetime) -> Certification:
    """Acceptance by the sender's provider (§3.1.4)."""
    return _about(dispatch, by, Kind.ACCEPTANCE, at=at)


def refused(dispatch: Dispatch, by: Office, *, at: datetime, error: str, is_virus: bool = False) -> Certification:
    """Non-acceptance for a formal reason (§3.1.2) or for a virus (§3.1.3); ``error`` says why, in Italian."""
    said = _about(dispatch, by, Kind.NON_ACCEPTANCE, at=at)
    return said._replace(fault=Fault.VIRUS if is_virus else Fault.OTHER, error=one_line(error))


def transported(dispatch: Dispatch, by: Office, *, at: datetime) -> Certification:
    """The transport envelope (§3.1.5); it names the type of receipt that the sender asked for."""
    return _about(dispatch, by, Kind.TRANSPORT, at=at)._replace(receipt_type=dispatch.receipt_type)


def taken_in_charge(
    dispatch: Dispatch, by: Office, *, at: datetime, recipients: tuple[Addressee, ...]
) -> Certification:
    """Taking charge by the recipients' provider, for those of the recipients that are its own (§3.2.1)."""
    covered = tuple(recipient.address for recipient in recipients)
    return _about(dispatch, by, Kind.TAKING_CHARGE, at=at)._replace(taken_for=covered)


def delivered(dispatch: Dispatch, by: Office, *, at: datetime, recipient: Addressee) -> Certification:
    """Delivery to one recipient (§3.3.2); the receipt's type follows what was asked for and To or Cc."""
    said = _about(dispatch, by, Kind.DELIVERY, at=at)
    return said._replace(recipient=recipient.address, receipt_type=receipt_for(dispatch, recipient))


def receipt_for(dispatch: Dispatch, recipient: Addressee) -> ReceiptType:
    """Give the type of a recipient's receipt: who is copied gets the concise one, whatever was asked (§3.3.2)."""
    return dispatch.receipt_type if recipient.role is Role.TO else ReceiptType.CONCISE


def undelivered(
    dispatch: Dispatch, by: Office, *, at: datetime, recipient: Addressee, failure: Failure
) -> Certification:
    """Non-delivery to one recipient (§3.3.3), or for a virus (§3.2.4), in the provider's own words."""
    fault, words = words_of(failure, by.dialect)
    said = _about(dispatch, by, Kind.NON_DELIVERY, at=at)
    return said._replace(recipient=recipient.address, fault=fault, error=words)


def words_of(failure: Failure, dialect: Dialect) -> tuple[Fault, str]:
    """Give the fault that a provider certifies for a failure, and its words (``errore-esteso``)."""
    words = _WORDS.get(failure, dialect.unknown_mailbox_error)
    return _FAULTS.get(failure, dialect.unknown_mailbox), words.format(provider=dialect.provider)


def refusal_words(dialect: Dialect) -> str:
    """Give the words of a provider that turns a message away and says no more (§3.1.2)."""
    return _REFUSED.format(provider=dialect.provider)


def late_words(deadline: Deadline, dialect: Dialect) -> str:
    """Give a provider's words for a delivery that is late."""
    words = dialect.late_error if deadline is Deadline.DAY else dialect.early_error
    return words.format(provider=dialect.provider)


def delayed(dispatch: Dispatch, by: Office, *, at: datetime, recipient: Addressee, deadline: Deadline) -> Certification:
    """The notice after 12 or after 24 hours (§3.1.6); nothing but the words tells the one from the other."""
    words = late_words(deadline, by.dialect)
    said = _about(dispatch, by, Kind.DELAY, at=at)
    is_last = deadline is Deadline.DAY
    return said._replace(recipient=recipient.address, fault=Fault.OTHER, error=words, is_last=is_last)


def virus_detected(dispatch: Dispatch, by: Office, *, at: datetime, recipient: Addressee, virus: str) -> Certification:
    """Virus detection by the recipient's provider, told to the sender's provider (§3.2.3)."""
    said = _about(dispatch, by, Kind.VIRUS_DETECTION, at=at)
    return said._replace(recipient=recipient.address, fault=Fault.VIRUS, error=one_line(virus))


def anomalous(dispatch: Dispatch, by: Office, *, at: datetime, error: str) -> Certification:
    """What the text of an anomaly envelope says (§3.2.2); nothing of it is certified, so no XML carries it."""
    return _about(dispatch, by, Kind.ANOMALY, at=at)._replace(error=one_line(error))


def _about(dispatch: Dispatch, by: Office, kind: Kind, *, at: datetime) -> Certification:
    return Certification(
        kind=kind,
        sender=dispatch.sender,
        recipients=tuple([recipient.party for recipient in dispatch.recipients]),
        reply_to=dispatch.replies,
        subject=dispatch.subject,
        provider=by.dialect.provider,
        at=at,
        identifier=dispatch.identifier,
        original_id=dispatch.original_id,
    )
