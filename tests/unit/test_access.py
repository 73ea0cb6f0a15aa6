"""Who is let in."""

from __future__ import annotations

import pytest

from sigillo.api.access import Doorkeeper
from sigillo.application.workspaces import Workspaces
from sigillo.domain.errors import Unauthorized
from sigillo.storage.memory import MemoryStore


def test_a_refused_key_opens_nothing_though_the_store_knows_it() -> None:
    """The key that everybody knows stays shut out where others can reach the server; another key is let in."""
    workspaces = Workspaces(MemoryStore())
    made = workspaces.ensure("demo", seed="1", key="sk_test_demo")
    workspaces.ensure("demo", seed="1", key="sk_test_other")
    open_door = Doorkeeper(workspaces)
    shut_door = Doorkeeper(workspaces, refused=frozenset({"sk_test_demo"}))
    assert open_door.admit(b"Bearer sk_test_demo").workspace_id == made
    assert shut_door.admit(b"Bearer sk_test_other").workspace_id == made
    with pytest.raises(Unauthorized, match="loopback"):
        shut_door.admit(b"Bearer sk_test_demo")
