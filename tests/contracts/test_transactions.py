"""Transactions: whole or not at all, one writer, snapshots, workspaces apart."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from sigillo.application.ports.storage import Answer, LetterFilter, SealedProof, Store, Transaction
from sigillo.domain.clock import Clock
from sigillo.domain.errors import Conflict, NotFound
from sigillo.domain.fault import Effect, Fault, Plot, Target
from sigillo.domain.letter import Sender
from sigillo.domain.workspace import Mode, StoredFile, Workspace
from tests.contracts.materials import HASH, START, fact, fill, letter, running, workspace

FILE = StoredFile("file_1", "été.pdf", "application/pdf", 2**33, HASH, START)
FAULT = Fault("fault_1", 1, Plot(Target(), Effect(status=503)))
ANSWER = Answer("f", 201, {"Location": "/v1/é"}, b"\x00\xff")


class Trouble(Exception):
    """What goes wrong inside a transaction."""


def _write_everything(transaction: Transaction) -> None:
    fill(transaction, range(1, 4), due=START)
    transaction.files.add(FILE)
    transaction.proofs.add(1, SealedProof("deposit", "pdf", HASH, 5))
    transaction.answers.add("key", ANSWER)
    transaction.scenarios.put("mine", {"name": "mine"})
    transaction.faults.add(FAULT)
    transaction.save_workspace(replace(transaction.workspace, letters=3, files=1, clock=Clock(START, 2.5, 17.25)))


def _seen(transaction: Transaction) -> tuple[object, ...]:
    """Everything that a transaction shows."""
    return (
        transaction.workspace,
        transaction.letters.page(LetterFilter(), limit=9, before=None),
        transaction.letters.due(START + timedelta(days=99), limit=9),
        transaction.letters.next_due_at(),
        transaction.letters.counts(),
        transaction.events.newest(None, limit=9, before=None),
        transaction.events.of_letter(1),
        transaction.files.find([FILE.id]),
        transaction.proofs.of_letter(1),
        transaction.answers.find("key"),
        transaction.scenarios.all(),
        transaction.faults.all(),
        transaction.faults.count(),
    )


def _look(store: Store, where: Workspace) -> tuple[object, ...]:
    with store.reading(where.id) as transaction:
        return _seen(transaction)


def test_a_transaction_that_raises_leaves_nothing(store: Store, one: Workspace) -> None:
    """After an error inside the block everything is as before, from the empty state and from a full one."""
    for write in (_write_everything, _change_everything, _clear):
        before = _look(store, one)
        with pytest.raises(Trouble), store.writing(one.id) as transaction:
            write(transaction)
            assert _seen(transaction) != before
            raise Trouble
        assert _look(store, one) == before
        if write is _write_everything:
            with store.writing(one.id) as transaction:
                write(transaction)


def _clear(transaction: Transaction) -> None:
    transaction.clear()


def _change_everything(transaction: Transaction) -> None:
    first = letter(transaction.workspace, 1)
    transaction.letters.save([running(first)])
    transaction.events.append([(1, fact(first, 3))])
    transaction.proofs.add(1, SealedProof("deposit", "xml", HASH, 5))
    transaction.scenarios.put("mine", {"name": "changed"})
    transaction.clear()
    fill(transaction, range(1, 2))


def test_an_emptied_workspace_starts_again(store: Store, one: Workspace, two: Workspace) -> None:
    """After clear() nothing is left, the same ids are free again, and the other workspace has everything."""
    empty = _look(store, one)
    for where in (one, two):
        with store.writing(where.id) as transaction:
            _write_everything(transaction)
    full, kept = _look(store, one), _look(store, two)
    with store.writing(one.id) as transaction:
        transaction.clear()
        transaction.save_workspace(one)
        assert _seen(transaction) == empty
    assert _look(store, one) == empty
    with store.writing(one.id) as transaction:
        _write_everything(transaction)
    assert (_look(store, one), _look(store, two)) == (full, kept)


def test_workspaces_do_not_see_each_other(store: Store, one: Workspace, two: Workspace) -> None:
    """What is in one workspace is not found in another by any id."""
    empty = _look(store, two)[1:]
    with store.writing(one.id) as transaction:
        _write_everything(transaction)
    assert _look(store, two)[1:] == empty
    with store.reading(two.id) as transaction:
        assert transaction.letters.find(letter(one, 1).id) is None


def test_workspaces_come_back_as_they_were(store: Store) -> None:
    """Every field of a workspace is kept; a taken id is a conflict; an unknown one is not found."""
    clock = Clock(START + timedelta(milliseconds=1), 1440.5, 1234567890.123456)
    sender = Sender("Zoé 🎈", "z@example.test", None)
    made = replace(workspace("a"), mode=Mode.LIVE, clock=clock, sender=sender, letters=7, files=8, resets=9)
    both = sorted([made, workspace("b")], key=lambda each: each.id)
    for each in both:
        store.add_workspace(each)
    assert store.workspaces() == both
    with pytest.raises(Conflict):
        store.add_workspace(made)
    for open_ in (store.reading, store.writing):
        with pytest.raises(NotFound), open_("ws_nobody"):
            pass
    with pytest.raises(NotFound), store.try_writing("ws_nobody"):
        pass


def test_papers(store: Store, one: Workspace) -> None:
    """Files in the order asked, proofs once, answers once, scenarios by name in place of one before."""
    other = replace(FILE, id="file_2")
    with store.writing(one.id) as transaction:
        fill(transaction, range(1, 2))
        transaction.files.add(FILE)
        transaction.files.add(other)
        for size in (5, 6):
            transaction.proofs.add(1, SealedProof("deposit", "pdf", HASH, size))
        transaction.answers.add("key", ANSWER)
        with pytest.raises(Conflict):
            transaction.answers.add("key", replace(ANSWER, status=200))
        for name, n in (("z", 1), ("a", 2), ("z", 3)):
            transaction.scenarios.put(name, {"n": n})
    with store.reading(one.id) as transaction:
        assert transaction.files.find(["file_2", "nobody", "file_1", "file_2"]) == [other, FILE, other]
        assert transaction.proofs.of_letter(1) == [SealedProof("deposit", "pdf", HASH, 5)]
        assert transaction.proofs.of_letter(2) == []
        assert (transaction.answers.find("key"), transaction.answers.find("other")) == (ANSWER, None)
        assert list(transaction.scenarios.all().items()) == [("a", {"n": 2}), ("z", {"n": 3})]


def test_bytes_of_short_files(store: Store, one: Workspace, two: Workspace) -> None:
    """They are found from any workspace once they are kept for good; a reset takes those of its workspace alone."""
    with pytest.raises(Trouble), store.writing(one.id) as transaction:
        transaction.files.keep_bytes(HASH, b"\x00")
        raise Trouble
    assert store.short_bytes(HASH) is None
    for where in (one, one, two):
        with store.writing(where.id) as transaction:
            transaction.files.keep_bytes(HASH, b"\x00")
    for where, left in ((one, b"\x00"), (two, None)):
        with store.writing(where.id) as transaction:
            transaction.clear()
        assert store.short_bytes(HASH) == left


def _in_thread(call: Callable[[], object]) -> object:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result(timeout=20)


def test_trying_to_write_never_waits(store: Store, one: Workspace) -> None:
    """While a transaction is open another thread's try gives None at once, and a transaction after it."""

    def attempt() -> bool:
        with store.try_writing(one.id) as transaction:
            if transaction is not None:
                fill(transaction, range(1, 2))
            return transaction is not None

    with store.writing(one.id), pytest.raises(Trouble):
        assert _in_thread(attempt) is False
        raise Trouble
    assert _in_thread(attempt) is True
    with pytest.raises(Trouble), store.try_writing(one.id) as transaction:
        assert transaction is not None
        transaction.clear()
        raise Trouble
    with store.reading(one.id) as transaction:
        assert transaction.letters.counts() == {"deposited": 1}


def test_a_reader_never_sees_half_a_transaction(store: Store, one: Workspace) -> None:
    """Beside a writer that adds a letter and counts it in one transaction, readers always find both or neither."""
    done = threading.Event()

    def write() -> None:
        try:
            for ordinal in range(1, 60):
                with store.writing(one.id) as transaction:
                    fill(transaction, range(ordinal, ordinal + 1))
                    transaction.save_workspace(replace(transaction.workspace, letters=ordinal))
        finally:
            done.set()

    def read() -> int:
        looks = 0
        while not done.is_set() or not looks:
            with store.reading(one.id) as transaction:
                count = transaction.workspace.letters
                assert sum(transaction.letters.counts().values()) == count
                assert len(transaction.events.following(None, limit=999, after=0)) == 2 * count
            looks += 1
        return looks

    with ThreadPoolExecutor(3) as pool:
        writer, *readers = pool.submit(write), pool.submit(read), pool.submit(read)
        writer.result(timeout=60)
        assert all(reader.result(timeout=60) for reader in readers)


def test_writers_take_turns(store: Store, one: Workspace) -> None:
    """Transactions of several threads that read a counter and write it lose no step."""

    def step(_: int) -> None:
        with store.writing(one.id) as transaction:
            now = transaction.workspace
            transaction.save_workspace(replace(now, files=now.files + 1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(step, range(40), timeout=60))
    with store.reading(one.id) as transaction:
        assert transaction.workspace.files == 40
