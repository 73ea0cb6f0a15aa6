"""The workspace, its trust and its scenarios, on the wire."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, RootModel

from sigillo.api.wire.clock import ClockOut
from sigillo.api.wire.letter_answers import SenderOut
from sigillo.api.wire.letters import Inward
from sigillo.api.wire.outward import Outward
from sigillo.api.wire.texts import Instant, Label
from sigillo.domain.workspace import Mode


class WorkspaceOut(Outward):
    """A workspace."""

    id: Annotated[str, Field(examples=["ws_0123456789abcdefghjk"])]
    name: Annotated[str, Field(examples=["demo"])]
    seed: Annotated[str | None, Field(description="All follows from it; null in a live workspace.", examples=["1"])]
    default_scenario: Annotated[str, Field(examples=["manual"])]


class MeOut(Outward):
    """Whose key this is, and what it opens."""

    workspace: WorkspaceOut
    mode: Mode
    provider: Annotated[Literal["sandbox"], Field(description="Who carries the letters.")]
    senders: Annotated[list[SenderOut], Field(description="The identities to send as; the first is the default.")]


class ResetIn(Inward):
    """How to begin again; what is left out stays as it is, the start is the default one."""

    seed: Annotated[Label | None, Field(description="Another world.", examples=["2"])] = None
    start: Annotated[Instant | None, Field(description="Where the clock begins.")] = None


class ResetOut(Outward):
    """The empty workspace."""

    workspace: WorkspaceOut
    clock: ClockOut


class TrustOut(Outward):
    """What a stranger needs to check this workspace's proofs. All of it says SANDBOX."""

    root_pem: Annotated[str, Field(description="The root certificate, PEM.")]
    issuing_ca_pem: Annotated[str, Field(description="The issuing CA's certificate, PEM.")]
    crl_pem: Annotated[str, Field(description="The revocation lists, PEM.")]
    policies: Annotated[dict[str, str], Field(description="Policy OIDs by what they are for.")]


class ScenarioIn(RootModel[dict[str, Any]]):
    """A scenario as a document; `specs/scenario.schema.json` describes it whole."""

    model_config = ConfigDict(
        json_schema_extra={
            "properties": {
                "name": {"type": "string", "pattern": "^[a-z][a-z0-9-]{0,39}$"},
                "services": {"type": "array", "items": {"enum": ["lre", "ere"]}, "minItems": 1, "maxItems": 2},
                "summary": {"type": ["string", "object"]},
            },
            "required": ["name", "services", "summary"],
            "examples": [
                {
                    "name": "slow-accept",
                    "services": ["lre", "ere"],
                    "summary": "The recipient takes ten days.",
                    "acts": [{"act": "accept", "after": "P10D"}],
                }
            ],
        }
    )


class ScenarioOut(Outward):
    """A scenario: how its document is written, and the address that chooses it."""

    name: Annotated[str, Field(examples=["accept"])]
    custom: Annotated[bool, Field(description="True for one of this workspace's own.")]
    addresses: Annotated[list[str], Field(examples=[["accept@lre.test", "accept@ere.test"]])]
    takes_delay: Annotated[bool, Field(description="Whether `+3d` can follow the name.")]
    document: dict[str, Any]


class ScenarioList(Outward):
    """Every scenario, by name; they are few, so there is one page."""

    data: list[ScenarioOut]
    has_more: Literal[False]
    next_cursor: None
