"""A letter as a flat form on the wire; ``letter_form`` reads it, this describes it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from sigillo.api.wire.ids import FileId
from sigillo.api.wire.letters import Inward, ServiceName
from sigillo.api.wire.texts import Email, Instant, Label, Name, Prose, Reference, Subject, WebUrl


class LetterFormIn(Inward):
    """The letter's fields with dotted names, and its `files`. Or one part `letter` of JSON, and its `files`."""

    model_config = ConfigDict(
        json_schema_extra={
            "patternProperties": {
                r"^metadata\.[^\u0000-\u0020]+$": {"type": "string", "minLength": 1, "maxLength": 500}
            }
        }
    )

    service: ServiceName
    sender_name: Annotated[Name, Field(default=None, alias="sender.name")]
    sender_email: Annotated[Email, Field(default=None, alias="sender.email")]
    sender_company: Annotated[Name, Field(default=None, alias="sender.company")]
    recipient_kind: Annotated[Literal["professional", "individual"], Field(default=None, alias="recipient.kind")]
    recipient_name: Annotated[Name, Field(alias="recipient.name", examples=["Jeanne Dupré"])]
    recipient_company: Annotated[Name, Field(default=None, alias="recipient.company")]
    recipient_email: Annotated[Email, Field(alias="recipient.email", examples=["accept+3d@lre.test"])]
    subject: Subject
    content: Annotated[Prose, Field(default=None, description="The text; or send `files`, or both.")]
    content_type: Annotated[Literal["text/plain", "text/html"], Field(default=None)]
    file_ids: Annotated[list[FileId], Field(default=None, max_length=100)]
    reference: Annotated[Reference, Field(default=None)]
    tags: Annotated[list[Label], Field(default=None, max_length=20, description="Once per tag.")]
    scenario: Annotated[Label, Field(default=None, examples=["accept"])]
    webhook_url: Annotated[WebUrl, Field(default=None)]
    consent_obtained_at: Annotated[Instant, Field(default=None, alias="consent.obtained_at")]
    consent_evidence: Annotated[FileId, Field(default=None, alias="consent.evidence_file_id")]
    ask_consent: Annotated[Literal["true", "false"], Field(default=None)]
    files: Annotated[
        list[Annotated[str, Field(json_schema_extra={"contentMediaType": "application/octet-stream"})]],
        Field(default=None, max_length=100),
    ]
