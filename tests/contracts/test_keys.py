"""API keys: kept by their hash, found in any workspace, left by a reset."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sigillo.application.ports.storage import Store
from sigillo.domain.api_key import ALL_SCOPES, ApiKey, Scope
from sigillo.domain.errors import Conflict
from sigillo.domain.rate import Rate
from sigillo.domain.workspace import Workspace
from tests.contracts.materials import START


def key(where: Workspace, ordinal: int, **changes: object) -> ApiKey:
    """The ``ordinal``-th key of a workspace, with something in every field."""
    name = f"{where.name} {ordinal}"
    made = ApiKey(f"key_{name}", where.id, ordinal, f"hash of {name}", name, ALL_SCOPES, "sk_test_", START)
    return replace(made, **changes)  # type: ignore[arg-type]  # each field is given by name


def _add(store: Store, where: Workspace, *keys: ApiKey) -> None:
    with store.writing(where.id) as transaction:
        for each in keys:
            transaction.keys.add(each)


def test_keys_come_back_as_they_were(store: Store, one: Workspace, two: Workspace) -> None:
    """Every field is kept; a key is found by its hash wherever it belongs, and by its id in its workspace alone."""
    bare = key(one, 1, scopes=(Scope.READ,), starts=None, created_at=None)
    full = key(one, 2, rate=Rate(10, 3600), revoked_at=START + timedelta(days=1))
    other = key(two, 1)
    _add(store, one, bare, full)
    _add(store, two, other)
    assert [store.key_of(each.sha256) for each in (bare, full, other)] == [bare, full, other]
    assert store.key_of("hash of nothing") is None
    with store.reading(one.id) as transaction:
        assert transaction.keys.find(full.id) == full
        assert transaction.keys.find(other.id) is None
        assert transaction.keys.count() == 2


def test_a_hash_is_kept_once(store: Store, one: Workspace, two: Workspace) -> None:
    """The same hash again is a conflict, also in another workspace, and changes nothing."""
    _add(store, one, key(one, 1))
    for where in (one, two):
        with pytest.raises(Conflict):
            _add(store, where, key(where, 2, sha256=key(one, 1).sha256))
    assert store.key_of(key(one, 1).sha256) == key(one, 1)


def test_keys_are_paged_and_revoked(store: Store, one: Workspace) -> None:
    """Pages are newest first below a number; revoking is kept, or undone with its transaction."""
    made = [key(one, ordinal) for ordinal in range(1, 6)]
    _add(store, one, *made)
    gone = replace(made[2], revoked_at=START)
    with store.writing(one.id) as transaction:
        assert transaction.keys.page(limit=2, before=None) == [made[4], made[3]]
        transaction.keys.save(gone)
    with pytest.raises(ZeroDivisionError), store.writing(one.id) as transaction:
        transaction.keys.save(replace(made[1], revoked_at=START))
        raise ZeroDivisionError
    with store.reading(one.id) as transaction:
        assert transaction.keys.page(limit=9, before=4) == [gone, made[1], made[0]]
    assert store.key_of(gone.sha256) == gone
    assert store.key_of(made[1].sha256) == made[1]


def test_a_reset_leaves_the_keys(store: Store, one: Workspace) -> None:
    """After clear() the keys are as before."""
    _add(store, one, key(one, 1))
    with store.writing(one.id) as transaction:
        transaction.clear()
        assert transaction.keys.find(key(one, 1).id) == key(one, 1)
    assert store.key_of(key(one, 1).sha256) == key(one, 1)
