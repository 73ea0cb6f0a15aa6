"""Messages in PEC mailboxes: listed, unwrapped, fetched, and put in from outside."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import disposition, given, json_response, kept
from sigillo.api.bodies import once
from sigillo.api.desk import Desk, workspace_of
from sigillo.api.listing import Listing
from sigillo.api.mailbox_text import message_detail_json, message_json, message_path
from sigillo.api.multipart import PartHead, Sink, read_parts
from sigillo.api.operations import Answers, Link, Operation
from sigillo.api.queries import read_query
from sigillo.api.wire.mailbox_messages import (
    MailboxMessageDetailOut,
    MailboxMessageForm,
    MailboxMessageOut,
    MailboxMessagePage,
    MessageQuery,
    OneMessageQuery,
)
from sigillo.api.working import in_thread
from sigillo.application.mail_views import Listed, Wanted
from sigillo.application.ports.storage import Answer
from sigillo.domain.errors import FieldError, Invalid, NotFound
from sigillo.domain.mailbox import Mailbox

MOST_MESSAGE_BYTES = 50 * 1024 * 1024
_EML = "message/rfc822"
_SAFE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}


async def list_messages(desk: Desk, request: Request) -> Response:
    """Give a page of messages, newest first."""
    query = read_query(MessageQuery, request)
    workspace_id, address = workspace_of(request), request.path_params["address"]
    filters = {**query.model_dump(mode="json", exclude={"limit", "cursor"}), "address": address.lower()}
    listing = Listing.of(desk.sandbox.workspaces.get(workspace_id), "mailbox_messages", query, filters=filters)
    wanted = Wanted(query.folder, query.kind, query.unseen, query.sender, query.subject, query.after)
    most, before, views = listing.most, listing.before, desk.sandbox.mail_views
    mailbox, found = await in_thread(lambda: views.page(workspace_id, address, wanted, limit=most, before=before))
    return listing.answer(found, partial(message_json, mailbox.address), place=lambda one: one.kept.stored.uid)


async def get_message(desk: Desk, request: Request) -> Response:
    """Give one message, unwrapped or as it stands."""
    view = read_query(OneMessageQuery, request).view
    workspace_id, address, message_id = _named(request)
    views = desk.sandbox.mail_views
    if view == "raw":
        raw = await in_thread(lambda: views.raw(workspace_id, address, message_id))
        return _download(raw, f"{message_id}.eml", _EML)
    unwrapped = await in_thread(lambda: views.unwrapped(workspace_id, address, message_id))
    return json_response(message_detail_json(address.lower(), unwrapped))


async def get_attachment(desk: Desk, request: Request) -> Response:
    """Give a file of a message; it is never run or shown inside a page of this server."""
    workspace_id, address, message_id = _named(request)
    number = request.path_params["number"]
    if not (number.isascii() and number.isdigit() and len(number) < 5):
        raise NotFound("Attachments are counted from 1.")
    views = desk.sandbox.mail_views
    found = await in_thread(lambda: views.attachment(workspace_id, address, message_id, int(number)))
    return _download(found.content, found.name or f"attachment-{number}", _plain_type(found.media_type))


async def receive_message(desk: Desk, request: Request) -> Response:
    """Put a message in, as if it came from outside."""
    workspace_id, address = workspace_of(request), request.path_params["address"]
    form = _MessageForm()
    await read_parts(request, form.open, most_bytes=MOST_MESSAGE_BYTES)
    raw = form.message()
    asked = once(request, raw)

    def reply(mailbox: Mailbox, listed: Listed) -> Answer:
        place = {"Location": message_path(mailbox.address, listed.id)}
        told = message_json(mailbox.address, listed)
        return kept(told, asked.fingerprint if asked else "", status=201, headers=place)

    incoming = desk.sandbox.incoming
    return given(await in_thread(lambda: incoming.receive(workspace_id, address, raw, reply=reply, once=asked)))


class _MessageForm:
    """Collects the one part ``message``."""

    def __init__(self) -> None:
        self._data: list[bytes] | None = None

    def open(self, head: PartHead) -> Sink:
        """Give where a part goes; raises Invalid for any but the one."""
        if head.name != "message" or self._data is not None:
            detail = "The form has one part `message`; send one request for each message."
            raise Invalid([FieldError(f"/{head.name[:40]}", "unknown_field", detail)])
        self._data = []
        return self

    def write(self, chunk: bytes, /) -> None:
        """Take the next bytes."""
        assert self._data is not None
        self._data.append(bytes(chunk))

    def message(self) -> bytes:
        """Give the message; raises Invalid without one."""
        if not self._data:
            raise Invalid(
                [FieldError("/message", "missing", "Send one part `message` with the message as it travels.")]
            )
        return b"".join(self._data)


def _named(request: Request) -> tuple[str, str, str]:
    return workspace_of(request), request.path_params["address"], request.path_params["message_id"]


def _plain_type(media_type: str) -> str:
    """Give a media type that a header can hold, whatever a stranger wrote."""
    known = media_type.isascii() and media_type.isprintable() and media_type.count("/") == 1 and " " not in media_type
    return media_type if known and len(media_type) < 128 else "application/octet-stream"


def _download(data: bytes, name: str, media_type: str) -> Response:
    return Response(data, 200, {"Content-Disposition": disposition(name), **_SAFE}, media_type)


_BY_ID = {"address": "$response.body#/mailbox", "message_id": "$response.body#/id"}

OPERATIONS = (
    Operation(
        id="listMailboxMessages",
        method="GET",
        path="/v1/mailboxes/{address}/messages",
        tag="mailboxes",
        summary="List what is in a PEC mailbox",
        description=(
            "Receipts, envelopes and what mail clients put there, newest first, of all folders or of one. Listing them "
            "flags nothing as seen."
        ),
        handler=list_messages,
        answers=Answers(200, "A page of messages.", MailboxMessagePage),
        query=MessageQuery,
        problems=("not_found", "invalid"),
        links={
            "newest": Link(
                "getMailboxMessage",
                {"address": "$response.body#/data/0/mailbox", "message_id": "$response.body#/data/0/id"},
            )
        },
    ),
    Operation(
        id="getMailboxMessage",
        method="GET",
        path="/v1/mailboxes/{address}/messages/{message_id}",
        tag="mailboxes",
        summary="Read a message of a PEC mailbox",
        description=(
            "Unwrapped: what is certified, the message inside with its files, and a verdict on the signature; or, with "
            "`view=raw`, the message itself. Reading flags nothing as seen."
        ),
        handler=get_message,
        answers=Answers(200, "The message.", MailboxMessageDetailOut, media_types=(_EML,)),
        query=OneMessageQuery,
        problems=("not_found", "invalid"),
        links={"attachment": Link("getMailboxAttachment", {**_BY_ID, "number": "1"}, "Fetch its first file.")},
    ),
    Operation(
        id="getMailboxAttachment",
        method="GET",
        path="/v1/mailboxes/{address}/messages/{message_id}/attachments/{number}",
        tag="mailboxes",
        summary="Fetch a file of a message",
        description="A file of the inner message, decoded; `attachments` of the message tells which there are.",
        handler=get_attachment,
        answers=Answers(200, "The file's bytes.", media_types=("*/*",), download=True),
        problems=("not_found",),
    ),
    Operation(
        id="receiveMailboxMessage",
        method="POST",
        path="/v1/mailboxes/{address}/messages",
        tag="mailboxes",
        summary="Let a message come in",
        description=(
            "Sandbox only. A transport envelope whose signature holds is delivered as it stands; any other message is "
            "ordinary mail and comes in an anomaly envelope, or is refused where the mailbox takes none."
        ),
        handler=receive_message,
        answers=Answers(201, "The message as it lies in INBOX.", MailboxMessageOut, location=True),
        form=MailboxMessageForm,
        problems=(
            *("malformed", "too_large", "unsupported_media_type"),
            *("not_found", "conflict", "invalid", "storage_full"),
        ),
        links={"get": Link("getMailboxMessage", _BY_ID, "Read it.")},
        once=True,
        sandbox_only=True,
    ),
)
