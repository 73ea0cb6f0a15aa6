"""Where messages go: new endpoints, and those that letters bring with them in ``webhook_url``."""

from __future__ import annotations

from dataclasses import replace

from sigillo.application.ports.entropy import Entropy
from sigillo.application.ports.storage import Transaction
from sigillo.domain.endpoint import Endpoint, derived_secret, endpoint_id, webhook_secret
from sigillo.domain.workspace import Workspace

_SECRET_BYTES = 24


def new_endpoint(tx: Transaction, url: str, *, wall_s: float, entropy: Entropy) -> Endpoint:
    """Give the workspace's next endpoint, for the events from now on; it is not kept yet."""
    ordinal = tx.endpoints.last_ordinal() + 1
    return Endpoint(
        ordinal=ordinal,
        id=endpoint_id(tx.workspace.lot, ordinal),
        workspace_id=tx.workspace.id,
        url=url,
        secret=secret_of(tx.workspace, ordinal, 1, entropy),
        created_at=tx.workspace.clock.now(wall_s),
        position=tx.events.last(),
    )


def keep_address(tx: Transaction, url: str, *, wall_s: float, entropy: Entropy) -> None:
    """Make the endpoint of a letter's own ``webhook_url`` unless there is one; before the letter's first fact."""
    if tx.endpoints.sorted_to() is None:
        tx.endpoints.save_sorted_to(tx.events.last())
    if tx.endpoints.of_letters(url) is None:
        tx.endpoints.add(replace(new_endpoint(tx, url, wall_s=wall_s, entropy=entropy), letters_only=True))


def secret_of(workspace: Workspace, ordinal: int, generation: int, entropy: Entropy) -> str:
    """Give an endpoint's ``generation``-th secret: it follows from the seed in a sandbox, and from chance when live."""
    if workspace.is_test:
        return derived_secret(workspace.lot, ordinal, generation)
    return webhook_secret(entropy(_SECRET_BYTES))
