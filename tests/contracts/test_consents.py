"""Consents among the letters: never found as one, read by recipient, by status and in pages, on both stores."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sigillo.application.ports.consents import ConsentFilter
from sigillo.application.ports.storage import LetterFilter, Store, Transaction
from sigillo.domain.events import EventType
from sigillo.domain.letter import AnyStatus, Consent, ConsentStatus, Letter, Recipient, RecipientKind, Status
from sigillo.domain.workspace import Workspace
from tests.contracts.materials import START, fact, fill, letter, running

_HELD = Consent(None, consent_id="con_1")
ZOE, JEAN = "Zoe@Example.test", "jean@example.test"


def _add(tx: Transaction, ordinal: int, status: AnyStatus, email: str = ZOE) -> Letter:
    """Keep a consent under the ordinal below zero."""
    to = Recipient(RecipientKind.INDIVIDUAL, "Zoé", email)
    made = letter(tx.workspace, ordinal, recipient=to, service="consent", consent=_HELD, tags=())
    item = replace(made, ordinal=-ordinal, id=made.id.replace("ltr_", "con_"))
    stands = running(item)
    tx.letters.add(item, stands._replace(course=stands.course._replace(status=status)))
    tx.events.append([(item.ordinal, fact(item, 1, EventType.CONSENT_ASKED, {"status": str(status)}))])
    return item


@pytest.fixture
def filled(store: Store, one: Workspace) -> Workspace:
    """Three letters, and five consents beside them."""
    with store.writing(one.id) as tx:
        fill(tx, range(1, 4))
        _add(tx, 1, ConsentStatus.REFUSED)
        _add(tx, 3, ConsentStatus.REVOKED)
        _add(tx, 4, ConsentStatus.GIVEN, JEAN)
        _add(tx, 5, ConsentStatus.REQUESTED)
        _add(tx, 6, ConsentStatus.GIVEN)
    return one


def test_a_consent_comes_back_as_it_was_kept(store: Store, filled: Workspace) -> None:
    """It is found by its id with where it stands, and so is its fact by the event's id."""
    with store.reading(filled.id) as tx:
        (jean,) = tx.consents.page(ConsentFilter(recipient=JEAN.upper()), limit=9, before=None)
        found = tx.letters.find(jean.item.id)
        assert found is not None
        assert found[0] == jean.item
        assert (found[1].course, found[1].course.status) == (jean.course, ConsentStatus.GIVEN)
        (event,) = tx.events.of_letter(jean.item.ordinal)
        seq = tx.events.seq_of(event.id)
        assert seq is not None
        recorded = tx.events.following(None, limit=1, after=seq - 1)
        assert [(each.event.id, each.letter) for each in recorded] == [(event.id, jean.item)]


def test_letters_pass_consents_by(store: Store, filled: Workspace) -> None:
    """No list, filter or count of letters knows them."""
    with store.reading(filled.id) as tx:
        for wanted in (
            LetterFilter(),
            LetterFilter(recipient=ZOE),
            LetterFilter(created_after=START),
            LetterFilter(created_before=START.replace(year=2027)),
            LetterFilter(status=("deposited", "given", "refused")),
        ):
            assert [each.ordinal for each, _ in tx.letters.page(wanted, limit=9, before=None)] == [3, 2, 1]
        assert dict(tx.letters.counts()) == {"deposited": 3}
        assert tx.letters.page(LetterFilter(service="consent"), limit=9, before=None) == []


def test_consents_come_newest_first_in_pages(store: Store, filled: Workspace) -> None:
    """Pages go on below the last one's ordinal without its sign; letters are not among them."""
    with store.reading(filled.id) as tx:
        first = tx.consents.page(ConsentFilter(), limit=3, before=None)
        rest = tx.consents.page(ConsentFilter(), limit=9, before=-first[-1].item.ordinal)
        assert [each.item.ordinal for each in (*first, *rest)] == [-6, -5, -4, -3, -1]


@pytest.mark.parametrize(
    ("wanted", "ordinals"),
    [
        (ConsentFilter(("given",)), [-6, -4]),
        (ConsentFilter(("given", "refused")), [-6, -4, -1]),
        (ConsentFilter(("given", "given"), JEAN), [-4]),
        (ConsentFilter(recipient=ZOE.lower()), [-6, -5, -3, -1]),
        (ConsentFilter(("expired",)), []),
        (ConsentFilter(()), []),
        (ConsentFilter(recipient="nobody@example.test"), []),
    ],
)
def test_filters_of_consents(store: Store, filled: Workspace, wanted: ConsentFilter, ordinals: list[int]) -> None:
    """Status and recipient restrict, alone and together."""
    with store.reading(filled.id) as tx:
        assert [each.item.ordinal for each in tx.consents.page(wanted, limit=9, before=None)] == ordinals


def test_what_a_recipient_s_letters_can_go_by(store: Store, filled: Workspace, two: Workspace) -> None:
    """Those asked for, given and revoked come newest first; refused ones, and other workspaces', do not."""
    with store.reading(filled.id) as tx:
        assert [each.item.ordinal for each in tx.consents.of_recipient(ZOE.upper())] == [-6, -5, -3]
        assert tx.consents.of_recipient("nobody@example.test") == []
    with store.reading(two.id) as tx:
        assert tx.consents.of_recipient(ZOE) == []


def test_letters_that_wait_for_a_consent(store: Store, filled: Workspace) -> None:
    """The letters of a recipient that await it are given, oldest first."""
    with store.writing(filled.id) as tx:
        waiting = fill(tx, range(8, 10), status=Status.AWAITING_CONSENT)
        assert tx.consents.waiting(ZOE.lower()) == [each.id for each in waiting]
        assert tx.consents.waiting(JEAN) == []


def test_a_consent_taken_back_is_gone(store: Store, filled: Workspace) -> None:
    """Nothing of a consent stays when its transaction fails."""
    with pytest.raises(RuntimeError, match="no"), store.writing(filled.id) as tx:
        _add(tx, 7, ConsentStatus.GIVEN, "new@example.test")
        raise RuntimeError("no")
    with store.reading(filled.id) as tx:
        assert tx.consents.of_recipient("new@example.test") == []
        assert len(tx.consents.page(ConsentFilter(), limit=9, before=None)) == 5
