"""A letter on the wire: what is answered of one."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sigillo.api.wire.ids import FileId, LetterId, Sha256
from sigillo.api.wire.letters import ServiceName
from sigillo.api.wire.outward import At, Outward
from sigillo.domain.letter import Outcome, ProofKind, RecipientKind, Status


class SenderOut(Outward):
    """Who sends."""

    name: Annotated[str, Field(examples=["Camille Martin"])]
    company: Annotated[str | None, Field(examples=["Atelier Martin SARL"])]
    email: Annotated[str, Field(examples=["camille.martin@atelier-martin.test"])]


class RecipientOut(Outward):
    """To whom."""

    kind: RecipientKind
    name: Annotated[str, Field(examples=["Jeanne Dupré"])]
    company: Annotated[str | None, Field(examples=[None])]
    email: Annotated[str, Field(examples=["accept+3d@lre.test"])]


class PartOut(Outward):
    """One piece of the content: a file, or the text."""

    name: Annotated[str, Field(examples=["bail.pdf"])]
    media_type: Annotated[str, Field(examples=["application/pdf"])]
    size: Annotated[int, Field(description="In bytes.", examples=[48213])]
    sha256: Sha256
    file_id: Annotated[FileId | None, Field(description="Null for the text.")]


class ConsentOut(Outward):
    """A consent that the sender held at the sending."""

    obtained_at: At
    evidence_file_id: FileId | None
    evidence_sha256: Sha256 | None


class LetterOut(Outward):
    """A letter and where it stands."""

    id: LetterId
    number: Annotated[
        str, Field(description="The unique sending number (CPCE R. 53-2).", examples=["LRE-4821-000000017-62"])
    ]
    service: ServiceName
    status: Status
    status_at: At
    outcome: Annotated[Outcome | None, Field(description="How it ended; null while it runs.")]
    sender: SenderOut
    recipient: RecipientOut
    subject: Annotated[str, Field(examples=["Résiliation du bail du 12 mars 2024"])]
    files: Annotated[list[PartOut], Field(description="The content's parts in order, the text's first.")]
    sha256: Annotated[Sha256, Field(description="Of the content manifest, which every proof attests.")]
    reference: Annotated[str | None, Field(examples=["dossier-2026-117"])]
    metadata: Annotated[dict[str, str], Field(examples=[{"deal": "4711"}])]
    tags: Annotated[list[str], Field(examples=[["bail"]])]
    scenario: Annotated[str, Field(description="What the recipient will do.", examples=["accept+3d"])]
    created_at: At
    notified_at: At | None
    expires_at: Annotated[At | None, Field(description="The first instant at which it is neglected.")]
    message_id: Annotated[str | None, Field(description="Of the PEC message; null for lre and ere.")]
    proofs: Annotated[list[ProofKind], Field(description="The kinds there are so far.")]
    webhook_url: Annotated[str | None, Field(examples=[None])]
    consent: ConsentOut | None
    test: Annotated[Literal[True], Field(description="True in a sandbox: nothing here has legal value.")]


class FieldErrorOut(Outward):
    """One thing to know about one field."""

    pointer: Annotated[str, Field(description="RFC 6901; `/name` for a parameter.", examples=["/recipient/email"])]
    code: Annotated[str, Field(examples=["bad_email"])]
    detail: Annotated[str, Field(examples=["This is not an e-mail address: it has no @-sign."])]


class ValidationOut(Outward):
    """What sending this letter would meet. Nothing was sent."""

    valid: bool
    errors: Annotated[list[FieldErrorOut], Field(description="What would refuse it.")]
    warnings: Annotated[list[FieldErrorOut], Field(description="What to know; it would be sent all the same.")]
    scenario: Annotated[str | None, Field(description="What would be played.", examples=["accept+3d"])]


class LetterPage(Outward):
    """Letters, newest first."""

    data: list[LetterOut]
    has_more: bool
    next_cursor: str | None
