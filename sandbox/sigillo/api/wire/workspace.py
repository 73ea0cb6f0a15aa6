"""The workspace, its trust and its scenarios, on the wire."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, RootModel
from pydantic.config import JsonDict

from sigillo.api.wire.clock import ClockOut
from sigillo.api.wire.letter_answers import SenderOut
from sigillo.api.wire.letters import Inward, ServiceName
from sigillo.api.wire.outward import NoCursor, NoMore, Outward
from sigillo.api.wire.texts import Instant, Label
from sigillo.domain.faces import Tls
from sigillo.domain.services import LETTER_SERVICES
from sigillo.domain.workspace import Mode


class WorkspaceOut(Outward):
    """A workspace."""

    id: Annotated[str, Field(description="Its id.", examples=["ws_0123456789abcdefghjk"])]
    name: Annotated[str, Field(description="Its name.", examples=["demo"])]
    seed: Annotated[str | None, Field(description="All follows from it; null in a live workspace.", examples=["1"])]
    default_scenario: Annotated[
        str, Field(description="What recipients do whose address chooses nothing.", examples=["manual"])
    ]


class MailServerOut(Outward):
    """A mail server."""

    port: Annotated[int, Field(description="Its port.", examples=[8993])]
    tls: Annotated[Tls, Field(description="TLS from the first byte, or by STARTTLS, before which nothing else goes.")]


class MailFaceOut(Outward):
    """The mail servers of PEC mailboxes; log in with a mailbox's address and password."""

    host: Annotated[str, Field(description="Where they are.", examples=["127.0.0.1"])]
    smtps: Annotated[MailServerOut | None, Field(description="SMTP under TLS, to hand messages in.")]
    submission: Annotated[MailServerOut | None, Field(description="SMTP with STARTTLS, to hand messages in.")]
    imaps: Annotated[MailServerOut | None, Field(description="IMAP under TLS.")]
    pop3s: Annotated[MailServerOut | None, Field(description="POP3 under TLS.")]


class FacesOut(Outward):
    """The other protocols under which the sandbox can be reached."""

    mail: Annotated[MailFaceOut | None, Field(description="The mail servers; null where none is served.")]


class IdentityOut(SenderOut):
    """Who sends, in these services."""

    services: Annotated[list[ServiceName], Field(description="Where it is the default.", examples=[["lre", "ere"]])]


class MeOut(Outward):
    """Whose key this is, and what it opens."""

    workspace: WorkspaceOut
    mode: Mode
    provider: Annotated[Literal["sandbox"], Field(description="Who carries the letters.")]
    senders: Annotated[list[IdentityOut], Field(description="Who sends where a letter names no sender.")]
    faces: Annotated[FacesOut | None, Field(description="Other ways to reach the sandbox; null in a live workspace.")]


class ResetIn(Inward):
    """How to begin again; what is left out stays as it is, the start is the default one."""

    seed: Annotated[Label | None, Field(description="Another world.", examples=["2"])] = None
    start: Annotated[Instant | None, Field(description="Where the clock begins.")] = None


class ResetOut(Outward):
    """The empty workspace."""

    workspace: WorkspaceOut
    clock: ClockOut


_PEM = "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n"
_CRL_PEM = "-----BEGIN X509 CRL-----\n…\n-----END X509 CRL-----\n"


class TrustOut(Outward):
    """What a stranger needs to check this workspace's proofs. All of it says SANDBOX."""

    root_pem: Annotated[str, Field(description="The root certificate, PEM.", examples=[_PEM])]
    issuing_ca_pem: Annotated[str, Field(description="The issuing CA's certificate, PEM.", examples=[_PEM])]
    crl_pem: Annotated[str, Field(description="The revocation lists, PEM.", examples=[_CRL_PEM])]
    policies: Annotated[
        dict[str, str],
        Field(description="Policy OIDs by what they are for.", examples=[{"timestamps": "2.25.1234.2"}]),
    ]


_SCENARIO: JsonDict = {
    "name": "slow-accept",
    "services": ["lre", "ere"],
    "summary": "The recipient takes ten days.",
    "acts": [{"act": "accept", "after": "P10D"}],
}


_ROUTE: JsonDict = {
    "name": "slow-delivery",
    "services": ["pec"],
    "summary": {"en": "The message is delivered after ten hours.", "it": "Il messaggio arriva dopo dieci ore."},
    "route": [{"step": "take_charge", "after": "PT1M"}, {"step": "deliver", "after": "PT10H"}],
    "delay_sets": "route",
}


class ScenarioIn(RootModel[dict[str, Any]]):
    """A scenario as a document; `specs/scenario.schema.json` describes it whole."""

    model_config = ConfigDict(
        json_schema_extra={
            "properties": {
                "name": {
                    "type": "string",
                    "pattern": "^[a-z][a-z0-9-]{0,39}$",
                    "description": "The local part of the addresses that choose it.",
                    "examples": ["slow-accept"],
                },
                "services": {
                    "type": "array",
                    "items": {"enum": list(LETTER_SERVICES)},
                    "minItems": 1,
                    "maxItems": len(LETTER_SERVICES),
                    "description": "The services it is for; one of PEC has a `route`.",
                    "examples": [["lre", "ere"]],
                },
                "summary": {
                    "type": ["string", "object"],
                    "description": "What happens: one line, or one by language.",
                    "examples": ["The recipient takes ten days."],
                },
            },
            "required": ["name", "services", "summary"],
            "examples": [_SCENARIO, _ROUTE],
        }
    )


class ScenarioOut(Outward):
    """A scenario: how its document is written, and the address that chooses it."""

    name: Annotated[str, Field(description="Its name.", examples=["slow-accept"])]
    custom: Annotated[bool, Field(description="True for one of this workspace's own.")]
    addresses: Annotated[
        list[str],
        Field(description="The addresses that choose it.", examples=[["slow-accept@lre.test", "slow-accept@ere.test"]]),
    ]
    takes_delay: Annotated[bool, Field(description="Whether `+3d` can follow the name.", examples=[False])]
    document: Annotated[dict[str, Any], Field(description="How it is written.", examples=[_SCENARIO])]


class ScenarioList(Outward):
    """Every scenario, by name; they are few, so there is one page."""

    data: Annotated[list[ScenarioOut], Field(description="The scenarios.")]
    has_more: NoMore
    next_cursor: NoCursor
