"""Webhook deliveries: what was sent where, what was answered, and once more."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import given, json_response
from sigillo.api.bodies import json_body, once
from sigillo.api.cursors import Cursors
from sigillo.api.desk import Desk, workspace_of
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
    query = read_query(DeliveryQuery, request)
    workspace_id = workspace_of(request)
    filters = query.model_dump(mode="json", exclude={"limit", "cursor"})
    cursors = Cursors.of(desk.sandbox.workspaces.get(workspace_id), "webhook_deliveries", filters)
    wanted = DeliveryFilter(
        endpoint_id=query.endpoint_id,
        status=tuple(one.value for one in query.status) if query.status else None,
        event_type=tuple(one.value for one in query.event_type) if query.event_type else None,
        event_id=query.event_id,
        letter_id=query.letter_id,
    )
    endpoints, before = desk.sandbox.endpoints, cursors.read(query.cursor)
    found = await in_thread(lambda: endpoints.deliveries(workspace_id, wanted, limit=query.limit + 1, before=before))
    page, more = found[: query.limit], len(found) > query.limit
    cursor = cursors.write(page[-1].number) if more else None
    return json_response({"data": [delivery_json(one) for one in page], "has_more": more, "next_cursor": cursor})


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
        description="What was sent, waits or was given up, newest first; by endpoint, letter, event, type or status.",
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
        description="The message, and every attempt with what was sent and what was answered.",
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
