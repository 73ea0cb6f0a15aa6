"""Every operation there is, in the order in which the contract's document tells them; the busiest first."""

from __future__ import annotations

from sigillo.api.operations import Operation
from sigillo.api.routes import (
    clock,
    consents,
    events,
    faults,
    files,
    keys,
    letters,
    mailbox_messages,
    mailboxes,
    outgoing_mail,
    proofs,
    scenarios,
    server,
    stats,
    verifications,
    webhook_deliveries,
    webhooks,
    workspace,
)

OPERATIONS: tuple[Operation, ...] = (
    *letters.OPERATIONS,
    *consents.OPERATIONS,
    *events.OPERATIONS,
    *webhooks.OPERATIONS,
    *webhook_deliveries.OPERATIONS,
    *files.OPERATIONS,
    *proofs.OPERATIONS,
    *verifications.OPERATIONS,
    *clock.OPERATIONS,
    *scenarios.OPERATIONS,
    *faults.OPERATIONS,
    *outgoing_mail.OPERATIONS,
    *mailboxes.OPERATIONS,
    *mailbox_messages.OPERATIONS,
    *keys.OPERATIONS,
    *stats.OPERATIONS,
    *workspace.OPERATIONS,
    *server.OPERATIONS,
)
