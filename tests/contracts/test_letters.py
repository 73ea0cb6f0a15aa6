"""Letters: what is kept of them, lists, what is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sigillo.application.ports.storage import LetterFilter, Store
from sigillo.domain.letter import Course, Letter, Outcome, Recipient, RecipientKind, Status
from sigillo.domain.services.table import Move
from sigillo.domain.timeline import Due
from sigillo.domain.workspace import Workspace
from tests.contracts.materials import HASH, START, fill, letter, running

HOUR = timedelta(hours=1)


def _listed(store: Store, where: Workspace, wanted: LetterFilter, limit: int = 100) -> list[int]:
    with store.reading(where.id) as transaction:
        return [each.ordinal for each, _ in transaction.letters.page(wanted, limit=limit, before=None)]


def _due(store: Store, where: Workspace, hours: float, limit: int = 100) -> list[int]:
    with store.reading(where.id) as transaction:
        return [each.ordinal for each in transaction.letters.due(START + hours * HOUR, limit=limit)]


def _bare(where: Workspace) -> Letter:
    return replace(
        letter(where, 1), consent=None, reference=None, metadata={}, tags=(), webhook_url=None, subject="", scenario="x"
    )


@pytest.mark.parametrize("bare", [False, True], ids=["full", "bare"])
def test_a_letter_comes_back_as_it_was(store: Store, one: Workspace, bare: bool) -> None:
    """Every field of a letter and of where it stands is kept, the empty ones too."""
    made = _bare(one) if bare else letter(one, 1)
    stands = running(made, due=None if bare else START)
    stands = stands._replace(course=Course()) if bare else stands
    with store.writing(one.id) as transaction:
        transaction.letters.add(made, stands)
    with store.reading(one.id) as transaction:
        assert transaction.letters.find(made.id) == (made, stands)
        assert transaction.letters.page(LetterFilter(), limit=5, before=None) == [(made, stands.course)]


def test_an_unknown_letter_is_none(store: Store, one: Workspace) -> None:
    """A letter that nobody made is not found."""
    with store.reading(one.id) as transaction:
        assert transaction.letters.find("ltr_nobody") is None


@pytest.mark.parametrize("text", ["🎈 l’été\n\"x\" 'y' \\ %_", "nul\x00inside", "‮right-to-left", "é" * 200_000])
def test_any_text_comes_back_as_it_was(store: Store, one: Workspace, text: str) -> None:
    """Emoji, quotes, NUL and long texts survive in documents and in the columns that filters look at."""
    made = letter(one, 1, subject=text, reference=text, tags=(text,), metadata={text: text})
    with store.writing(one.id) as transaction:
        transaction.letters.add(made, running(made))
    with store.reading(one.id) as transaction:
        found = transaction.letters.page(LetterFilter(reference=text, tag=text), limit=1, before=None)
    assert [each for each, _ in found] == [made]


def test_pages_are_newest_first_and_stable_under_inserts(store: Store, one: Workspace) -> None:
    """Following the ordinal of the last letter gives every letter once, though new ones come between."""
    with store.writing(one.id) as transaction:
        fill(transaction, range(1, 8))
    seen: list[int] = []
    before: int | None = None
    for round_ in range(3):
        with store.writing(one.id) as transaction:
            page = transaction.letters.page(LetterFilter(), limit=3, before=before)
            fill(transaction, range(8 + round_, 9 + round_))
        seen += [each.ordinal for each, _ in page]
        before = seen[-1]
    assert seen == [7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (LetterFilter(), [4, 3, 2, 1]),
        (LetterFilter(status=("deposited",)), [2, 1]),
        (LetterFilter(status=("accepted", "notified")), [4, 3]),
        (LetterFilter(status=("notified", "deposited", "notified")), [3, 2, 1]),
        (LetterFilter(status=("refused",)), []),
        (LetterFilter(status=()), []),
        (LetterFilter(service="ere"), [2]),
        (LetterFilter(recipient="ÉLAN@example.TEST"), [3]),
        (LetterFilter(reference="ref-1"), [1]),
        (LetterFilter(reference="REF-1"), []),
        (LetterFilter(tag="rouge"), [4, 2]),
        (LetterFilter(tag="roug"), []),
        (LetterFilter(created_after=START + timedelta(minutes=3)), [4, 3]),
        (LetterFilter(created_before=START + timedelta(minutes=3)), [2, 1]),
        (LetterFilter(created_after=START + HOUR), []),
        (LetterFilter(created_before=START), []),
        (LetterFilter(created_after=START + timedelta(minutes=2), created_before=START + timedelta(minutes=4)), [3, 2]),
        (LetterFilter(status=("deposited", "accepted"), tag="rouge"), [4, 2]),
        (LetterFilter(status=("deposited",), service="ere", tag="rouge", reference="ref-2"), [2]),
        (LetterFilter(status=("deposited",), recipient="zoe@example.test", created_before=START + HOUR), [2, 1]),
        (LetterFilter(service="lre", tag="rouge"), [4]),
    ],
)
def test_filters(store: Store, one: Workspace, wanted: LetterFilter, expected: list[int]) -> None:
    """Each filter restricts by itself and together with others; addresses are compared without case."""
    elan = Recipient(RecipientKind.PROFESSIONAL, "Élan", "élan@Example.test")
    made = [
        (letter(one, 1), Status.DEPOSITED),
        (letter(one, 2, service="ere", tags=("rouge", "rouge")), Status.DEPOSITED),
        (letter(one, 3, recipient=elan), Status.NOTIFIED),
        (letter(one, 4, tags=("all", "rouge")), Status.ACCEPTED),
    ]
    with store.writing(one.id) as transaction:
        for each, status in made:
            transaction.letters.add(each, running(each, status=status))
    assert _listed(store, one, wanted) == expected
    assert _listed(store, one, wanted, limit=1) == expected[:1]


def test_due_is_in_order_of_instant_and_ordinal(store: Store, one: Workspace) -> None:
    """What is due comes by instant, then by ordinal, the instant asked included, up to the limit."""
    hours = {1: 3, 2: 1, 3: 2, 4: 1, 5: None, 6: 9}
    with store.writing(one.id) as transaction:
        for ordinal, hour in hours.items():
            made = letter(one, ordinal)
            transaction.letters.add(made, running(made, due=None if hour is None else START + hour * HOUR))
        assert transaction.letters.next_due_at() == START + HOUR
    assert _due(store, one, 3) == [2, 4, 3, 1]
    assert _due(store, one, 2.9) == [2, 4, 3]
    assert _due(store, one, 9, limit=2) == [2, 4]
    assert _due(store, one, 0.5) == []


def test_a_saved_letter_is_due_when_its_next_item_is(store: Store, one: Workspace) -> None:
    """Saving replaces where letters stand and what is due, and nothing else of them."""
    with store.writing(one.id) as transaction:
        first, second, third = fill(transaction, range(1, 4), due=START + HOUR)
    course = Course(Status.ACCEPTED, START + HOUR, Outcome.ACCEPTED, 5, HASH, 2, 1, 1, None, START, START + 2 * HOUR)
    moved = [
        running(second)._replace(course=course, due=None),
        running(third)._replace(due=Due(START + 2 * HOUR, Move.REMIND)),
    ]
    with store.writing(one.id) as transaction:
        transaction.letters.save(moved)
        transaction.letters.save([])
    assert _due(store, one, 5) == [1, 3]
    with store.reading(one.id) as transaction:
        assert transaction.letters.find(second.id) == (second, moved[0])
        assert transaction.letters.due(START + 5 * HOUR, limit=9)[1] == moved[1]
        assert transaction.letters.find(first.id) == (first, running(first, due=START + HOUR))


def test_nothing_due(store: Store, one: Workspace) -> None:
    """Without letters, and with letters that wait for a person, nothing is due."""
    with store.writing(one.id) as transaction:
        assert transaction.letters.next_due_at() is None
        fill(transaction, range(1, 3))
        assert transaction.letters.next_due_at() is None
        assert transaction.letters.due(START + 1000 * HOUR, limit=5) == []


def test_counts(store: Store, one: Workspace) -> None:
    """Each status that letters have is counted."""
    with store.writing(one.id) as transaction:
        assert transaction.letters.counts() == {}
        fill(transaction, range(1, 4), status=Status.NOTIFIED)
        fill(transaction, range(4, 5), status=Status.ACCEPTED)
    with store.reading(one.id) as transaction:
        assert transaction.letters.counts() == {"accepted": 1, "notified": 3}
