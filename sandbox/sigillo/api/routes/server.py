"""The server itself: whether it lives, and the contract it keeps."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import JSON, json_response
from sigillo.api.desk import Desk
from sigillo.api.operations import Answers, Operation
from sigillo.api.wire.outward import Outward
from sigillo.api.working import in_thread


class HealthOut(Outward):
    """The server lives and reaches its storage."""

    status: Annotated[Literal["ok"], Field(description="It answers, and its storage does.")]


async def get_health(desk: Desk, request: Request) -> Response:
    """Say that the server lives."""
    desk.sandbox.store.workspaces()
    return json_response({"status": "ok"})


async def get_openapi_json(desk: Desk, request: Request) -> Response:
    """Give the contract as JSON."""
    from sigillo.api.document import served_json  # the document tells every operation, these included

    return Response(await in_thread(served_json), media_type=JSON)


async def get_openapi_yaml(desk: Desk, request: Request) -> Response:
    """Give the contract as YAML."""
    from sigillo.api.document import served_yaml  # the document tells every operation, these included

    return Response(await in_thread(served_yaml), media_type="application/yaml")


OPERATIONS = (
    Operation(
        id="getHealth",
        method="GET",
        path="/healthz",
        tag="server",
        summary="Tell whether the server lives",
        description="For probes: 200 once it serves and reaches its storage.",
        handler=get_health,
        answers=Answers(200, "It lives.", HealthOut),
        open=True,
    ),
    Operation(
        id="getOpenapiJson",
        method="GET",
        path="/openapi.json",
        tag="server",
        summary="Get this document as JSON",
        description="OpenAPI 3.1; its server is the one that gives it.",
        handler=get_openapi_json,
        answers=Answers(200, "The document.", media_types=(JSON,)),
        open=True,
    ),
    Operation(
        id="getOpenapiYaml",
        method="GET",
        path="/openapi.yaml",
        tag="server",
        summary="Get this document as YAML",
        description="OpenAPI 3.1; its server is the one that gives it.",
        handler=get_openapi_yaml,
        answers=Answers(200, "The document.", media_types=("application/yaml",)),
        open=True,
    ),
)
