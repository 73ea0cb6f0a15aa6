"""The rows of a workspace in memory: letters, journal, files, proofs, answers, scenarios."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice

from sigillo.application.ports.storage import Answer, LetterFilter, Recorded, Running, SealedProof
from sigillo.domain.errors import Conflict
from sigillo.domain.events import Event
from sigillo.domain.letter import Course, Letter
from sigillo.domain.workspace import StoredFile
from sigillo.storage.undo import Table, UndoLog


class MemoryLetters:
    """The letters by ordinal. The queue holds every (instant, ordinal) that was ever due; what is out of date in it
    is dropped when it comes to its top, so nothing has to be found in its middle, not even to take a change back."""

    def __init__(self, log: UndoLog) -> None:
        self._log = log
        self.letters: Table[int, Letter] = Table(log)
        self.running: Table[int, Running] = Table(log)
        self.ordinals: Table[str, int] = Table(log)
        self._recipients: Table[str, tuple[int, ...]] = Table(log)
        self._queue: list[tuple[datetime, int]] = []

    def add(self, letter: Letter, running: Running) -> None:
        self.letters.put(letter.ordinal, letter)
        self.ordinals.put(letter.id, letter.ordinal)
        email = letter.recipient.email.lower()
        self._recipients.put(email, (*self._recipients.rows.get(email, ()), letter.ordinal))
        self._put(running)

    def find(self, letter_id: str) -> tuple[Letter, Running] | None:
        ordinal = self.ordinals.rows.get(letter_id)
        return None if ordinal is None else (self.letters.rows[ordinal], self.running.rows[ordinal])

    def page(self, wanted: LetterFilter, *, limit: int, before: int | None) -> list[tuple[Letter, Course]]:
        theirs = (each for each in sorted(self.letters.rows, reverse=True) if each > 0)  # below are consents
        ordinals = (each for each in theirs if before is None or each < before)
        pairs = ((self.letters.rows[each], self.running.rows[each].course) for each in ordinals)
        return list(islice((pair for pair in pairs if _matches(wanted, *pair)), limit))

    def of_recipient(self, email: str) -> tuple[int, ...]:
        return self._recipients.rows.get(email.lower(), ())

    def due(self, until: datetime, *, limit: int) -> list[Running]:
        taken: list[tuple[datetime, int]] = []
        while len(taken) < limit and self._next() is not None and self._queue[0][0] <= until:
            entry = heapq.heappop(self._queue)
            if not taken or entry != taken[-1]:
                taken.append(entry)
        for entry in taken:
            heapq.heappush(self._queue, entry)
        return [self.running.rows[ordinal] for _, ordinal in taken]

    def next_due_at(self) -> datetime | None:
        return self._next()

    def save(self, moved: Sequence[Running]) -> None:
        for running in moved:
            before = self.running.rows[running.ordinal]
            self._put(running._replace(letter_id=before.letter_id, service=before.service, plan=before.plan))

    def counts(self) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for ordinal, running in self.running.rows.items():
            if ordinal > 0 and running.course.status is not None:
                found[running.course.status.value] = found.get(running.course.status.value, 0) + 1
        return dict(sorted(found.items()))

    def _put(self, running: Running) -> None:
        before = self.running.rows.get(running.ordinal)
        self.running.put(running.ordinal, running)
        self._enqueue(running)
        if before is not None:
            self._log.note(lambda: self._enqueue(before))

    def _enqueue(self, running: Running) -> None:
        if running.due is not None:
            heapq.heappush(self._queue, (running.due.at, running.ordinal))

    def _next(self) -> datetime | None:
        while self._queue:
            at, ordinal = self._queue[0]
            running = self.running.rows.get(ordinal)
            if running is not None and running.due is not None and running.due.at == at:
                return at
            heapq.heappop(self._queue)
        return None


def _matches(wanted: LetterFilter, letter: Letter, course: Course) -> bool:
    return (
        (wanted.status is None or course.status in wanted.status)
        and wanted.service in (None, letter.service)
        and (wanted.recipient is None or wanted.recipient.lower() == letter.recipient.email.lower())
        and wanted.reference in (None, letter.reference)
        and (wanted.tag is None or wanted.tag in letter.tags)
        and (wanted.created_after is None or letter.created_at >= wanted.created_after)
        and (wanted.created_before is None or letter.created_at < wanted.created_before)
    )


class MemoryEvents:
    """The journal by place, with the place of each letter's facts."""

    def __init__(self, log: UndoLog, letters: MemoryLetters) -> None:
        self._letters = letters
        self._journal: Table[int, tuple[int, Event]] = Table(log)
        self._of_letter: Table[int, tuple[Event, ...]] = Table(log)
        self._places: Table[str, int] = Table(log)

    def append(self, events: Sequence[tuple[int, Event]]) -> None:
        for ordinal, event in events:
            seq = len(self._journal.rows) + 1
            self._journal.put(seq, (ordinal, event))
            self._of_letter.put(ordinal, (*self._of_letter.rows.get(ordinal, ()), event))
            self._places.put(event.id, seq)

    def of_letter(self, ordinal: int) -> list[Event]:
        return list(self._of_letter.rows.get(ordinal, ()))

    def last_of_workspace(self) -> tuple[int, str]:
        own = self._of_letter.rows.get(0, ())
        return (own[-1].index, own[-1].digest) if own else (0, "")

    def last(self) -> int:
        return len(self._journal.rows)

    def seq_of(self, event_id: str) -> int | None:
        return self._places.rows.get(event_id)

    def newest(self, types: Sequence[str] | None, *, limit: int, before: int | None) -> list[Recorded]:
        last = len(self._journal.rows)
        return self._page(range(last if before is None else min(before - 1, last), 0, -1), types, limit)

    def following(self, types: Sequence[str] | None, *, limit: int, after: int) -> list[Recorded]:
        return self._page(range(after + 1, len(self._journal.rows) + 1), types, limit)

    def _page(self, places: range, types: Sequence[str] | None, limit: int) -> list[Recorded]:
        found: list[Recorded] = []
        for seq in places:
            if len(found) == limit:
                break
            ordinal, event = self._journal.rows[seq]
            if types is None or event.type in types:
                found.append(Recorded(seq, event, self._letters.letters.rows.get(ordinal)))
        return found


class MemoryFiles:
    def __init__(self, log: UndoLog) -> None:
        self._files: Table[str, StoredFile] = Table(log)
        self.short: Table[str, bytes] = Table(log)

    def add(self, file: StoredFile) -> None:
        self._files.put(file.id, file)

    def keep_bytes(self, sha256: str, data: bytes) -> None:
        self.short.put(sha256, data)

    def find(self, file_ids: Sequence[str]) -> list[StoredFile]:
        return [self._files.rows[each] for each in file_ids if each in self._files.rows]


class MemoryProofs:
    def __init__(self, log: UndoLog) -> None:
        self._proofs: Table[tuple[int, str, str], SealedProof] = Table(log)

    def of_letter(self, ordinal: int) -> list[SealedProof]:
        return [self._proofs.rows[key] for key in sorted(self._proofs.rows) if key[0] == ordinal]

    def add(self, ordinal: int, proof: SealedProof) -> None:
        key = (ordinal, proof.kind, proof.format)
        if key not in self._proofs.rows:
            self._proofs.put(key, proof)


class MemoryAnswers:
    def __init__(self, log: UndoLog) -> None:
        self._answers: Table[str, Answer] = Table(log)

    def find(self, key: str) -> Answer | None:
        return self._answers.rows.get(key)

    def add(self, key: str, answer: Answer) -> None:
        if key in self._answers.rows:
            raise Conflict(f"The idempotency key {key!r} already has its answer.")
        self._answers.put(key, answer)


class MemoryScenarios:
    def __init__(self, log: UndoLog) -> None:
        self._scenarios: Table[str, Mapping[str, object]] = Table(log)

    def all(self) -> dict[str, Mapping[str, object]]:
        return dict(sorted(self._scenarios.rows.items()))

    def put(self, name: str, document: Mapping[str, object]) -> None:
        self._scenarios.put(name, document)
