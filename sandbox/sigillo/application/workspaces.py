"""Workspaces and their keys: made, found by key, emptied."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from sigillo.application.ports.storage import Store
from sigillo.domain.clock import DEFAULT_START, Clock
from sigillo.domain.errors import Forbidden, Unauthorized
from sigillo.domain.workspace import Mode, Workspace, workspace_id


@dataclass(frozen=True, slots=True)
class Workspaces:
    """The tenants of this server."""

    store: Store

    def ensure(self, name: str, *, seed: str, key: str, start: datetime = DEFAULT_START, mode: Mode = Mode.TEST) -> str:
        """Make the workspace unless it exists, let the key open it, and give its id.

        A workspace that exists keeps its seed, clock and letters.
        """
        wanted = workspace_id(seed, name)
        if wanted not in {workspace.id for workspace in self.store.workspaces()}:
            self.store.add_workspace(Workspace(wanted, name, seed, mode, Clock(start)))
        self.store.add_key(key_hash(key), wanted)
        return wanted

    def of_key(self, key: str) -> str:
        """Give the id of the workspace that a key opens; raises :class:`Unauthorized`."""
        found = self.store.workspace_of_key(key_hash(key))
        if found is None:
            raise Unauthorized("This API key opens no workspace here; check it, and that it is for this server.")
        return found

    def get(self, workspace_id: str) -> Workspace:
        """Give a workspace."""
        with self.store.reading(workspace_id) as tx:
            return tx.workspace

    def reset(self, workspace_id: str, *, seed: str | None = None, start: datetime | None = None) -> Workspace:
        """Empty a sandbox and begin again, with another seed and start if they are given; its keys stay good."""
        with self.store.writing(workspace_id) as tx:
            require_sandbox(tx.workspace)
            tx.clear()
            fresh = replace(
                tx.workspace,
                seed=seed if seed is not None else tx.workspace.seed,
                clock=Clock(start or DEFAULT_START),
                letters=0,
                files=0,
                resets=tx.workspace.resets + 1,
            )
            tx.save_workspace(fresh)
        return fresh


def require_sandbox(workspace: Workspace) -> None:
    """Raise :class:`Forbidden` in a live workspace, where nothing can be rehearsed."""
    if not workspace.is_test:
        detail = "This workspace is bound to a real provider; use a sandbox key (sk_test_…) to rehearse."
        raise Forbidden(detail, code="live_workspace")


def key_hash(key: str) -> str:
    """Give the hex SHA-256 under which an API key is kept."""
    return sha256(key.encode()).hexdigest()
