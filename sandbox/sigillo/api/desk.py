"""What every operation is given: the sandbox, the addresses it is reached at, and whose request it is."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from sigillo.api.access import Access, Doorkeeper
from sigillo.api.intake import Intake
from sigillo.application.sandbox import Sandbox
from sigillo.domain.faces import Faces

ACCESS_KEY = "sigillo.access"
ABORT_KEY = "sigillo.abort"  # what ends the connection at once
ADDED_KEY = "sigillo.added"  # headers that the answer gets, the request's id first
OPERATION_KEY = "sigillo.operation"


@dataclass(frozen=True, slots=True)
class Desk:
    """``public_url`` is where people reach the server, without a slash at its end; ``faces`` its other addresses."""

    sandbox: Sandbox
    public_url: str
    intake: Intake
    doorkeeper: Doorkeeper
    faces: Faces


def workspace_of(request: Request) -> str:
    """Give the id of the workspace that the request's key opened."""
    return access_of(request).workspace_id


def access_of(request: Request) -> Access:
    """Give what the request's key opens and may do."""
    access: Access = request.scope[ACCESS_KEY]
    return access
