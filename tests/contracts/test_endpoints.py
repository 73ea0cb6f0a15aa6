"""Webhook endpoints, deliveries and attempts, kept alike by every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sigillo.application.ports.storage import Store
from sigillo.application.ports.webhooks import DeliveryFilter
from sigillo.domain.endpoint import (
    Attempt,
    Delivery,
    DeliveryStatus,
    Endpoint,
    EndpointStatus,
    delivery_id,
    number_of_delivery,
)
from sigillo.domain.workspace import Workspace
from sigillo.storage.memory import MemoryStore
from sigillo.storage.sql import SqlStore
from tests.contracts.materials import START, fill, workspace

ALL = DeliveryFilter()
FULL = Endpoint(
    ordinal=1,
    id="whe_one",
    workspace_id="",
    url="https://é.test/?a=1",
    secret="whsec_b25l",
    created_at=START,
    description="Une « note »",
    event_types=("letter.accepted", "proof.available"),
    status=EndpointStatus.DISABLED,
    disabled_reason="Parti.",
    disabled_at=START + timedelta(days=5),
    secrets_made=2,
    previous_secret="whsec_dHdv",
    previous_until_s=1_000_000.25,
    position=7,
    failures=3,
    failing_since=START,
)


def endpoint(where: Workspace, ordinal: int, **changes: object) -> Endpoint:
    """An enabled endpoint for everything."""
    plain = Endpoint(ordinal, f"whe_{ordinal}", where.id, f"https://{ordinal}.test/", "whsec_eA==", START)
    return replace(plain, **changes)  # type: ignore[arg-type]  # each field is given by name


def delivery(where: Workspace, number: int, **changes: object) -> Delivery:
    """A pending delivery to the first endpoint, due ``number`` minutes after the start, in a line of its own."""
    plain = Delivery(
        number=number,
        workspace_id=where.id,
        endpoint=1,
        endpoint_id="whe_1",
        seq=10 * number,
        line=number,
        event_id=f"evt_{number}",
        event_type="letter.accepted",
        subject_id=f"ltr_{number}",
        created_at=START,
        next_attempt_at=START + timedelta(minutes=number),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # each field is given by name


def attempt(number: int, **changes: object) -> Attempt:
    """An attempt that was answered."""
    sent_at = datetime(2026, 7, 1, 12, 0, 0, 123_000, tzinfo=UTC)
    plain = Attempt(number, START, sent_at, 200, 1.25, {"webhook-id": "é"}, {"x": "y"}, b"\x00\xffok", None)
    return replace(plain, **changes)  # type: ignore[arg-type]  # each field is given by name


def test_an_endpoint_reads_back_as_it_was_kept(store: Store, one: Workspace) -> None:
    """Every field, found by id and by ordinal; a change replaces it."""
    full = replace(FULL, workspace_id=one.id)
    plain = endpoint(one, 2)
    with store.writing(one.id) as tx:
        assert tx.endpoints.last_ordinal() == 0
        tx.endpoints.add(full)
        tx.endpoints.add(plain)
        tx.endpoints.save(replace(plain, position=9, failures=1, failing_since=START))
    with store.reading(one.id) as tx:
        assert tx.endpoints.find("whe_one") == tx.endpoints.at(1) == full
        assert tx.endpoints.at(2) == replace(plain, position=9, failures=1, failing_since=START)
        assert (tx.endpoints.find("nobody"), tx.endpoints.at(3), tx.endpoints.last_ordinal()) == (None, None, 2)


def test_endpoints_are_listed_newest_first_and_readers_by_ordinal(store: Store, one: Workspace, two: Workspace) -> None:
    """A page goes on below an ordinal; readers are enabled and read for themselves; workspaces do not mix."""
    made = [endpoint(one, n, letters_only=n == 2) for n in range(1, 6)]
    made[3] = made[3].disabled("Genug.", START)
    with store.writing(one.id) as tx:
        for each in made:
            tx.endpoints.add(each)
    with store.writing(two.id) as tx:
        tx.endpoints.add(endpoint(two, 1))
    with store.reading(one.id) as tx:
        assert tx.endpoints.page(limit=2, before=None) == [made[4], made[3]]
        assert tx.endpoints.page(limit=9, before=3) == [made[1], made[0]]
        assert tx.endpoints.readers() == [made[0], made[2], made[4]]
        assert tx.endpoints.of_letters(made[1].url) == made[1]
        assert tx.endpoints.of_letters(made[0].url) is None


def test_a_removed_endpoint_is_gone_with_its_deliveries_and_its_ordinal_stays_taken(
    store: Store, one: Workspace
) -> None:
    """Nothing finds it or what was sent to it; the next one has the next ordinal."""
    first, second = endpoint(one, 1), endpoint(one, 2, letters_only=True)
    with store.writing(one.id) as tx:
        tx.endpoints.add(first)
        tx.endpoints.add(second)
        tx.deliveries.add([delivery(one, 1), delivery(one, 2, endpoint=2, endpoint_id="whe_2")])
        tx.deliveries.add_attempts([(1, attempt(1)), (2, attempt(1))])
    with store.writing(one.id) as tx:
        tx.endpoints.remove(second)
    with store.reading(one.id) as tx:
        assert (tx.endpoints.find("whe_2"), tx.endpoints.at(2), tx.endpoints.of_letters(second.url)) == (None,) * 3
        assert tx.endpoints.page(limit=9, before=None) == [first]
        assert tx.endpoints.last_ordinal() == 2
        assert (tx.deliveries.find(2), tx.deliveries.page(ALL, limit=9, before=None)) == (None, [delivery(one, 1)])
        assert tx.deliveries.due_endpoints(START + timedelta(days=1)) == [1]


def test_rewinding_lets_endpoints_begin_anew(store: Store, one: Workspace) -> None:
    """Positions and failures are forgotten, what disabled an endpoint is not; the place of sorting goes back too."""
    full = replace(FULL, workspace_id=one.id)
    with store.writing(one.id) as tx:
        assert tx.endpoints.sorted_to() is None
        tx.endpoints.rewind()
        assert tx.endpoints.sorted_to() is None
        tx.endpoints.add(full)
        tx.endpoints.save_sorted_to(5)
        tx.endpoints.save_sorted_to(6)
        assert tx.endpoints.sorted_to() == 6
        tx.endpoints.rewind()
    with store.reading(one.id) as tx:
        assert tx.endpoints.at(1) == replace(full, position=0, failures=0, failing_since=None)
        assert tx.endpoints.sorted_to() == 0


def test_a_reset_empties_deliveries_and_keeps_endpoints(store: Store, one: Workspace) -> None:
    """Clearing forgets deliveries and attempts, and their numbers begin again."""
    with store.writing(one.id) as tx:
        tx.endpoints.add(endpoint(one, 1))
        tx.deliveries.add([delivery(one, 1)])
        tx.deliveries.add_attempts([(1, attempt(1))])
        tx.clear()
    with store.writing(one.id) as tx:
        assert tx.endpoints.at(1) == endpoint(one, 1)
        assert (tx.deliveries.last_number(), tx.deliveries.find(1), tx.deliveries.attempts(1)) == (0, None, [])
        assert not tx.deliveries.any_open(1)


def test_a_delivery_and_its_attempts_read_back_as_they_were_kept(store: Store, one: Workspace) -> None:
    """Every field, whatever bytes a receiver answered; a change of standing replaces the one before."""
    waiting = delivery(one, 2, status=DeliveryStatus.WAITING, next_attempt_at=None)
    done = delivery(one, 1).missed(START, None).delivered(START + timedelta(hours=1), 204)
    nobody = attempt(2, status=None, error="Personne n’a répondu.", body=b"", headers={})
    with store.writing(one.id) as tx:
        tx.endpoints.add(endpoint(one, 1))
        tx.deliveries.add([delivery(one, 1), waiting])
        tx.deliveries.save([done])
        tx.deliveries.add_attempts([(1, attempt(1)), (1, nobody)])
    with store.reading(one.id) as tx:
        assert (tx.deliveries.find(1), tx.deliveries.find(2), tx.deliveries.find(3)) == (done, waiting, None)
        assert tx.deliveries.attempts(1) == [attempt(1), nobody]
        assert (tx.deliveries.attempts(2), tx.deliveries.last_number()) == ([], 2)


def test_what_is_dropped_from_the_log_is_gone_and_its_number_is_not_given_again(store: Store, one: Workspace) -> None:
    """Deliveries go with their attempts, attempts alone up to one; a rollback brings all back."""
    made = [delivery(one, number).delivered(START, 204) for number in range(1, 5)]
    with store.writing(one.id) as tx:
        tx.endpoints.add(endpoint(one, 1))
        tx.deliveries.add(made)
        tx.deliveries.add_attempts([(number, attempt(each)) for number in (1, 2, 3) for each in (1, 2, 3)])
    with pytest.raises(ValueError, match="no"), store.writing(one.id) as tx:
        tx.deliveries.drop([1, 2, 3])
        tx.deliveries.drop_attempts(2, up_to=3)
        raise ValueError("no")
    with store.writing(one.id) as tx:
        assert tx.deliveries.oldest(after=0, limit=3) == made[:3]
        assert len(tx.deliveries.attempts(1)) == len(tx.deliveries.attempts(2)) == 3
        tx.deliveries.drop([1, 3, 9])
        tx.deliveries.drop_attempts(2, up_to=2)
    with store.reading(one.id) as tx:
        assert (tx.deliveries.find(1), tx.deliveries.attempts(3), tx.deliveries.last_number()) == (None, [], 4)
        assert tx.deliveries.oldest(after=0, limit=9) == [made[1], made[3]]
        assert tx.deliveries.oldest(after=2, limit=9) == [made[3]]
        assert [each.number for each in tx.deliveries.page(ALL, limit=9, before=None)] == [4, 2]
        assert tx.deliveries.attempts(2) == [attempt(3)]


def test_what_is_due_comes_by_its_instant(store: Store, one: Workspace) -> None:
    """Pending ones only, up to the instant, the earliest first, as many as asked; disabled endpoints are mute."""
    with store.writing(one.id) as tx:
        tx.endpoints.add(endpoint(one, 1))
        tx.endpoints.add(endpoint(one, 2).disabled("Genug.", START))
        late = delivery(one, 1, next_attempt_at=START + timedelta(minutes=5))
        waiting = delivery(one, 4, status=DeliveryStatus.WAITING, next_attempt_at=None)
        mute = delivery(one, 5, endpoint=2, endpoint_id="whe_2")
        tx.deliveries.add([late, delivery(one, 2), delivery(one, 3), waiting, mute])
    with store.reading(one.id) as tx:
        until = START + timedelta(minutes=5)
        assert [each.number for each in tx.deliveries.due(1, until, limit=9)] == [2, 3, 1]
        assert [each.number for each in tx.deliveries.due(1, until, limit=1)] == [2]
        assert tx.deliveries.due(1, START, limit=9) == []
        assert tx.deliveries.due_endpoints(until) == [1]
        assert tx.deliveries.due_endpoints(START) == []


def test_a_line_holds_what_is_open_in_the_order_of_the_journal(store: Store, one: Workspace) -> None:
    """Delivered and failed ones are out of it; what an endpoint has taken beyond a place is known."""
    with store.writing(one.id) as tx:
        tx.endpoints.add(endpoint(one, 1))
        tx.endpoints.add(endpoint(one, 2))
        assert not tx.deliveries.any_open(1)
        tx.deliveries.add(
            [
                delivery(one, 1, line=7, seq=30, status=DeliveryStatus.WAITING, next_attempt_at=None),
                delivery(one, 2, line=7, seq=20),
                delivery(one, 3, line=7, seq=10).delivered(START, 200),
                delivery(one, 4, line=7, seq=15, status=DeliveryStatus.FAILED),
                delivery(one, 5, line=8, seq=40),
                delivery(one, 6, line=7, seq=50, endpoint=2, endpoint_id="whe_2"),
            ]
        )
    with store.reading(one.id) as tx:
        assert [each.number for each in tx.deliveries.line(1, 7)] == [2, 1]
        assert [each.number for each in tx.deliveries.line(1, 9)] == []
        assert (tx.deliveries.any_open(1), tx.deliveries.any_open(3)) == (True, False)
        assert tx.deliveries.taken(1, 15) == [20, 30, 40]
        assert tx.deliveries.taken(2, 50) == []


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (DeliveryFilter(), [4, 3, 2, 1]),
        (DeliveryFilter(endpoint_id="whe_2"), [4, 3]),
        (DeliveryFilter(endpoint_id="nobody"), []),
        (DeliveryFilter(status=("pending", "failed")), [4, 2, 1]),
        (DeliveryFilter(event_type=("ping",)), [3]),
        (DeliveryFilter(event_id="evt_1"), [1]),
        (DeliveryFilter(letter_id="ltr_2"), [2]),
        (DeliveryFilter(endpoint_id="whe_2", status=("pending",), letter_id="ltr_4"), [4]),
    ],
)
def test_deliveries_are_listed_newest_first(
    store: Store, one: Workspace, wanted: DeliveryFilter, numbers: list[int]
) -> None:
    """Every filter alone and together; a page goes on below a number."""
    with store.writing(one.id) as tx:
        tx.endpoints.add(endpoint(one, 1))
        tx.endpoints.add(endpoint(one, 2))
        second = {"endpoint": 2, "endpoint_id": "whe_2"}
        ping = delivery(one, 3, event_type="ping", subject_id="whe_2", status=DeliveryStatus.DELIVERED, **second)
        failed = delivery(one, 2, status=DeliveryStatus.FAILED)
        tx.deliveries.add([delivery(one, 1), failed, ping, delivery(one, 4, **second)])
    with store.reading(one.id) as tx:
        assert [each.number for each in tx.deliveries.page(wanted, limit=9, before=None)] == numbers
        assert [each.number for each in tx.deliveries.page(wanted, limit=1, before=4)] == [n for n in numbers if n < 4][
            :1
        ]


def test_the_end_of_the_journal(store: Store, one: Workspace) -> None:
    """The place of the last fact; 0 before the first."""
    with store.writing(one.id) as tx:
        assert tx.events.last() == 0
        fill(tx, range(1, 3))
        assert tx.events.last() == 4
    with store.reading(one.id) as tx:
        assert tx.events.last() == 4


def test_ids_of_deliveries_are_read_in_their_workspace_only(one: Workspace, two: Workspace) -> None:
    """An id gives its number back where it belongs, and nothing elsewhere or where it is none."""
    made = delivery_id(one.id, 12)
    assert number_of_delivery(made, workspace_id=one.id) == 12
    assert number_of_delivery(made, workspace_id=two.id) is None
    assert number_of_delivery("whd_12", workspace_id=one.id) is None


@pytest.mark.parametrize("kind", ["sql", "memory"])
def test_a_commit_is_told_and_a_rollback_is_not(kind: str, tmp_path: Path) -> None:
    """The stores ring after each transaction that was kept."""
    heard: list[str] = []
    on_disk = kind == "sql"
    store = SqlStore.open(tmp_path, committed=heard.append) if on_disk else MemoryStore(committed=heard.append)
    one = workspace("one")
    store.add_workspace(one)
    with store.writing(one.id):
        assert heard == []
    with pytest.raises(ValueError, match="no"), store.writing(one.id):
        raise ValueError("no")
    with store.try_writing(one.id):
        pass
    assert heard == [one.id, one.id]
    store.close()
