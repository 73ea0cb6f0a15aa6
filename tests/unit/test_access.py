"""Who is let in."""

from __future__ import annotations

import pytest

from sigillo.api.access import Doorkeeper
from sigillo.application.keys import Keys
from sigillo.application.workspaces import Workspaces
from sigillo.domain.errors import Unauthorized
from sigillo.storage.audit import AuditFile
from sigillo.storage.memory import MemoryStore


def test_a_refused_key_opens_nothing_though_the_store_knows_it() -> None:
    """The key that everybody knows stays shut out where others can reach the server; another key is let in."""
    store = MemoryStore()
    workspaces, keys = Workspaces(store, lambda: 0.0), Keys(store, lambda: 0.0, bytes, AuditFile(None))
    made = workspaces.ensure("demo", seed="1", key="sk_test_demo")
    workspaces.ensure("demo", seed="1", key="sk_test_other")
    open_door = Doorkeeper(keys)
    shut_door = Doorkeeper(keys, refused=frozenset({"sk_test_demo"}))
    assert open_door.admit(b"Bearer sk_test_demo").workspace_id == made
    assert shut_door.admit(b"Bearer sk_test_other").workspace_id == made
    with pytest.raises(Unauthorized, match="loopback"):
        shut_door.admit(b"Bearer sk_test_demo")
