"""A letter on the wire: what a sender gives."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from sigillo.api.wire.ids import FileId
from sigillo.api.wire.texts import (
    Email,
    Instant,
    Label,
    Metadata,
    Name,
    Prose,
    Reference,
    ScenarioText,
    Subject,
    WebUrl,
)

ServiceName = Annotated[
    Literal["lre", "ere", "pec"],
    Field(
        description="`lre` (qualified), `ere` (no identity check), or `pec` (Italian certified e-mail).",
        examples=["lre"],
    ),
]


class Inward(BaseModel):
    """What comes in: unknown fields are refused, and nothing is read as something that it is not."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SenderIn(Inward):
    """Who sends; where it is left out, the workspace's sender does."""

    name: Annotated[Name, Field(description="The sender's name.", examples=["Camille Martin"])]
    email: Annotated[Email, Field(description="The sender's address.", examples=["camille@atelier-martin.test"])]
    company: Annotated[
        Name | None, Field(description="The corporate name, if any.", examples=["Atelier Martin SARL"])
    ] = None


class RecipientIn(Inward):
    """To whom: `name`, or `first_name` and `last_name`, which only a PEC can do without.

    At `…@lre.test`, `…@ere.test` and `…@pec.test` the local part chooses the scenario.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "professional", "name": "Jeanne Dupré", "company": None, "email": "accept+3d@lre.test"},
                {"kind": "individual", "first_name": "Jeanne", "last_name": "Dupré", "email": "refuse@lre.test"},
            ],
        }
    )

    kind: Annotated[
        Literal["professional", "individual"],
        Field(description="An individual must consent to electronic registered mail (CPCE L. 100)."),
    ] = "professional"
    name: Annotated[Name | None, Field(description="The whole name.", examples=["Jeanne Dupré"])] = None
    first_name: Annotated[Name | None, Field(description="Read where `name` is left out.", examples=["Jeanne"])] = None
    last_name: Annotated[Name | None, Field(description="Read where `name` is left out.", examples=["Dupré"])] = None
    company: Annotated[Name | None, Field(description="The corporate name, if any.", examples=["Dupré et Fils"])] = None
    email: Annotated[Email, Field(description="The recipient's address.", examples=["accept+3d@lre.test"])]

    @property
    def full_name(self) -> str:
        """Give the name as proofs show it."""
        whole = [name for name in (self.first_name, self.last_name) if name]
        return self.name or " ".join(whole) or self.email


class OtherRecipientIn(Inward):
    """A further recipient of a PEC, who gets a letter, an outcome and receipts of their own."""

    email: Annotated[Email, Field(description="The recipient's PEC address.", examples=["late@pec.test"])]
    name: Annotated[Name | None, Field(description="Default: the address.", examples=["Mario Rossi"])] = None


class ConsentIn(Inward):
    """A consent that the sender holds already."""

    obtained_at: Annotated[Instant, Field(description="When it was given.")]
    evidence_file_id: Annotated[FileId | None, Field(description="An uploaded file that shows it.")] = None


class LetterIn(Inward):
    """A letter to send: one recipient (a PEC: several), and `content`, files, or both."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "service": "lre",
                    "recipient": {"kind": "professional", "name": "Jeanne Dupré", "email": "accept+3d@lre.test"},
                    "subject": "Résiliation du bail du 12 mars 2024",
                    "content": "Madame,\n\nJe résilie le bail au 30 juin.",
                    "reference": "dossier-2026-117",
                    "metadata": {"deal": "4711"},
                    "tags": ["bail"],
                },
                {
                    "service": "lre",
                    "sender": {"name": "Camille Martin", "email": "camille@atelier-martin.test"},
                    "recipient": {
                        "kind": "individual",
                        "first_name": "Jeanne",
                        "last_name": "Dupré",
                        "email": "refuse+36h@lre.test",
                    },
                    "subject": "Congé pour vente",
                    "content": "<p>Madame,</p><p>Je vous donne congé.</p>",
                    "content_type": "text/html",
                    "consent": {"obtained_at": "2025-11-03T09:30:00Z"},
                },
                {
                    "service": "pec",
                    "recipient": {"email": "deliver@pec.test"},
                    "cc": [{"email": "late@pec.test", "name": "Mario Rossi"}],
                    "subject": "Sollecito di pagamento, fattura 117/2026",
                    "content": "Spett.le ditta,\n\nla fattura 117/2026 risulta ancora insoluta.",
                    "receipt_type": "brief",
                },
            ],
            "if": {"properties": {"service": {"const": "pec"}}, "required": ["service"]},
            # Said of both branches, for linters that take an object to have no other properties than it names.
            "then": {"unevaluatedProperties": True, "properties": {"consent": {"type": "null"}}},
            "else": {
                "unevaluatedProperties": True,
                "properties": {
                    "recipient": {
                        "anyOf": [
                            {"required": list(names), "properties": {name: {"type": "string"} for name in names}}
                            for names in (("name",), ("first_name", "last_name"))
                        ]
                    },
                    "to": {"maxItems": 0},
                    "cc": {"maxItems": 0},
                    "receipt_type": {"const": "complete"},
                },
            },
        }
    )

    service: ServiceName
    sender: Annotated[
        SenderIn | None, Field(description="Default: the workspace's sender for the service, as `GET /v1/me` tells.")
    ] = None
    recipient: Annotated[RecipientIn, Field(description="To whom; of a PEC the first one in To.")]
    to: Annotated[list[OtherRecipientIn], Field(max_length=499, description="Of a PEC: further recipients in To.")] = []
    cc: Annotated[
        list[OtherRecipientIn],
        Field(max_length=499, description="Of a PEC: recipients in Cc, whose receipt of delivery is concise."),
    ] = []
    receipt_type: Annotated[
        Literal["complete", "brief", "concise"],
        Field(description="Of a PEC: how much of the message a receipt of delivery carries (RFC 6109 §3.3.2)."),
    ] = "complete"
    subject: Annotated[Subject, Field(description="One line.", examples=["Résiliation du bail du 12 mars 2024"])]
    content: Annotated[
        Prose | None,
        Field(description="The text: plain, or HTML without anything that acts.", examples=["Madame,\n\nJe résilie…"]),
    ] = None
    content_type: Annotated[
        Literal["text/plain", "text/html"] | None,
        Field(description="Default: `text/html` for a content that opens with a tag, else `text/plain`."),
    ] = None
    file_ids: Annotated[list[FileId], Field(max_length=100, description="Uploaded files, in the order to send.")] = []
    reference: Annotated[
        Reference | None, Field(description="Yours, to find the letter by.", examples=["dossier-2026-117"])
    ] = None
    metadata: Metadata = {}
    tags: Annotated[list[Label], Field(max_length=20, description="Yours, to filter by.", examples=[["bail"]])] = []
    scenario: Annotated[
        ScenarioText | None,
        Field(description="What will happen. Default: the address's.", examples=["accept", "refuse+36h"]),
    ] = None
    webhook_url: Annotated[
        WebUrl | None, Field(description="Kept with the letter.", examples=["https://hooks.example.com/sigillo"])
    ] = None
    consent: Annotated[ConsentIn | None, Field(description="For individuals: a consent you hold.")] = None
    ask_consent: Annotated[
        bool, Field(description="Ask an individual for the consent; false refuses the letter where there is none.")
    ] = True
