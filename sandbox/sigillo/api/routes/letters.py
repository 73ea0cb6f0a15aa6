"""Letters: send, check, read, cancel, and play the recipient."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated, Literal

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import given, json_response, kept
from sigillo.api.bodies import FORM, json_body, media_type, once
from sigillo.api.desk import Desk, workspace_of
from sigillo.api.drafting import draft_of
from sigillo.api.letter_form import LetterForm
from sigillo.api.letter_text import letter_json
from sigillo.api.listing import Listing
from sigillo.api.multipart import read_parts
from sigillo.api.operations import Answers, Link, Operation
from sigillo.api.queries import read_query
from sigillo.api.shape import read_shape
from sigillo.api.uploads import MOST_FORM_BYTES, Uploads
from sigillo.api.wire.filters import LetterQuery
from sigillo.api.wire.letter_answers import LetterOut, LetterPage, ValidationOut
from sigillo.api.wire.letter_form import LetterFormIn
from sigillo.api.wire.letters import Inward, LetterIn
from sigillo.api.working import in_thread
from sigillo.application.idempotency import Once
from sigillo.application.letters import Order, Reply
from sigillo.application.ports.storage import Answer, LetterFilter
from sigillo.application.workspaces import require_sandbox
from sigillo.domain.api_key import Scope
from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.events import canonical_json
from sigillo.domain.letter import Course, Letter


class RecipientActionIn(Inward):
    """What the recipient does now."""

    action: Annotated[
        Literal["open", "accept", "refuse", "consent", "refuse_consent", "fail_identity"],
        Field(description="`accept` and `refuse` decide the letter.", examples=["accept"]),
    ]


async def send_letter(desk: Desk, request: Request) -> Response:
    """Take a letter in."""
    if media_type(request) == FORM:
        return await _send_form(desk, request)
    raw = await json_body(request)
    workspace_id = workspace_of(request)
    draft = draft_of(desk, workspace_id, raw)
    asked = _once_json(request, raw)
    return given(await desk.intake.take(workspace_id, Order(draft, created(asked), asked)))


async def _send_form(desk: Desk, request: Request) -> Response:
    """Take a letter in with its files; nothing of it is kept unless all of it is good."""
    workspace_id = workspace_of(request)
    with ExitStack() as held:
        uploads = Uploads(desk.sandbox.blobs, held)
        form = LetterForm(uploads)
        await read_parts(request, form.open, most_bytes=MOST_FORM_BYTES)
        raw, problems = form.document(), uploads.problems("/files")
        draft = draft_of(desk, workspace_id, raw, beside=problems, files_follow=len(uploads) > 0)
        asked = once(request, canonical_json(raw).encode(), *uploads.digests())
        letters, received = desk.sandbox.letters, uploads.received()
        return given(
            await in_thread(
                lambda: letters.submit(workspace_id, draft, reply=created(asked), once=asked, uploads=received)
            )
        )


async def validate_letter(desk: Desk, request: Request) -> Response:
    """Say what sending would say, and send nothing."""
    raw = await json_body(request)
    if not isinstance(raw, dict):
        raise Invalid([FieldError("", "wrong_type", "The body is not an object: write the letter as {…}.")])
    workspace_id = workspace_of(request)
    try:
        checked = desk.sandbox.letters.validate(workspace_id, draft_of(desk, workspace_id, raw))
    except Invalid as invalid:
        return json_response(_validation(invalid.errors, (), None))
    return json_response(_validation((), checked.warnings, checked.chosen.text))


async def get_letter(desk: Desk, request: Request) -> Response:
    """Give one letter."""
    view = desk.sandbox.queries.letter(workspace_of(request), request.path_params["letter_id"])
    return json_response(letter_json(view.letter, view.course))


async def list_letters(desk: Desk, request: Request) -> Response:
    """Give a page of letters, newest first."""
    query, workspace_id = read_query(LetterQuery, request), workspace_of(request)
    listing = Listing.of(desk.sandbox.workspaces.get(workspace_id), "letters", query)
    wanted = LetterFilter(
        status=tuple(query.status) if query.status else None,
        service=query.service,
        recipient=query.recipient,
        reference=query.reference,
        tag=query.tag,
        created_after=query.created_after,
        created_before=query.created_before,
        message_id=query.message_id,
    )
    found = desk.sandbox.queries.letters(workspace_id, wanted, limit=listing.most, before=listing.before)
    return listing.answer(found, lambda one: letter_json(*one), place=lambda one: one[0].ordinal)


async def cancel_letter(desk: Desk, request: Request) -> Response:
    """Withdraw a letter whose recipient was not notified."""
    workspace_id, letter_id = workspace_of(request), request.path_params["letter_id"]
    read_shape(NothingIn, await json_body(request, optional=True))
    asked = once(request)
    letters = desk.sandbox.letters
    return given(await in_thread(lambda: letters.cancel(workspace_id, letter_id, reply=changed(asked), once=asked)))


async def play_recipient(desk: Desk, request: Request) -> Response:
    """Do what the recipient would do."""
    workspace_id, letter_id = workspace_of(request), request.path_params["letter_id"]
    require_sandbox(desk.sandbox.workspaces.get(workspace_id))
    action = read_shape(RecipientActionIn, await json_body(request)).action
    asked = once(request, action.encode())
    letters = desk.sandbox.letters
    return given(
        await in_thread(lambda: letters.act(workspace_id, letter_id, action, reply=changed(asked), once=asked))
    )


class NothingIn(Inward):
    """An empty object, or no body at all."""


def _once_json(request: Request, raw: object) -> Once | None:
    """Give the idempotency key of a JSON request; the canonical text is made only where there is one."""
    return once(request, canonical_json(raw).encode()) if "idempotency-key" in request.headers else None


def created(asked: Once | None) -> Reply:
    """Give what answers a new letter."""

    def reply(letter: Letter, course: Course) -> Answer:
        headers = {"Location": f"/v1/letters/{letter.id}"}
        return kept(letter_json(letter, course), _fingerprint(asked), status=201, headers=headers)

    return reply


def changed(asked: Once | None) -> Reply:
    """Give what answers a letter that moved."""
    return lambda letter, course: kept(letter_json(letter, course), _fingerprint(asked))


def _fingerprint(asked: Once | None) -> str:
    return asked.fingerprint if asked else ""


def _validation(
    errors: tuple[FieldError, ...], warnings: tuple[FieldError, ...], scenario: str | None
) -> dict[str, object]:
    return {
        "valid": not errors,
        "errors": [{"pointer": one.pointer, "code": one.code, "detail": one.detail} for one in errors],
        "warnings": [{"pointer": one.pointer, "code": one.code, "detail": one.detail} for one in warnings],
        "scenario": scenario,
    }


_LINKS = {
    name: Link(operation, {"letter_id": "$response.body#/id"})
    for name, operation in (
        ("get", "getLetter"),
        ("events", "listLetterEvents"),
        ("cancel", "cancelLetter"),
        ("recipient", "playRecipient"),
        ("proofs", "listProofs"),
        ("bundle", "downloadBundle"),
    )
}

_READING = ("malformed", "too_large", "unsupported_media_type")
_MOVING = (*_READING, "not_found", "conflict", "invalid", "storage_full")

OPERATIONS = (
    Operation(
        id="sendLetter",
        method="POST",
        path="/v1/letters",
        tag="letters",
        summary="Send a letter",
        description=(
            "JSON with `file_ids`, or one multipart form with the letter's fields and the `files` themselves. A PEC to "
            "several recipients makes a letter for each of them; the answer is the first one's, and all have its "
            "`message_id`."
        ),
        handler=send_letter,
        answers=Answers(201, "The letter, taken in.", LetterOut, location=True),
        body=LetterIn,
        form=LetterFormIn,
        problems=("malformed", "conflict", "too_large", "unsupported_media_type", "invalid", "storage_full"),
        links=_LINKS,
        once=True,
    ),
    Operation(
        id="getLetter",
        method="GET",
        path="/v1/letters/{letter_id}",
        tag="letters",
        summary="Get a letter",
        description="The letter and where it stands now.",
        handler=get_letter,
        answers=Answers(200, "The letter.", LetterOut),
        problems=("not_found",),
    ),
    Operation(
        id="listLetters",
        method="GET",
        path="/v1/letters",
        tag="letters",
        summary="List letters",
        description="Newest first, stable while letters are added; `message_id` gives those of one PEC message.",
        handler=list_letters,
        answers=Answers(200, "A page of letters.", LetterPage),
        query=LetterQuery,
        problems=("invalid",),
    ),
    Operation(
        id="validateLetter",
        method="POST",
        path="/v1/letters/validate",
        tag="letters",
        summary="Check a letter before sending it",
        description="What sending would refuse and warn of; nothing is sent. Only what is no object is refused itself.",
        handler=validate_letter,
        answers=Answers(200, "What sending would meet.", ValidationOut),
        body=LetterIn,
        problems=("malformed", "too_large", "unsupported_media_type", "invalid"),
        scopes=(Scope.READ,),
    ),
    Operation(
        id="cancelLetter",
        method="POST",
        path="/v1/letters/{letter_id}/cancel",
        tag="letters",
        summary="Cancel a letter",
        description="Before its recipient was notified; after that, and of a PEC always, it is a conflict.",
        handler=cancel_letter,
        answers=Answers(200, "The letter, cancelled.", LetterOut),
        body=NothingIn,
        body_optional=True,
        problems=_MOVING,
        once=True,
    ),
    Operation(
        id="playRecipient",
        method="POST",
        path="/v1/letters/{letter_id}/recipient-actions",
        tag="sandbox",
        summary="Play the recipient",
        description="Sandbox only. What is not the recipient's turn is a conflict; of a PEC it never is.",
        handler=play_recipient,
        answers=Answers(200, "The letter, after it.", LetterOut),
        body=RecipientActionIn,
        problems=_MOVING,
        once=True,
        sandbox_only=True,
    ),
)
