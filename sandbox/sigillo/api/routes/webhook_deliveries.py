"""Webhook deliveries: what was sent where, what was answered, and once more."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import given, json_response
from sigillo.api.bodies import json_body, once
from sigillo.api.desk import Desk, workspace_of
from sigillo.api.listing import Listing
from sigillo.api.operations import Answers, Link, Operation
from sigillo.api.queries import read_query
from sigillo.api.routes.letters import NothingIn
from sigillo.api.routes.webhooks import queued
from sigillo.api.shape import read_shape
from sigillo.api.webhook_text import delivery_detail_json, delivery_json
from sigillo.api.wire.filters import DeliveryQuery
from sigillo.api.wire.webhooks import DeliveryDetailOut, DeliveryOut, DeliveryPage
from sigillo.api.working import in_thread
from sigillo.application.ports.webhooks import DeliveryFilter


async def list_deliveries(desk: Desk, request: Request) -> Response:
    """List deliveries, newest first."""
    query, workspace_id = read_query(DeliveryQuery, request), workspace_of(request)
    listing = Listing.of(desk.sandbox.workspaces.get(workspace_id), "webhook_deliveries", query)
    wanted = DeliveryFilter(
        endpoint_id=query.endpoint_id,
        status=tuple(one.value for one in query.status) if query.status else None,
        event_type=tuple(one.value for one in query.event_type) if query.event_type else None,
        event_id=query.event_id,
        letter_id=query.letter_id,
    )
    deliveries, most, before = desk.sandbox.endpoints.deliveries, listing.most, listing.before
    found = await in_thread(lambda: deliveries(workspace_id, wanted, limit=most, before=before))
    return listing.answer(found, delivery_json, place=lambda one: one.number)


async def get_delivery(desk: Desk, request: Request) -> Response:
    """Give a delivery with its message and every attempt."""
    view = desk.sandbox.endpoints.delivery(workspace_of(request), request.path_params["delivery_id"])
    return json_response(delivery_detail_json(view))


async def redeliver(desk: Desk, request: Request) -> Response:
    """Queue a delivery once more."""
    workspace_id, delivery_id = workspace_of(request), request.path_params["delivery_id"]
    read_shape(NothingIn, await json_body(request, optional=True))
    endpoints, asked = desk.sandbox.endpoints, once(request)
    return given(
        await in_thread(lambda: endpoints.redeliver(workspace_id, delivery_id, reply=queued(asked), once=asked))
    )


_BY_ID = {"delivery_id": "$response.body#/id"}
OPERATIONS = (
    Operation(
        id="listWebhookDeliveries",
        method="GET",
        path="/v1/webhook-deliveries",
        tag="webhooks",
        summary="List webhook deliveries",
        description=(
            "What was sent, waits or was given up, newest first; by endpoint, letter, event, type or status. "
            "The newest 1,000 are kept, older ones until 30 days after their end, on the clock that retries go by."
        ),
        handler=list_deliveries,
        answers=Answers(200, "A page of deliveries.", DeliveryPage),
        query=DeliveryQuery,
        problems=("invalid",),
    ),
    Operation(
        id="getWebhookDelivery",
        method="GET",
        path="/v1/webhook-deliveries/{delivery_id}",
        tag="webhooks",
        summary="Read a webhook delivery",
        description="The message, and the attempts with what was sent and answered; of more than 20 the last 20.",
        handler=get_delivery,
        answers=Answers(200, "The delivery.", DeliveryDetailOut),
        problems=("not_found",),
        links={"redeliver": Link("redeliverWebhook", _BY_ID, "Send it once more.")},
    ),
    Operation(
        id="redeliverWebhook",
        method="POST",
        path="/v1/webhook-deliveries/{delivery_id}/redeliver",
        tag="webhooks",
        summary="Deliver once more",
        description=(
            "Queued at once with the same `webhook-id` and body: a delivery that is over is made again with a schedule "
            "of its own, one that is pending is tried now."
        ),
        handler=redeliver,
        answers=Answers(202, "The delivery, queued.", DeliveryOut, location=True),
        body=NothingIn,
        body_optional=True,
        problems=(
            "malformed",
            "too_large",
            "unsupported_media_type",
            "not_found",
            "conflict",
            "invalid",
            "storage_full",
        ),
        links={"delivery": Link("getWebhookDelivery", _BY_ID, "See what was answered.")},
        once=True,
    ),
)
