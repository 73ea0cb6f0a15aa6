"""Settling: what came of attempts, written down. Deliveries, their attempts, the endpoint's failures, what is next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sigillo.application.announcements import announce
from sigillo.application.endpoints import retry_time, wall_time
from sigillo.application.ports.courier import Carried
from sigillo.application.ports.storage import Transaction
from sigillo.application.simulation import catch_up
from sigillo.domain.endpoint import (
    KEPT_ATTEMPTS,
    Attempt,
    Delivery,
    DeliveryStatus,
    Endpoint,
    reason_to_disable,
    succeeds,
)
from sigillo.domain.events import EventType


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a delivery, as it stood before, with the number 0 while it is not kept.

    ``carried`` is None where it was not sent because an earlier one of its line failed. ``sent_s`` is wall time.
    """

    delivery: Delivery
    carried: Carried | None = None
    sent_s: float = 0.0


def settle(tx: Transaction, endpoint: Endpoint, outcomes: Sequence[Outcome], *, wall_s: float) -> Endpoint:
    """Write outcomes down, in their order, and give the endpoint as it is then; saving it is the caller's.

    An endpoint that is given up is disabled, and the journal says so.
    """
    now = retry_time(tx.workspace, wall_s)
    after: list[Delivery] = []
    reasons: list[str | None] = []
    for outcome, numbered in zip(outcomes, _numbered(tx, outcomes, now), strict=True):
        endpoint, delivery, reason = _judged(endpoint, numbered, outcome.carried, now)
        after.append(delivery)
        reasons.append(reason)
    _keep(tx, outcomes, after, now)
    mend(tx, endpoint.ordinal, _stirred(outcomes), now)
    reason = next((each for each in reasons if each), None)
    return _disabled(tx, endpoint, reason, wall_s=wall_s) if reason and endpoint.is_enabled else endpoint


def mend(tx: Transaction, endpoint: int, lines: Iterable[int], now: datetime) -> None:
    """Let the first open delivery of each line be tried, where it waits for one that is not open any more."""
    firsts = (tx.deliveries.line(endpoint, line)[:1] for line in dict.fromkeys(lines))
    waiting = [each for first in firsts for each in first if each.status is DeliveryStatus.WAITING]
    if waiting:
        tx.deliveries.save([each.queued(now) for each in waiting])


def _numbered(tx: Transaction, outcomes: Sequence[Outcome], now: datetime) -> Iterator[Delivery]:
    number = tx.deliveries.last_number()
    for outcome in outcomes:
        if outcome.delivery.number:
            yield outcome.delivery
        else:
            number += 1
            yield replace(outcome.delivery, number=number, created_at=now)


def _judged(
    endpoint: Endpoint, delivery: Delivery, carried: Carried | None, now: datetime
) -> tuple[Endpoint, Delivery, str | None]:
    if carried is None:
        return endpoint, replace(delivery, status=DeliveryStatus.WAITING), None
    if carried.status is not None and succeeds(carried.status):
        return endpoint.succeeded(), delivery.delivered(now, carried.status), None
    endpoint, delivery = endpoint.failed(now), delivery.missed(now, carried.status)
    return endpoint, delivery, reason_to_disable(endpoint, delivery, now)


def _keep(tx: Transaction, outcomes: Sequence[Outcome], after: Sequence[Delivery], now: datetime) -> None:
    pairs = list(zip(outcomes, after, strict=True))
    new = [each for outcome, each in pairs if not outcome.delivery.number]
    if new:
        tx.deliveries.add(new)
    known = [each for outcome, each in pairs if outcome.delivery.number]
    if known:
        tx.deliveries.save(known)
    tried = [
        (each.number, _attempt(each.attempts, outcome.carried, outcome.sent_s, now))
        for outcome, each in pairs
        if outcome.carried is not None
    ]
    tx.deliveries.add_attempts(tried)
    for number, attempt in tried:
        if attempt.number > KEPT_ATTEMPTS:
            tx.deliveries.drop_attempts(number, up_to=attempt.number - KEPT_ATTEMPTS)


def _attempt(number: int, carried: Carried, sent_s: float, now: datetime) -> Attempt:
    error = carried.error
    if error is None and not succeeds(carried.status):
        error = f"The receiver answered {carried.status}; only an answer of 2xx takes a message."
    return Attempt(
        number=number,
        at=now,
        sent_at=wall_time(sent_s),
        status=carried.status,
        latency_ms=round(carried.latency_ms, 3),
        request_headers=carried.request_headers,
        headers=carried.headers,
        body=carried.body,
        error=error,
    )


def _stirred(outcomes: Sequence[Outcome]) -> Iterator[int]:
    """Give the lines in which somebody may wait for nobody: where a kept delivery was tried, or one began to wait."""
    return (each.delivery.line for each in outcomes if each.delivery.number or each.carried is None)


def _disabled(tx: Transaction, endpoint: Endpoint, reason: str, *, wall_s: float) -> Endpoint:
    at = catch_up(tx, wall_s)
    data = {"endpoint": {"id": endpoint.id, "url": endpoint.url}, "reason": reason}
    announce(tx, EventType.ENDPOINT_DISABLED, data, at=at)
    return endpoint.disabled(reason, at)
