"""The recipient's page of a letter or of a consent: what they may know of it now, and what they may do.

1. The address holds a secret that only the mail to the recipient tells; a wrong one and a wrong letter look alike.
2. Reading changes nothing. A move is a form sent with POST, answered by the page again (303), so that a reload sends
   nothing twice; the same move again changes nothing, and one that is not the recipient's turn is refused (409).
3. Before the acceptance the page tells neither the sender nor the subject (CPCE R. 53-3 I). For an LRE the recipient
   is identified first (R. 53-1): a one-time code, which here stands on the page itself, marked SANDBOX.
4. The sender's HTML is shown in a frame without script, forms or anything from elsewhere, and as nothing of ours.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sigillo.api.answers import download
from sigillo.api.bodies import media_type, read_bounded
from sigillo.api.desk import Desk
from sigillo.api.problems import UnsupportedMediaType
from sigillo.api.working import in_thread
from sigillo.application.ports.storage import Answer
from sigillo.application.proofs import Document
from sigillo.application.recipients import CodeVerdict, RecipientView
from sigillo.domain.errors import Conflict, FieldError, Invalid, NotFound, SigilloError
from sigillo.domain.letter import Part, ProofKind, Status
from sigillo.domain.markup import HTML
from sigillo.domain.recipient_link import page_path
from sigillo.web.problems import problem_page
from sigillo.web.recipient_words import REFUSALS, shown
from sigillo.web.rendering import headers, render

PATH = "/r/{letter_id}/{secret}"
CONTENT_PATH = f"{PATH}/content"
FILE_PATH = f"{PATH}/files/{{place:int}}"
PROOF_PATH = f"{PATH}/proof"
_MOST_FORM_BYTES = 4096
_FORM = "application/x-www-form-urlencoded"
_OF_LETTERS = ("accept", "refuse", "consent", "refuse_consent")
_OF_CONSENTS = ("consent", "refuse_consent", "revoke")
_NOTHING = Answer("", 200, {}, b"")
_CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"

Page = Callable[[Desk, Request], Awaitable[Response]]


async def recipient_page(desk: Desk, request: Request) -> Response:
    """Show a letter to its recipient."""
    return await in_thread(lambda: _guarded(lambda: _shown(desk, request)))


async def recipient_answer(desk: Desk, request: Request) -> Response:
    """Do what the recipient's form says, and show the page again."""
    try:
        form = await _form(request)
    except SigilloError as error:
        return _problem(error)
    return await in_thread(lambda: _guarded(lambda: _answer(desk, request, form)))


async def recipient_content(desk: Desk, request: Request) -> Response:
    """Give the HTML that the sender wrote, for the frame of the page."""
    return await in_thread(lambda: _guarded(lambda: _content(_accepted(desk, request))))


async def recipient_file(desk: Desk, request: Request) -> Response:
    """Give a file of an accepted letter."""
    return await in_thread(lambda: _guarded(lambda: _file(desk, request)))


async def recipient_proof(desk: Desk, request: Request) -> Response:
    """Give the proof that the recipient received the letter, or that they consented."""
    return await in_thread(lambda: _guarded(lambda: _proof(desk, request)))


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("GET", PATH, recipient_page),
    ("POST", PATH, recipient_answer),
    ("GET", CONTENT_PATH, recipient_content),
    ("GET", FILE_PATH, recipient_file),
    ("GET", PROOF_PATH, recipient_proof),
)
"""Method, path and what answers."""


def _guarded(work: Callable[[], Response]) -> Response:
    try:
        return work()
    except NotFound as missing:
        return problem_page(render("recipient_missing.html"), missing, headers())


def _view(desk: Desk, request: Request) -> RecipientView:
    return desk.sandbox.recipients.view(request.path_params["letter_id"], request.path_params["secret"])


def _accepted(desk: Desk, request: Request) -> RecipientView:
    view = _view(desk, request)
    if view.course.status is not Status.ACCEPTED:
        raise NotFound("The content is handed over once the letter is accepted.")
    return view


def _shown(desk: Desk, request: Request) -> Response:
    """Show what the address opens; for a letter that waits for a consent that is the consent (L. 100)."""
    view = _view(desk, request)
    consent = view.letter.consent
    if view.course.status == Status.AWAITING_CONSENT and consent is not None and consent.consent_id is not None:
        workspace = desk.sandbox.workspaces.get(view.workspace_id)
        return RedirectResponse(page_path(workspace, consent.consent_id), 303, headers())
    return _page(desk, request, view)


def _page(desk: Desk, request: Request, view: RecipientView, refusal: Conflict | Invalid | None = None) -> Response:
    tries = desk.sandbox.recipients.tries(view) if view.code else 0
    html = render(
        "recipient.html",
        base=request.url.path,
        refusal=REFUSALS.get(_code(refusal), REFUSALS["not_now"]) if refusal else None,
        **shown(view, tries=tries),
    )
    sent = headers(more_policy="frame-src 'self'; ")
    return problem_page(html, refusal, sent) if refusal else Response(html, 200, sent, "text/html; charset=utf-8")


def _problem(error: SigilloError) -> Response:
    return problem_page(render("recipient_problem.html"), error, headers())


async def _form(request: Request) -> dict[str, str]:
    body = await read_bounded(request, _MOST_FORM_BYTES)
    if media_type(request) != _FORM:
        raise UnsupportedMediaType("Send the form of the page.")
    form = dict(parse_qsl(body.decode("utf-8", "replace")))
    if form.get("action") not in (*_OF_LETTERS, *_OF_CONSENTS):
        raise Invalid([FieldError("/action", "unknown_action", "Send the form of the page.")])
    return form


def _answer(desk: Desk, request: Request, form: dict[str, str]) -> Response:
    view, action = _view(desk, request), form["action"]
    if not view.has_done(action):
        try:
            _act(desk, view, action, form)
        except (Conflict, Invalid) as refusal:
            view = _view(desk, request)
            if not view.has_done(action):
                return _page(desk, request, view, refusal)
    return RedirectResponse(request.url.path, 303, headers())


def _code(refusal: Conflict | Invalid) -> str:
    return refusal.errors[0].code if isinstance(refusal, Invalid) else refusal.code


def _act(desk: Desk, view: RecipientView, action: str, form: dict[str, str]) -> None:
    """Make the recipient's move; raises Conflict or Invalid where it is refused."""
    if action not in (_OF_CONSENTS if view.is_consent else _OF_LETTERS):
        raise Conflict("This is no answer to it.", code="not_now")
    if action == "accept" and view.code is not None and view.course.status is Status.NOTIFIED:
        _identify(desk, view, form)
    _move(desk, view, action)


def _identify(desk: Desk, view: RecipientView, form: dict[str, str]) -> None:
    """Check the one-time code (R. 53-1); the third wrong one is a failed identity check, which the journal notes."""
    attempt = form.get("attempt", "")
    number = int(attempt) if attempt.isascii() and attempt.isdigit() and len(attempt) < 3 else -1
    code = "".join(form.get("code", "").split())
    verdict = desk.sandbox.recipients.judge(view, code, attempt=number)
    if verdict is CodeVerdict.STALE:
        raise Conflict("This form was sent before.", code="stale_form")
    if verdict is CodeVerdict.SPENT:
        _move(desk, view, "fail_identity")
        raise Conflict("The identity check has failed.", code="identity_failed")
    if verdict is CodeVerdict.WRONG:
        raise Invalid([FieldError("/code", "wrong_code", "Enter the code that the page shows.")])


def _move(desk: Desk, view: RecipientView, action: str) -> None:
    if view.is_consent:
        desk.sandbox.consents.act(view.workspace_id, view.letter.id, action, reply=lambda _: _NOTHING)
    else:
        desk.sandbox.letters.act(view.workspace_id, view.letter.id, action, reply=lambda *_: _NOTHING)


def _content(view: RecipientView) -> Response:
    content = view.letter.content
    if content.text is None or content.parts[0].media_type != HTML:
        raise NotFound("The letter has no HTML of its own.")
    sent = {**headers(), "Content-Security-Policy": _CONTENT_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return Response(content.text, 200, sent, "text/html; charset=utf-8")


def _file(desk: Desk, request: Request) -> Response:
    view, place = _accepted(desk, request), request.path_params["place"]
    parts = view.letter.content.parts
    if not 1 <= place <= len(parts) or parts[place - 1].file_id is None:
        raise NotFound("The letter has no such file.")
    return _handed(_document(desk, parts[place - 1]))


def _document(desk: Desk, part: Part) -> Document:
    return Document(part.name, part.media_type, part.size, part.sha256, desk.sandbox.blobs.open(part.sha256))


def _proof(desk: Desk, request: Request) -> Response:
    view = _view(desk, request)
    proofs, kind = desk.sandbox.consent_proofs, ProofKind.CONSENT
    if not view.is_consent:
        view, proofs, kind = _accepted(desk, request), desk.sandbox.proofs, ProofKind.RECEPTION
    return _handed(proofs.document(view.workspace_id, view.letter.id, kind.value, "pdf"))


def _handed(document: Document) -> Response:
    response = download(document)
    response.headers.update({"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"})
    return response
