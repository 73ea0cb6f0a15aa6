"""Which scenarios a workspace knows, and which of them a letter gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.letter import Recipient
from sigillo.domain.scenario import Scenario, ScenarioChoice, choice_of_address, parse_choice


@dataclass(frozen=True, slots=True)
class Chosen:
    """The scenario of one letter; ``text`` is how the choice is written, e.g. ``accept+3d``."""

    scenario: Scenario
    text: str


def choose(
    known: Mapping[str, Scenario], recipient: Recipient, *, service: str, field: str | None, default: str
) -> Chosen:
    """Give the scenario of the ``scenario`` field, else of the recipient's address, else the workspace's default.

    Raises :class:`Invalid` pointing at the field or the address when there is no such scenario for the service.
    """
    if field:
        return resolve(known, parse_choice(field), service, "/scenario")
    by_address = choice_of_address(recipient.email, service)
    if by_address is not None:
        return resolve(known, by_address, service, "/recipient/email")
    return resolve(known, parse_choice(default), service, "/scenario")


def resolve(known: Mapping[str, Scenario], choice: ScenarioChoice, service: str, pointer: str) -> Chosen:
    """Give the scenario of a choice; raises :class:`Invalid` at ``pointer`` where the service has no such one."""
    scenario = known.get(choice.name)
    if scenario is None:
        raise Invalid([FieldError(pointer, "unknown_scenario", _unknown(known, choice.name, service))])
    if service not in scenario.services:
        detail = f"The scenario {choice.name!r} is for {', '.join(scenario.services)}, not for {service}."
        raise Invalid([FieldError(pointer, "scenario_of_another_service", detail)])
    delayed = scenario if choice.delay is None else scenario.delayed(choice.delay, pointer=pointer)
    return Chosen(delayed, choice.text)


def _unknown(known: Mapping[str, Scenario], name: str, service: str) -> str:
    names = sorted(n for n, scenario in known.items() if service in scenario.services)
    near = get_close_matches(name, names, 1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"There is no scenario {name[:40]!r}: {hint}Known for {service}: {', '.join(names)}."
