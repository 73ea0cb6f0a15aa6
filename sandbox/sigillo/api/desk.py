"""What every operation is given: the sandbox, the addresses it is reached at, and whose request it is."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from sigillo.api.intake import Intake
from sigillo.application.sandbox import Sandbox
from sigillo.domain.workspace import Mode

ACCESS_KEY = "sigillo.access"


@dataclass(frozen=True, slots=True)
class Desk:
    """``public_url`` is the address people reach the server at, without a slash at its end."""

    sandbox: Sandbox
    public_url: str
    intake: Intake


@dataclass(frozen=True, slots=True)
class Access:
    """What a good key opens."""

    workspace_id: str
    mode: Mode


def workspace_of(request: Request) -> str:
    """Give the id of the workspace that the request's key opened."""
    access: Access = request.scope[ACCESS_KEY]
    return access.workspace_id
