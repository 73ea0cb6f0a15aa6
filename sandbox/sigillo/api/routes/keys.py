"""API keys: made, listed, revoked; who used them for what."""

from __future__ import annotations

from functools import partial

import orjson
from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import given, json_response, kept
from sigillo.api.bodies import json_body, once
from sigillo.api.desk import Desk, access_of, workspace_of
from sigillo.api.listing import Listing
from sigillo.api.operations import Answers, Link, Operation
from sigillo.api.queries import read_query
from sigillo.api.shape import read_shape
from sigillo.api.wire.filters import PageQuery
from sigillo.api.wire.keys import ApiKeyIn, ApiKeyMade, ApiKeyOut, ApiKeyPage, KeyUsePage
from sigillo.api.working import in_thread
from sigillo.application.keys import KeyDraft
from sigillo.application.ports.audit import Use
from sigillo.application.ports.storage import Answer
from sigillo.domain.api_key import ALL_SCOPES, ApiKey, Scope
from sigillo.domain.calendar import format_instant
from sigillo.domain.events import canonical_json
from sigillo.domain.rate import Rate


async def create_api_key(desk: Desk, request: Request) -> Response:
    """Make a key and tell its secret, once."""
    wanted = read_shape(ApiKeyIn, await json_body(request))
    draft = KeyDraft(
        wanted.name,
        tuple(Scope(one) for one in wanted.scopes),
        Rate.parse(wanted.rate_limit) if wanted.rate_limit else None,
    )
    asked = once(request, canonical_json(wanted.model_dump(mode="json")).encode())
    workspace_id, granter, keys = workspace_of(request), access_of(request).key, desk.sandbox.keys

    def reply(key: ApiKey) -> Answer:
        place = {"Location": f"/v1/api-keys/{key.id}"}
        told = {**_key_json(desk, key), "secret": None}
        return kept(told, asked.fingerprint if asked else "", status=201, headers=place)

    made = await in_thread(lambda: keys.create(workspace_id, draft, granter=granter, reply=reply, once=asked))
    if made.secret is None:
        return given(made.answered)
    answer = made.answered.answer
    return json_response({**orjson.loads(answer.body), "secret": made.secret}, answer.status, answer.headers)


async def list_api_keys(desk: Desk, request: Request) -> Response:
    """List the keys, newest first."""
    query, workspace_id = read_query(PageQuery, request), workspace_of(request)
    listing = Listing.of(desk.sandbox.workspaces.get(workspace_id), "api_keys", query)
    found = desk.sandbox.keys.page(workspace_id, limit=listing.most, before=listing.before)
    return listing.answer(found, partial(_key_json, desk), place=lambda key: key.ordinal)


async def get_api_key(desk: Desk, request: Request) -> Response:
    """Give a key."""
    key = desk.sandbox.keys.get(workspace_of(request), request.path_params["key_id"])
    return json_response(_key_json(desk, key))


async def revoke_api_key(desk: Desk, request: Request) -> Response:
    """Let a key open nothing any more; whoever remembers it forgets it before the answer."""
    workspace_id, key_id = workspace_of(request), request.path_params["key_id"]
    key = await in_thread(lambda: desk.sandbox.keys.revoke(workspace_id, key_id))
    desk.doorkeeper.forget(key.id)
    return json_response(_key_json(desk, key))


async def list_api_key_uses(desk: Desk, request: Request) -> Response:
    """List a key's last uses, newest first."""
    query = read_query(PageQuery, request)
    workspace_id, key_id = workspace_of(request), request.path_params["key_id"]
    workspace = desk.sandbox.workspaces.get(workspace_id)
    listing = Listing.of(workspace, "api_key_uses", query, filters={"key": key_id})
    found = desk.sandbox.keys.uses(workspace_id, key_id, limit=listing.most, before=listing.before)
    return listing.answer(found, _use_json, place=lambda use: use.number)


def _key_json(desk: Desk, key: ApiKey) -> dict[str, object]:
    used_at = desk.sandbox.keys.last_used_at(key)
    return {
        "id": key.id,
        "name": key.name,
        "scopes": list(key.scopes),
        "starts_with": key.starts,
        "rate_limit": str(key.rate) if key.rate else None,
        "created_at": format_instant(key.created_at) if key.created_at else None,
        "last_used_at": format_instant(used_at) if used_at else None,
        "revoked_at": format_instant(key.revoked_at) if key.revoked_at else None,
    }


def _use_json(use: Use) -> dict[str, object]:
    return {
        "at": format_instant(use.at),
        "operation": use.operation,
        "status": use.status,
        "request_id": use.request_id,
    }


_KEY_LINKS = {
    "get": Link("getApiKey", {"key_id": "$response.body#/id"}, "Read the key."),
    "uses": Link("listApiKeyUses", {"key_id": "$response.body#/id"}, "See what it was used for."),
    "revoke": Link("revokeApiKey", {"key_id": "$response.body#/id"}, "Revoke it."),
}

OPERATIONS = (
    Operation(
        id="createApiKey",
        method="POST",
        path="/v1/api-keys",
        tag="keys",
        summary="Make an API key",
        description=(
            "The answer tells the secret, once: it is kept as its hash alone. The same Idempotency-Key again gives the "
            "same key without its secret. A key can give no scope and no rate that it has not itself."
        ),
        handler=create_api_key,
        answers=Answers(201, "The key with its secret.", ApiKeyMade, location=True),
        body=ApiKeyIn,
        problems=("malformed", "conflict", "too_large", "unsupported_media_type", "invalid", "storage_full"),
        links=_KEY_LINKS,
        once=True,
        scopes=ALL_SCOPES,
    ),
    Operation(
        id="listApiKeys",
        method="GET",
        path="/v1/api-keys",
        tag="keys",
        summary="List API keys",
        description="All keys of the workspace, newest first, never their secrets.",
        handler=list_api_keys,
        answers=Answers(200, "A page of keys.", ApiKeyPage),
        query=PageQuery,
        problems=("invalid",),
        scopes=ALL_SCOPES,
    ),
    Operation(
        id="getApiKey",
        method="GET",
        path="/v1/api-keys/{key_id}",
        tag="keys",
        summary="Read an API key",
        description="What it may do, and when it was used last.",
        handler=get_api_key,
        answers=Answers(200, "The key.", ApiKeyOut),
        problems=("not_found",),
        scopes=ALL_SCOPES,
    ),
    Operation(
        id="revokeApiKey",
        method="DELETE",
        path="/v1/api-keys/{key_id}",
        tag="keys",
        summary="Revoke an API key",
        description=(
            "It opens nothing from now on. It is not gone: it stays in the list, and can be read with `revoked_at` and "
            "with what it was used for, for those who audit. The last key with all scopes cannot be revoked: nobody "
            "could make another."
        ),
        handler=revoke_api_key,
        answers=Answers(200, "The revoked key.", ApiKeyOut),
        problems=("not_found", "conflict", "storage_full"),
        scopes=ALL_SCOPES,
    ),
    Operation(
        id="listApiKeyUses",
        method="GET",
        path="/v1/api-keys/{key_id}/uses",
        tag="keys",
        summary="List the uses of an API key",
        description="Its last thousand requests, newest first; also of a key that was revoked.",
        handler=list_api_key_uses,
        answers=Answers(200, "A page of uses.", KeyUsePage),
        query=PageQuery,
        problems=("not_found", "invalid"),
        scopes=ALL_SCOPES,
    ),
)
