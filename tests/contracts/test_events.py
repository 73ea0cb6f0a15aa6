"""The journal: order, paging, places."""

from __future__ import annotations

import pytest

from sigillo.application.announcements import announce
from sigillo.application.ports.storage import Store
from sigillo.domain.events import EventType, chained
from sigillo.domain.workspace import Workspace
from tests.contracts.materials import START, fact, fill, letter

PROOF, DEPOSITED = EventType.PROOF_AVAILABLE, EventType.DEPOSITED


def test_a_letter_s_facts_come_back_in_order_and_chained(store: Store, one: Workspace) -> None:
    """Facts are kept whole, ids and digests before included, though facts of others were written between."""
    data = {"reason": "l’été 🎈 \"'", "deep": [{"n": 1, "none": None}], "long": "x" * 100_000}
    with store.writing(one.id) as transaction:
        first, _ = fill(transaction, range(1, 3))
        third = fact(first, 3, EventType.NOTIFIED, data)
        transaction.events.append([(1, third)])
        transaction.events.append([])
    with store.reading(one.id) as transaction:
        assert transaction.events.of_letter(1) == [fact(first, 1), fact(first, 2, PROOF), third]
        assert transaction.events.of_letter(9) == []
        assert [each.event for each in transaction.events.newest(None, limit=1, before=None)] == [third]


def test_places_grow_from_one(store: Store, one: Workspace, two: Workspace) -> None:
    """Each workspace counts its own journal, so that another one's facts leave no holes in it."""
    for where in (one, two, one):
        with store.writing(where.id) as transaction:
            count = sum(transaction.letters.counts().values())
            fill(transaction, range(count + 1, count + 2))
    for where, places in ((one, [1, 2, 3, 4]), (two, [1, 2])):
        with store.reading(where.id) as transaction:
            assert [each.seq for each in transaction.events.following(None, limit=9, after=0)] == places


def test_pages_run_both_ways(store: Store, one: Workspace) -> None:
    """Newest first below a place, oldest first beyond one, each with its letter, and stable under inserts."""
    with store.writing(one.id) as transaction:
        made = fill(transaction, range(1, 4))
    with store.writing(one.id) as transaction:
        newest = transaction.events.newest(None, limit=4, before=None)
        fill(transaction, range(4, 5))
        older = transaction.events.newest(None, limit=4, before=newest[-1].seq)
        following = transaction.events.following(None, limit=3, after=older[0].seq)
    assert [each.seq for each in newest + older] == [6, 5, 4, 3, 2, 1]
    assert [each.letter for each in newest] == [made[2], made[2], made[1], made[1]]
    assert [each.event for each in older] == [fact(made[0], 2, PROOF), fact(made[0], 1)]
    assert [each.seq for each in following] == [3, 4, 5]


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ([PROOF], [2, 4]),
        (["letter.deposited"], [1, 3]),
        ([PROOF, DEPOSITED, PROOF], [1, 2, 3, 4]),
        (["letter.bounced"], []),
        ([], []),
    ],
)
def test_types_restrict_the_journal(store: Store, one: Workspace, types: list[str], expected: list[int]) -> None:
    """Only facts of the types are given, in the journal's order, up to the limit."""
    with store.writing(one.id) as transaction:
        fill(transaction, range(1, 3))
    with store.reading(one.id) as transaction:
        events = transaction.events
        assert [each.seq for each in events.following(types, limit=9, after=0)] == expected
        assert [each.seq for each in events.following(types, limit=1, after=0)] == expected[:1]
        assert [each.seq for each in events.newest(types, limit=9, before=None)] == expected[::-1]
        assert [each.seq for each in events.newest(types, limit=9, before=4)] == [n for n in expected[::-1] if n < 4]


def test_the_place_of_an_event(store: Store, one: Workspace, two: Workspace) -> None:
    """An event's place is found by its id; what is no id, or not of this workspace, has none."""
    with store.writing(one.id) as transaction:
        first = fill(transaction, range(1, 2))[0]
    known = fact(first, 2).id
    strange = [known[:-2] + "2", known[:-2] + "99", known[:-2] + "9" * 40, known[:-2] + "²", "", "evt__", "x\x00"]
    with store.reading(one.id) as transaction:
        assert transaction.events.seq_of(known) == 2
        assert [transaction.events.seq_of(each) for each in [*strange, fact(letter(one, 9), 1).id]] == [None] * 8
    with store.reading(two.id) as transaction:
        assert transaction.events.seq_of(known) is None


def test_facts_of_the_workspace_itself(store: Store, one: Workspace) -> None:
    """What is about no letter has its place in the journal, a chain of its own, and a place found by its id."""
    with store.writing(one.id) as transaction:
        assert transaction.events.last_of_workspace() == (0, "")
        fill(transaction, range(1, 2))
        told = [announce(transaction, EventType.DEPOSITED, {"n": n}, at=START) for n in (1, 2)]
        assert transaction.events.last_of_workspace() == (2, told[1].digest)
    with store.reading(one.id) as transaction:
        found = transaction.events.following(None, limit=9, after=2)
        assert [(each.seq, each.event, each.letter) for each in found] == [(3, told[0], None), (4, told[1], None)]
        assert [transaction.events.seq_of(each.id) for each in told] == [3, 4]
        assert all(chained(each) for each in told)
        assert told[1].previous == told[0].digest
