"""Reading: letters, the journal, and where a page of them goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sigillo.application.letters import find
from sigillo.application.ports.storage import LetterFilter, Recorded, Store, Transaction
from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.events import Event
from sigillo.domain.letter import Course, Letter
from sigillo.domain.pec.dialects import number_of
from sigillo.domain.standing import Standing, standings

START = "start"
"""In place of an event's id: before the first event."""


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter and where it stands."""

    letter: Letter
    course: Course


@dataclass(frozen=True, slots=True)
class Told:
    """A fact of the journal, its place in it, and where its letter stood then; None for the workspace's own facts."""

    seq: int
    event: Event
    letter: Letter | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Queries:
    """Reads of any workspace; none of them changes anything."""

    store: Store

    def letter(self, workspace_id: str, letter_id: str) -> LetterView:
        """Give one letter; raises NotFound."""
        with self.store.reading(workspace_id) as tx:
            letter, running = find(tx, letter_id)
        return LetterView(letter, running.course)

    def letters(
        self, workspace_id: str, wanted: LetterFilter, *, limit: int, before: int | None
    ) -> list[tuple[Letter, Course]]:
        """Give at most ``limit`` letters, newest first, of ordinals below ``before``."""
        with self.store.reading(workspace_id) as tx:
            if wanted.message_id is None:
                return tx.letters.page(wanted, limit=limit, before=before)
            ordinals = _of_message(tx, wanted.message_id)
            beyond = ordinals.stop if before is None else min(before, ordinals.stop)
            found = tx.letters.page(wanted, limit=min(limit, len(ordinals)), before=beyond) if ordinals else []
            return [(letter, course) for letter, course in found if letter.ordinal in ordinals]

    def history(self, workspace_id: str, letter_id: str) -> tuple[Letter, list[Event]]:
        """Give a letter's facts from the first."""
        with self.store.reading(workspace_id) as tx:
            letter, running = find(tx, letter_id)
            return letter, tx.events.of_letter(running.ordinal)

    def newest_events(
        self, workspace_id: str, types: Sequence[str] | None, *, limit: int, before: int | None
    ) -> list[Told]:
        """Give at most ``limit`` facts of the workspace, newest first, below the place ``before``."""
        with self.store.reading(workspace_id) as tx:
            return told(tx, tx.events.newest(types, limit=limit, before=before))

    def events_after(self, workspace_id: str, types: Sequence[str] | None, *, limit: int, event_id: str) -> list[Told]:
        """Give at most ``limit`` facts written after an event, or from :data:`START` on, oldest first."""
        with self.store.reading(workspace_id) as tx:
            after = 0 if event_id == START else tx.events.seq_of(event_id)
            if after is None:
                detail = f"There is no event {event_id[:40]!r} in this workspace."
                raise Invalid([FieldError("/after", "unknown_event", detail)])
            return told(tx, tx.events.following(types, limit=limit, after=after))


def _of_message(tx: Transaction, message_id: str) -> range:
    """Give the ordinals of a PEC message's letters: the id tells the first, and they follow one another."""
    first = number_of(message_id)
    found = tx.letters.page(LetterFilter(), limit=1, before=first + 1) if first else []
    mail = found[0][0].mail if found else None
    if first is None or mail is None or mail.message_id != message_id:
        return range(0)
    return range(first, first + len(mail.dispatch.recipients))


def told(tx: Transaction, recorded: Sequence[Recorded]) -> list[Told]:
    """Give facts with where their letters stood then."""
    ordinals = {one.letter.ordinal for one in recorded if one.letter is not None}
    journals = {ordinal: standings(tx.events.of_letter(ordinal)) for ordinal in sorted(ordinals)}
    return [_with_standing(one, journals) for one in recorded]


def _with_standing(one: Recorded, journals: Mapping[int, Sequence[Standing]]) -> Told:
    standing = journals[one.letter.ordinal][one.event.index - 1] if one.letter is not None else Standing()
    return Told(one.seq, one.event, one.letter, standing)
