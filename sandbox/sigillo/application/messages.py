"""What deliveries carry: the facts behind them, read again from the journal."""

from __future__ import annotations

from collections.abc import Sequence

from sigillo.application.ports.storage import Recorded, Transaction
from sigillo.application.queries import Told, told
from sigillo.domain.endpoint import Delivery, Endpoint
from sigillo.domain.events import Event, EventType, canonical_json
from sigillo.domain.standing import Standing


def told_of(tx: Transaction, endpoint: Endpoint, deliveries: Sequence[Delivery]) -> list[Told]:
    """Give the fact that each delivery to an endpoint carries, in the same order."""
    facts = iter(told(tx, [_recorded(tx, each.seq) for each in deliveries if each.seq]))
    return [next(facts) if each.seq else _ping(endpoint, each) for each in deliveries]


def _recorded(tx: Transaction, seq: int) -> Recorded:
    return tx.events.following(None, limit=1, after=seq - 1)[0]


def _ping(endpoint: Endpoint, delivery: Delivery) -> Told:
    data = canonical_json({"endpoint": {"id": endpoint.id, "url": endpoint.url}})
    event = Event(delivery.event_id, endpoint.id, delivery.number, EventType.PING, delivery.created_at, data, "", "")
    return Told(0, event, None, Standing())
