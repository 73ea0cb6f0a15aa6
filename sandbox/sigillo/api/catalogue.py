"""Every operation there is, in the order in which the contract's document tells them; the busiest first."""

from __future__ import annotations

from sigillo.api.operations import Operation
from sigillo.api.routes import clock, events, files, letters, proofs, scenarios, server, verifications, workspace

OPERATIONS: tuple[Operation, ...] = (
    *letters.OPERATIONS,
    *events.OPERATIONS,
    *files.OPERATIONS,
    *proofs.OPERATIONS,
    *verifications.OPERATIONS,
    *clock.OPERATIONS,
    *scenarios.OPERATIONS,
    *workspace.OPERATIONS,
    *server.OPERATIONS,
)
