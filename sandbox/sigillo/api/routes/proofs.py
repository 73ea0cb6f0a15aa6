"""Proofs: which there are, each of them, and all in one container."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import download, json_response
from sigillo.api.desk import Desk, workspace_of
from sigillo.api.listing import whole_list
from sigillo.api.operations import Answers, Link, Operation
from sigillo.api.queries import read_query
from sigillo.api.wire.proofs import ProofList, ProofQuery
from sigillo.api.working import in_thread
from sigillo.application.ports.storage import SealedProof
from sigillo.application.proofs import MEDIA_TYPES, ProofView
from sigillo.domain.calendar import format_instant


async def list_proofs(desk: Desk, request: Request) -> Response:
    """Give every proof of a letter."""
    workspace_id, letter_id = workspace_of(request), request.path_params["letter_id"]
    views = await in_thread(lambda: desk.sandbox.proofs.listing(workspace_id, letter_id))
    return json_response(proofs_json(views))


async def download_proof(desk: Desk, request: Request) -> Response:
    """Give one format of one proof."""
    workspace_id, letter_id = workspace_of(request), request.path_params["letter_id"]
    kind, form = request.path_params["kind"], read_query(ProofQuery, request).format
    return download(await in_thread(lambda: desk.sandbox.proofs.document(workspace_id, letter_id, kind, form)))


async def download_bundle(desk: Desk, request: Request) -> Response:
    """Give everything about a letter in one container."""
    workspace_id, letter_id = workspace_of(request), request.path_params["letter_id"]
    return download(await in_thread(lambda: desk.sandbox.proofs.bundle(workspace_id, letter_id)))


def proofs_json(views: Sequence[ProofView]) -> dict[str, object]:
    """Give the list of proofs, newest first."""
    return whole_list(_proof_json(view) for view in reversed(views))


def _proof_json(view: ProofView) -> dict[str, object]:
    return {
        "kind": view.kind,
        "event_id": view.event_id,
        "at": format_instant(view.at),
        "formats": [_format_json(one) for one in view.formats],
    }


def _format_json(proof: SealedProof) -> dict[str, object]:
    media_type = MEDIA_TYPES[proof.format]
    return {"format": proof.format, "media_type": media_type, "sha256": proof.sha256, "size": proof.size}


OPERATIONS = (
    Operation(
        id="listProofs",
        method="GET",
        path="/v1/letters/{letter_id}/proofs",
        tag="proofs",
        summary="List a letter's proofs",
        description="Newest first, each with its formats and their hashes.",
        handler=list_proofs,
        answers=Answers(200, "The proofs.", ProofList),
        problems=("not_found", "storage_full"),
        links={
            "newest": Link(
                "downloadProof",
                {"letter_id": "$request.path.letter_id", "kind": "$response.body#/data/0/kind"},
                "The newest of them, where there is one.",
            )
        },
    ),
    Operation(
        id="downloadProof",
        method="GET",
        path="/v1/letters/{letter_id}/proofs/{kind}",
        tag="proofs",
        summary="Download a proof",
        description="The same bytes whenever it is asked for.",
        handler=download_proof,
        answers=Answers(
            200,
            "The proof.",
            media_types=tuple(MEDIA_TYPES.values()),
            download=True,
        ),
        query=ProofQuery,
        problems=("not_found", "invalid", "storage_full"),
    ),
    Operation(
        id="downloadBundle",
        method="GET",
        path="/v1/letters/{letter_id}/bundle",
        tag="proofs",
        summary="Download a letter with all its proofs",
        description="One sealed ASiC-E container: content, journal and every proof so far.",
        handler=download_bundle,
        answers=Answers(200, "The container.", media_types=(MEDIA_TYPES["asice"],), download=True),
        problems=("not_found", "storage_full"),
    ),
)
