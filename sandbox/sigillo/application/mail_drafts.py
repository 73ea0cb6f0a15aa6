"""A PEC before it is sent: to whom it goes, and what becomes of it at each address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from sigillo.application.catalogue import Chosen, resolve
from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.letter import Recipient, Sender
from sigillo.domain.pec.dispatch import Addressee, Role, require_address
from sigillo.domain.pec_addresses import DEFAULT_SENDER, Place, choice_at, dialect_at, limits_at
from sigillo.domain.scenario import Scenario, parse_choice
from sigillo.domain.services.pec import PEC
from sigillo.domain.services.table import Move


class PlaceOf(Protocol):
    """Tells what there is at an address."""

    def __call__(self, address: str, /, *, arriving_bytes: int | None = None) -> Place:
        """Tell it; whether a mailbox is full only where it is said how large a message is to come into it."""


@dataclass(frozen=True, slots=True)
class Other:
    """A further recipient of a PEC; ``pointer`` is where it stood in what the sender wrote."""

    recipient: Recipient
    role: Role
    pointer: str


@dataclass(frozen=True, slots=True)
class HandedMail:
    """A message as a mail client handed it in, the letter's only part; its own Message-ID has its brackets."""

    original_id: str | None = None
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message is not accepted, in the provider's own words."""

    error: str
    is_virus: bool = False


@dataclass(frozen=True, slots=True)
class Routed:
    """A recipient, how the message names them, what becomes of it there, and how their provider writes."""

    recipient: Recipient
    addressee: Addressee
    chosen: Chosen
    dialect: str


def routed(
    recipients: Sequence[Other],
    *,
    field: str | None,
    scenarios: Mapping[str, Scenario],
    place: PlaceOf,
    message_bytes: int,
) -> tuple[Routed, ...]:
    """Find out for every recipient; ``field`` names one scenario for all. Raises Invalid with everything wrong."""
    errors = [*_address_errors(recipients)]
    known = _Known(scenarios)
    found = []
    for one in recipients:
        try:
            found.append(_routed(one, field, scenarios, place, known, message_bytes))
        except Invalid as invalid:
            errors += [_placed(error, one.pointer) for error in invalid.errors]
    if errors:
        raise Invalid(list(dict.fromkeys(errors)))
    return tuple(found)


def sender_errors(sender: Sender | None, recipients: Sequence[Other], place: PlaceOf) -> Iterator[FieldError]:
    """Give why the sender cannot send this: their address, or more recipients than their provider lets pass."""
    address = (sender or DEFAULT_SENDER).email
    try:
        require_address(address, "/sender/email")
    except Invalid as invalid:
        yield from invalid.errors
        return
    most = limits_at(address, place(address)).recipients
    if len(recipients) > most:
        detail = f"The provider of {address} takes {most} recipients a message; send this one to fewer."
        yield FieldError(recipients[most].pointer, "too_many_recipients", detail)


def mail_warnings(recipients: Sequence[Other], found: Sequence[Routed], *, field: str | None) -> Iterator[FieldError]:
    """Tell what comes of the addresses, where somebody may not have meant it; ``field`` names one scenario for all."""
    for pointer, one in zip((each.pointer for each in recipients), found, strict=False):
        address, name = one.recipient.email, one.chosen.scenario.name
        asked_for = field is not None or address.lower().partition("@")[0].partition("+")[0] == name
        if not one.addressee.is_certified:
            detail = f"{address} has ordinary mail, not PEC: the message leaves, and nobody certifies its delivery."
            yield FieldError(f"{pointer}/email", "not_pec", detail)
        elif not asked_for and name in _FAILING:
            yield FieldError(f"{pointer}/email", f"{name}_address", f"{address} {_FAILING[name]}")


_FAILING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "unknown": "is no mailbox: a notice of non-delivery will say so. POST /v1/mailboxes makes one.",
        "nodomain": "is at no domain: a notice of non-delivery will say so.",
        "full": "is full: a notice of non-delivery will say so.",
    }
)


@dataclass(frozen=True, slots=True)
class _Known:
    """The names of the scenarios that PEC knows."""

    scenarios: Mapping[str, Scenario]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self.scenarios and PEC.name in self.scenarios[name].services


def _routed(
    one: Other,
    field: str | None,
    scenarios: Mapping[str, Scenario],
    place: PlaceOf,
    known: _Known,
    message_bytes: int,
) -> Routed:
    address = one.recipient.email
    there = place(address, arriving_bytes=message_bytes if field is None else None)
    if field is not None:
        chosen = resolve(scenarios, parse_choice(field), PEC.name, "/scenario")
    else:
        choice = choice_at(address, there, scenarios=known)
        chosen = resolve(scenarios, choice, PEC.name, "/recipient/email")
    addressee = Addressee(address, one.role, is_certified=not _leaves_pec(chosen.scenario))
    return Routed(one.recipient, addressee, chosen, dialect_at(address, there))


def _leaves_pec(scenario: Scenario) -> bool:
    return bool(scenario.route) and scenario.route[-1].move is Move.RELAY


def _address_errors(recipients: Sequence[Other]) -> Iterator[FieldError]:
    seen: set[str] = set()
    for one in recipients:
        address = one.recipient.email.casefold()
        if address in seen:
            yield FieldError(f"{one.pointer}/email", "duplicate_recipient", f"{address} is named twice; leave it once.")
        seen.add(address)


def _placed(error: FieldError, pointer: str) -> FieldError:
    """Point an error about an address at where the address stood."""
    if error.pointer in ("/recipient/email", "/recipients"):
        return FieldError(f"{pointer}/email", error.code, error.detail)
    return error
