"""Consents: ask an individual, record what is held, read, revoke, and play the individual."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import download, given, json_response, kept
from sigillo.api.bodies import json_body, once
from sigillo.api.consent_text import consent_json
from sigillo.api.desk import Desk, workspace_of
from sigillo.api.drafting import name_problems
from sigillo.api.listing import Listing
from sigillo.api.mending import further
from sigillo.api.operations import Answers, Link, Operation
from sigillo.api.queries import read_query
from sigillo.api.routes.events import history_page
from sigillo.api.routes.letters import NothingIn
from sigillo.api.routes.proofs import proofs_json
from sigillo.api.shape import read_shape, try_shape
from sigillo.api.wire.consents import ConsentActionIn, ConsentOut, ConsentPage, ConsentQuery, ConsentRequestIn
from sigillo.api.wire.events import EventPage
from sigillo.api.wire.filters import PageQuery
from sigillo.api.wire.proofs import ProofList, ProofQuery
from sigillo.api.working import in_thread
from sigillo.application.consents import ConsentRequest, ConsentView, Reply
from sigillo.application.drafts import ConsentDraft
from sigillo.application.idempotency import Once
from sigillo.application.ports.consents import ConsentFilter
from sigillo.application.ports.storage import Answer
from sigillo.application.proofs import MEDIA_TYPES
from sigillo.application.workspaces import require_sandbox
from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.events import canonical_json
from sigillo.domain.letter import Recipient, RecipientKind, Sender


async def request_consent(desk: Desk, request: Request) -> Response:
    """Ask for a consent, or record one."""
    raw = await json_body(request)
    workspace_id = workspace_of(request)
    wanted = _wanted(desk, workspace_id, raw)
    asked = once(request, canonical_json(raw).encode())
    consents, reply = desk.sandbox.consents, _reply(asked, status=201)
    return given(await in_thread(lambda: consents.ask(workspace_id, wanted, reply=reply, once=asked)))


async def get_consent(desk: Desk, request: Request) -> Response:
    """Give one consent."""
    return json_response(consent_json(desk.sandbox.consents.get(workspace_of(request), _id(request))))


async def list_consents(desk: Desk, request: Request) -> Response:
    """Give a page of consents, newest first."""
    query, workspace_id = read_query(ConsentQuery, request), workspace_of(request)
    listing = Listing.of(desk.sandbox.workspaces.get(workspace_id), "consents", query)
    wanted = ConsentFilter(tuple(query.status) if query.status else None, query.recipient)
    found = desk.sandbox.consents.page(workspace_id, wanted, limit=listing.most, before=listing.before)
    return listing.answer(found, consent_json, place=lambda view: -view.item.ordinal)


async def revoke_consent(desk: Desk, request: Request) -> Response:
    """Withdraw a consent."""
    workspace_id, consent_id = workspace_of(request), _id(request)
    read_shape(NothingIn, await json_body(request, optional=True))
    asked = once(request)
    consents, reply = desk.sandbox.consents, _reply(asked)
    return given(await in_thread(lambda: consents.revoke(workspace_id, consent_id, reply=reply, once=asked)))


async def play_individual(desk: Desk, request: Request) -> Response:
    """Do what the individual would do."""
    workspace_id, consent_id = workspace_of(request), _id(request)
    require_sandbox(desk.sandbox.workspaces.get(workspace_id))
    action = read_shape(ConsentActionIn, await json_body(request)).action
    asked = once(request, action.encode())
    consents, reply = desk.sandbox.consents, _reply(asked)
    return given(await in_thread(lambda: consents.act(workspace_id, consent_id, action, reply=reply, once=asked)))


async def list_consent_events(desk: Desk, request: Request) -> Response:
    """Give a consent's facts, newest first."""
    query, workspace_id, consent_id = read_query(PageQuery, request), workspace_of(request), _id(request)
    item, events = desk.sandbox.consents.history(workspace_id, consent_id)
    workspace = desk.sandbox.workspaces.get(workspace_id)
    return history_page(item, events, Listing.of(workspace, "consent_events", query, filters={"consent": consent_id}))


async def list_consent_proofs(desk: Desk, request: Request) -> Response:
    """Give every proof of a consent."""
    workspace_id, consent_id = workspace_of(request), _id(request)
    views = await in_thread(lambda: desk.sandbox.consent_proofs.listing(workspace_id, consent_id))
    return json_response(proofs_json(views))


async def download_consent_proof(desk: Desk, request: Request) -> Response:
    """Give one format of one proof."""
    workspace_id, consent_id = workspace_of(request), _id(request)
    kind, form = request.path_params["kind"], read_query(ProofQuery, request).format
    proofs = desk.sandbox.consent_proofs
    return download(await in_thread(lambda: proofs.document(workspace_id, consent_id, kind, form)))


def _id(request: Request) -> str:
    consent_id: str = request.path_params["consent_id"]
    return consent_id


def _reply(asked: Once | None, *, status: int = 200) -> Reply:
    fingerprint = asked.fingerprint if asked else ""

    def reply(view: ConsentView) -> Answer:
        headers = {"Location": f"/v1/consents/{view.item.id}"} if status == _CREATED else {}
        return kept(consent_json(view), fingerprint, status=status, headers=headers)

    return reply


def _wanted(desk: Desk, workspace_id: str, raw: object) -> ConsentRequest:
    """Give what a document asks for; raises :class:`Invalid` with every error where its shape is wrong."""
    shaped, problems = try_shape(ConsentRequestIn, raw)
    problems += [*name_problems(raw), *_evidence_problems(raw)]
    if shaped is None or problems:

        def check(mended: ConsentRequestIn) -> None:
            desk.sandbox.consents.validate(workspace_id, _request(mended))

        raise Invalid([*problems, *further(ConsentRequestIn, raw, problems, check=check, stand_ins=_STAND_INS)])
    return _request(shaped)


def _request(shaped: ConsentRequestIn) -> ConsentRequest:
    to, sender = shaped.recipient, shaped.sender
    return ConsentRequest(
        recipient=Recipient(RecipientKind.INDIVIDUAL, to.full_name, to.email),
        sender=Sender(sender.name, sender.email, sender.company) if sender else None,
        scenario=shaped.scenario,
        declared=ConsentDraft(shaped.obtained_at, shaped.evidence_file_id) if shaped.obtained_at else None,
        reference=shaped.reference,
        metadata=shaped.metadata,
    )


def _evidence_problems(raw: object) -> list[FieldError]:
    if not isinstance(raw, dict) or raw.get("evidence_file_id") is None or raw.get("obtained_at") is not None:
        return []
    detail = "The file shows a consent that you hold: say with `obtained_at` when it was given."
    return [FieldError("/obtained_at", "missing", detail)]


_CREATED = 201
_STAND_INS = {
    "/recipient": {"name": "-", "email": "-@example.com"},
    "/recipient/name": "-",
    "/recipient/email": "-@example.com",
    "/sender/name": "-",
    "/sender/email": "-@example.com",
    "/obtained_at": "2000-01-01T00:00:00Z",
}
_LINKS = {
    name: Link(operation, {"consent_id": "$response.body#/id"})
    for name, operation in (
        ("get", "getConsent"),
        ("events", "listConsentEvents"),
        ("proofs", "listConsentProofs"),
        ("revoke", "revokeConsent"),
        ("individual", "playIndividual"),
    )
} | {"mail": Link("listOutgoingMail", {"to": "$response.body#/recipient/email"})}
_READING = ("malformed", "too_large", "unsupported_media_type")
_MOVING = (*_READING, "not_found", "conflict", "invalid", "storage_full")

OPERATIONS = (
    Operation(
        id="requestConsent",
        method="POST",
        path="/v1/consents",
        tag="consents",
        summary="Ask for a consent",
        description=(
            "Asks an individual to consent to this sender's electronic registered mail; with `obtained_at` it records "
            "a consent that you hold. Letters to them use it and do not ask again. A second request to somebody who "
            "was asked already, or has consented, is a conflict that names the consent there is."
        ),
        handler=request_consent,
        answers=Answers(201, "The consent, asked for or recorded.", ConsentOut, location=True),
        body=ConsentRequestIn,
        problems=(*_READING, "conflict", "invalid", "storage_full"),
        links=_LINKS,
        once=True,
    ),
    Operation(
        id="getConsent",
        method="GET",
        path="/v1/consents/{consent_id}",
        tag="consents",
        summary="Get a consent",
        description="The consent and where it stands now.",
        handler=get_consent,
        answers=Answers(200, "The consent.", ConsentOut),
        problems=("not_found",),
    ),
    Operation(
        id="listConsents",
        method="GET",
        path="/v1/consents",
        tag="consents",
        summary="List consents",
        description="Newest first, those that letters asked for or declared among them.",
        handler=list_consents,
        answers=Answers(200, "A page of consents.", ConsentPage),
        query=ConsentQuery,
        problems=("invalid",),
    ),
    Operation(
        id="revokeConsent",
        method="POST",
        path="/v1/consents/{consent_id}/revoke",
        tag="consents",
        summary="Revoke a consent",
        description="Records that the individual withdrew it: no later letter uses it. Letters sent before go on.",
        handler=revoke_consent,
        answers=Answers(200, "The consent, revoked.", ConsentOut),
        body=NothingIn,
        body_optional=True,
        problems=_MOVING,
        once=True,
    ),
    Operation(
        id="listConsentEvents",
        method="GET",
        path="/v1/consents/{consent_id}/events",
        tag="consents",
        summary="List a consent's events",
        description="Its history, newest first.",
        handler=list_consent_events,
        answers=Answers(200, "A page of events.", EventPage),
        query=PageQuery,
        problems=("not_found", "invalid"),
    ),
    Operation(
        id="listConsentProofs",
        method="GET",
        path="/v1/consents/{consent_id}/proofs",
        tag="consents",
        summary="List a consent's proofs",
        description="Newest first, each with its formats and their hashes.",
        handler=list_consent_proofs,
        answers=Answers(200, "The proofs.", ProofList),
        problems=("not_found", "storage_full"),
        links={
            "newest": Link(
                "downloadConsentProof",
                {"consent_id": "$request.path.consent_id", "kind": "$response.body#/data/0/kind"},
                "The newest of them, where there is one.",
            )
        },
    ),
    Operation(
        id="downloadConsentProof",
        method="GET",
        path="/v1/consents/{consent_id}/proofs/{kind}",
        tag="consents",
        summary="Download a consent's proof",
        description="The same bytes whenever it is asked for.",
        handler=download_consent_proof,
        answers=Answers(200, "The proof.", media_types=tuple(MEDIA_TYPES.values()), download=True),
        query=ProofQuery,
        problems=("not_found", "invalid", "storage_full"),
    ),
    Operation(
        id="playIndividual",
        method="POST",
        path="/v1/consents/{consent_id}/recipient-actions",
        tag="sandbox",
        summary="Play the individual who is asked",
        description="Sandbox only. An answer moves the letters that wait for it, too. Out of turn it conflicts.",
        handler=play_individual,
        answers=Answers(200, "The consent, after it.", ConsentOut),
        body=ConsentActionIn,
        problems=_MOVING,
        once=True,
        sandbox_only=True,
    ),
)
