"""The outbox: what is to be sent to an endpoint, read from the journal, and what came of it, in one transaction.

The journal itself is the outbox. Nothing is written for webhooks when a fact is; an endpoint reads from its position.

1. Take: events beyond the position that the endpoint wants, and deliveries whose next attempt is due.
2. Send them, with no lock and no transaction held (``lane``).
3. Settle: in one transaction the deliveries, their attempts, the endpoint's failures and its new position.

A process killed between 2 and 3 sends again what it had sent, with the same ``webhook-id`` and the same bytes. What was
settled beyond the position (others were still on their way) has a delivery and is not read again.

Deliveries of one line (a letter) are made in order: the first open one is pending, those behind it wait.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import get_ident

from sigillo.application.endpoints import retry_time
from sigillo.application.messages import told_of
from sigillo.application.ports.storage import Store, Transaction
from sigillo.application.ports.wall import Wall
from sigillo.application.queries import Told, told
from sigillo.application.settling import Outcome, settle
from sigillo.domain.endpoint import Delivery, Endpoint

Write = Callable[[Told], bytes]


@dataclass(frozen=True, slots=True)
class Item:
    """One message to send; its delivery has the number 0 while it is not kept yet."""

    delivery: Delivery
    body: bytes


@dataclass(frozen=True, slots=True)
class Order:
    """What a lane wants: outcomes settled, its position saved (None: as it was), and at most ``room`` lines taken.

    ``busy`` are the lines it has in hand, ``read_to`` how far it has read; None begins at the position and skips what
    was settled beyond it. ``resets`` is None before the first exchange.
    """

    outcomes: Sequence[Outcome]
    position: int | None
    read_to: int | None
    busy: frozenset[int]
    room: int
    resets: int | None


@dataclass(frozen=True, slots=True)
class Haul:
    """What there is to send: ``chains`` of deliveries that are due, each with what waits behind it, and new events.

    ``blocked`` are the lines of new events in which something earlier is still open; ``more`` tells that there is more.
    ``read_to`` is None where nothing was read yet.
    """

    endpoint: Endpoint
    live: bool
    resets: int
    chains: Sequence[Sequence[Item]]
    fresh: Sequence[Item]
    blocked: frozenset[int]
    read_to: int | None
    more: bool


class Outbox:
    """Takes and settles for one endpoint at a time. It may wait for the store, so it runs beside the event loop."""

    def __init__(self, store: Store, wall: Wall, write: Write) -> None:
        """``write`` gives the body of a fact, the same bytes always."""
        self._store = store
        self._write = write
        self._settling: set[int] = set()
        self.wall = wall

    @property
    def is_settling(self) -> bool:
        """Tell whether the calling thread settles: its commit brings nothing that another would have to send."""
        return get_ident() in self._settling

    def exchange(self, workspace_id: str, ordinal: int, order: Order) -> Haul | None:
        """Settle, then take; None where the endpoint takes nothing any more, or the workspace was reset meanwhile."""
        if (order.outcomes or order.position is not None) and not self._settled(workspace_id, ordinal, order):
            return None
        with self._store.reading(workspace_id) as tx:
            endpoint = tx.endpoints.at(ordinal)
            if endpoint is None or not endpoint.is_enabled or order.resets not in (None, tx.workspace.resets):
                return None
            return self._haul(tx, endpoint, order)

    def _settled(self, workspace_id: str, ordinal: int, order: Order) -> bool:
        self._settling.add(get_ident())
        try:
            with self._store.writing(workspace_id) as tx:
                before = tx.endpoints.at(ordinal)
                if before is None or tx.workspace.resets != order.resets:
                    return False
                endpoint = settle(tx, before, order.outcomes, wall_s=self.wall())
                if order.position is not None:
                    endpoint = replace(endpoint, position=max(endpoint.position, order.position))
                if endpoint != before:
                    tx.endpoints.save(endpoint)
                return endpoint.is_enabled
        finally:
            self._settling.discard(get_ident())

    def _haul(self, tx: Transaction, endpoint: Endpoint, order: Order) -> Haul:
        room = min(order.room, 1) if endpoint.is_broken else order.room
        chains = self._chains(tx, endpoint, order.busy, room)
        fresh: list[Item] = []
        blocked: frozenset[int] = frozenset()
        begin = max(endpoint.position, order.read_to or 0)
        last = begin
        if room and not chains and _reads(tx, endpoint, order.busy):
            fresh, last = self._fresh(tx, endpoint, begin, limit=room, skip=order.read_to is None)
            blocked = _blocked(tx, endpoint.ordinal, fresh)
        return Haul(
            endpoint=endpoint,
            live=not tx.workspace.is_test,
            resets=tx.workspace.resets,
            chains=chains,
            fresh=fresh,
            blocked=blocked,
            read_to=last if last > begin else order.read_to,
            more=bool(chains) or last > begin,
        )

    def _chains(self, tx: Transaction, endpoint: Endpoint, busy: frozenset[int], room: int) -> list[list[Item]]:
        if not room:
            return []
        now = retry_time(tx.workspace, self.wall())
        due = tx.deliveries.due(endpoint.ordinal, now, limit=room + len(busy))
        lines = [each.line for each in due if each.line not in busy][:room]
        rows = [tx.deliveries.line(endpoint.ordinal, line) for line in lines]
        facts = iter(told_of(tx, endpoint, [each for row in rows for each in row]))
        return [[Item(each, self._write(next(facts))) for each in row] for row in rows]

    def _fresh(
        self, tx: Transaction, endpoint: Endpoint, after: int, *, limit: int, skip: bool
    ) -> tuple[list[Item], int]:
        recorded = tx.events.following(endpoint.event_types, limit=limit, after=after)
        if not recorded:
            return [], after
        taken = frozenset(tx.deliveries.taken(endpoint.ordinal, after)) if skip else frozenset()
        facts = told(tx, [each for each in recorded if each.seq not in taken])
        return [Item(new_delivery(endpoint, each), self._write(each)) for each in facts], recorded[-1].seq


def new_delivery(endpoint: Endpoint, fact: Told) -> Delivery:
    """Give the delivery of a fact to an endpoint, without a number; it is dated when it gets one."""
    return Delivery(
        number=0,
        workspace_id=endpoint.workspace_id,
        endpoint=endpoint.ordinal,
        endpoint_id=endpoint.id,
        seq=fact.seq,
        line=fact.letter.ordinal if fact.letter is not None else 0,
        event_id=fact.event.id,
        event_type=fact.event.type.value,
        subject_id=fact.event.subject_id,
        created_at=fact.event.at,
    )


def _reads(tx: Transaction, endpoint: Endpoint, busy: frozenset[int]) -> bool:
    """Tell whether new events are read: by a broken endpoint one, where nothing else could show that it is whole."""
    if endpoint.letters_only:
        return False
    return not endpoint.is_broken or not (busy or tx.deliveries.any_open(endpoint.ordinal))


def _blocked(tx: Transaction, endpoint: int, fresh: Sequence[Item]) -> frozenset[int]:
    if not fresh or not tx.deliveries.any_open(endpoint):
        return frozenset()
    lines = dict.fromkeys(each.delivery.line for each in fresh)
    return frozenset(line for line in lines if tx.deliveries.line(endpoint, line))
