"""What webhooks keep: endpoints, deliveries and every attempt of each. Part of a transaction in one workspace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sigillo.domain.endpoint import Attempt, Delivery, Endpoint


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries to list; None does not restrict. ``endpoint_id`` of a removed endpoint finds none."""

    endpoint_id: str | None = None
    status: tuple[str, ...] | None = None
    event_type: tuple[str, ...] | None = None
    event_id: str | None = None
    letter_id: str | None = None


class EndpointRows(Protocol):
    """The endpoints of the workspace. A removed one is found no more, and its ordinal is never given again."""

    def last_ordinal(self) -> int:
        """Give the highest ordinal that was ever given; 0 before the first."""

    def add(self, endpoint: Endpoint) -> None:
        """Keep a new endpoint."""

    def save(self, endpoint: Endpoint) -> None:
        """Keep an endpoint that changed."""

    def remove(self, endpoint: Endpoint) -> None:
        """Forget an endpoint with its secrets and its deliveries."""

    def find(self, endpoint_id: str) -> Endpoint | None:
        """Give an endpoint, or None."""

    def at(self, ordinal: int) -> Endpoint | None:
        """Give an endpoint by its ordinal, or None."""

    def of_letters(self, url: str) -> Endpoint | None:
        """Give the endpoint that was made for letters with this ``webhook_url``, or None."""

    def page(self, *, limit: int, before: int | None) -> list[Endpoint]:
        """Give at most ``limit`` endpoints, newest first, of ordinals below ``before``."""

    def readers(self) -> list[Endpoint]:
        """Give the enabled endpoints that read the journal themselves (not ``letters_only``), by ordinal."""

    def sorted_to(self) -> int | None:
        """Give the place in the journal up to which letters' own addresses were dealt with; None before the first."""

    def save_sorted_to(self, place: int) -> None:
        """Keep that place."""

    def rewind(self) -> None:
        """Let everything begin at place 0, failures forgotten: the journal was emptied."""


class DeliveryRows(Protocol):
    """The deliveries of the workspace and their attempts; an endpoint is named by its ordinal."""

    def last_number(self) -> int:
        """Give the number of the newest delivery; 0 before the first."""

    def add(self, deliveries: Sequence[Delivery]) -> None:
        """Keep new deliveries."""

    def save(self, deliveries: Sequence[Delivery]) -> None:
        """Keep how deliveries stand now."""

    def add_attempts(self, attempts: Sequence[tuple[int, Attempt]]) -> None:
        """Keep attempts, each with its delivery's number."""

    def find(self, number: int) -> Delivery | None:
        """Give a delivery, or None."""

    def attempts(self, number: int) -> list[Attempt]:
        """Give a delivery's attempts from the first."""

    def page(self, wanted: DeliveryFilter, *, limit: int, before: int | None) -> list[Delivery]:
        """Give at most ``limit`` deliveries, newest first, of numbers below ``before``."""

    def due(self, endpoint: int, until: datetime, *, limit: int) -> list[Delivery]:
        """Give an endpoint's pending deliveries due at ``until`` or before, by (next attempt, number)."""

    def line(self, endpoint: int, line: int) -> list[Delivery]:
        """Give the open deliveries of a line, by ``seq``."""

    def any_open(self, endpoint: int) -> bool:
        """Tell whether anything is pending or waiting on an endpoint."""

    def due_endpoints(self, until: datetime) -> list[int]:
        """Give the enabled endpoints on which something is due at ``until`` or before, ascending."""

    def taken(self, endpoint: int, beyond: int) -> list[int]:
        """Give the places in the journal beyond ``beyond`` whose events have a delivery on an endpoint already."""

    def oldest(self, *, after: int, limit: int) -> list[Delivery]:
        """Give at most ``limit`` deliveries of numbers beyond ``after``, oldest first."""

    def drop(self, numbers: Sequence[int]) -> None:
        """Forget deliveries with their attempts; never the newest, as numbers go on from it."""

    def drop_attempts(self, number: int, *, up_to: int) -> None:
        """Forget a delivery's attempts up to that one."""
