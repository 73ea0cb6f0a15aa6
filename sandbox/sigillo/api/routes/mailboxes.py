"""PEC mailboxes: made, listed, changed, removed."""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import given, json_response, kept
from sigillo.api.bodies import json_body, once
from sigillo.api.desk import Desk, workspace_of
from sigillo.api.listing import Listing
from sigillo.api.mailbox_text import mailbox_json
from sigillo.api.operations import Answers, Link, Operation
from sigillo.api.queries import read_query
from sigillo.api.shape import read_shape
from sigillo.api.wire.filters import PageQuery
from sigillo.api.wire.mailboxes import (
    LimitsIn,
    PecMailboxChangesIn,
    PecMailboxIn,
    PecMailboxMade,
    PecMailboxOut,
    PecMailboxPage,
)
from sigillo.api.working import in_thread
from sigillo.application.mailboxes import MailboxChanges, MailboxDraft
from sigillo.application.ports.storage import Answer
from sigillo.application.unset import UNSET
from sigillo.domain.events import canonical_json
from sigillo.domain.mailbox import Mailbox, OrdinaryMail
from sigillo.domain.pec.dialects import Limits


async def create_mailbox(desk: Desk, request: Request) -> Response:
    """Make a mailbox and tell its password, once."""
    wanted = read_shape(PecMailboxIn, await json_body(request))
    asked = once(request, canonical_json(wanted.model_dump(mode="json")).encode())
    workspace_id, mailboxes = workspace_of(request), desk.sandbox.mailboxes

    def reply(mailbox: Mailbox) -> Answer:
        place = {"Location": f"/v1/mailboxes/{mailbox.address}"}
        told = {**mailbox_json(mailbox, 0), "password": None}
        return kept(told, asked.fingerprint if asked else "", status=201, headers=place)

    made = await in_thread(lambda: mailboxes.add(workspace_id, _draft(wanted), reply=reply, once=asked))
    if made.password is None:
        return given(made.answered)
    answer = made.answered.answer
    return json_response({**orjson.loads(answer.body), "password": made.password}, answer.status, answer.headers)


async def list_mailboxes(desk: Desk, request: Request) -> Response:
    """List the mailboxes, newest first."""
    query, workspace_id = read_query(PageQuery, request), workspace_of(request)
    listing = Listing.of(desk.sandbox.workspaces.get(workspace_id), "mailboxes", query)
    views = desk.sandbox.mail_views
    found = await in_thread(lambda: views.mailboxes(workspace_id, limit=listing.most, before=listing.before))
    return listing.answer(found, lambda one: mailbox_json(*one), place=lambda one: one[0].ordinal)


async def get_mailbox(desk: Desk, request: Request) -> Response:
    """Give a mailbox with what is in use of it."""
    return await _shown(desk, request)


async def change_mailbox(desk: Desk, request: Request) -> Response:
    """Change a mailbox."""
    wanted = read_shape(PecMailboxChangesIn, await json_body(request))
    workspace_id, address = workspace_of(request), request.path_params["address"]
    await in_thread(lambda: desk.sandbox.mailboxes.change(workspace_id, address, _changes(wanted)))
    return await _shown(desk, request)


async def delete_mailbox(desk: Desk, request: Request) -> Response:
    """Forget a mailbox."""
    workspace_id, address = workspace_of(request), request.path_params["address"]
    await in_thread(lambda: desk.sandbox.mailboxes.remove(workspace_id, address))
    return Response(None, 204)


async def _shown(desk: Desk, request: Request) -> Response:
    workspace_id, address = workspace_of(request), request.path_params["address"]
    return json_response(
        mailbox_json(*await in_thread(lambda: desk.sandbox.mail_views.standing(workspace_id, address)))
    )


def _draft(wanted: PecMailboxIn) -> MailboxDraft:
    return MailboxDraft(
        address=wanted.address,
        password=wanted.password,
        dialect=wanted.dialect,
        quota_bytes=wanted.quota_bytes,
        ordinary_mail=OrdinaryMail(wanted.ordinary_mail) if wanted.ordinary_mail else None,
        notify_address=wanted.notify_address,
        forward_to=wanted.forward_to,
        archive=wanted.archive,
        limits=_limits(wanted.limits),
    )


def _changes(wanted: PecMailboxChangesIn) -> MailboxChanges:
    said = wanted.model_fields_set
    return MailboxChanges(
        password=UNSET if wanted.password is None else wanted.password,
        quota_bytes=UNSET if wanted.quota_bytes is None else wanted.quota_bytes,
        ordinary_mail=UNSET if wanted.ordinary_mail is None else OrdinaryMail(wanted.ordinary_mail),
        notify_address=wanted.notify_address if "notify_address" in said else UNSET,
        forward_to=wanted.forward_to if "forward_to" in said else UNSET,
        archive=UNSET if wanted.archive is None else wanted.archive,
        limits=_limits(wanted.limits) if "limits" in said else UNSET,
    )


def _limits(wanted: LimitsIn | None) -> Limits | None:
    if wanted is None:
        return None
    blocked = tuple(wanted.blocked_extensions)
    return Limits(wanted.product_bytes, wanted.recipients, wanted.messages_per_minute, blocked)


_READING = ("malformed", "too_large", "unsupported_media_type")
_BY_ADDRESS = {"address": "$response.body#/address"}
_LINKS = {
    "get": Link("getMailbox", _BY_ADDRESS, "Read the mailbox."),
    "change": Link("changeMailbox", _BY_ADDRESS, "Change it."),
    "messages": Link("listMailboxMessages", _BY_ADDRESS, "See what is in it."),
    "receive": Link("receiveMailboxMessage", _BY_ADDRESS, "Let a message come in."),
    "delete": Link("deleteMailbox", _BY_ADDRESS, "Forget it with all that is in it."),
}

OPERATIONS = (
    Operation(
        id="createMailbox",
        method="POST",
        path="/v1/mailboxes",
        tag="mailboxes",
        summary="Make a PEC mailbox",
        description=(
            "For the mail from now on, with IMAP, POP3 and SMTP. The answer tells the password, once: it is kept as a "
            "salted hash alone. The same Idempotency-Key again gives the same mailbox without its password."
        ),
        handler=create_mailbox,
        answers=Answers(201, "The mailbox with its password.", PecMailboxMade, location=True),
        body=PecMailboxIn,
        examples={
            "simple": {"address": "mario@studio.test"},
            "imitating": {"address": "anna@comune.test", "dialect": "aruba", "quota_bytes": 1048576, "archive": True},
        },
        problems=(*_READING, "conflict", "invalid", "storage_full"),
        links=_LINKS,
        once=True,
    ),
    Operation(
        id="listMailboxes",
        method="GET",
        path="/v1/mailboxes",
        tag="mailboxes",
        summary="List PEC mailboxes",
        description="All of them, newest first, never their passwords.",
        handler=list_mailboxes,
        answers=Answers(200, "A page of mailboxes.", PecMailboxPage),
        query=PageQuery,
        problems=("invalid",),
    ),
    Operation(
        id="getMailbox",
        method="GET",
        path="/v1/mailboxes/{address}",
        tag="mailboxes",
        summary="Read a PEC mailbox",
        description="Its settings, and how much is in it.",
        handler=get_mailbox,
        answers=Answers(200, "The mailbox.", PecMailboxOut),
        problems=("not_found",),
    ),
    Operation(
        id="changeMailbox",
        method="PATCH",
        path="/v1/mailboxes/{address}",
        tag="mailboxes",
        summary="Change a PEC mailbox",
        description="Another password, quota or plan, another way with new mail; what is left out stays.",
        handler=change_mailbox,
        answers=Answers(200, "The mailbox, changed.", PecMailboxOut),
        body=PecMailboxChangesIn,
        examples={"full": {"quota_bytes": 0}, "forwarding": {"forward_to": "office@studio.test"}},
        problems=(*_READING, "not_found", "invalid", "storage_full"),
    ),
    Operation(
        id="deleteMailbox",
        method="DELETE",
        path="/v1/mailboxes/{address}",
        tag="mailboxes",
        summary="Delete a PEC mailbox",
        description=(
            "It is forgotten with all that is in it; the letters stay, and in `GET /v1/outgoing-mail` what it sent on."
        ),
        handler=delete_mailbox,
        answers=Answers(204, "It is gone."),
        problems=("not_found", "storage_full"),
    ),
)
