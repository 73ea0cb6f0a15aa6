"""How far the mail relay has come, on each store."""

from __future__ import annotations

import pytest

from sigillo.application.ports.mail import MailPlace
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
