"""Verification: documents in, verdicts out; nothing of them is kept."""

from __future__ import annotations

from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import json_response
from sigillo.api.desk import Desk, workspace_of
from sigillo.api.multipart import FieldSink, PartHead, Sink, read_parts
from sigillo.api.operations import Answers, Operation
from sigillo.api.wire.proofs import VerificationForm, VerificationOut
from sigillo.api.working import in_thread
from sigillo.domain.api_key import Scope
from sigillo.domain.errors import FieldError, Invalid, MalformedInput
from sigillo.domain.verdict import Verdict, worst

MOST_BYTES = 300 * 1024 * 1024
MOST_FILES = 20
_MOST_PEM_BYTES = 1024 * 1024
_SPOOLED_BYTES = 1024 * 1024
_LONGEST_NAME = 200


class _VerificationForm:
    """Collects the documents and the certificates."""

    def __init__(self, held: ExitStack) -> None:
        self._held = held
        self.documents: list[tuple[str, BinaryIO]] = []
        self.trust: list[FieldSink] = []
        self.problems: list[FieldError] = []

    def open(self, head: PartHead) -> Sink:
        """Give the sink of a part."""
        if head.name == "trust" and len(self.trust) < MOST_FILES:
            self.trust.append(FieldSink(_MOST_PEM_BYTES))
            return self.trust[-1]
        if head.name != "files":
            detail = "The form has `files`, the documents, and `trust`, certificates as PEM."
            raise Invalid([FieldError(f"/{head.name[:40]}", "unknown_field", detail)])
        if len(self.documents) == MOST_FILES:
            raise Invalid([FieldError("/files", "too_many", f"At most {MOST_FILES} documents are judged together.")])
        return self._document(head.filename)

    def _document(self, filename: str | None) -> Sink:
        pointer = f"/files/{len(self.documents)}"
        if not filename:
            self.problems.append(FieldError(pointer, "missing_filename", "Send `filename=…` with the document."))
        elif len(filename) > _LONGEST_NAME or not filename.isprintable():
            self.problems.append(FieldError(pointer, "bad_filename", "Give the document a short printable name."))
        spool = SpooledTemporaryFile(max_size=_SPOOLED_BYTES)  # noqa: SIM115 – held until the verdict is written
        self._held.enter_context(spool)
        self.documents.append((filename or "document", cast(BinaryIO, spool)))
        return spool


async def verify_documents(desk: Desk, request: Request) -> Response:
    """Judge documents."""
    workspace_id = workspace_of(request)
    with ExitStack() as held:
        form = _VerificationForm(held)
        await read_parts(request, form.open, most_bytes=MOST_BYTES)
        if not form.documents:
            form.problems.append(FieldError("/files", "missing", "Send at least one document as a part `files`."))
        if form.problems:
            raise Invalid(form.problems)
        return json_response(await in_thread(lambda: _judged(desk, workspace_id, form)))


def _judged(desk: Desk, workspace_id: str, form: _VerificationForm) -> dict[str, object]:
    sandbox = desk.sandbox
    trust = [sink.text for sink in form.trust]
    if not trust:
        trust = [sandbox.sealers.of(sandbox.workspaces.get(workspace_id)).trust().root_pem]
    for _, source in form.documents:
        source.seek(0)
    try:
        verdicts = sandbox.verifier.verify(form.documents, trust)
    except MalformedInput as error:  # of the certificates: what a document holds is a verdict
        raise Invalid([FieldError("/trust", error.code, error.detail)]) from None
    return {
        "conclusion": worst(verdict.conclusion for verdict in verdicts),
        "results": [_verdict_json(verdict) for verdict in verdicts],
    }


def _verdict_json(verdict: Verdict) -> dict[str, object]:
    return {
        "document": verdict.document,
        "format": verdict.format,
        "conclusion": verdict.conclusion,
        "checks": [
            {"name": check.name, "conclusion": check.conclusion, "code": check.code, "detail": check.detail}
            for check in verdict.checks
        ],
        "about": dict(verdict.about),
    }


OPERATIONS = (
    Operation(
        id="verifyDocuments",
        method="POST",
        path="/v1/verifications",
        tag="proofs",
        summary="Verify documents",
        description="Signatures, chains, timestamps, and evidence against content. Nothing is kept.",
        handler=verify_documents,
        answers=Answers(200, "The verdicts.", VerificationOut),
        form=VerificationForm,
        problems=("malformed", "too_large", "unsupported_media_type", "invalid", "storage_full"),
        scopes=(Scope.READ,),
    ),
)
