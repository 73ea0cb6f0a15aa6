"""Sorting: the events of letters that bring a ``webhook_url`` along, queued for the endpoint of that URL.

There may be as many such endpoints as letters, so they do not read the journal themselves: it is read once for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sigillo.application.endpoints import retry_time
from sigillo.application.outbox import new_delivery
from sigillo.application.ports.storage import Recorded, Store, Transaction
from sigillo.application.ports.wall import Wall
from sigillo.application.queries import Told
from sigillo.application.settling import mend
from sigillo.domain.endpoint import Delivery, DeliveryStatus
from sigillo.domain.standing import Standing

_CHUNK = 512
_MOST_UNSAVED = 8_192


@dataclass(frozen=True, slots=True)
class Sorted:
    """How far the journal was read, after how many resets, what has something queued now, and whether there is more."""

    read_to: int
    resets: int
    endpoints: tuple[int, ...]
    more: bool


def sort_on(store: Store, wall: Wall, workspace_id: str, *, before: Sorted | None) -> Sorted | None:
    """Read on from where it was left and queue what is found; None where no letter ever brought a URL.

    How far it was read is kept with what is queued, and now and then where nothing is.
    """
    with store.reading(workspace_id) as tx:
        place, resets = tx.endpoints.sorted_to(), tx.workspace.resets
        if place is None:
            return None
        after = before.read_to if before is not None and before.resets == resets else place
        recorded = tx.events.following(None, limit=_CHUNK, after=after)
    last = recorded[-1].seq if recorded else after
    found = [each for each in recorded if each.letter is not None and each.letter.webhook_url is not None]
    queued: tuple[int, ...] = ()
    if found or last - place >= _MOST_UNSAVED:
        with store.writing(workspace_id) as tx:
            if tx.workspace.resets != resets:
                return Sorted(0, tx.workspace.resets, (), more=True)
            queued = _queued(tx, found, wall_s=wall())
            tx.endpoints.save_sorted_to(last)
    return Sorted(last, resets, queued, more=len(recorded) == _CHUNK)


def _queued(tx: Transaction, found: Sequence[Recorded], *, wall_s: float) -> tuple[int, ...]:
    now = retry_time(tx.workspace, wall_s)
    number = tx.deliveries.last_number()
    made: list[Delivery] = []
    for each in found:
        endpoint = tx.endpoints.of_letters(each.letter.webhook_url or "") if each.letter is not None else None
        if endpoint is not None and endpoint.wants(each.event.type, each.letter):
            number += 1
            fresh = new_delivery(endpoint, Told(each.seq, each.event, each.letter, Standing()))
            made.append(replace(fresh, number=number, created_at=now, status=DeliveryStatus.WAITING))
    tx.deliveries.add(made)
    endpoints = tuple(sorted({each.endpoint for each in made}))
    for ordinal in endpoints:
        mend(tx, ordinal, (each.line for each in made if each.endpoint == ordinal), now)
    return endpoints
