"""A letter as a flat form on the wire; ``letter_form`` reads it, this describes it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from sigillo.api.wire.ids import FileId
from sigillo.api.wire.letters import Inward, ServiceName
from sigillo.api.wire.texts import LINE, Email, Instant, Label, Name, Prose, Reference, ScenarioText, Subject, WebUrl

METADATA_KEY = r"^metadata\.[^\s\u0000-\u001f\u007f-\u009f\ufffe\uffff]{1,64}$"
_EMPTY: JsonDict = {"const": ""}
_PEC: JsonDict = {"properties": {"service": {"const": "pec"}}, "required": ["service"]}


def _empty_is_left_out(schema: JsonDict) -> None:
    """Let every field that may be left out be sent empty instead, as forms do, and each item of a list."""
    properties, required = schema["properties"], schema["required"]
    assert isinstance(properties, dict)
    assert isinstance(required, list)
    for name in [each for each in properties if each not in (*required, "files")]:
        told = properties[name]
        assert isinstance(told, dict)
        listed = told.get("type") == "array"
        inner = told["items"] if listed else told
        outer: JsonDict = {key: told.pop(key) for key in ("description", "examples", "title", "default") if key in told}
        if listed:
            told["items"] = {"anyOf": [inner, _EMPTY]}
            told |= outer
        else:
            properties[name] = {**outer, "anyOf": [told, _EMPTY]}


def _as_form(schema: JsonDict) -> None:
    """Add to a form's schema what holds between its fields."""
    empty_list: JsonDict = {"items": _EMPTY}
    note: JsonDict = {"type": "string", "minLength": 1, "maxLength": 500, "pattern": LINE}
    _empty_is_left_out(schema)
    schema |= {
        "examples": [
            {
                "service": "lre",
                "recipient.name": "Jeanne Dupré",
                "recipient.email": "accept+3d@lre.test",
                "subject": "Résiliation du bail du 12 mars 2024",
                "content": "Madame,\n\nJe résilie le bail au 30 juin.",
                "tags": ["bail"],
                "metadata.deal": "4711",
            }
        ],
        "dependentRequired": {
            "sender.name": ["sender.email"],
            "sender.email": ["sender.name"],
            "sender.company": ["sender.name", "sender.email"],
            "consent.evidence_file_id": ["consent.obtained_at"],
        },
        "if": _PEC,
        # Said of both branches, for linters that take an object to have no other properties than it names.
        "then": {
            "unevaluatedProperties": True,
            "properties": {"consent.obtained_at": _EMPTY, "consent.evidence_file_id": _EMPTY},
        },
        "else": {
            "unevaluatedProperties": True,
            "required": ["recipient.name"],
            "properties": {
                "recipient.name": {"minLength": 1},
                "to": empty_list,
                "cc": empty_list,
                "receipt_type": {"enum": ["complete", ""]},
            },
        },
        "patternProperties": {METADATA_KEY: {"anyOf": [note, _EMPTY]}},
    }


class LetterFormIn(Inward):
    """The letter's fields with dotted names, and its `files`. Or one part `letter` of JSON, and its `files`.

    A field that is sent empty is one that was left out.
    """

    model_config = ConfigDict(json_schema_extra=_as_form)

    service: ServiceName
    sender_name: Annotated[
        Name, Field(default=None, alias="sender.name", description="The sender's name.", examples=["Camille Martin"])
    ]
    sender_email: Annotated[Email, Field(default=None, alias="sender.email", examples=["camille@atelier-martin.test"])]
    sender_company: Annotated[
        Name, Field(default=None, alias="sender.company", description="The sender's corporate name, if any.")
    ]
    recipient_kind: Annotated[
        Literal["professional", "individual"],
        Field(default=None, alias="recipient.kind", description="An individual must consent (CPCE L. 100)."),
    ]
    recipient_name: Annotated[
        Name,
        Field(
            default=None,
            alias="recipient.name",
            description="The recipient's whole name; only a PEC can do without.",
            examples=["Jeanne Dupré"],
        ),
    ]
    recipient_company: Annotated[
        Name,
        Field(
            default=None,
            alias="recipient.company",
            description="The recipient's corporate name, if any.",
            examples=["Dupré et Fils"],
        ),
    ]
    recipient_email: Annotated[Email, Field(alias="recipient.email", examples=["accept+3d@lre.test"])]
    to: Annotated[
        list[Email], Field(default=None, max_length=499, description="Of a PEC: further recipients, one a part.")
    ]
    cc: Annotated[list[Email], Field(default=None, max_length=499, description="Of a PEC: those in Cc, one a part.")]
    receipt_type: Annotated[
        Literal["complete", "brief", "concise"],
        Field(default=None, description="Of a PEC: how much of the message a receipt of delivery carries."),
    ]
    subject: Subject
    content: Annotated[Prose, Field(default=None, description="The text; or send `files`, or both.")]
    content_type: Annotated[
        Literal["text/plain", "text/html"],
        Field(default=None, description="Default: `text/html` for a content that opens with a tag."),
    ]
    file_ids: Annotated[list[FileId], Field(default=None, max_length=100, description="Uploaded files, one a part.")]
    reference: Annotated[Reference, Field(default=None)]
    tags: Annotated[list[Label], Field(default=None, max_length=20, description="Once per tag.", examples=[["bail"]])]
    scenario: Annotated[
        ScenarioText, Field(default=None, description="What the recipient will do.", examples=["accept"])
    ]
    webhook_url: Annotated[WebUrl, Field(default=None)]
    consent_obtained_at: Annotated[
        Instant, Field(default=None, alias="consent.obtained_at", description="When it was given.")
    ]
    consent_evidence: Annotated[
        FileId, Field(default=None, alias="consent.evidence_file_id", description="An uploaded file that shows it.")
    ]
    ask_consent: Annotated[
        Literal["true", "false"],
        Field(default=None, description="`false` refuses the letter where an individual's consent is not there."),
    ]
    files: Annotated[
        list[Annotated[str, Field(json_schema_extra={"contentMediaType": "application/octet-stream"})]],
        Field(
            default=None,
            max_length=100,
            description="The files themselves, each with its file name.",
            examples=[["%PDF-1.7\n…"]],
        ),
    ]
