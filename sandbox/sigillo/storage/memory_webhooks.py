"""Webhook endpoints, deliveries and attempts in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from sigillo.application.ports.webhooks import DeliveryFilter
from sigillo.domain.endpoint import Attempt, Delivery, DeliveryStatus, Endpoint
from sigillo.storage.undo import Table, UndoLog

_PLACE = "sorted_to"


class MemoryEndpoints:
    """The endpoints by ordinal, None for a removed one; they outlive a reset."""

    def __init__(self, log: UndoLog) -> None:
        self._endpoints: Table[int, Endpoint | None] = Table(log)
        self._places: Table[str, int] = Table(log)

    def last_ordinal(self) -> int:
        """Give the highest ordinal that was ever given."""
        return max(self._endpoints.rows, default=0)

    def add(self, endpoint: Endpoint) -> None:
        """Keep a new endpoint."""
        self._endpoints.put(endpoint.ordinal, endpoint)

    def save(self, endpoint: Endpoint) -> None:
        """Keep an endpoint that changed."""
        self._endpoints.put(endpoint.ordinal, endpoint)

    def remove(self, endpoint: Endpoint) -> None:
        """Forget an endpoint."""
        self._endpoints.put(endpoint.ordinal, None)

    def find(self, endpoint_id: str) -> Endpoint | None:
        """Give an endpoint by its id."""
        return next((each for each in self.all() if each.id == endpoint_id), None)

    def at(self, ordinal: int) -> Endpoint | None:
        """Give an endpoint by its ordinal."""
        return self._endpoints.rows.get(ordinal)

    def of_letters(self, url: str) -> Endpoint | None:
        """Give the endpoint of a letters' own URL."""
        return next((each for each in self.all() if each.letters_only and each.url == url), None)

    def page(self, *, limit: int, before: int | None) -> list[Endpoint]:
        """Give endpoints, newest first."""
        newest = sorted(self.all(), key=lambda each: -each.ordinal)
        return list(islice((each for each in newest if before is None or each.ordinal < before), limit))

    def readers(self) -> list[Endpoint]:
        """Give the enabled endpoints that read the journal."""
        found = [each for each in self.all() if each.is_enabled and not each.letters_only]
        return sorted(found, key=lambda each: each.ordinal)

    def sorted_to(self) -> int | None:
        """Give the place up to which letters' own addresses were dealt with."""
        return self._places.rows.get(_PLACE)

    def save_sorted_to(self, place: int) -> None:
        """Keep that place."""
        self._places.put(_PLACE, place)

    def rewind(self) -> None:
        """Let everything begin at place 0."""
        for each in list(self.all()):
            self.save(replace(each, position=0, failures=0, failing_since=None))
        if self.sorted_to() is not None:
            self.save_sorted_to(0)

    def all(self) -> Iterator[Endpoint]:
        """Give those that were not removed."""
        return (each for each in self._endpoints.rows.values() if each is not None)


class MemoryDeliveries:
    """The deliveries by number; those of removed endpoints are not shown."""

    def __init__(self, log: UndoLog, endpoints: MemoryEndpoints) -> None:
        self._endpoints = endpoints
        self._deliveries: Table[int, Delivery] = Table(log)
        self._attempts: Table[int, tuple[Attempt, ...]] = Table(log)
        self._open: Table[int, frozenset[int]] = Table(log)

    def last_number(self) -> int:
        """Give the number of the newest delivery."""
        return max(self._deliveries.rows, default=0)

    def add(self, deliveries: Sequence[Delivery]) -> None:
        """Keep new deliveries."""
        self.save(deliveries)

    def save(self, deliveries: Sequence[Delivery]) -> None:
        """Keep how deliveries stand now."""
        for each in deliveries:
            self._deliveries.put(each.number, each)
            numbers = self._open.rows.get(each.endpoint, frozenset())
            if each.is_open != (each.number in numbers):
                self._open.put(each.endpoint, numbers ^ {each.number})

    def add_attempts(self, attempts: Sequence[tuple[int, Attempt]]) -> None:
        """Keep attempts, each with its delivery's number."""
        for number, attempt in attempts:
            self._attempts.put(number, (*self._attempts.rows.get(number, ()), attempt))

    def find(self, number: int) -> Delivery | None:
        """Give a delivery."""
        found = self._deliveries.rows.get(number)
        return found if found is not None and self._shown(found) else None

    def attempts(self, number: int) -> list[Attempt]:
        """Give a delivery's attempts from the first."""
        return list(self._attempts.rows.get(number, ()))

    def page(self, wanted: DeliveryFilter, *, limit: int, before: int | None) -> list[Delivery]:
        """Give deliveries, newest first."""
        rows, last = self._deliveries.rows, self.last_number()
        numbers = range(last if before is None else min(before - 1, last), 0, -1)
        found = (rows[number] for number in numbers if number in rows)
        return list(islice((each for each in found if self._shown(each) and _matches(wanted, each)), limit))

    def due(self, endpoint: int, until: datetime, *, limit: int) -> list[Delivery]:
        """Give what is due on an endpoint, by (next attempt, number)."""
        return sorted(self._due(endpoint, until), key=_when)[:limit]

    def line(self, endpoint: int, line: int) -> list[Delivery]:
        """Give the open deliveries of a line, by seq."""
        return sorted((each for each in self._still(endpoint) if each.line == line), key=lambda each: each.seq)

    def any_open(self, endpoint: int) -> bool:
        """Tell whether anything is open on an endpoint."""
        return bool(self._open.rows.get(endpoint))

    def due_endpoints(self, until: datetime) -> list[int]:
        """Give the enabled endpoints on which something is due."""
        enabled = {each.ordinal for each in self._endpoints.all() if each.is_enabled}
        return [each for each in sorted(enabled & set(self._open.rows)) if any(self._due(each, until))]

    def taken(self, endpoint: int, beyond: int) -> list[int]:
        """Give the places beyond one that have a delivery on an endpoint."""
        return sorted(
            each.seq for each in self._deliveries.rows.values() if each.endpoint == endpoint and each.seq > beyond
        )

    def oldest(self, *, after: int, limit: int) -> list[Delivery]:
        """Give deliveries beyond a number, oldest first."""
        numbers = sorted(number for number in self._deliveries.rows if number > after)
        found = (self._deliveries.rows[number] for number in numbers)
        return list(islice((each for each in found if self._shown(each)), limit))

    def drop(self, numbers: Sequence[int]) -> None:
        """Forget deliveries with their attempts."""
        for number in numbers:
            self._deliveries.drop(number)
            self._attempts.drop(number)

    def drop_attempts(self, number: int, *, up_to: int) -> None:
        """Forget a delivery's attempts up to that one."""
        kept = (each for each in self._attempts.rows.get(number, ()) if each.number > up_to)
        self._attempts.put(number, tuple(kept))

    def _still(self, endpoint: int) -> Iterator[Delivery]:
        return (self._deliveries.rows[number] for number in sorted(self._open.rows.get(endpoint, ())))

    def _due(self, endpoint: int, until: datetime) -> Iterator[Delivery]:
        pending = (each for each in self._still(endpoint) if each.status is DeliveryStatus.PENDING)
        return (each for each in pending if each.next_attempt_at is not None and each.next_attempt_at <= until)

    def _shown(self, delivery: Delivery) -> bool:
        return self._endpoints.at(delivery.endpoint) is not None


def _when(delivery: Delivery) -> tuple[datetime, int]:
    assert delivery.next_attempt_at is not None  # only pending ones are sorted
    return delivery.next_attempt_at, delivery.number


def _matches(wanted: DeliveryFilter, delivery: Delivery) -> bool:
    return (
        wanted.endpoint_id in (None, delivery.endpoint_id)
        and (wanted.status is None or delivery.status in wanted.status)
        and (wanted.event_type is None or delivery.event_type in wanted.event_type)
        and wanted.event_id in (None, delivery.event_id)
        and wanted.letter_id in (None, delivery.letter_id)
    )
