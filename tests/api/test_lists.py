"""Lists: pages, filters, cursors, and the feed that a poll resumes."""

from __future__ import annotations

import pytest

from tests.api.caller import OTHER_KEY, Caller, letter, pointers


@pytest.fixture
def full(api: Caller) -> Caller:
    """Seven letters, two of them tagged."""
    for i in range(7):
        api("POST", "/v1/letters", json=letter(reference=f"r{i}", tags=["odd"] if i % 2 else []))
    return api


def test_pages_hold_everything_once(full: Caller) -> None:
    """Following the cursors gives every letter once, newest first, though letters are added meanwhile."""
    seen: list[str] = []
    query: dict[str, object] = {"limit": 3}
    while True:
        page = full("GET", "/v1/letters", params=query).json()
        seen += [one["reference"] for one in page["data"]]
        full("POST", "/v1/letters", json=letter(reference="later"))
        if not page["has_more"]:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == [f"r{i}" for i in range(6, -1, -1)]
    assert page["next_cursor"] is None


def test_filters(full: Caller) -> None:
    """Each filter restricts the list."""

    def count(**params: str) -> int:
        return len(full("GET", "/v1/letters", params=params).json()["data"])

    assert count(tag="odd") == 3
    assert count(reference="r3") == 1
    assert count(recipient="ACCEPT@lre.test") == 7
    assert count(status="accepted,refused") == 0
    assert count(status="deposited") == 7
    assert count(service="ere") == 0
    assert count(created_before="2026-01-05T08:00:00Z") == 0


@pytest.mark.parametrize("where", ["/v1/letters", "/v1/events"])
def test_a_cursor_of_somebody_else(full: Caller, where: str) -> None:
    """A cursor is refused in another workspace, with other filters, on another list and when it was changed."""
    cursor = full("GET", where, params={"limit": 2}).json()["next_cursor"]
    other_list = "/v1/events" if where == "/v1/letters" else "/v1/letters"
    bad = {"/cursor": "bad_cursor"}
    assert pointers(full.with_key(OTHER_KEY)("GET", where, params={"cursor": cursor})) == bad
    assert pointers(full("GET", other_list, params={"cursor": cursor})) == bad
    filters = {"tag": "odd"} if where == "/v1/letters" else {"type": "letter.deposited"}
    assert pointers(full("GET", where, params={"cursor": cursor, **filters})) == bad
    changed = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    assert pointers(full("GET", where, params={"cursor": changed})) == bad
    assert pointers(full("GET", where, params={"cursor": "é"})) == bad
    assert full("GET", where, params={"cursor": cursor, "limit": 1}).status_code == 200


def test_a_cursor_from_before_a_reset(full: Caller) -> None:
    """A cursor does not outlive the emptying of its workspace."""
    cursor = full("GET", "/v1/letters", params={"limit": 2}).json()["next_cursor"]
    full("POST", "/v1/workspace/reset")
    assert pointers(full("GET", "/v1/letters", params={"cursor": cursor})) == {"/cursor": "bad_cursor"}


def test_a_poll_misses_nothing(full: Caller) -> None:
    """Asking for what came after the last event seen gives every event once, oldest first."""
    first = full("GET", "/v1/events", params={"limit": 100}).json()["data"][-1]
    seen, last = [first["id"]], first["id"]
    for _ in range(50):
        page = full("GET", "/v1/events", params={"after": last, "limit": 2}).json()
        if not page["data"]:
            full("POST", "/v1/clock/advance", json={"until": "next_event"})
            page = full("GET", "/v1/events", params={"after": last, "limit": 2}).json()
        seen += [event["id"] for event in page["data"]]
        last = seen[-1]
        if not page["has_more"] and len(seen) > 20:
            break
    full_list = [event["id"] for event in full("GET", "/v1/events", params={"limit": 100}).json()["data"]]
    assert seen == full_list[::-1][: len(seen)]


def test_bad_queries(memory_api: Caller) -> None:
    """Every wrong query parameter is told at once, unknown and repeated ones too."""
    answer = memory_api("GET", "/v1/letters?limit=0&status=lost&lmit=3&created_after=2026-01-01T00:00:00")
    assert pointers(answer) == {
        "/limit": "out_of_range",
        "/status/0": "unknown_value",
        "/lmit": "unknown_field",
        "/created_after": "no_zone",
    }
    assert pointers(memory_api("GET", "/v1/letters?limit=1&limit=2")) == {"/limit": "repeated"}
    assert pointers(memory_api("GET", "/v1/events?limit=ten")) == {"/limit": "wrong_type"}
    unknown = memory_api("GET", "/v1/events?after=evt_00000000000000000000_01")
    assert pointers(unknown) == {"/after": "unknown_event"}
