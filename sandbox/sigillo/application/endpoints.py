"""Webhook endpoints and their deliveries: registered, changed, tested, read, delivered once more.

Nothing here sends anything: a ping or a delivery made again is queued, and the outbox carries it (``outbox``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sigillo.application.addresses import new_endpoint, secret_of
from sigillo.application.idempotency import Answered, Once, answer_once
from sigillo.application.messages import told_of
from sigillo.application.ports.entropy import Entropy
from sigillo.application.ports.storage import Answer, Store, Transaction
from sigillo.application.ports.wall import Wall
from sigillo.application.ports.webhooks import DeliveryFilter
from sigillo.application.queries import Told
from sigillo.application.unset import UNSET, Unset
from sigillo.domain.endpoint import (
    Attempt,
    Delivery,
    DeliveryStatus,
    Endpoint,
    EndpointStatus,
    number_of_delivery,
    ping,
)
from sigillo.domain.errors import Conflict, NotFound
from sigillo.domain.workspace import Workspace

MOST_ENDPOINTS = 100
"""Endpoints of a workspace, those made for letters' own addresses left out: each reads the journal for itself."""

_BY_HAND = "Disabled by hand."

EndpointReply = Callable[[Endpoint], Answer]
DeliveryReply = Callable[[Delivery], Answer]


@dataclass(frozen=True, slots=True)
class EndpointDraft:
    """An endpoint that somebody wants; the URL was found good, ``event_types`` None means all."""

    url: str
    event_types: tuple[str, ...] | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class EndpointChanges:
    """What to change of an endpoint; what is UNSET stays."""

    url: str | Unset = UNSET
    event_types: tuple[str, ...] | Unset | None = UNSET
    description: str | Unset | None = UNSET
    status: EndpointStatus | Unset = UNSET


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery with its attempts, the oldest first, its endpoint's URL, and the fact that it carries."""

    delivery: Delivery
    attempts: tuple[Attempt, ...]
    url: str
    told: Told


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The commands and queries on webhooks of any workspace."""

    store: Store
    wall: Wall
    entropy: Entropy

    def add(
        self, workspace_id: str, draft: EndpointDraft, *, reply: EndpointReply, once: Once | None = None
    ) -> Answered:
        """Register an endpoint for the events from now on; raises :class:`Conflict` where there are too many."""
        with self.store.writing(workspace_id) as tx:
            return answer_once(tx, once, lambda: reply(self._add(tx, draft)))

    def get(self, workspace_id: str, endpoint_id: str) -> Endpoint:
        """Give an endpoint; raises :class:`NotFound`."""
        with self.store.reading(workspace_id) as tx:
            return _endpoint(tx, endpoint_id)

    def page(self, workspace_id: str, *, limit: int, before: int | None) -> list[Endpoint]:
        """Give at most ``limit`` endpoints, newest first, of ordinals below ``before``; letters' own are among them."""
        with self.store.reading(workspace_id) as tx:
            return tx.endpoints.page(limit=limit, before=before)

    def change(self, workspace_id: str, endpoint_id: str, changes: EndpointChanges) -> Endpoint:
        """Change an endpoint and give it; raises :class:`NotFound`, and :class:`Conflict` for a letters' own URL.

        Enabling forgets the failures; the endpoint goes on from where it stood in the journal.
        """
        with self.store.writing(workspace_id) as tx:
            before = _endpoint(tx, endpoint_id)
            changed = _changed(before, changes, retry_time(tx.workspace, self.wall()))
            if changed.event_types != before.event_types:
                changed = replace(changed, position=_dealt_with(tx, before))
            tx.endpoints.save(changed)
        return changed

    def remove(self, workspace_id: str, endpoint_id: str) -> None:
        """Forget an endpoint with its deliveries; raises :class:`NotFound`."""
        with self.store.writing(workspace_id) as tx:
            tx.endpoints.remove(_endpoint(tx, endpoint_id))

    def rotate_secret(
        self, workspace_id: str, endpoint_id: str, *, reply: EndpointReply, once: Once | None = None
    ) -> Answered:
        """Give an endpoint a new secret; the old one signs beside it for a day of wall time."""
        with self.store.writing(workspace_id) as tx:
            return answer_once(tx, once, lambda: reply(self._rotated(tx, endpoint_id)))

    def test(self, workspace_id: str, endpoint_id: str, *, reply: DeliveryReply, once: Once | None = None) -> Answered:
        """Queue a ping; raises :class:`NotFound`, and :class:`Conflict` where the endpoint is disabled."""
        with self.store.writing(workspace_id) as tx:
            return answer_once(tx, once, lambda: reply(self._pinged(tx, endpoint_id)))

    def deliveries(
        self, workspace_id: str, wanted: DeliveryFilter, *, limit: int, before: int | None
    ) -> list[Delivery]:
        """Give at most ``limit`` deliveries, newest first, of numbers below ``before``."""
        with self.store.reading(workspace_id) as tx:
            return tx.deliveries.page(wanted, limit=limit, before=before)

    def delivery(self, workspace_id: str, delivery_id: str) -> DeliveryView:
        """Give a delivery with every attempt and what it carries; raises :class:`NotFound`."""
        with self.store.reading(workspace_id) as tx:
            found = _delivery(tx, delivery_id)
            endpoint = _endpoint(tx, found.endpoint_id)
            attempts = tuple(tx.deliveries.attempts(found.number))
            return DeliveryView(found, attempts, endpoint.url, told_of(tx, endpoint, [found])[0])

    def redeliver(
        self, workspace_id: str, delivery_id: str, *, reply: DeliveryReply, once: Once | None = None
    ) -> Answered:
        """Queue a delivery once more, with the same ``webhook-id`` and body; one that is pending is tried now.

        Raises :class:`NotFound`, and :class:`Conflict` where the endpoint is disabled or an earlier event goes first.
        """
        with self.store.writing(workspace_id) as tx:
            return answer_once(tx, once, lambda: reply(self._redelivered(tx, delivery_id)))

    def _add(self, tx: Transaction, draft: EndpointDraft) -> Endpoint:
        there = sum(not each.letters_only for each in tx.endpoints.page(limit=MOST_ENDPOINTS * 10, before=None))
        if there >= MOST_ENDPOINTS:
            detail = f"A workspace has at most {MOST_ENDPOINTS} webhook endpoints; delete one that you need no more."
            raise Conflict(detail, code="too_many_endpoints")
        endpoint = new_endpoint(tx, draft.url, wall_s=self.wall(), entropy=self.entropy)
        endpoint = replace(endpoint, event_types=draft.event_types, description=draft.description)
        tx.endpoints.add(endpoint)
        return endpoint

    def _rotated(self, tx: Transaction, endpoint_id: str) -> Endpoint:
        before = _endpoint(tx, endpoint_id)
        secret = secret_of(tx.workspace, before.ordinal, before.secrets_made + 1, self.entropy)
        endpoint = before.rotated(secret, wall_s=self.wall())
        tx.endpoints.save(endpoint)
        return endpoint

    def _pinged(self, tx: Transaction, endpoint_id: str) -> Delivery:
        endpoint = _enabled(_endpoint(tx, endpoint_id))
        made = ping(endpoint, tx.deliveries.last_number() + 1, at=retry_time(tx.workspace, self.wall()))
        tx.deliveries.add([made])
        return made

    def _redelivered(self, tx: Transaction, delivery_id: str) -> Delivery:
        found = _delivery(tx, delivery_id)
        _enabled(_endpoint(tx, found.endpoint_id))
        if found.status is DeliveryStatus.WAITING:
            detail = "An earlier event of the same letter was not delivered yet, and goes first: redeliver that one."
            raise Conflict(detail, code="earlier_goes_first")
        now = retry_time(tx.workspace, self.wall())
        queued = found.queued(now) if found.is_open else found.again(now)
        tx.deliveries.save([queued])
        return queued


def retry_time(workspace: Workspace, wall_s: float) -> datetime:
    """Give what the retry clock shows: the simulated instant in a sandbox, the wall's in a live workspace."""
    return workspace.clock.now(wall_s) if workspace.is_test else wall_time(wall_s)


def wall_time(wall_s: float) -> datetime:
    """Give a reading of the wall as an instant, to the millisecond."""
    return datetime.fromtimestamp(int(wall_s * 1000) / 1000, UTC)


def _changed(endpoint: Endpoint, changes: EndpointChanges, now: datetime) -> Endpoint:
    if not isinstance(changes.url, Unset) and changes.url != endpoint.url:
        if endpoint.letters_only:
            detail = "This endpoint was made for the webhook_url of letters, and their URL does not change."
            raise Conflict(detail, code="letters_own_url")
        endpoint = replace(endpoint, url=changes.url)
    if not isinstance(changes.event_types, Unset):
        endpoint = replace(endpoint, event_types=changes.event_types)
    if not isinstance(changes.description, Unset):
        endpoint = replace(endpoint, description=changes.description)
    if changes.status is EndpointStatus.ENABLED and not endpoint.is_enabled:
        return endpoint.enabled()
    if changes.status is EndpointStatus.DISABLED and endpoint.is_enabled:
        return endpoint.disabled(_BY_HAND, now)
    return endpoint


def _dealt_with(tx: Transaction, endpoint: Endpoint) -> int:
    """Give the place up to which the journal holds nothing more for an endpoint: another filter begins there."""
    left = tx.events.following(endpoint.event_types, limit=1, after=endpoint.position)
    return left[0].seq - 1 if left else tx.events.last()


def _endpoint(tx: Transaction, endpoint_id: str) -> Endpoint:
    found = tx.endpoints.find(endpoint_id)
    if found is None:
        raise NotFound(f"There is no webhook endpoint {endpoint_id[:40]!r} in this workspace.")
    return found


def _enabled(endpoint: Endpoint) -> Endpoint:
    if not endpoint.is_enabled:
        detail = f"The endpoint is disabled ({endpoint.disabled_reason}) Enable it first: nothing is sent to it."
        raise Conflict(detail, code="endpoint_disabled")
    return endpoint


def _delivery(tx: Transaction, delivery_id: str) -> Delivery:
    number = number_of_delivery(delivery_id, workspace_id=tx.workspace.id)
    found = tx.deliveries.find(number) if number is not None else None
    if found is None:
        raise NotFound(f"There is no webhook delivery {delivery_id[:40]!r} in this workspace.")
    return found
