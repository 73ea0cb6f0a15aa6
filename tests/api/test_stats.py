"""Figures and alert rules through the API."""

from __future__ import annotations

from sigillo.api.document import document
from tests.api.caller import Caller, letter, pointers
from tests.specs.conformity import validator


def _send(api: Caller, *addresses: str) -> None:
    for address in addresses:
        service = address.rpartition("@")[2].partition(".")[0]
        body = letter(service=service, recipient={"name": "Jeanne Dupré", "email": address})
        assert api("POST", "/v1/letters", json=body).status_code == 201


def test_the_figures_of_everything(api: Caller) -> None:
    """Shares are over what ended, deliverability over those to be notified, times from the notice to the acceptance."""
    _send(api, "accept+1d@lre.test", "accept+3d@lre.test", "refuse+1h@lre.test", "neglect@ere.test", "bounce@ere.test")
    _send(api, "fail@lre.test", "manual@lre.test")
    assert api("GET", "/v1/stats").json()["in_progress"] == 7
    api("POST", "/v1/clock/advance", json={"by": "P20D"})
    told = api("GET", "/v1/stats").json()
    total = told["total"]
    assert (total["sent"], total["ended"], told["in_progress"]) == (7, 7, 0)
    assert total["outcomes"] == {"accepted": 2, "bounced": 1, "failed": 1, "neglected": 2, "refused": 1}
    assert (total["deliverability"], total["technical_failure_share"]) == (0.714286, 0.142857)
    assert total["time_to_acceptance"] == {
        "mean_s": 172_800.0,
        "p50_s": 86_400,
        "p90_s": 259_200,
        "p95_s": 259_200,
        "p99_s": 259_200,
    }


def test_figures_by_group_and_period(api: Caller) -> None:
    """Groups add up to the whole; a day is one of Paris; a period takes full hours."""
    _send(api, "accept+1d@lre.test", "accept+3d@ere.test")
    api("POST", "/v1/clock/advance", json={"by": "P5D"})
    by_day = api("GET", "/v1/stats?group_by=day&from=2026-01-06&to=2026-02-01").json()
    assert [(group["key"], group["outcomes"]) for group in by_day["groups"]] == [
        ("2026-01-06", {"accepted": 1}),
        ("2026-01-08", {"accepted": 1}),
    ]
    assert (by_day["from"], by_day["total"]["sent"]) == ("2026-01-05T23:00:00Z", 0)
    by_service = api("GET", "/v1/stats?group_by=service").json()["groups"]
    assert [(group["key"], group["sent"], group["ended"]) for group in by_service] == [("ere", 1, 1), ("lre", 1, 1)]
    assert [group["key"] for group in api("GET", "/v1/stats?group_by=week").json()["groups"]] == ["2026-W02"]
    assert api("GET", "/v1/stats?service=ere&from=2026-01-08T00:00:00Z").json()["total"]["ended"] == 1


def test_figures_since_the_first_day(api: Caller) -> None:
    """The clock's first day is taken too, though it begins in Paris an hour before the clock does."""
    _send(api, "accept@lre.test")
    told = api("GET", "/v1/stats?from=2000-01-01&group_by=month").json()
    assert (told["from"], told["total"]["sent"]) == ("2000-01-01T00:00:00Z", 1)
    assert pointers(api("GET", "/v1/stats?from=1999-12-31")) == {"/from": "out_of_range"}


def test_the_document_knows_the_days_there_are(api: Caller) -> None:
    """The last day of a month and a leap day are days, the day after is none, by the document as by the server."""
    told = document()["paths"]["/v1/stats"]["get"]["parameters"]
    schema = validator(next(one["schema"] for one in told if one["name"] == "from"), document())
    for day in ("2026-03-31", "2026-04-30", "2028-02-29", "2100-12-31", "2026-03-31T09:00:00Z"):
        assert (schema.is_valid(day), api("GET", f"/v1/stats?from={day}").status_code) == (True, 200), day
    for day in ("2026-04-31", "2026-02-29", "2100-02-29", "2026-00-10", "2026-04-31T09:00:00Z"):
        assert (schema.is_valid(day), api("GET", f"/v1/stats?from={day}").status_code) == (False, 422), day
    assert pointers(api("GET", "/v1/stats?from=2000-01-01T00:00:00%2B01:00")) == {"/from": "out_of_range"}


def test_a_period_that_is_none(api: Caller) -> None:
    """Half hours, words, an end before the beginning and unknown groups are told with their parameter."""
    assert pointers(api("GET", "/v1/stats?from=2026-01-08T00:30:00Z")) == {"/from": "not_a_full_hour"}
    assert pointers(api("GET", "/v1/stats?to=tomorrow&group_by=hour")) == {
        "/to": "bad_period",
        "/group_by": "unknown_value",
    }
    assert pointers(api("GET", "/v1/stats?from=2026-01-08&to=2026-01-08")) == {"/to": "empty_period"}
    assert pointers(api("GET", "/v1/stats?from=9999-12-31")) == {"/from": "out_of_range"}


def test_a_rule_of_ones_own(api: Caller) -> None:
    """A rule is made once per idempotency key, listed after the one of every workspace, changed and removed."""
    wanted = {"name": "Refusals", "metric": "refused_share", "threshold": 0.1, "window": "P7D", "min_letters": 5}
    made = [api("POST", "/v1/alert-rules", json=wanted, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [one.status_code for one in made] == [201, 201]
    assert made[0].json() == made[1].json()
    rule_id = made[0].json()["id"]
    assert [one["id"] for one in api("GET", "/v1/alert-rules").json()["data"]] == ["rule_technical_failures", rule_id]
    changed = api("PATCH", f"/v1/alert-rules/{rule_id}", json={"threshold": 0.2, "window": "PT12H"})
    assert (changed.json()["threshold"], changed.json()["window"], changed.json()["min_letters"]) == (0.2, "PT12H", 5)
    assert api("GET", f"/v1/alert-rules/{rule_id}").json() == changed.json()
    assert api("DELETE", f"/v1/alert-rules/{rule_id}").status_code == 204
    assert api("GET", f"/v1/alert-rules/{rule_id}").status_code == 404
    assert api("DELETE", "/v1/alert-rules/rule_technical_failures").status_code == 409


def test_a_rule_that_is_none(api: Caller) -> None:
    """Everything wrong with a rule is told at once."""
    wrong = {"name": " ", "metric": "speed", "threshold": 2, "window": "P1D", "min_letters": 0}
    assert pointers(api("POST", "/v1/alert-rules", json=wrong)) == {
        "/name": "blank",
        "/metric": "unknown_value",
        "/threshold": "out_of_range",
        "/min_letters": "out_of_range",
    }
    good = {"name": "Refusals", "metric": "refused_share", "threshold": 0.1, "window": "PT90M"}
    assert pointers(api("POST", "/v1/alert-rules", json=good)) == {"/window": "out_of_range"}


def test_an_alert_is_on_the_feed(api: Caller) -> None:
    """A raised alert is an event without a letter, found by its type, and a poll goes on after it."""
    _send(api, "fail@lre.test")
    api("POST", "/v1/clock/advance", json={"until": "idle"})
    events = api("GET", "/v1/events?type=alert.raised,alert.cleared").json()["data"]
    assert [event["type"] for event in events] == ["alert.cleared", "alert.raised"]
    alert = events[1]["data"]["alert"]
    assert (alert["rule_id"], alert["value"], alert["letters"]) == ("rule_technical_failures", 1.0, 1)
    assert "letter" not in events[1]["data"]
    after = api("GET", f"/v1/events?after={events[1]['id']}").json()["data"]
    assert [event["id"] for event in after] == [events[0]["id"]]
