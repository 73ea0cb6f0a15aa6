"""The routes of PEC scenarios: what is refused and where, and what the JSON Schema refuses too."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from sigillo.domain.errors import Invalid
from sigillo.domain.scenario import Delay, RouteStep
from sigillo.domain.scenario_document import parse_scenario, scenario_document
from sigillo.domain.services.table import Move

SCHEMA = Path(__file__).resolve().parents[3] / "specs" / "scenario.schema.json"
VALIDATOR = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
TAKE = {"step": "take_charge", "after": "PT1M"}
DELIVER = {"step": "deliver", "after": "PT2M"}
DELAY = {"step": "delay", "after": "PT12H"}
TIME_OUT = {"step": "time_out", "after": "PT24H"}
LEAST: dict[str, object] = {"name": "mine", "services": ["pec"], "summary": "Mine.", "route": [TAKE, DELIVER]}
_LATER = {"step": "take_charge", "after": "PT13H"}
_OUT = "__out__"

_BY_SCHEMA = [
    ({"route": _OUT}, ("/route", "missing")),
    ({"route": _OUT, "deposit": "accepted"}, ("/route", "missing")),
    ({"services": ["lre"]}, ("/route", "route_of_pec")),
    ({"services": ["pec", "lre"]}, ("/route", "route_of_pec")),
    ({"services": ["lre", "pec"], "route": _OUT}, ("/route", "missing")),
    ({"consent": {"answer": "given"}}, ("/consent", "step_beside_route")),
    ({"notices": [{"result": "sent"}]}, ("/notices", "step_beside_route")),
    ({"acts": []}, ("/acts", "step_beside_route")),
    ({"delay_sets": "act"}, ("/delay_sets", "nothing_to_delay")),
    ({"delay_sets": "notice"}, ("/delay_sets", "nothing_to_delay")),
    ({"delay_sets": "consent"}, ("/delay_sets", "nothing_to_delay")),
    ({"services": ["lre"], "route": _OUT, "delay_sets": "route"}, ("/delay_sets", "nothing_to_delay")),
    ({"deposit": "rejected", "deposit_reason": "No"}, ("/route", "step_after_rejection")),
    ({"route": []}, ("/route", "wrong_length")),
    ({"route": [DELAY] * 11}, ("/route", "wrong_length")),
    ({"route": {}}, ("/route", "wrong_type")),
    ({"route": "deliver"}, ("/route", "wrong_type")),
    ({"route": ["deliver"]}, ("/route/0", "wrong_type")),
    ({"route": [TAKE, {"step": "deliver"}]}, ("/route/1/after", "missing")),
    ({"route": [TAKE, {"after": "PT2M"}]}, ("/route/1/step", "missing")),
    ({"route": [TAKE, {**DELIVER, "reason": "?"}]}, ("/route/1/reason", "unknown_key")),
    ({"route": [TAKE, {"step": "accept", "after": "PT2M"}]}, ("/route/1/step", "unknown_value")),
    ({"route": [{"step": "deposit", "after": "PT2M"}]}, ("/route/0/step", "unknown_value")),
    ({"route": [TAKE, {"step": "deliver", "after": "soon"}]}, ("/route/1/after", "bad_duration")),
    ({"route": [TAKE, {"step": "deliver", "after": {"from": "PT2M"}}]}, ("/route/1/after/to", "missing")),
    ({"route": [DELAY, {**DELAY, "after": "PT13H"}, TIME_OUT]}, ("/route/1/step", "step_repeated")),
]
_NOT_BY_SCHEMA = [
    ({"route": [TAKE]}, ("/route", "route_without_end")),
    ({"route": [DELAY]}, ("/route", "route_without_end")),
    ({"route": [DELIVER]}, ("/route/0/step", "step_out_of_order")),
    ({"route": [TAKE, TAKE, DELIVER]}, ("/route/1/step", "step_out_of_order")),
    ({"route": [TAKE, DELAY, TIME_OUT]}, ("/route/1/step", "step_out_of_order")),
    ({"route": [TAKE, {"step": "virus", "after": "PT2M"}]}, ("/route/1/step", "step_out_of_order")),
    ({"route": [TAKE, {"step": "no_domain", "after": "PT2M"}]}, ("/route/1/step", "step_out_of_order")),
    ({"route": [TAKE, {"step": "relay", "after": "PT2M"}]}, ("/route/1/step", "step_out_of_order")),
    ({"route": [{"step": "no_mailbox", "after": "PT2M"}]}, ("/route/0/step", "step_out_of_order")),
    ({"route": [{"step": "full_mailbox", "after": "PT2M"}]}, ("/route/0/step", "step_out_of_order")),
    ({"route": [TAKE, DELIVER, DELIVER]}, ("/route/2", "after_final_step")),
    ({"route": [{"step": "relay", "after": "PT1M"}, TAKE]}, ("/route/1", "after_final_step")),
    ({"route": [{**DELAY, "after": "PT11H59M59S"}, _LATER, TIME_OUT]}, ("/route/0/after", "too_early")),
    ({"route": [{**DELAY, "after": {"from": "PT1H", "to": "PT13H"}}, TIME_OUT]}, ("/route/0/after", "too_early")),
    ({"route": [TAKE, {**TIME_OUT, "after": "PT21H59M59S"}]}, ("/route/1/after", "too_early")),
    ({"route": [{"step": "take_charge", "after": "PT3M"}, DELIVER]}, ("/route/1", "steps_out_of_order")),
    (
        {"route": [{"step": "take_charge", "after": {"from": "PT1M", "to": "PT3M"}}, DELIVER]},
        ("/route/1", "steps_out_of_order"),
    ),
    ({"route": [TAKE, {"step": "deliver", "after": "P61D"}]}, ("/route/1/after", "duration_out_of_range")),
    ({"route": [TAKE, {"step": "deliver", "after": "PT24H1S"}]}, ("/route/1/after", "too_late")),
    ({"route": [TAKE, {"step": "deliver", "after": {"from": "PT2M", "to": "P2D"}}]}, ("/route/1/after", "too_late")),
    ({"route": [DELAY, {**TIME_OUT, "after": "PT24H1S"}]}, ("/route/1/after", "too_late")),
    ({"route": [_LATER, {**DELIVER, "after": "PT14H"}]}, ("/route/0/after", "notice_missing")),
    ({"route": [{"step": "no_domain", "after": "PT12H1S"}]}, ("/route/0/after", "notice_missing")),
    ({"route": [TIME_OUT]}, ("/route/0/after", "notice_missing")),
    ({"route": [TAKE, {"step": "deliver", "after": {"from": "PT3M", "to": "PT2M"}}]}, ("/route/1/after", "backwards")),
]


def _changed(change: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in {**LEAST, **change}.items() if value != _OUT}


def _problems(document: object) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        parse_scenario(document)
    assert all(error.detail.endswith((".", "?")) for error in refused.value.errors)
    return [(error.pointer, error.code) for error in refused.value.errors]


@pytest.mark.parametrize(("change", "problem"), _BY_SCHEMA + _NOT_BY_SCHEMA)
def test_what_is_wrong_is_told_with_its_place(change: dict[str, object], problem: tuple[str, str]) -> None:
    """One wrong thing makes one problem, with its pointer, its code and a sentence."""
    assert _problems(_changed(change)) == [problem]


@pytest.mark.parametrize("change", [change for change, _ in _BY_SCHEMA])
def test_the_schema_refuses_it_too(change: dict[str, object]) -> None:
    """An editor with the JSON Schema underlines what our reader refuses."""
    assert VALIDATOR.is_valid(LEAST)
    assert not VALIDATOR.is_valid(_changed(change))


@pytest.mark.parametrize("change", [change for change, _ in _NOT_BY_SCHEMA])
def test_the_schema_lets_pass_what_it_cannot_say(change: dict[str, object]) -> None:
    """What stands between steps and times is beyond a JSON Schema, so that this list is right, too."""
    assert VALIDATOR.is_valid(_changed(change))


def test_every_problem_is_told_at_once() -> None:
    """Wrong steps come in one answer; how they follow each other is told once each of them is right."""
    document = {**LEAST, "route": [{"step": "delay", "after": "PT1H"}, {"stap": "deliver"}], "acts": []}
    assert _problems(document) == [
        ("/route/0/after", "too_early"),
        ("/route/1/stap", "unknown_key"),
        ("/route/1/step", "missing"),
        ("/route/1/after", "missing"),
        ("/acts", "step_beside_route"),
    ]


_GOOD = [
    [TAKE, DELIVER],
    [TAKE, {"step": "deliver", "after": {"from": "PT2M", "to": "PT5M"}}],
    [TAKE, {"step": "no_mailbox", "after": "PT1M"}],
    [TAKE, {"step": "full_mailbox", "after": "PT2M"}],
    [TAKE, {"step": "time_out", "after": "PT22H"}],
    [DELAY, TIME_OUT],
    [DELAY, {"step": "virus", "after": "PT14H"}],
    [DELAY, _LATER, {"step": "deliver", "after": "PT13H"}],
    [{"step": "virus", "after": "PT0S"}],
    [{"step": "no_domain", "after": "PT1M"}],
    [{"step": "relay", "after": "P60D"}],
]


@pytest.mark.parametrize("route", _GOOD)
def test_written_and_read_again_it_is_the_same(route: list[dict[str, object]]) -> None:
    """A route survives the way to its document and back, and the schema takes both documents."""
    document = {**LEAST, "route": route, "delay_sets": "route"}
    scenario = parse_scenario(document)
    written = json.loads(json.dumps(scenario_document(scenario)))
    assert VALIDATOR.is_valid(document)
    assert VALIDATOR.is_valid(written)
    assert parse_scenario(written) == scenario
    assert [step["step"] for step in written["route"]] == [step["step"] for step in route]
    assert written["delay_sets"] == "route"


def test_a_rejection_needs_no_route() -> None:
    """A rejected deposit is one of any service, alone or beside the others."""
    for services in (["pec"], ["lre", "ere", "pec"]):
        document = {**_changed({"route": _OUT}), "services": services, "deposit": "rejected", "deposit_reason": "No"}
        assert parse_scenario(document).route == ()
        assert VALIDATOR.is_valid(document)


@pytest.mark.parametrize("delay", [timedelta(0), timedelta(seconds=30), timedelta(days=1)])
def test_a_delay_moves_the_last_step(delay: timedelta) -> None:
    """deliver+30s comes 30 seconds after the deposit, and the step before no later than that."""
    scenario = parse_scenario({**LEAST, "delay_sets": "route"}).delayed(delay)
    taken = min(timedelta(minutes=1), delay)
    assert scenario.route == (
        RouteStep(Move.TAKE_CHARGE, Delay.fixed(taken)),
        RouteStep(Move.DELIVER, Delay.fixed(delay)),
    )


@pytest.mark.parametrize(
    ("route", "least_h", "most_h"),
    [
        ([TAKE, DELIVER], 0, 24),
        ([DELAY, _LATER, {"step": "deliver", "after": "PT14H"}], 12, 24),
        ([TAKE, TIME_OUT], 22, 24),
        ([{"step": "virus", "after": "PT1M"}], 0, 12),
        ([{"step": "relay", "after": "PT1M"}], 0, 60 * 24),
    ],
)
def test_a_delay_keeps_the_notices_at_their_time(route: list[object], least_h: int, most_h: int) -> None:
    """RFC 6109 §3.1.6: a delay that would have a notice come too soon, or never, is refused where it stood."""
    scenario = parse_scenario({**LEAST, "route": route, "delay_sets": "route"})
    for hours in (least_h, most_h):
        delay = timedelta(hours=hours)
        assert scenario.delayed(delay).route[-1].after == Delay.fixed(delay)
        assert parse_scenario(scenario_document(scenario.delayed(delay))) == scenario.delayed(delay)
    beyond = [timedelta(hours=least_h, seconds=-1)] if least_h else []
    if most_h <= 24:
        beyond.append(timedelta(hours=most_h, seconds=1))
    for delay in beyond:
        with pytest.raises(Invalid) as refused:
            scenario.delayed(delay, pointer="/cc/0/email")
        assert [(error.pointer, error.code) for error in refused.value.errors] == [
            ("/cc/0/email", "delay_out_of_range")
        ]


def test_a_route_without_a_delay_to_set_refuses_one() -> None:
    """timeout+3d has nothing to move, and says so."""
    with pytest.raises(Invalid, match="has no step that a delay could move"):
        parse_scenario(LEAST).delayed(timedelta(days=3))
