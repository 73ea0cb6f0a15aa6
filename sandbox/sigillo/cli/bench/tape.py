"""What an advance wrote, transaction by transaction, kept in a file of its own, and its replay by plain sqlite3.

Recording happens at the storage port, in a run whose time does not count. The replay opens the same database as it
was before that run, with the same tables, indexes and settings, and executes the same insertions and updates, in
transactions of the same size, by `executemany` with rows that are ready. Reading them off the tape is not counted.
Nothing is decided, chained, formatted or looked up: it is what SQLite itself must do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from time import perf_counter, process_time

from sigillo.application.ports.storage import LetterRows, Running, Store, Transaction
from sigillo.cli.bench.rounds import Sample, per_second
from sigillo.domain.events import Event
from sigillo.storage import codec
from sigillo.storage.schema import courses, events
from sigillo.storage.sql.sqlite import connect

_FIRST_MOVING = 5  # the columns of `courses` before it never change

_EVENT_MARKS = ", ".join("?" * len(events.columns))
_MOVING = [column.name for column in courses.columns][_FIRST_MOVING:]
_INSERT = f"INSERT INTO events VALUES ({_EVENT_MARKS})"  # noqa: S608 -- names and marks of our own schema
_UPDATE = f"UPDATE courses SET {', '.join(f'{name} = ?' for name in _MOVING)} WHERE workspace = ? AND ordinal = ?"  # noqa: S608 -- names of our own schema
_KEEP_EVENT = f"INSERT INTO events VALUES (?, {_EVENT_MARKS})"  # noqa: S608 -- as above, and the transaction's number
_KEEP_MOVE = f"INSERT INTO moves VALUES (?, {', '.join('?' * (len(_MOVING) + 2))})"  # noqa: S608 -- as above
_WORKSPACE = 1


class Tape:
    """The rows of each transaction, in the order of their writing."""

    def __init__(self, path: Path) -> None:
        """Open a tape, or begin an empty one."""
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(
            f"CREATE TABLE IF NOT EXISTS events (tx, {', '.join(f'c{i}' for i in range(len(events.columns)))})"
        )
        self._db.execute(
            f"CREATE TABLE IF NOT EXISTS moves (tx, {', '.join(f'c{i}' for i in range(len(_MOVING) + 2))})"
        )
        self._db.execute("CREATE INDEX IF NOT EXISTS of_tx ON events (tx)")
        self._db.execute("CREATE INDEX IF NOT EXISTS of_move ON moves (tx)")

    def keep(self, number: int, facts: list[codec.Row], moves: list[codec.Row]) -> None:
        """Keep what one transaction wrote."""
        self._db.execute("BEGIN")
        self._db.executemany(_KEEP_EVENT, ((number, *row) for row in facts))
        self._db.executemany(_KEEP_MOVE, ((number, *row) for row in moves))
        self._db.execute("COMMIT")

    def transactions(self) -> Iterator[tuple[list[codec.Row], list[codec.Row]]]:
        """Give the rows of each transaction: facts inserted, courses updated."""
        numbers = [number for (number,) in self._db.execute("SELECT DISTINCT tx FROM moves ORDER BY tx")]
        for number in numbers:
            facts = self._db.execute("SELECT * FROM events WHERE tx = ? ORDER BY rowid", (number,)).fetchall()
            moves = self._db.execute("SELECT * FROM moves WHERE tx = ? ORDER BY rowid", (number,)).fetchall()
            yield [row[1:] for row in facts], [row[1:] for row in moves]

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


class RecordingStore:
    """A store that keeps on a tape what the simulation writes."""

    def __init__(self, store: Store, tape: Tape) -> None:
        self._store = store
        self._tape = tape
        self._number = 0
        self._seq = 0

    @contextmanager
    def writing(self, workspace_id: str) -> Iterator[Transaction]:
        """Open a transaction whose facts and moves are recorded."""
        with self._store.writing(workspace_id) as tx:
            if not self._seq:
                newest = tx.events.newest(None, limit=1, before=None)
                self._seq = newest[0].seq if newest else 0
            real = tx.letters, tx.events
            recording = _Recording(*real, first_seq=self._seq + 1)
            tx.letters, tx.events = recording, recording  # type: ignore[assignment]  # it takes the part of both
            yield tx
            self._seq += len(recording.facts)
            self._number += 1
            self._tape.keep(self._number, recording.facts, recording.moves)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


class _Recording:
    """The letters and the journal of one transaction, with an ear at both."""

    def __init__(self, letters: LetterRows, journal: object, *, first_seq: int) -> None:
        self._letters = letters
        self._journal = journal
        self._first_seq = first_seq
        self.facts: list[codec.Row] = []
        self.moves: list[codec.Row] = []

    def due(self, until: datetime, *, limit: int) -> list[Running]:
        return self._letters.due(until, limit=limit)

    def save(self, moved: Sequence[Running]) -> None:
        self.moves.extend(codec.move_row(_WORKSPACE, running) for running in moved)
        self._letters.save(moved)

    def append(self, facts: Sequence[tuple[int, Event]]) -> None:
        first = self._first_seq + len(self.facts)
        self.facts.extend(codec.event_row(_WORKSPACE, seq, *fact) for seq, fact in enumerate(facts, start=first))
        self._journal.append(facts)  # type: ignore[attr-defined]  # the journal of a transaction


def replay(database: Path, tape_path: Path) -> tuple[Sample, str]:
    """Write a tape into a database; gives facts per second, the reading left out, and :func:`journal_hash`."""
    tape = Tape(tape_path)
    connection = connect(database, writer=True)
    count, wall_s, cpu_s = 0, 0.0, 0.0
    for facts, moves in tape.transactions():
        cpu_from, wall_from = process_time(), perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_INSERT, facts)
        connection.executemany(_UPDATE, moves)
        connection.execute("COMMIT")
        wall_s += perf_counter() - wall_from
        cpu_s += process_time() - cpu_from
        count += len(facts)
    connection.close()
    tape.close()
    return per_second(count, wall_s=wall_s, cpu_s=cpu_s), journal_hash(database)


def journal_hash(database: Path) -> str:
    """Give the SHA-256 over all digests of a database's journal and where its letters stand."""
    connection = sqlite3.connect(database)
    seen = sha256()
    for (one,) in connection.execute("SELECT digest FROM events ORDER BY seq"):
        seen.update(one)
    for row in connection.execute("SELECT status, status_at, digest, due_at FROM courses ORDER BY ordinal"):
        seen.update(repr(row).encode())
    connection.close()
    return seen.hexdigest()
