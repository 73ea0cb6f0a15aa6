"""Scenarios read from plain mappings and written back; our reader and the JSON Schema refuse the same."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from sigillo.domain.errors import Invalid
from sigillo.domain.scenario import ActStep, ConsentAnswer, Delay, NoticeResult, Scenario, Summary
from sigillo.domain.scenario_document import parse_scenario, scenario_document
from sigillo.domain.services.table import Move

SCHEMA = Path(__file__).resolve().parents[3] / "specs" / "scenario.schema.json"
VALIDATOR = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
LEAST: dict[str, object] = {"name": "mine", "services": ["lre", "ere"], "summary": "Mine."}
ACCEPT = {"act": "accept", "after": "PT1H"}
OPEN = {"act": "open", "after": "PT30M"}


def _problems(document: object) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        parse_scenario(document)
    assert all(error.detail.endswith((".", "?")) for error in refused.value.errors)
    return [(error.pointer, error.code) for error in refused.value.errors]


def test_what_is_left_out_has_its_default() -> None:
    """A name, services and a summary are enough: consent comes after an hour, a notice after a minute, no act."""
    scenario = parse_scenario(LEAST)
    assert (scenario.consent.answer, scenario.consent.after) == (ConsentAnswer.GIVEN, Delay.fixed(timedelta(hours=1)))
    assert [(step.result, step.after) for step in scenario.notices] == [
        (NoticeResult.SENT, Delay.fixed(timedelta(minutes=1)))
    ]
    assert (scenario.acts, scenario.rejected, scenario.delay_sets, scenario.custom) == ((), False, None, False)


def test_everything_can_be_said() -> None:
    """Each key of the format reaches the scenario."""
    scenario = parse_scenario(
        {
            **LEAST,
            "summary": {"en": "Mine.", "fr": "Le mien.", "it": "Il mio."},
            "deposit": "accepted",
            "consent": {"answer": "refused", "after": "2d"},
            "notices": [{"result": "bounced", "after": "PT0S", "reason": "full"}, {"result": "sent", "after": "PT2H"}],
            "acts": [
                {"act": "open", "after": {"from": "PT1M", "to": "PT2M"}},
                {"act": "refuse", "before_expiry": "1s"},
            ],
            "delay_sets": "consent",
        },
        custom=True,
    )
    assert scenario.summary == Summary("Mine.", "Le mien.", "Il mio.")
    assert scenario.consent.after == Delay.fixed(timedelta(days=2))
    assert [step.reason for step in scenario.notices] == ["full", None]
    assert scenario.acts == (
        ActStep(Move.OPEN, after=Delay(timedelta(minutes=1), timedelta(minutes=2))),
        ActStep(Move.REFUSE, before_expiry=timedelta(seconds=1)),
    )
    assert (scenario.delay_sets, scenario.custom, scenario.asks_consent) == ("consent", True, True)


def test_a_rejected_deposit_has_no_step() -> None:
    """A rejected scenario keeps its reason, is not about the consent and takes no delay."""
    scenario = parse_scenario({**LEAST, "deposit": "rejected", "deposit_reason": "Too big"})
    assert (scenario.rejected, scenario.deposit_reason) == (True, "Too big")
    assert (scenario.notices, scenario.acts, scenario.delay_sets, scenario.asks_consent) == ((), (), None, False)


@pytest.mark.parametrize("language", ["en", "fr", "it", "de"])
def test_a_summary_falls_back_to_english(language: str) -> None:
    """A language without a sentence of its own gets the English one."""
    assert Summary("Mine.", fr="Le mien.").text(language) == ("Le mien." if language == "fr" else "Mine.")


# One change to a good document each, what our reader says of it, and whether JSON Schema can say so too.
_NOT_BY_SCHEMA = [
    ({"consent": {"answer": "given", "after": "P61D"}}, ("/consent/after", "duration_out_of_range")),
    ({"notices": [{"result": "sent", "after": "P60DT1S"}]}, ("/notices/0/after", "duration_out_of_range")),
    ({"notices": [{"result": "sent"}, {"result": "sent"}]}, ("/notices/1", "after_final_notice")),
    ({"notices": [{"result": "failed"}, {"result": "sent"}]}, ("/notices/1", "after_final_notice")),
    ({"notices": [{"result": "bounced"}], "acts": [ACCEPT]}, ("/acts", "act_without_notice")),
    ({"acts": [ACCEPT, {"act": "open", "after": "PT2H"}]}, ("/acts/0/act", "deciding_act_not_last")),
    ({"acts": [OPEN, {"act": "accept", "after": "PT29M"}]}, ("/acts/1", "acts_out_of_order")),
    ({"acts": [{"act": "open", "before_expiry": "PT1H"}, ACCEPT]}, ("/acts/1", "acts_out_of_order")),
    (
        {"acts": [{"act": "open", "before_expiry": "PT1M"}, {"act": "accept", "before_expiry": "PT1H"}]},
        ("/acts/1", "acts_out_of_order"),
    ),
    (
        {"acts": [{"act": "open", "after": "P10D"}, {"act": "accept", "before_expiry": "P5D"}]},
        ("/acts/1", "acts_out_of_order"),
    ),
    ({"acts": [{"act": "open", "before_expiry": "PT0S"}]}, ("/acts/0/before_expiry", "duration_out_of_range")),
    ({"acts": [{"act": "open", "before_expiry": "P15D"}]}, ("/acts/0/before_expiry", "duration_out_of_range")),
    ({"acts": [{"act": "accept", "after": {"from": "PT2H", "to": "PT1H"}}]}, ("/acts/0/after", "backwards")),
]
_BY_SCHEMA = [
    ({"name": "Accept"}, ("/name", "bad_name")),
    ({"name": "1st"}, ("/name", "bad_name")),
    ({"name": "a" * 41}, ("/name", "bad_name")),
    ({"name": "a+b"}, ("/name", "bad_name")),
    ({"name": None}, ("/name", "bad_name")),
    ({"services": []}, ("/services", "wrong_length")),
    ({"services": "lre"}, ("/services", "wrong_type")),
    ({"services": ["lre", "lre"]}, ("/services/1", "duplicate")),
    ({"services": ["lra"]}, ("/services/0", "unknown_value")),
    ({"services": [["lre"]]}, ("/services/0", "unknown_value")),
    ({"summary": " "}, ("/summary", "blank")),
    ({"summary": "x" * 201}, ("/summary", "too_long")),
    ({"summary": "a\x00b"}, ("/summary", "unprintable")),
    ({"summary": "a\nb"}, ("/summary", "unprintable")),
    ({"summary": "a\ud800b"}, ("/summary", "unprintable")),
    ({"summary": 3}, ("/summary", "wrong_type")),
    ({"summary": {"fr": "Le mien."}}, ("/summary/en", "missing")),
    ({"summary": {"en": "Mine.", "de": "Meins."}}, ("/summary/de", "unknown_key")),
    ({"deposit": "refused"}, ("/deposit", "unknown_value")),
    ({"deposit": "rejected"}, ("/deposit_reason", "missing")),
    ({"deposit_reason": "Too big"}, ("/deposit_reason", "reason_without_rejection")),
    ({"deposit": "rejected", "deposit_reason": "x", "acts": []}, ("/acts", "step_after_rejection")),
    ({"deposit": "rejected", "deposit_reason": "x", "delay_sets": "act"}, ("/delay_sets", "step_after_rejection")),
    ({"consent": {"answer": "yes"}}, ("/consent/answer", "unknown_value")),
    ({"consent": {"after": "PT1H"}}, ("/consent/answer", "missing")),
    ({"consent": "given"}, ("/consent", "wrong_type")),
    ({"consent": {"answer": "none", "after": "PT1H"}}, ("/consent/after", "delay_without_answer")),
    ({"consent": {"answer": "given", "after": "an hour"}}, ("/consent/after", "bad_duration")),
    ({"consent": {"answer": "given", "after": "P1M"}}, ("/consent/after", "bad_duration")),
    ({"consent": {"answer": "given", "after": 60}}, ("/consent/after", "bad_duration")),
    ({"consent": {"answer": "given", "after": {"from": "PT1H"}}}, ("/consent/after/to", "missing")),
    ({"notices": []}, ("/notices", "wrong_length")),
    ({"notices": [{"result": "bounced"}] * 11}, ("/notices", "wrong_length")),
    ({"notices": [{"result": "sent", "reason": "fine"}]}, ("/notices/0/reason", "reason_without_failure")),
    ({"notices": [{"after": "PT1H"}]}, ("/notices/0/result", "missing")),
    ({"acts": {}}, ("/acts", "wrong_type")),
    ({"acts": [OPEN] * 21}, ("/acts", "wrong_length")),
    ({"acts": [{"act": "accept"}]}, ("/acts/0", "timing")),
    ({"acts": [{**ACCEPT, "before_expiry": "PT1S"}]}, ("/acts/0", "timing")),
    ({"acts": [{"act": "deposit", "after": "PT1H"}]}, ("/acts/0/act", "unknown_value")),
    ({"acts": [{"after": "PT1H"}]}, ("/acts/0/act", "missing")),
    ({"acts": [{"act": "fail_identity", "after": "PT1H"}]}, ("/acts/0/act", "act_not_in_service")),
    ({"delay_sets": "act"}, ("/delay_sets", "nothing_to_delay")),
    ({"delay_sets": "consent", "consent": {"answer": "ignored"}}, ("/delay_sets", "nothing_to_delay")),
    ({"delay_sets": "deposit"}, ("/delay_sets", "unknown_value")),
    ({"a/b~c": 1}, ("/a~1b~0c", "unknown_key")),
]


@pytest.mark.parametrize(("change", "problem"), _BY_SCHEMA + _NOT_BY_SCHEMA)
def test_what_is_wrong_is_told_with_its_place(change: dict[str, object], problem: tuple[str, str]) -> None:
    """One wrong thing makes one problem, with its pointer, its code and a sentence."""
    assert _problems({**LEAST, **change}) == [problem]


@pytest.mark.parametrize("change", [change for change, _ in _BY_SCHEMA])
def test_the_schema_refuses_it_too(change: dict[str, object]) -> None:
    """An editor with the JSON Schema underlines what our reader refuses, as far as JSON Schema can say it."""
    assert VALIDATOR.is_valid(LEAST)
    assert not VALIDATOR.is_valid({**LEAST, **change})


@pytest.mark.parametrize("key", ["name", "services", "summary"])
def test_what_must_be_there_is_missed(key: str) -> None:
    """Reader and schema both ask for the three keys without a default."""
    document = {k: v for k, v in LEAST.items() if k != key}
    assert _problems(document) == [(f"/{key}", "missing")]
    assert not VALIDATOR.is_valid(document)


@pytest.mark.parametrize("document", [None, 3, "accept", [], True])
def test_a_scenario_is_a_mapping(document: object) -> None:
    """Anything else is one problem at the root."""
    assert _problems(document) == [("", "wrong_type")]
    assert not VALIDATOR.is_valid(document)


def test_every_problem_is_told_at_once() -> None:
    """Wrong fields and broken rules between good fields come in one answer."""
    document = {
        "name": "Mine",
        "services": ["lre", "era"],
        "sumary": "Mine.",
        "notices": [{"result": "sent"}, {"result": "bounced"}],
        "acts": [{"act": "acept", "after": "PT1H"}, {"act": "open", "after": "x", "befor": 1}],
    }
    assert _problems(document) == [
        ("/sumary", "unknown_key"),
        ("/name", "bad_name"),
        ("/services/1", "unknown_value"),
        ("/summary", "missing"),
        ("/acts/0/act", "unknown_value"),
        ("/acts/1/befor", "unknown_key"),
        ("/acts/1/after", "bad_duration"),
        ("/notices/1", "after_final_notice"),
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"notice": []}, "'notice' is not known here: did you mean 'notices'?"),
        ({"acts": [{"act": "acept", "after": "PT1H"}]}, "'acept' is not known here: did you mean 'accept'?"),
        ({"services": ["fax"]}, "'fax' is not known here: write one of lre, ere, pec."),
        (
            {"acts": [{"act": "fail_identity", "after": "PT1H"}]},
            "ERE has no identity check: take this act out, or take ere out of services.",
        ),
    ],
)
def test_a_problem_says_what_to_do(change: dict[str, object], sentence: str) -> None:
    """The nearest known word is suggested, or all of them, and a missing ability is named."""
    with pytest.raises(Invalid, match=r".") as refused:
        parse_scenario({**LEAST, **change})
    assert [error.detail for error in refused.value.errors] == [sentence]


def test_a_flood_of_unknown_keys_is_cut_short() -> None:
    """A hostile document gets a short answer without its own long or unprintable keys as pointers."""
    problems = _problems({**LEAST, "k" * 10_000: 1, "a\ud800": 1, **{f"key{i}": 1 for i in range(1_000)}})
    assert len(problems) == 20
    assert problems[:3] == [("", "unknown_key"), ("", "unknown_key"), ("/key0", "unknown_key")]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"summary": {"en": "Mine.", "it": "Il mio."}},
        {"deposit": "rejected", "deposit_reason": "Too big"},
        {"consent": {"answer": "none"}},
        {"consent": {"answer": "refused", "after": {"from": "PT1H", "to": "P2DT3H4M5S"}}, "delay_sets": "consent"},
        {"notices": [{"result": "bounced", "reason": "full"}, {"result": "failed", "after": "PT0S"}]},
        {"acts": [OPEN, {"act": "accept", "before_expiry": "P14D"}], "delay_sets": "notice"},
        {"services": ["lre"], "acts": [OPEN, {"act": "fail_identity", "after": "PT30M"}]},
    ],
)
def test_written_and_read_again_it_is_the_same(change: dict[str, object]) -> None:
    """A scenario survives the way to its document and back, the document is JSON and the schema takes it."""
    document = {**LEAST, **change}
    before = copy.deepcopy(document)
    scenario = parse_scenario(document)
    written = json.loads(json.dumps(scenario_document(scenario)))
    assert document == before
    assert VALIDATOR.is_valid(document)
    assert VALIDATOR.is_valid(written)
    assert parse_scenario(written) == scenario
    assert scenario_document(parse_scenario(written)) == written


def test_a_delay_without_a_step_is_refused() -> None:
    """neglect+3d has nothing to move, and says so."""
    scenario: Scenario = parse_scenario(LEAST)
    with pytest.raises(Invalid, match="has no step that a delay could move; drop the"):
        scenario.delayed(timedelta(days=3))
