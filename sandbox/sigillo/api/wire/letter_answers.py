"""A letter on the wire: what is answered of one."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sigillo.api.wire.ids import ConsentId, FileId, LetterId, Sha256
from sigillo.api.wire.letters import ServiceName
from sigillo.api.wire.outward import At, HasMore, NextCursor, Outward
from sigillo.domain.letter import Outcome, ProofKind, RecipientKind, Status
from sigillo.domain.pec.dispatch import Role


class SenderOut(Outward):
    """Who sends."""

    name: Annotated[str, Field(description="The sender's name.", examples=["Camille Martin"])]
    company: Annotated[str | None, Field(description="The corporate name, if any.", examples=["Atelier Martin SARL"])]
    email: Annotated[str, Field(description="The sender's address.", examples=["camille.martin@atelier-martin.test"])]


class RecipientOut(Outward):
    """To whom."""

    kind: RecipientKind
    name: Annotated[str, Field(description="The whole name.", examples=["Jeanne Dupré"])]
    company: Annotated[str | None, Field(description="The corporate name, if any.", examples=[None])]
    email: Annotated[str, Field(description="The recipient's address.", examples=["accept+3d@lre.test"])]


class PartOut(Outward):
    """One piece of the content: a file, or the text."""

    name: Annotated[str, Field(description="Its name.", examples=["bail.pdf"])]
    media_type: Annotated[str, Field(description="What it is, by its bytes.", examples=["application/pdf"])]
    size: Annotated[int, Field(description="In bytes.", examples=[48213])]
    sha256: Sha256
    file_id: Annotated[FileId | None, Field(description="Null for the text.")]


class LetterConsentOut(Outward):
    """The consent that a letter to an individual goes under."""

    consent_id: Annotated[
        ConsentId | None, Field(description="The consent itself, where one is kept; it may serve many letters.")
    ]
    obtained_at: Annotated[
        At | None,
        Field(
            description="When it was given, as known at the sending; null where the letter waits for it, or waited.",
            examples=["2025-11-03T09:30:00Z"],
        ),
    ]
    evidence_file_id: Annotated[FileId | None, Field(description="The uploaded file that shows it.")]
    evidence_sha256: Annotated[Sha256 | None, Field(description="That file's SHA-256, hex.")]


class AddresseeOut(Outward):
    """A recipient of a PEC message."""

    email: Annotated[str, Field(description="The address.", examples=["deliver@pec.test"])]
    certified: Annotated[bool, Field(description="False for ordinary mail, which nobody certifies.")]


class MessageOut(Outward):
    """The PEC message that a letter is one recipient's share of; its letters are listed by `message_id`."""

    role: Annotated[Role, Field(description="Whether this letter's recipient stands in To or in Cc.")]
    to: Annotated[list[AddresseeOut], Field(description="The recipients in To.")]
    cc: Annotated[list[AddresseeOut], Field(description="The recipients in Cc.")]
    receipt_type: Annotated[
        Literal["complete", "brief", "concise"],
        Field(description="What the sender asked for; a recipient in Cc has the concise one.", examples=["complete"]),
    ]
    original_message_id: Annotated[
        str | None, Field(description="The mail client's own, with brackets.", examples=["<a1@studio.test>"])
    ]


class LetterOut(Outward):
    """A letter and where it stands."""

    id: LetterId
    number: Annotated[
        str, Field(description="The unique sending number (CPCE R. 53-2).", examples=["LRE-4821-000000017-62"])
    ]
    service: ServiceName
    status: Annotated[Status, Field(description="Where it stands.", examples=["notified"])]
    status_at: Annotated[At, Field(description="Since when.", examples=["2026-01-05T08:01:00Z"])]
    outcome: Annotated[Outcome | None, Field(description="How it ended; null while it runs.", examples=[None])]
    sender: SenderOut
    recipient: RecipientOut
    subject: Annotated[str, Field(description="One line.", examples=["Résiliation du bail du 12 mars 2024"])]
    files: Annotated[list[PartOut], Field(description="The content's parts in order, the text's first.")]
    sha256: Annotated[Sha256, Field(description="Of the content manifest, which every proof attests.")]
    reference: Annotated[str | None, Field(description="Yours, to find it by.", examples=["dossier-2026-117"])]
    metadata: Annotated[dict[str, str], Field(description="Yours, given back.", examples=[{"deal": "4711"}])]
    tags: Annotated[list[str], Field(description="Yours, to filter by.", examples=[["bail"]])]
    scenario: Annotated[str, Field(description="What will happen to it.", examples=["accept+3d"])]
    created_at: Annotated[At, Field(description="When it was taken in.")]
    notified_at: Annotated[
        At | None, Field(description="When the recipient was told; null for a pec.", examples=["2026-01-05T08:01:00Z"])
    ]
    expires_at: Annotated[
        At | None,
        Field(
            description="The first instant at which it is neglected; null for a pec.", examples=["2026-01-20T23:00:00Z"]
        ),
    ]
    message_id: Annotated[
        str | None, Field(description="Of the PEC message that it is part of; null for lre and ere.", examples=[None])
    ]
    message: Annotated[MessageOut | None, Field(description="That PEC message; null for lre and ere.", examples=[None])]
    proofs: Annotated[
        list[ProofKind], Field(description="The kinds there are so far.", examples=[["deposit", "dispatch"]])
    ]
    webhook_url: Annotated[
        str | None, Field(description="Where its events are sent beside the endpoints.", examples=[None])
    ]
    consent: Annotated[LetterConsentOut | None, Field(description="The one the sender held.", examples=[None])]
    test: Annotated[Literal[True], Field(description="True in a sandbox: nothing here has legal value.")]


class FieldErrorOut(Outward):
    """One thing to know about one field."""

    pointer: Annotated[str, Field(description="RFC 6901; `/name` for a parameter.", examples=["/recipient/email"])]
    code: Annotated[str, Field(description="Stable, for machines.", examples=["bad_email"])]
    detail: Annotated[
        str, Field(description="What to do.", examples=["This is not an e-mail address: it has no @-sign."])
    ]


class ValidationOut(Outward):
    """What sending this letter would meet. Nothing was sent."""

    valid: Annotated[bool, Field(description="Whether it would be taken in.", examples=[False])]
    errors: Annotated[list[FieldErrorOut], Field(description="What would refuse it.")]
    warnings: Annotated[list[FieldErrorOut], Field(description="What to know; it would be sent all the same.")]
    scenario: Annotated[str | None, Field(description="What would be played.", examples=["accept+3d"])]


class LetterPage(Outward):
    """Letters, newest first."""

    data: Annotated[list[LetterOut], Field(description="The letters of this page.")]
    has_more: HasMore
    next_cursor: NextCursor
