"""Outgoing mail: the messages that recipients receive, listed and read as a mail reader would."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import disposition, json_response
from sigillo.api.desk import Desk, workspace_of
from sigillo.api.letter_text import instant
from sigillo.api.listing import Listing
from sigillo.api.operations import Answers, Link, Operation
from sigillo.api.queries import read_query
from sigillo.api.wire.outgoing_mail import MailOut, MailPage, MailQuery, OneMailQuery
from sigillo.api.working import in_thread
from sigillo.application.outgoing_mail import MailFilter
from sigillo.application.ports.mail import Message
from sigillo.application.workspaces import require_sandbox
from sigillo.domain.outgoing_mail import OutgoingMail
from sigillo.domain.services.consent import CONSENT

EML = "message/rfc822"


async def list_mail(desk: Desk, request: Request) -> Response:
    """Give a page of messages, newest first."""
    query = read_query(MailQuery, request)
    workspace = desk.sandbox.workspaces.get(workspace_of(request))
    require_sandbox(workspace)
    listing = Listing.of(workspace, "outgoing_mail", query)
    wanted, mails = MailFilter(query.to, query.letter_id, query.kind), desk.sandbox.outgoing_mail
    found = await in_thread(lambda: mails.page(workspace.id, wanted, limit=listing.most, before=listing.before))
    return listing.answer(found, lambda one: _summary(one.mail, one.subject), place=lambda one: one.place)


async def get_mail(desk: Desk, request: Request) -> Response:
    """Give one message, told apart or as it was sent."""
    raw = read_query(OneMailQuery, request).format == "eml" or _accepts_eml(request)
    workspace = desk.sandbox.workspaces.get(workspace_of(request))
    require_sandbox(workspace)
    mail_id, mails = request.path_params["mail_id"], desk.sandbox.outgoing_mail
    mail, message = await in_thread(lambda: mails.message(workspace.id, mail_id))
    if raw:
        headers = {"Content-Disposition": disposition(f"{mail.id}.eml"), "X-Content-Type-Options": "nosniff"}
        return Response(message.raw, 200, headers, EML)
    return json_response(_whole(mail, message))


def _accepts_eml(request: Request) -> bool:
    wanted = [one.partition(";")[0].strip().lower() for one in request.headers.get("accept", "").split(",")]
    return EML in wanted and "application/json" not in wanted


def _summary(mail: OutgoingMail, subject: str) -> dict[str, object]:
    to, is_consent = mail.to, mail.letter.service == CONSENT.name
    return {
        "id": mail.id,
        "kind": mail.kind,
        "event_id": mail.event_id,
        "letter_id": None if is_consent or mail.came_as else mail.letter.id,
        "consent_id": mail.letter.id if is_consent else None,
        "number": mail.letter.number,
        "to": {"name": to.name, "email": to.email},
        "subject": subject,
        "sent_at": instant(mail.at),
        "expires_at": instant(mail.expires_at),
        "bounced": mail.bounced,
        "reason": mail.reason,
    }


def _whole(mail: OutgoingMail, message: Message) -> dict[str, object]:
    return {
        **_summary(mail, dict(message.headers)["Subject"]),
        "headers": [{"name": name, "value": value} for name, value in message.headers],
        "text": message.text,
        "html": message.html,
        "links": [{"rel": "recipient_page", "url": message.page_url}] if message.page_url else [],
    }


OPERATIONS = (
    Operation(
        id="listOutgoingMail",
        method="GET",
        path="/v1/outgoing-mail",
        tag="sandbox",
        summary="List what recipients receive",
        description=(
            "Sandbox only. Requests for consent, notices, reminders and what follows an acceptance; word of new mail "
            "in PEC mailboxes and what they forward to addresses outside; newest first. They follow from the journal: "
            "nothing is kept of them, and they are there whether or not a relay sends them."
        ),
        handler=list_mail,
        answers=Answers(200, "A page of messages.", MailPage),
        query=MailQuery,
        problems=("invalid",),
        links={"newest": Link("getOutgoingMail", {"mail_id": "$response.body#/data/0/id"})},
        sandbox_only=True,
    ),
    Operation(
        id="getOutgoingMail",
        method="GET",
        path="/v1/outgoing-mail/{mail_id}",
        tag="sandbox",
        summary="Read what a recipient receives",
        description=(
            "Sandbox only. Headers, both parts and links; or, with `format=eml` or `Accept: message/rfc822`, the "
            "message itself for a mail reader. The same bytes whenever it is asked for."
        ),
        handler=get_mail,
        answers=Answers(200, "The message.", MailOut, media_types=(EML,)),
        query=OneMailQuery,
        problems=("not_found", "invalid"),
        sandbox_only=True,
    ),
)
