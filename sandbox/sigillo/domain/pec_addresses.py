"""What becomes of a PEC message to an address, where its sender named no scenario: pure, from what is at the address.

1. ``deliver@pec.test``, ``late+20h@pec.test``: the local part is a scenario and its delay.
2. A mailbox of the sandbox takes its mail, or is full.
3. Any other address at a PEC domain is unknown there.
4. ``@nodomain.test`` is no domain at all; whatever else there is has ordinary mail.

``pec.test`` is served by the dialect ``sigillo``, ``aruba.pec.test`` by the dialect ``aruba``, and so on, so that how
each provider writes can be seen without a mailbox.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from sigillo.domain.letter import Sender
from sigillo.domain.pec.dialects import DIALECTS, SIGILLO, Limits
from sigillo.domain.scenario import ScenarioChoice, parse_choice

DOMAIN: Final = "pec.test"
NO_DOMAIN: Final = "nodomain.test"
DEFAULT_SENDER: Final = Sender("Giulia Bianchi", "giulia.bianchi@pec.test", "Studio Bianchi S.r.l.")


@dataclass(frozen=True, slots=True)
class Place:
    """What there is at an address: a mailbox or none, whether that is full, and the ``limits`` of its plan.

    ``dialect`` is that of the mailboxes at its domain, this one or others; None where there are none.
    """

    dialect: str | None = None
    is_mailbox: bool = False
    is_full: bool = False
    limits: Limits | None = None


def choice_at(address: str, place: Place, *, scenarios: Container[str]) -> ScenarioChoice:
    """Give the scenario that an address comes to; ``scenarios`` are the names that PEC knows. Raises Invalid."""
    local, _, domain = address.lower().rpartition("@")
    if domain_dialect(domain) is not None and local.partition("+")[0] in scenarios:
        return parse_choice(local, "/recipient/email")
    if place.is_mailbox:
        return ScenarioChoice("full" if place.is_full else "deliver")
    if place.dialect is not None or domain_dialect(domain) is not None:
        return ScenarioChoice("unknown")
    return ScenarioChoice("nodomain" if domain == NO_DOMAIN else "ordinary")


def domain_dialect(domain: str) -> str | None:
    """Give the dialect of a domain of the sandbox's own, ``pec.test`` or ``<dialect>.pec.test``; None for any other."""
    if domain == DOMAIN:
        return SIGILLO.name
    name, dot, rest = domain.partition(".")
    return name if dot and rest == DOMAIN and name in DIALECTS else None


def dialect_at(address: str, place: Place) -> str:
    """Give how the provider of an address writes."""
    return place.dialect or domain_dialect(address.lower().rpartition("@")[2]) or SIGILLO.name


def limits_at(address: str, place: Place) -> Limits:
    """Give what the provider of an address lets pass."""
    return place.limits or DIALECTS[dialect_at(address, place)].limits
