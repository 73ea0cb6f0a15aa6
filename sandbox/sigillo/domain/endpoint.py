"""Webhook endpoints, what is delivered to them, and the rules of trying again and of giving up.

The schedule is the one that Standard Webhooks proposes. Instants are those of the *retry clock*: the workspace's
simulated clock in a sandbox (frozen: an attempt falls due when somebody advances), the wall in a live workspace.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sigillo.domain.events import EventType
from sigillo.domain.ids import Lot, event_id, numbered_id, numbered_parts
from sigillo.domain.letter import Letter

RETRY_DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long after each failed attempt the next one is made; after the last of them the delivery has failed."""

GIVE_UP_AFTER = timedelta(days=5)
"""An endpoint without one success for so long is disabled."""

LEAST_TRIES = 3
"""Attempts of a delivery before it can disable its endpoint: one leap of a simulated clock alone gives nobody up."""

BREAKER_FAILURES = 5
"""An endpoint that failed so often in a row takes no new events until an attempt succeeds."""

OVERLAP_S = 24 * 3600
"""How long a secret that was replaced still signs beside the new one, in seconds of wall time."""

KEPT_FOR = timedelta(days=30)
"""How long a delivery that has ended is kept, on the retry clock."""

KEPT_NEWEST = 1_000
"""So many of a workspace's newest deliveries are kept however old: a leap of a simulated clock empties no log."""

KEPT_ATTEMPTS = 20
"""So many of a delivery's last attempts are kept, two whole schedules; earlier ones are counted, no more."""

GONE = 410
_SECRET_BYTES = 24
_ALONE = -(1 << 40)


class EndpointStatus(StrEnum):
    """Whether messages are sent to an endpoint."""

    ENABLED = "enabled"
    DISABLED = "disabled"


class DeliveryStatus(StrEnum):
    """``pending``: tried at its next attempt; ``waiting``: behind an earlier one of its letter; the others: over."""

    PENDING = "pending"
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where events are sent. ``ordinal`` counts the workspace's endpoints from 1, removed ones included.

    ``event_types`` None means all. ``letters_only`` is an endpoint made for letters' own ``webhook_url``: it gets the
    events of the letters that name it and nothing else. ``position`` is the place in the journal up to which all was
    dealt with. ``failures`` counts the attempts that failed since the last success, ``failing_since`` is the instant
    of the first of them. ``previous_secret`` signs too until ``previous_until_s`` (wall time, seconds since the epoch).
    """

    ordinal: int
    id: str
    workspace_id: str
    url: str
    secret: str
    created_at: datetime
    description: str | None = None
    event_types: tuple[str, ...] | None = None
    letters_only: bool = False
    status: EndpointStatus = EndpointStatus.ENABLED
    disabled_reason: str | None = None
    disabled_at: datetime | None = None
    secrets_made: int = 1
    previous_secret: str | None = None
    previous_until_s: float | None = None
    position: int = 0
    failures: int = 0
    failing_since: datetime | None = None

    @property
    def is_enabled(self) -> bool:
        """Tell whether messages are sent to it."""
        return self.status is EndpointStatus.ENABLED

    @property
    def is_broken(self) -> bool:
        """Tell whether its last attempts all failed, so that new events wait until one succeeds."""
        return self.failures >= BREAKER_FAILURES

    def wants(self, event_type: str, letter: Letter | None) -> bool:
        """Tell whether an event is for this endpoint."""
        if self.letters_only and (letter is None or letter.webhook_url != self.url):
            return False
        return self.event_types is None or event_type in self.event_types

    def signing_secrets(self, wall_s: float) -> tuple[str, ...]:
        """Give the secrets that sign at a reading of the wall, the newest first."""
        if self.previous_secret is None or self.previous_until_s is None or wall_s >= self.previous_until_s:
            return (self.secret,)
        return (self.secret, self.previous_secret)

    def rotated(self, secret: str, *, wall_s: float) -> Endpoint:
        """Give the endpoint with a new secret; the one of now still signs for a day."""
        return replace(
            self,
            secret=secret,
            secrets_made=self.secrets_made + 1,
            previous_secret=self.secret,
            previous_until_s=wall_s + OVERLAP_S,
        )

    def succeeded(self) -> Endpoint:
        """Give the endpoint after an attempt that succeeded."""
        return replace(self, failures=0, failing_since=None) if self.failures else self

    def failed(self, at: datetime) -> Endpoint:
        """Give the endpoint after an attempt that failed."""
        return replace(self, failures=self.failures + 1, failing_since=self.failing_since or at)

    def disabled(self, reason: str, at: datetime) -> Endpoint:
        """Give the endpoint disabled, with the reason in plain words."""
        return replace(self, status=EndpointStatus.DISABLED, disabled_reason=reason, disabled_at=at)

    def enabled(self) -> Endpoint:
        """Give the endpoint enabled, its failures forgotten; it goes on from where it stood."""
        fresh = replace(self, status=EndpointStatus.ENABLED, disabled_reason=None, disabled_at=None)
        return replace(fresh, failures=0, failing_since=None)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message for one endpoint. ``number`` counts the workspace's deliveries from 1; ``endpoint`` is an ordinal.

    ``seq`` is the event's place in the journal, 0 for a ping; ``subject_id`` is what the event is about. Deliveries of
    one ``line`` are made one after the other, in the order of ``seq``: a line is the ordinal of the letter or consent,
    0 for facts of the workspace, and one of its own (:func:`alone`) for a delivery that waits for no other.
    ``attempts`` counts all attempts, ``tries`` those since it was last queued. ``settled_at`` is when it was delivered
    or given up, ``answer_status`` the HTTP status of the last answer.
    """

    number: int
    workspace_id: str
    endpoint: int
    endpoint_id: str
    seq: int
    line: int
    event_id: str
    event_type: str
    subject_id: str
    created_at: datetime
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempts: int = 0
    tries: int = 0
    next_attempt_at: datetime | None = None
    settled_at: datetime | None = None
    answer_status: int | None = None

    @property
    def id(self) -> str:
        """Give the public id."""
        return delivery_id(self.workspace_id, self.number)

    @property
    def is_open(self) -> bool:
        """Tell whether it is still to be delivered."""
        return self.status in (DeliveryStatus.PENDING, DeliveryStatus.WAITING)

    def is_outlived(self, endpoint: Endpoint, at: datetime) -> bool:
        """Tell whether it ended so long ago that it is kept no longer.

        One beyond the endpoint's position stays: it alone tells that its event was sent.
        """
        passed = endpoint.letters_only or self.seq <= endpoint.position
        return passed and self.settled_at is not None and not self.is_open and self.settled_at + KEPT_FOR <= at

    @property
    def letter_id(self) -> str | None:
        """Give the letter that the event is about; None for a ping and for facts that are about no letter."""
        return self.subject_id if self.subject_id.startswith("ltr_") else None

    @property
    def is_last_try(self) -> bool:
        """Tell whether it has failed for good if its next attempt does."""
        return self.tries >= len(RETRY_DELAYS)

    def delivered(self, at: datetime, status: int) -> Delivery:
        """Give the delivery after an attempt that succeeded."""
        return replace(
            self,
            status=DeliveryStatus.DELIVERED,
            attempts=self.attempts + 1,
            tries=self.tries + 1,
            next_attempt_at=None,
            settled_at=at,
            answer_status=status,
        )

    def missed(self, at: datetime, status: int | None) -> Delivery:
        """Give the delivery after an attempt that failed: tried again by the schedule, or given up at its end."""
        tried = replace(self, attempts=self.attempts + 1, tries=self.tries + 1, answer_status=status)
        if self.is_last_try:
            return replace(tried, status=DeliveryStatus.FAILED, next_attempt_at=None, settled_at=at)
        return replace(tried, status=DeliveryStatus.PENDING, next_attempt_at=at + RETRY_DELAYS[tried.tries - 1])

    def queued(self, at: datetime) -> Delivery:
        """Give the delivery put first, to be tried at ``at``."""
        return replace(self, status=DeliveryStatus.PENDING, next_attempt_at=at)

    def again(self, at: datetime) -> Delivery:
        """Give a delivery that was over, to be made once more: with a schedule of its own, waiting for no other."""
        return replace(self.queued(at), line=alone(self.number), tries=0, settled_at=None)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a delivery. ``at`` is the retry clock's instant, ``sent_at`` the wall's; latency in milliseconds.

    ``status`` is None where nobody answered; ``error`` says in plain words why an attempt failed; ``body`` holds the
    first bytes of the answer.
    """

    number: int
    at: datetime
    sent_at: datetime
    status: int | None
    latency_ms: float
    request_headers: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    error: str | None


def alone(number: int) -> int:
    """Give the line of a delivery that waits for no other; far below the ordinals of consents."""
    return _ALONE - number


def succeeds(status: int | None) -> bool:
    """Tell whether an answer takes the message: any 2xx, nothing else (redirects are not followed)."""
    return status is not None and 200 <= status < 300


def reason_to_disable(endpoint: Endpoint, delivery: Delivery, at: datetime) -> str | None:
    """Tell in plain words why an endpoint is given up after this failed attempt of a delivery; None while it is not."""
    if delivery.answer_status == GONE:
        return f"The receiver answered {GONE} Gone: it wants no more messages."
    since = endpoint.failing_since
    if since is not None and at - since >= GIVE_UP_AFTER and delivery.tries >= LEAST_TRIES:
        return f"No attempt succeeded for {(at - since).days} days; the last {endpoint.failures} all failed."
    return None


def ping(endpoint: Endpoint, number: int, *, at: datetime) -> Delivery:
    """Give the delivery that tests an endpoint, due at once; its event is in no journal."""
    return Delivery(
        number=number,
        workspace_id=endpoint.workspace_id,
        endpoint=endpoint.ordinal,
        endpoint_id=endpoint.id,
        seq=0,
        line=alone(number),
        event_id=event_id(endpoint.id, number),
        event_type=EventType.PING.value,
        subject_id=endpoint.id,
        created_at=at,
        next_attempt_at=at,
    )


def endpoint_id(workspace: Lot, ordinal: int) -> str:
    """Give the id of the workspace's ``ordinal``-th endpoint (from 1)."""
    return workspace.child("webhook-endpoint", ordinal).token("whe")


def delivery_id(workspace_id: str, number: int) -> str:
    """Give the id of the workspace's ``number``-th delivery (from 1)."""
    return numbered_id("whd", workspace_id, number)


def number_of_delivery(delivery_id: str, *, workspace_id: str) -> int | None:
    """Give the number of a delivery of the workspace by its id; None when it is no such id."""
    token, number = numbered_parts("whd", delivery_id) or ("", 0)
    return number if token and workspace_id.endswith(f"_{token}") else None


def derived_secret(workspace: Lot, ordinal: int, generation: int) -> str:
    """Give the secret of a sandbox's endpoint: it follows from the seed, like everything there."""
    return webhook_secret(workspace.child("webhook-secret", ordinal, generation).key[:_SECRET_BYTES])


def webhook_secret(key: bytes) -> str:
    """Write a signing key as Standard Webhooks does: ``whsec_`` and Base64."""
    return f"whsec_{b64encode(key).decode()}"
