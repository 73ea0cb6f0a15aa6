"""The workspace: who am I, what to trust, begin again."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import json_response
from sigillo.api.bodies import json_body
from sigillo.api.desk import Desk, workspace_of
from sigillo.api.operations import Answers, Operation
from sigillo.api.routes.clock import clock_json
from sigillo.api.shape import read_shape
from sigillo.api.wire.workspace import MeOut, ResetIn, ResetOut, TrustOut
from sigillo.api.working import in_thread
from sigillo.domain.faces import MAIL_FACES, Faces
from sigillo.domain.letter import Sender
from sigillo.domain.pec_addresses import DEFAULT_SENDER
from sigillo.domain.services.pec import PEC
from sigillo.domain.workspace import Workspace


async def get_me(desk: Desk, request: Request) -> Response:
    """Say whose key this is."""
    workspace = desk.sandbox.workspaces.get(workspace_of(request))
    return json_response(
        {
            "workspace": _workspace_json(workspace),
            "mode": workspace.mode,
            "provider": "sandbox",
            "senders": [_sender_json(workspace.sender, "lre", "ere"), _sender_json(DEFAULT_SENDER, PEC.name)],
            "faces": _faces_json(desk.faces) if workspace.is_test else None,
        }
    )


async def get_trust(desk: Desk, request: Request) -> Response:
    """Give certificates, revocation lists and policies."""
    workspace_id = workspace_of(request)
    sandbox = desk.sandbox
    trust = await in_thread(lambda: sandbox.sealers.of(sandbox.workspaces.get(workspace_id)).trust())
    return json_response(
        {
            "root_pem": trust.root_pem,
            "issuing_ca_pem": trust.issuing_ca_pem,
            "crl_pem": trust.crl_pem,
            "policies": dict(trust.policies),
        }
    )


async def reset_workspace(desk: Desk, request: Request) -> Response:
    """Empty the workspace and begin again."""
    workspace_id = workspace_of(request)
    wanted = read_shape(ResetIn, await json_body(request, optional=True))
    workspaces = desk.sandbox.workspaces
    fresh = await in_thread(lambda: workspaces.reset(workspace_id, seed=wanted.seed, start=wanted.start))
    return json_response({"workspace": _workspace_json(fresh), "clock": clock_json(fresh.clock, fresh.clock.position)})


def _workspace_json(workspace: Workspace) -> dict[str, object]:
    return {
        "id": workspace.id,
        "name": workspace.name,
        "seed": workspace.seed if workspace.is_test else None,
        "default_scenario": workspace.default_scenario,
    }


def _sender_json(sender: Sender, *services: str) -> dict[str, object]:
    return {"name": sender.name, "company": sender.company, "email": sender.email, "services": list(services)}


def _faces_json(faces: Faces) -> dict[str, object]:
    if not faces.mail_ports:
        return {"mail": None}
    servers = {
        name: {"port": faces.mail_ports[name], "tls": tls} if name in faces.mail_ports else None
        for name, tls in MAIL_FACES.items()
    }
    return {"mail": {"host": faces.mail_host, **servers}}


OPERATIONS = (
    Operation(
        id="getMe",
        method="GET",
        path="/v1/me",
        tag="workspace",
        summary="Who am I",
        description="The workspace that the key opens, its mode, and who may send from it.",
        handler=get_me,
        answers=Answers(200, "The key's workspace.", MeOut),
    ),
    Operation(
        id="getTrust",
        method="GET",
        path="/v1/trust",
        tag="proofs",
        summary="Get what to trust",
        description="Certificates and revocation lists with which strangers' tools check the proofs.",
        handler=get_trust,
        answers=Answers(200, "Certificates, revocation lists, policies.", TrustOut),
    ),
    Operation(
        id="resetWorkspace",
        method="POST",
        path="/v1/workspace/reset",
        tag="sandbox",
        summary="Empty the workspace",
        description=(
            "Letters, events, files, own scenarios and webhook deliveries are gone. Keys stay, and webhook endpoints: "
            "they get the new journal from its first event. Sandbox only."
        ),
        handler=reset_workspace,
        answers=Answers(200, "The empty workspace.", ResetOut),
        body=ResetIn,
        body_optional=True,
        problems=("malformed", "conflict", "too_large", "unsupported_media_type", "invalid", "storage_full"),
        sandbox_only=True,
    ),
)
