"""Consents on the wire: an individual's consent to a sender's electronic registered mail (CPCE L. 100)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from sigillo.api.wire.filters import Cursor, Limit, Query, listed
from sigillo.api.wire.ids import ConsentId, FileId, Sha256
from sigillo.api.wire.letter_answers import RecipientOut, SenderOut
from sigillo.api.wire.letters import Inward, SenderIn
from sigillo.api.wire.outward import At, HasMore, NextCursor, Outward
from sigillo.api.wire.texts import Email, Instant, Metadata, Name, Reference, ScenarioText
from sigillo.domain.letter import ConsentStatus, ProofKind

Source = Annotated[
    Literal["asked", "declared"],
    Field(description="`asked` of the recipient here, or `declared` by a sender who held it already."),
]
_EXAMPLE_NUMBER = "CONSENT-4821-000000018-59"


class ConsentRecipientIn(Inward):
    """The individual: `name`, or `first_name` and `last_name`. At `…@lre.test` the local part chooses the scenario."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "Jeanne Dupré", "email": "accept@lre.test"},
                {"first_name": "Jeanne", "last_name": "Dupré", "email": "consent-refused@lre.test"},
            ],
            "anyOf": [
                {"required": list(names), "properties": {name: {"type": "string"} for name in names}}
                for names in (("name",), ("first_name", "last_name"))
            ],
        }
    )

    kind: Annotated[Literal["individual"], Field(description="Always: a professional need not consent.")] = "individual"
    name: Annotated[Name | None, Field(description="The whole name.", examples=["Jeanne Dupré"])] = None
    first_name: Annotated[Name | None, Field(description="Read where `name` is left out.", examples=["Jeanne"])] = None
    last_name: Annotated[Name | None, Field(description="Read where `name` is left out.", examples=["Dupré"])] = None
    email: Annotated[Email, Field(description="The address that is consented to.", examples=["accept@lre.test"])]

    @property
    def full_name(self) -> str:
        """Give the name as proofs show it."""
        return self.name or f"{self.first_name} {self.last_name}"


class ConsentRequestIn(Inward):
    """A consent to ask an individual for; with `obtained_at`, one that you hold already."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"recipient": {"name": "Jeanne Dupré", "email": "accept@lre.test"}, "reference": "locataire-117"},
                {
                    "recipient": {"name": "Jean Petit", "email": "jean.petit@example.com"},
                    "obtained_at": "2025-11-03T09:30:00Z",
                },
            ]
        }
    )

    recipient: Annotated[ConsentRecipientIn, Field(description="Whose consent.")]
    sender: Annotated[SenderIn | None, Field(description="To whose mail. Default: the workspace's sender.")] = None
    scenario: Annotated[
        ScenarioText | None,
        Field(description="What the individual answers. Default: the address's.", examples=["consent-refused"]),
    ] = None
    obtained_at: Annotated[
        Instant | None, Field(description="When it was given, for a consent that you hold; nobody is asked then.")
    ] = None
    evidence_file_id: Annotated[
        FileId | None, Field(description="An uploaded file that shows it; only with `obtained_at`.")
    ] = None
    reference: Annotated[Reference | None, Field(description="Yours, given back.", examples=["locataire-117"])] = None
    metadata: Metadata = Field(default={})


class ConsentActionIn(Inward):
    """What the individual does now."""

    action: Annotated[
        Literal["consent", "refuse_consent", "revoke"],
        Field(description="`consent` and `refuse_consent` answer a request, `revoke` withdraws what was given."),
    ]


class ConsentQuery(Query):
    """Which consents."""

    status: Annotated[
        Annotated[list[ConsentStatus], Field(min_length=1, max_length=5)] | None,
        BeforeValidator(listed),
        Field(description="Any of these.", examples=[["requested", "given"]]),
    ] = None
    recipient: Annotated[Email | None, Field(description="The individual's address; case does not matter.")] = None
    limit: Limit = 25
    cursor: Cursor | None = None


class ConsentAtEvent(Outward):
    """The consent as of the event."""

    id: ConsentId
    number: Annotated[str, Field(description="Its number, on its proofs.", examples=[_EXAMPLE_NUMBER])]
    status: Annotated[ConsentStatus, Field(description="Where it stood after the event.", examples=["given"])]
    status_at: Annotated[At, Field(description="Since when.", examples=["2026-01-05T09:00:00Z"])]
    source: Source
    sender: SenderOut
    recipient: RecipientOut
    reference: Annotated[str | None, Field(description="Yours, given back.", examples=["locataire-117"])]
    metadata: Annotated[dict[str, str], Field(description="Yours, given back.", examples=[{"deal": "4711"}])]
    created_at: Annotated[At, Field(description="When it was asked for or recorded.")]
    expires_at: Annotated[
        At | None,
        Field(
            description="The first instant at which the request has lapsed; null for a declared one.",
            examples=["2026-01-20T23:00:00Z"],
        ),
    ]


class ConsentOut(Outward):
    """An individual's consent to a sender's electronic registered mail, and where it stands."""

    id: ConsentId
    number: Annotated[str, Field(description="Its number, on its proofs.", examples=[_EXAMPLE_NUMBER])]
    status: Annotated[ConsentStatus, Field(description="Where it stands.", examples=["given"])]
    status_at: Annotated[At, Field(description="Since when.", examples=["2026-01-05T09:00:00Z"])]
    source: Source
    sender: SenderOut
    recipient: RecipientOut
    reference: Annotated[str | None, Field(description="Yours, given back.", examples=["locataire-117"])]
    metadata: Annotated[dict[str, str], Field(description="Yours, given back.", examples=[{"deal": "4711"}])]
    created_at: Annotated[At, Field(description="When it was asked for or recorded.")]
    expires_at: Annotated[
        At | None,
        Field(
            description="The first instant at which the request has lapsed; null for a declared one.",
            examples=["2026-01-20T23:00:00Z"],
        ),
    ]
    obtained_at: Annotated[
        At | None,
        Field(description="When the individual gave it; null where they did not.", examples=["2026-01-05T09:00:00Z"]),
    ]
    evidence_file_id: Annotated[FileId | None, Field(description="The uploaded file that shows a declared one.")]
    evidence_sha256: Annotated[Sha256 | None, Field(description="That file's SHA-256, hex.")]
    statement: Annotated[
        str,
        Field(
            description="What is consented to, or what the sender declares, word for word: French, then English.",
            examples=["CONSENTEMENT À RECEVOIR DES RECOMMANDÉS ÉLECTRONIQUES\n…"],
        ),
    ]
    sha256: Annotated[Sha256, Field(description="Of the content manifest, which every proof attests.")]
    scenario: Annotated[
        str | None, Field(description="What the individual answers; null for a declared one.", examples=["accept"])
    ]
    proofs: Annotated[
        list[ProofKind], Field(description="The kinds there are so far.", examples=[["consent_request", "consent"]])
    ]
    test: Annotated[Literal[True], Field(description="Nothing here has legal value.")]


class ConsentPage(Outward):
    """Consents, newest first."""

    data: Annotated[list[ConsentOut], Field(description="The consents of this page.")]
    has_more: HasMore
    next_cursor: NextCursor
