"""Faults: kept whole, counted, taken away without giving their numbers again."""

from __future__ import annotations

from dataclasses import replace

from sigillo.application.ports.storage import Store
from sigillo.domain.fault import Course, Effect, Fault, Plot, Target, When
from sigillo.domain.workspace import Workspace

_WHOLE = Plot(
    Target("POST", "sendLetter", webhook=False, url=None),
    Effect(503, 2, 100, disconnect=False, corrupt_body=True, when=When.AFTER),
    Course(None, 2, 3),
    "flaky",
)
_BARE = Plot(Target(webhook=True, url="http://x"), Effect(disconnect=True))


def test_faults_come_back_as_they_were(store: Store, one: Workspace, two: Workspace) -> None:
    """Every field is kept, counts are saved, another workspace sees none of it."""
    first, second = Fault("fault_1", 1, _WHOLE), Fault("fault_2", 2, _BARE)
    with store.writing(one.id) as transaction:
        transaction.faults.add(first)
        transaction.faults.add(second)
    struck = replace(first, matched=3, applied=1)
    with store.writing(one.id) as transaction:
        assert transaction.faults.all() == [first, second]
        transaction.faults.save([struck])
    with store.reading(one.id) as transaction:
        assert transaction.faults.all() == [struck, second]
    with store.reading(two.id) as transaction:
        assert (transaction.faults.all(), transaction.faults.count()) == ([], 0)


def test_a_number_is_not_given_again(store: Store, one: Workspace) -> None:
    """A fault that was taken away is not listed and counts on; after clear() counting begins again."""
    with store.writing(one.id) as transaction:
        for ordinal in (1, 2):
            transaction.faults.add(Fault(f"fault_{ordinal}", ordinal, _BARE))
    with store.writing(one.id) as transaction:
        transaction.faults.remove(["fault_2", "fault_9"])
        assert [fault.id for fault in transaction.faults.all()] == ["fault_1"]
        assert transaction.faults.count() == 2
        transaction.clear()
        assert transaction.faults.count() == 0
