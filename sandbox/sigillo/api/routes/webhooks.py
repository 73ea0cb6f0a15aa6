"""Webhook endpoints: registered, changed, tested, given new secrets.

A secret stands in two answers, that of registering and that of rotating, and in none that is kept: under an
idempotency key the number of the secret is kept in its place, and the endpoint has the secret of that number.
"""

from __future__ import annotations

from collections.abc import Callable

import orjson
from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import given, json_response, kept
from sigillo.api.bodies import json_body, once
from sigillo.api.desk import Desk, workspace_of
from sigillo.api.listing import Listing
from sigillo.api.mending import read_checked
from sigillo.api.operations import Answers, Link, Operation
from sigillo.api.queries import read_query
from sigillo.api.routes.letters import NothingIn
from sigillo.api.shape import read_shape
from sigillo.api.webhook_addresses import address_problems
from sigillo.api.webhook_text import delivery_json, endpoint_json
from sigillo.api.wire.filters import PageQuery
from sigillo.api.wire.webhooks import (
    DeliveryOut,
    EndpointChangesIn,
    EndpointIn,
    EndpointMade,
    EndpointOut,
    EndpointPage,
)
from sigillo.api.working import in_thread
from sigillo.application.endpoints import DeliveryReply, EndpointChanges, EndpointDraft, EndpointReply
from sigillo.application.idempotency import Answered, Once
from sigillo.application.ports.storage import Answer
from sigillo.application.unset import UNSET
from sigillo.domain.endpoint import Delivery, Endpoint, EndpointStatus
from sigillo.domain.errors import Invalid, NotFound
from sigillo.domain.events import EventType, canonical_json


async def create_endpoint(desk: Desk, request: Request) -> Response:
    """Register an endpoint and tell its secret."""
    workspace_id, endpoints = workspace_of(request), desk.sandbox.endpoints
    raw = await json_body(request)
    wanted = read_checked(EndpointIn, raw, check=lambda one: _require_callable(desk, workspace_id, one.url))
    draft = EndpointDraft(wanted.url, _types(wanted.event_types), wanted.description)
    asked = once(request, canonical_json(raw).encode())
    reply = _secretive(desk, asked, status=201)
    return await _with_secret(desk, workspace_id, lambda: endpoints.add(workspace_id, draft, reply=reply, once=asked))


async def list_endpoints(desk: Desk, request: Request) -> Response:
    """List the endpoints, newest first."""
    query, workspace_id = read_query(PageQuery, request), workspace_of(request)
    listing = Listing.of(desk.sandbox.workspaces.get(workspace_id), "webhook_endpoints", query)
    found = desk.sandbox.endpoints.page(workspace_id, limit=listing.most, before=listing.before)
    wall_s = desk.sandbox.wall()
    return listing.answer(found, lambda one: endpoint_json(one, wall_s), place=lambda one: one.ordinal)


async def get_endpoint(desk: Desk, request: Request) -> Response:
    """Give an endpoint."""
    endpoint = desk.sandbox.endpoints.get(workspace_of(request), request.path_params["endpoint_id"])
    return json_response(endpoint_json(endpoint, desk.sandbox.wall()))


async def change_endpoint(desk: Desk, request: Request) -> Response:
    """Change what an endpoint is told to do."""
    workspace_id, endpoint_id = workspace_of(request), request.path_params["endpoint_id"]
    raw = await json_body(request)
    wanted = read_checked(EndpointChangesIn, raw, check=lambda one: _require_callable(desk, workspace_id, one.url))
    endpoints, changes = desk.sandbox.endpoints, _changes(wanted)
    endpoint = await in_thread(lambda: endpoints.change(workspace_id, endpoint_id, changes))
    return json_response(endpoint_json(endpoint, desk.sandbox.wall()))


async def delete_endpoint(desk: Desk, request: Request) -> Response:
    """Forget an endpoint, its secrets and its deliveries."""
    workspace_id, endpoint_id = workspace_of(request), request.path_params["endpoint_id"]
    await in_thread(lambda: desk.sandbox.endpoints.remove(workspace_id, endpoint_id))
    return Response(status_code=204)


async def test_endpoint(desk: Desk, request: Request) -> Response:
    """Queue a ping."""
    workspace_id, endpoint_id = workspace_of(request), request.path_params["endpoint_id"]
    read_shape(NothingIn, await json_body(request, optional=True))
    endpoints, asked = desk.sandbox.endpoints, once(request)
    return given(await in_thread(lambda: endpoints.test(workspace_id, endpoint_id, reply=queued(asked), once=asked)))


async def rotate_secret(desk: Desk, request: Request) -> Response:
    """Give an endpoint a new secret and tell it."""
    workspace_id, endpoint_id = workspace_of(request), request.path_params["endpoint_id"]
    read_shape(NothingIn, await json_body(request, optional=True))
    endpoints, asked = desk.sandbox.endpoints, once(request)
    reply = _secretive(desk, asked, status=200)
    return await _with_secret(
        desk, workspace_id, lambda: endpoints.rotate_secret(workspace_id, endpoint_id, reply=reply, once=asked)
    )


def queued(asked: Once | None) -> DeliveryReply:
    """Give what answers a delivery that was queued."""

    def reply(delivery: Delivery) -> Answer:
        place = {"Location": f"/v1/webhook-deliveries/{delivery.id}"}
        return kept(delivery_json(delivery), asked.fingerprint if asked else "", status=202, headers=place)

    return reply


def _require_callable(desk: Desk, workspace_id: str, url: str | None) -> None:
    problems = address_problems(desk, workspace_id, url, pointer="/url") if url is not None else []
    if problems:
        raise Invalid(problems)


def _secretive(desk: Desk, asked: Once | None, *, status: int) -> EndpointReply:
    """Give what answers with an endpoint as it may be kept: the number of its secret stands for the secret."""

    def reply(endpoint: Endpoint) -> Answer:
        told = {**endpoint_json(endpoint, desk.sandbox.wall()), "secret": endpoint.secrets_made}
        headers = {"Location": f"/v1/webhook-endpoints/{endpoint.id}"} if status == 201 else {}
        return kept(told, asked.fingerprint if asked else "", status=status, headers=headers)

    return reply


async def _with_secret(desk: Desk, workspace_id: str, work: Callable[[], Answered]) -> Response:
    """Answer with the secret itself; None where the endpoint has it no more."""
    answered = await in_thread(work)
    told = orjson.loads(answered.answer.body)
    told["secret"] = _secret(desk, workspace_id, told["id"], told["secret"])
    response = given(answered)
    response.body = orjson.dumps(told)
    response.headers["Content-Length"] = str(len(response.body))
    return response


def _secret(desk: Desk, workspace_id: str, endpoint_id: str, number: int) -> str | None:
    try:
        endpoint = desk.sandbox.endpoints.get(workspace_id, endpoint_id)
    except NotFound:
        return None
    return {endpoint.secrets_made: endpoint.secret, endpoint.secrets_made - 1: endpoint.previous_secret}.get(number)


def _types(wanted: list[EventType] | None) -> tuple[str, ...] | None:
    """Give the types in the journal's own order, each once."""
    return None if wanted is None else tuple(kind.value for kind in EventType if kind in wanted)


def _changes(wanted: EndpointChangesIn) -> EndpointChanges:
    said = wanted.model_fields_set
    status = EndpointStatus.ENABLED if wanted.enabled else EndpointStatus.DISABLED
    return EndpointChanges(
        url=UNSET if wanted.url is None else wanted.url,
        event_types=_types(wanted.event_types) if "event_types" in said else UNSET,
        description=wanted.description if "description" in said else UNSET,
        status=UNSET if wanted.enabled is None else status,
    )


_READING = ("malformed", "too_large", "unsupported_media_type")
_BY_ID = {"endpoint_id": "$response.body#/id"}
_LINKS = {
    "get": Link("getWebhookEndpoint", _BY_ID, "Read the endpoint."),
    "change": Link("changeWebhookEndpoint", _BY_ID, "Change it, or enable it again."),
    "test": Link("testWebhookEndpoint", _BY_ID, "Send it a ping."),
    "rotate": Link("rotateWebhookSecret", _BY_ID, "Give it a new secret."),
    "delete": Link("deleteWebhookEndpoint", _BY_ID, "Forget it."),
    "deliveries": Link("listWebhookDeliveries", _BY_ID, "See what was sent to it."),
}

OPERATIONS = (
    Operation(
        id="createWebhookEndpoint",
        method="POST",
        path="/v1/webhook-endpoints",
        tag="webhooks",
        summary="Register a webhook endpoint",
        description=(
            "It gets the events from now on, at least once each and in the order of each letter. The answer tells the "
            "secret that its messages are signed with."
        ),
        handler=create_endpoint,
        answers=Answers(201, "The endpoint with its secret.", EndpointMade, location=True),
        body=EndpointIn,
        problems=(*_READING, "conflict", "invalid", "storage_full"),
        links=_LINKS,
        once=True,
    ),
    Operation(
        id="listWebhookEndpoints",
        method="GET",
        path="/v1/webhook-endpoints",
        tag="webhooks",
        summary="List webhook endpoints",
        description="All of them, newest first, never their secrets.",
        handler=list_endpoints,
        answers=Answers(200, "A page of endpoints.", EndpointPage),
        query=PageQuery,
        problems=("invalid",),
    ),
    Operation(
        id="getWebhookEndpoint",
        method="GET",
        path="/v1/webhook-endpoints/{endpoint_id}",
        tag="webhooks",
        summary="Read a webhook endpoint",
        description="What it gets, and how it does: failing since when, disabled for which reason.",
        handler=get_endpoint,
        answers=Answers(200, "The endpoint.", EndpointOut),
        problems=("not_found",),
    ),
    Operation(
        id="changeWebhookEndpoint",
        method="PATCH",
        path="/v1/webhook-endpoints/{endpoint_id}",
        tag="webhooks",
        summary="Change a webhook endpoint",
        description=(
            "Another address, other types, another description; disabled, or enabled again. What is waiting goes to "
            "the new address."
        ),
        handler=change_endpoint,
        answers=Answers(200, "The endpoint, changed.", EndpointOut),
        body=EndpointChangesIn,
        examples={"enable": {"enabled": True}, "filter": {"event_types": ["letter.accepted", "letter.refused"]}},
        problems=(*_READING, "not_found", "conflict", "invalid", "storage_full"),
    ),
    Operation(
        id="deleteWebhookEndpoint",
        method="DELETE",
        path="/v1/webhook-endpoints/{endpoint_id}",
        tag="webhooks",
        summary="Delete a webhook endpoint",
        description="It is forgotten with its secrets and its deliveries; what is waiting is not sent.",
        handler=delete_endpoint,
        answers=Answers(204, "It is gone."),
        problems=("not_found", "storage_full"),
    ),
    Operation(
        id="testWebhookEndpoint",
        method="POST",
        path="/v1/webhook-endpoints/{endpoint_id}/test",
        tag="webhooks",
        summary="Send a ping",
        description=(
            "A message of the type `ping`, whatever types the endpoint takes; it is no event of the journal. The "
            "delivery tells what the receiver answered."
        ),
        handler=test_endpoint,
        answers=Answers(202, "The delivery, queued.", DeliveryOut, location=True),
        body=NothingIn,
        body_optional=True,
        problems=(*_READING, "not_found", "conflict", "invalid", "storage_full"),
        links={
            "delivery": Link("getWebhookDelivery", {"delivery_id": "$response.body#/id"}, "See what was answered."),
        },
        once=True,
    ),
    Operation(
        id="rotateWebhookSecret",
        method="POST",
        path="/v1/webhook-endpoints/{endpoint_id}/rotate-secret",
        tag="webhooks",
        summary="Change the secret of an endpoint",
        description=(
            "The answer tells the new secret. For 24 hours of the machine's clock each message has two signatures, of "
            "the new secret and of the one before, so that no message is refused while receivers change over."
        ),
        handler=rotate_secret,
        answers=Answers(200, "The endpoint with its new secret.", EndpointMade),
        body=NothingIn,
        body_optional=True,
        problems=(*_READING, "not_found", "conflict", "invalid", "storage_full"),
        once=True,
    ),
)
