"""How far the mail relay has come, on each store."""

from __future__ import annotations

import pytest

from sigillo.application.ports.mail import Deferred, MailPlace
from sigillo.application.ports.storage import Store
from sigillo.domain.workspace import Workspace


def test_a_place_is_each_workspace_s_own_and_moves(store: Store, one: Workspace, two: Workspace) -> None:
    """There is none at first; the last one kept is given, and another workspace's is another."""
    for number in (7, 9):
        with store.writing(one.id) as tx:
            tx.mail.save(MailPlace(0, number))
    with store.reading(one.id) as tx:
        assert tx.mail.place() == MailPlace(0, 9)
    with store.reading(two.id) as tx:
        assert tx.mail.place() is None


def test_a_place_outlives_a_reset_and_goes_with_its_transaction(store: Store, one: Workspace) -> None:
    """Emptying the workspace leaves it, for it says which reset it knew; what is rolled back was never kept."""
    with store.writing(one.id) as tx:
        tx.mail.save(MailPlace(0, 7))
        tx.clear()
    with pytest.raises(RuntimeError), store.writing(one.id) as tx:
        tx.mail.save(MailPlace(1, 1))
        raise RuntimeError
    with store.reading(one.id) as tx:
        assert tx.mail.place() == MailPlace(0, 7)


def test_what_is_put_off_waits_by_position_until_it_is_settled(store: Store, one: Workspace, two: Workspace) -> None:
    """A later try replaces the one before; other workspaces have their own; a reset leaves none of them."""
    first, second = Deferred(0, 5, 2, 1), Deferred(0, 3, 1, 0)
    with store.writing(one.id) as tx:
        tx.mail.defer(first)
        tx.mail.defer(second)
        tx.mail.defer(Deferred(0, 5, 2, 2))
        tx.mail.save(MailPlace(0, 9))
    with pytest.raises(RuntimeError), store.writing(one.id) as tx:
        tx.mail.settle(3)
        raise RuntimeError
    with store.writing(two.id) as tx:
        assert tx.mail.deferred(0) == []
        tx.mail.defer(first)
    with store.writing(one.id) as tx:
        assert tx.mail.deferred(0) == [second, Deferred(0, 5, 2, 2)]
        assert tx.mail.deferred(1) == []
        tx.mail.settle(3)
        assert tx.mail.deferred(0) == [Deferred(0, 5, 2, 2)]
        tx.mail.save(MailPlace(1, 0))
        assert tx.mail.deferred(0) == []
    with store.reading(two.id) as tx:
        assert tx.mail.deferred(0) == [first]
