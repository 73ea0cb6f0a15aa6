"""Scenarios as documents: a plain mapping to a :class:`Scenario` and back; ``specs/scenario.schema.json`` describes it.

Reading reports every problem at once, each with its JSON pointer, a stable code and what to do. It goes in two
steps: each field on its own (``_fields``), then the rules between fields that are good (``_rules``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise

from sigillo.domain.document import Node
from sigillo.domain.durations import format_duration
from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.scenario import (
    ActStep,
    ConsentAnswer,
    ConsentStep,
    Delay,
    NoticeResult,
    NoticeStep,
    Scenario,
    Summary,
)
from sigillo.domain.scenario_delays import read_delay, read_duration, written_delay
from sigillo.domain.scenario_route import OTHER_SERVICES_STEPS, read_route, route_rules, service_rules, written_step
from sigillo.domain.services import LETTER_SERVICES
from sigillo.domain.services.table import Move

# An answer window lasts 15 days at least, one hour less where it contains the change to summer time.
LONGEST_BEFORE_EXPIRY = timedelta(days=14)
SHORTEST_BEFORE_EXPIRY = timedelta(seconds=1)
SHORTEST_WINDOW = timedelta(days=15, hours=-1)
MOST_NOTICES = 10
MOST_ACTS = 20
LONGEST_TEXT = 200

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_STEPS = (*OTHER_SERVICES_STEPS, "route", "delay_sets")
_KEYS = ("name", "services", "summary", "deposit", "deposit_reason", *_STEPS)
_ACTS = (Move.OPEN, Move.FAIL_IDENTITY, Move.ACCEPT, Move.REFUSE)
_DECIDING = frozenset({Move.ACCEPT, Move.REFUSE})
_ANSWERING = frozenset({ConsentAnswer.GIVEN, ConsentAnswer.REFUSED})
_CONSENT = ConsentStep(ConsentAnswer.GIVEN, Delay.fixed(timedelta(hours=1)))
_NOTICE = NoticeStep(NoticeResult.SENT, Delay.fixed(timedelta(minutes=1)))


def parse_scenario(document: object, *, custom: bool = False) -> Scenario:
    """Read a scenario from JSON values; raise :class:`Invalid` with every problem."""
    root = Node.root(document)
    if not root.is_mapping(*_KEYS):
        raise Invalid(root.problems)
    scenario = _fields(root, custom=custom)
    _rules(root, scenario)
    if root.problems:
        raise Invalid(root.problems)
    return scenario


def scenario_document(scenario: Scenario) -> dict[str, object]:
    """Write a scenario as JSON values, in the order of the keys that people use; reading it gives the same back."""
    head: dict[str, object] = {
        "name": scenario.name,
        "services": list(scenario.services),
        "summary": _written_summary(scenario.summary),
        "deposit": "rejected" if scenario.rejected else "accepted",
    }
    if scenario.rejected:
        return {**head, "deposit_reason": scenario.deposit_reason}
    if scenario.route:
        sets = {"delay_sets": scenario.delay_sets} if scenario.delay_sets else {}
        return {**head, "route": [written_step(step) for step in scenario.route], **sets}
    steps: dict[str, object] = {
        "consent": _written_consent(scenario.consent),
        "notices": [_written_notice(step) for step in scenario.notices],
        "acts": [_written_act(step) for step in scenario.acts],
    }
    return {**head, **steps, **({"delay_sets": scenario.delay_sets} if scenario.delay_sets else {})}


# Each field on its own.


def _fields(root: Node, *, custom: bool) -> Scenario:
    """Read what is good; the scenario is whole only where no problem was noted."""
    name, services, summary = _name(root), _services(root), _summary(root)
    rejected, reason = _deposit(root)
    consent, notices, acts, route = _consent(root), _notices(root), _acts(root), read_route(root)
    _refuse_beside_route(root)
    return Scenario(
        name=name,
        services=services,
        summary=summary,
        consent=consent,
        notices=() if rejected else notices,
        acts=() if rejected else acts,
        rejected=rejected,
        deposit_reason=reason,
        route=() if rejected else route,
        delay_sets=_delay_sets(root, acts),
        custom=custom,
    )


def _name(root: Node) -> str:
    node = root.required("name")
    if node and isinstance(node.value, str) and _NAME.fullmatch(node.value):
        return node.value
    if node:
        node.refuse("bad_name", "A name has 1 to 40 of a-z, 0-9 and -, a letter first: write accept or my-case.")
    return ""


def _services(root: Node) -> tuple[str, ...]:
    node = root.required("services")
    items = list(node.items(least=1, most=len(LETTER_SERVICES))) if node else []
    services = [item.choice(LETTER_SERVICES) for item in items]
    for i, item in enumerate(items):
        if services[i] is not None and services[i] in services[:i]:
            item.refuse("duplicate", f"{services[i]!r} stands twice: take one out.")
    return tuple(service for service in services if service)


def _summary(root: Node) -> Summary:
    node = root.required("summary")
    if node and isinstance(node.value, str):
        return Summary(node.text(most=LONGEST_TEXT) or "")
    if node is None or not node.is_mapping("en", "fr", "it"):
        return Summary("")
    node.required("en")
    texts = {key: found.text(most=LONGEST_TEXT) for key in ("en", "fr", "it") if (found := node.child(key))}
    return Summary(texts.get("en") or "", texts.get("fr"), texts.get("it"))


def _deposit(root: Node) -> tuple[bool, str | None]:
    deposit, reason = root.child("deposit"), root.child("deposit_reason")
    rejected = deposit is not None and deposit.choice(("accepted", "rejected")) == "rejected"
    text = reason.text(most=LONGEST_TEXT) if reason else None
    if reason and not rejected:
        reason.refuse("reason_without_rejection", "Only a rejected deposit has a reason: take it out.")
    if rejected:
        root.required("deposit_reason")
        for key in _STEPS:
            if step := root.child(key):
                step.refuse("step_after_rejection", f"A rejected deposit ends the letter: take {key} out.")
    return rejected, text


def _consent(root: Node) -> ConsentStep:
    node = root.child("consent")
    if node is None or not node.is_mapping("answer", "after"):
        return _CONSENT
    required, after = node.required("answer"), node.child("after")
    answer = required.choice(ConsentAnswer) if required else None
    if after and answer and ConsentAnswer(answer) not in _ANSWERING:
        after.refuse("delay_without_answer", f"Nobody answers where answer is {answer}: take after out.")
        return _CONSENT
    delay = read_delay(after) if after else _CONSENT.after
    return ConsentStep(ConsentAnswer(answer), delay) if answer and delay else _CONSENT


def _notices(root: Node) -> tuple[NoticeStep, ...]:
    node = root.child("notices")
    if node is None:
        return (_NOTICE,)
    return tuple(step for item in node.items(least=1, most=MOST_NOTICES) if (step := _notice(item)))


def _notice(node: Node) -> NoticeStep | None:
    if not node.is_mapping("result", "after", "reason"):
        return None
    required, after, reason = node.required("result"), node.child("after"), node.child("reason")
    result = required.choice(NoticeResult) if required else None
    delay = read_delay(after) if after else _NOTICE.after
    text = reason.text(most=LONGEST_TEXT) if reason else None
    if reason and result == NoticeResult.SENT:
        reason.refuse("reason_without_failure", "A notice that is sent has no reason: take it out.")
    return NoticeStep(NoticeResult(result), delay, text) if result and delay else None


def _acts(root: Node) -> tuple[ActStep, ...]:
    node = root.child("acts")
    return tuple(step for item in node.items(most=MOST_ACTS) if (step := _act(item))) if node else ()


def _act(node: Node) -> ActStep | None:
    if not node.is_mapping("act", "after", "before_expiry"):
        return None
    required, after, before = node.required("act"), node.child("after"), node.child("before_expiry")
    act = required.choice(_ACTS) if required else None
    delay = read_delay(after) if after else None
    offset = read_duration(before, least=SHORTEST_BEFORE_EXPIRY, most=LONGEST_BEFORE_EXPIRY) if before else None
    if (after is None) is (before is None):
        node.refuse("timing", "An act has one time: write either after (the notice) or before_expiry.")
        return None
    return ActStep(Move(act), delay, offset) if act and (delay or offset) else None


def _refuse_beside_route(root: Node) -> None:
    for key in OTHER_SERVICES_STEPS:
        if root.child("route") is not None and (step := root.child(key)):
            step.refuse("step_beside_route", f"A PEC goes its route and knows no {key}: take {key} out.")


def _delay_sets(root: Node, acts: tuple[ActStep, ...]) -> str | None:
    node = root.child("delay_sets")
    if node is not None:
        return node.choice(("act", "notice", "consent", "route"))
    return "act" if acts else None


# The rules between fields.


def _rules(root: Node, scenario: Scenario) -> None:
    """Check each rule whose fields are all good by themselves."""
    bad = {problem.pointer.partition("/")[2].partition("/")[0] for problem in root.problems}
    for rule, fields in _RULES:
        if bad.isdisjoint(fields):
            root.problems.extend(rule(scenario))


def _notice_rules(scenario: Scenario) -> Iterator[FieldError]:
    for i, (step, _) in enumerate(pairwise(scenario.notices), start=1):
        if step.result is not NoticeResult.BOUNCED:
            detail = f"Nothing is tried after a notice that is {step.result}: take this one out, or let it bounce."
            yield FieldError(f"/notices/{i}", "after_final_notice", detail)


def _answer_rules(scenario: Scenario) -> Iterator[FieldError]:
    if scenario.acts and (not scenario.notices or scenario.notices[-1].result is not NoticeResult.SENT):
        yield FieldError("/acts", "act_without_notice", "Nobody can act on a notice that never arrives: end with sent.")


def _act_rules(scenario: Scenario) -> Iterator[FieldError]:
    for i, step in enumerate(scenario.acts):
        for service in scenario.services:
            if step.move not in LETTER_SERVICES[service].table:
                why = "has no identity check" if step.move is Move.FAIL_IDENTITY else f"knows no act {step.move}"
                detail = f"{service.upper()} {why}: take this act out, or take {service} out of services."
                yield FieldError(f"/acts/{i}/act", "act_not_in_service", detail)
        if step.move in _DECIDING and i < len(scenario.acts) - 1:
            detail = f"{step.move} decides the letter, so it comes last: take out what follows it."
            yield FieldError(f"/acts/{i}/act", "deciding_act_not_last", detail)


def _order_rules(scenario: Scenario) -> Iterator[FieldError]:
    for i, (earlier, later) in enumerate(pairwise(scenario.acts), start=1):
        if not _in_order(earlier, later):
            detail = "This act may come before the one above it: let it start when that one is surely done."
            yield FieldError(f"/acts/{i}", "acts_out_of_order", detail)


def _in_order(earlier: ActStep, later: ActStep) -> bool:
    if earlier.after is not None and later.after is not None:
        return earlier.after.high <= later.after.low
    if earlier.before_expiry is not None and later.before_expiry is not None:
        return earlier.before_expiry >= later.before_expiry
    if earlier.after is not None and later.before_expiry is not None:
        return earlier.after.high + later.before_expiry <= SHORTEST_WINDOW
    return False


def _delay_rules(scenario: Scenario) -> Iterator[FieldError]:
    if scenario.route and scenario.delay_sets not in (None, "route"):
        yield FieldError("/delay_sets", "nothing_to_delay", "A PEC has its route alone to delay: write route.")
    elif scenario.delay_sets == "act" and not scenario.acts:
        yield FieldError("/delay_sets", "nothing_to_delay", "There are no acts to delay: write notice, or take it out.")
    if scenario.delay_sets == "consent" and scenario.consent.answer not in _ANSWERING:
        detail = "Nobody answers the request for consent: write act or notice, or take it out."
        yield FieldError("/delay_sets", "nothing_to_delay", detail)
    if scenario.delay_sets == "route" and not scenario.route:
        yield FieldError("/delay_sets", "nothing_to_delay", "There is no route to delay: write act, or take it out.")


_RULES: tuple[tuple[Callable[[Scenario], Iterator[FieldError]], tuple[str, ...]], ...] = (
    (_notice_rules, ("notices",)),
    (_answer_rules, ("deposit", "notices", "acts")),
    (_act_rules, ("deposit", "services", "acts")),
    (_order_rules, ("acts",)),
    (_delay_rules, ("deposit", "consent", "acts", "route", "delay_sets")),
    (service_rules, ("deposit", "services", "route")),
    (route_rules, ("route",)),
)


# Back to JSON values.


def _written_summary(summary: Summary) -> object:
    others = {"fr": summary.fr, "it": summary.it}
    given = {language: text for language, text in others.items() if text is not None}
    return {"en": summary.en, **given} if given else summary.en


def _written_consent(step: ConsentStep) -> dict[str, object]:
    after = {"after": written_delay(step.after)} if step.answer in _ANSWERING else {}
    return {"answer": step.answer.value, **after}


def _written_notice(step: NoticeStep) -> dict[str, object]:
    reason = {"reason": step.reason} if step.reason is not None else {}
    return {"result": step.result.value, "after": written_delay(step.after), **reason}


def _written_act(step: ActStep) -> dict[str, object]:
    if step.after is not None:
        return {"act": step.move.value, "after": written_delay(step.after)}
    return {"act": step.move.value, "before_expiry": format_duration(step.before_expiry or timedelta(0))}
