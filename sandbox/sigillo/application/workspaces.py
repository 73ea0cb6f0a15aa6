"""Workspaces and their keys: made, found by key, emptied."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sigillo.application.keys import add_key, key_hash, whole_key
from sigillo.application.mailboxes import rewind_mailboxes
from sigillo.application.ports.storage import Store
from sigillo.application.ports.wall import Wall
from sigillo.domain.clock import DEFAULT_START, Clock
from sigillo.domain.errors import Forbidden
from sigillo.domain.workspace import Mode, Workspace, workspace_id


@dataclass(frozen=True, slots=True)
class Workspaces:
    """The tenants of this server."""

    store: Store
    wall: Wall

    def ensure(self, name: str, *, seed: str, key: str, start: datetime = DEFAULT_START, mode: Mode = Mode.TEST) -> str:
        """Make the workspace unless it exists, let the key do everything in it, and give its id.

        A workspace that exists keeps its seed, clock and letters; a key that is known stays as it is, also revoked.
        """
        wanted = workspace_id(seed, name)
        if wanted not in {workspace.id for workspace in self.store.workspaces()}:
            self.store.add_workspace(Workspace(wanted, name, seed, mode, Clock(start)))
        if self.store.key_of(key_hash(key)) is None:
            with self.store.writing(wanted) as tx:
                add_key(tx, key, whole_key("first key"), at=datetime.fromtimestamp(int(self.wall()), UTC))
        return wanted

    def get(self, workspace_id: str) -> Workspace:
        """Give a workspace."""
        with self.store.reading(workspace_id) as tx:
            return tx.workspace

    def reset(self, workspace_id: str, *, seed: str | None = None, start: datetime | None = None) -> Workspace:
        """Empty a sandbox and begin again, with another seed and start if they are given; its keys stay good."""
        with self.store.writing(workspace_id) as tx:
            require_sandbox(tx.workspace)
            tx.clear()
            tx.endpoints.rewind()
            rewind_mailboxes(tx)
            fresh = replace(
                tx.workspace,
                seed=seed if seed is not None else tx.workspace.seed,
                clock=Clock(start or DEFAULT_START),
                letters=0,
                files=0,
                rules=0,
                alerts_at=None,
                resets=tx.workspace.resets + 1,
            )
            tx.save_workspace(fresh)
        return fresh


def require_sandbox(workspace: Workspace) -> None:
    """Raise :class:`Forbidden` in a live workspace, where nothing can be rehearsed."""
    if not workspace.is_test:
        detail = "This workspace is bound to a real provider; use a sandbox key (sk_test_…) to rehearse."
        raise Forbidden(detail, code="live_workspace")
