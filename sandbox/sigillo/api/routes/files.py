"""Files: upload, particulars, content."""

from __future__ import annotations

from contextlib import ExitStack

from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import download, given, json_response, kept
from sigillo.api.bodies import once
from sigillo.api.desk import Desk, workspace_of
from sigillo.api.multipart import PartHead, Sink, read_parts
from sigillo.api.operations import Answers, Link, Operation
from sigillo.api.uploads import MOST_FORM_BYTES, Uploads
from sigillo.api.wire.files import FileForm, FileOut
from sigillo.api.working import in_thread
from sigillo.application.files import FileReply
from sigillo.application.idempotency import Once
from sigillo.application.ports.storage import Answer
from sigillo.application.proofs import Document
from sigillo.domain.calendar import format_instant
from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.workspace import StoredFile


async def upload_file(desk: Desk, request: Request) -> Response:
    """Take one file in."""
    workspace_id = workspace_of(request)
    with ExitStack() as held:
        uploads = Uploads(desk.sandbox.blobs, held)
        await read_parts(request, lambda head: _open(uploads, head), most_bytes=MOST_FORM_BYTES)
        problems = uploads.problems("/file", many=False)
        if problems or len(uploads) != 1:
            raise Invalid(problems or [FieldError("/file", "missing", "Send one part `file` with the file.")])
        asked = once(request, *uploads.digests())
        files, received = desk.sandbox.files, uploads.received()[0]
        return given(await in_thread(lambda: files.add(workspace_id, received, reply=_created(asked), once=asked)))


async def get_file(desk: Desk, request: Request) -> Response:
    """Give a file's particulars."""
    return json_response(_file_json(desk.sandbox.files.get(workspace_of(request), request.path_params["file_id"])))


async def download_file(desk: Desk, request: Request) -> Response:
    """Give a file's bytes."""
    workspace_id, file_id = workspace_of(request), request.path_params["file_id"]
    file, source = await in_thread(lambda: desk.sandbox.files.open(workspace_id, file_id))
    return download(Document(file.name, file.media_type, file.size, file.sha256, source))


def _open(uploads: Uploads, head: PartHead) -> Sink:
    if head.name != "file" or len(uploads):
        detail = "The form has one part `file`; send one request for each file."
        raise Invalid([FieldError(f"/{head.name[:40]}", "unknown_field", detail)])
    return uploads.open(head.filename)


def _created(asked: Once | None) -> FileReply:
    def reply(file: StoredFile) -> Answer:
        headers = {"Location": f"/v1/files/{file.id}"}
        return kept(_file_json(file), asked.fingerprint if asked else "", status=201, headers=headers)

    return reply


def _file_json(file: StoredFile) -> dict[str, object]:
    return {
        "id": file.id,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "created_at": format_instant(file.created_at),
    }


_BY_ID = {"file_id": "$response.body#/id"}

OPERATIONS = (
    Operation(
        id="uploadFile",
        method="POST",
        path="/v1/files",
        tag="files",
        summary="Upload a file",
        description="Streamed to disk and hashed on the way; what it is must be what its name says.",
        handler=upload_file,
        answers=Answers(201, "The file's particulars.", FileOut, location=True),
        form=FileForm,
        problems=("malformed", "conflict", "too_large", "unsupported_media_type", "invalid", "storage_full"),
        links={"get": Link("getFile", _BY_ID), "download": Link("downloadFile", _BY_ID)},
        once=True,
    ),
    Operation(
        id="getFile",
        method="GET",
        path="/v1/files/{file_id}",
        tag="files",
        summary="Get a file's particulars",
        description="Name, kind, size and hash; not the bytes.",
        handler=get_file,
        answers=Answers(200, "The file's particulars.", FileOut),
        problems=("not_found",),
    ),
    Operation(
        id="downloadFile",
        method="GET",
        path="/v1/files/{file_id}/content",
        tag="files",
        summary="Download a file",
        description="The bytes as they were uploaded.",
        handler=download_file,
        answers=Answers(200, "The file's bytes.", media_types=("*/*",), download=True),
        problems=("not_found",),
    ),
)
