"""Facts of the workspace itself, which are about no letter: an alert, an endpoint that was given up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sigillo.application.ports.storage import Transaction
from sigillo.domain.calendar import format_instant
from sigillo.domain.events import Event, EventType, canonical_json, chain_digest
from sigillo.domain.ids import event_id

OWN = 0
"""The ordinal under which the journal keeps what is about no letter."""


def announce(tx: Transaction, event_type: EventType, data: Mapping[str, object], *, at: datetime) -> Event:
    """Append a fact of the workspace to its journal, chained to the one before it, and give it; ``data`` is JSON."""
    last, previous = tx.events.last_of_workspace()
    index, data_json = last + 1, canonical_json(dict(data))
    fact_id = event_id(tx.workspace.id, index)
    digest = chain_digest(previous, fact_id, event_type, format_instant(at), data_json)
    event = Event(fact_id, tx.workspace.id, index, event_type, at, data_json, digest, previous)
    tx.events.append([(OWN, event)])
    return event
