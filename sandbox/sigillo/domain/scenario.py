"""A scenario: what the recipient, the mail route and the provider will do with a letter. Data, not code.

The format (``specs/scenario.schema.json``, read and written by ``scenario_document``)::

    name: accept                       # also the local part of its address, accept@lre.test
    services: [lre, ere]
    summary: {en: The recipient accepts., fr: …, it: …}         # or one English sentence
    deposit: accepted                  # or rejected, with deposit_reason
    consent: {answer: given, after: PT1H}          # given | refused | ignored | none
    notices: [{result: sent, after: PT1M}]         # sent | bounced | failed, each tried in turn
    acts: [{act: accept, after: {from: PT30M, to: PT8H}}]   # open | fail_identity | accept | refuse
    delay_sets: act                    # what `+3d` in the address replaces: act | notice | consent | route
    route: [{step: take_charge, after: PT1M}, {step: deliver, after: PT2M}]    # of a PEC, in place of the three above

``after`` counts from the notice for an act, from the deposit or the attempt before for a notice, from the request
for a consent; a range is drawn from the letter's own lot. ``before_expiry`` counts back from the end of the window.
Each step of a ``route`` counts from the deposit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sigillo.domain.durations import format_duration, parse_duration
from sigillo.domain.errors import FieldError, Invalid, MalformedInput
from sigillo.domain.services.table import Move

MANUAL = "manual"
NOT_BEFORE: Final[Mapping[Move, timedelta]] = MappingProxyType(
    {Move.DELAY: timedelta(hours=12), Move.TIME_OUT: timedelta(hours=22)}
)
"""How long after the deposit a step of a route comes at the earliest (RFC 6109 §3.1.6)."""

LONGEST_SILENCE: Final = timedelta(hours=12)
"""How long after the deposit a PEC's first step comes at the latest: then the notice of delay does (§3.1.6)."""

LONGEST_WAY: Final = timedelta(hours=24)
"""How long after the deposit a PEC has ended: then the sender's provider gives up (§3.1.6)."""


@dataclass(frozen=True, slots=True)
class Delay:
    """A delay drawn between ``low`` and ``high``; both the same when it is fixed."""

    low: timedelta
    high: timedelta

    @classmethod
    def fixed(cls, delay: timedelta) -> Delay:
        """Give a delay that is always the same."""
        return cls(delay, delay)


@dataclass(frozen=True, slots=True)
class Summary:
    """What happens, in one sentence for people: English always, French and Italian where somebody wrote them."""

    en: str
    fr: str | None = None
    it: str | None = None

    def text(self, language: str) -> str:
        """Give the sentence in a language (``en``, ``fr``, ``it``), in English where there is no other."""
        return {"fr": self.fr, "it": self.it}.get(language) or self.en


class ConsentAnswer(StrEnum):
    """What an individual answers when asked; ``IGNORED`` lets the request expire, ``NONE`` waits for a person."""

    GIVEN = "given"
    REFUSED = "refused"
    IGNORED = "ignored"
    NONE = "none"


class NoticeResult(StrEnum):
    """What happens to one attempt at the notice."""

    SENT = "sent"
    BOUNCED = "bounced"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ConsentStep:
    """The individual's answer and when it comes, counted from the request."""

    answer: ConsentAnswer
    after: Delay


@dataclass(frozen=True, slots=True)
class NoticeStep:
    """One attempt at the notice; a bounce followed by another attempt is a soft one."""

    result: NoticeResult
    after: Delay
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ActStep:
    """One act of the recipient, ``after`` the notice or ``before_expiry``; exactly one of them is given."""

    move: Move
    after: Delay | None = None
    before_expiry: timedelta | None = None


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One step of a PEC between the providers, ``after`` the deposit."""

    move: Move
    after: Delay


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario; see the module for what each field means."""

    name: str
    services: tuple[str, ...]
    summary: Summary
    consent: ConsentStep
    notices: tuple[NoticeStep, ...]
    acts: tuple[ActStep, ...] = ()
    rejected: bool = False
    deposit_reason: str | None = None
    delay_sets: str | None = None
    route: tuple[RouteStep, ...] = ()
    custom: bool = False

    @property
    def asks_consent(self) -> bool:
        """Tell whether the scenario is about the consent, so that the letter must need one."""
        return self.consent.answer in (ConsentAnswer.REFUSED, ConsentAnswer.IGNORED)

    def delayed(self, delay: timedelta, *, pointer: str = "/recipient/email") -> Scenario:
        """Give the scenario with the delay of its deciding step replaced, as ``accept+3d`` asks for.

        The acts or steps before the last come no later than it. Raises :class:`Invalid` at ``pointer`` where there is
        nothing to delay, or where a notice of a PEC's way would come before its time.
        """
        fixed = Delay.fixed(delay)
        if self.delay_sets == "consent":
            return replace(self, consent=replace(self.consent, after=fixed))
        if self.delay_sets == "notice":
            return replace(self, notices=(replace(self.notices[0], after=fixed), *self.notices[1:]))
        if self.delay_sets == "route":
            self._require_in_time(delay, pointer)
            sooner = tuple(replace(step, after=_at_most(step.after, delay)) for step in self.route[:-1])
            return replace(self, route=(*sooner, replace(self.route[-1], after=fixed)))
        if self.delay_sets is None:
            detail = f"The scenario {self.name!r} has no step that a delay could move; drop the + part."
            raise Invalid([FieldError(pointer, "scenario_takes_no_delay", detail)])
        earlier = tuple(_no_later(step, delay) for step in self.acts[:-1])
        return replace(self, acts=(*earlier, ActStep(self.acts[-1].move, after=fixed)))

    def _require_in_time(self, delay: timedelta, pointer: str) -> None:
        least = max((NOT_BEFORE[step.move] for step in self.route if step.move in NOT_BEFORE), default=timedelta(0))
        most = LONGEST_WAY if len(self.route) > 1 else LONGEST_SILENCE
        if delay < least or (delay > most and self.route[-1].move is not Move.RELAY):
            times = f"{format_duration(least)} to {format_duration(most)}"
            detail = f"The scenario {self.name!r} ends {times} after the deposit, as a PEC must (RFC 6109 §3.1.6)."
            raise Invalid([FieldError(pointer, "delay_out_of_range", detail)])


@dataclass(frozen=True, slots=True)
class ScenarioChoice:
    """A scenario by name, with the delay that the address or the field gave it, if any."""

    name: str
    delay: timedelta | None = None

    @property
    def text(self) -> str:
        """Give the choice as it is written in the ``scenario`` field, e.g. ``accept+3d``."""
        return self.name if self.delay is None else f"{self.name}+{_short(self.delay)}"


def parse_choice(text: str, pointer: str = "/scenario") -> ScenarioChoice:
    """Read ``accept`` or ``accept+3d``; raise :class:`Invalid` at ``pointer`` when the delay is none."""
    name, plus, delay = text.partition("+")
    if not plus:
        return ScenarioChoice(name)
    try:
        return ScenarioChoice(name, parse_duration(delay))
    except MalformedInput as error:
        raise Invalid([FieldError(pointer, "bad_delay", error.detail)]) from None


def choice_of_address(email: str, service: str) -> ScenarioChoice | None:
    """Give the scenario that an address asks for (``accept+3d@lre.test``); None at another domain."""
    local, _, domain = email.rpartition("@")
    if domain.lower() != f"{service}.test":
        return None
    return parse_choice(local.lower(), "/recipient/email")


def _no_later(step: ActStep, limit: timedelta) -> ActStep:
    if step.after is None:
        return ActStep(step.move, after=Delay.fixed(limit))
    return ActStep(step.move, after=_at_most(step.after, limit))


def _at_most(delay: Delay, limit: timedelta) -> Delay:
    return Delay(min(delay.low, limit), min(delay.high, limit))


def _short(delay: timedelta) -> str:
    seconds = int(delay.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
