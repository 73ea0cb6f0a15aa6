"""Proofs and what verifies them, on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sigillo.api.wire.filters import Query
from sigillo.api.wire.ids import EventId, Sha256
from sigillo.api.wire.letters import Inward
from sigillo.api.wire.outward import At, NoCursor, NoMore, Outward
from sigillo.domain.letter import ProofKind
from sigillo.domain.verdict import Conclusion

FormName = Literal["pdf", "xml", "tst", "eml", "asice"]


class ProofQuery(Query):
    """Which format of the proof."""

    format: Annotated[
        FormName | None,
        Field(
            description="pdf to read, xml and tst for machines, asice has all; eml is a PEC's. Default: pdf, or eml.",
            examples=["pdf"],
        ),
    ] = None


class ProofFormatOut(Outward):
    """One format of a proof."""

    format: Annotated[FormName, Field(description="How it is written.")]
    media_type: Annotated[str, Field(description="As it is downloaded.", examples=["application/pdf"])]
    sha256: Annotated[Sha256, Field(description="Of its bytes, hex.")]
    size: Annotated[int, Field(description="In bytes.", examples=[81234])]


class ProofOut(Outward):
    """A proof of a letter."""

    kind: ProofKind
    event_id: Annotated[EventId, Field(description="The fact that it attests.")]
    at: Annotated[At, Field(description="The instant of the fact.")]
    formats: Annotated[list[ProofFormatOut], Field(description="The same proof, written in several ways.")]


class ProofList(Outward):
    """All proofs of a letter, newest first; they are few, so there is one page."""

    data: Annotated[list[ProofOut], Field(description="The proofs.")]
    has_more: NoMore
    next_cursor: NoCursor


class VerificationForm(Inward):
    """Documents to judge together; those that are no proofs serve as content."""

    files: Annotated[
        list[Annotated[str, Field(json_schema_extra={"contentMediaType": "application/octet-stream"})]],
        Field(
            min_length=1,
            max_length=20,
            description="PDF, XML, ASiC-E, EML, P7M, TST and content.",
            examples=[["%PDF-1.7\n…"]],
        ),
    ]
    trust: Annotated[
        list[str],
        Field(
            default=None,
            max_length=20,
            description="PEM. Default: this workspace's root.",
            examples=[["-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n"]],
        ),
    ]


class CheckOut(Outward):
    """One thing looked at."""

    name: Annotated[str, Field(description="What was looked at.", examples=["signature"])]
    conclusion: Annotated[Conclusion, Field(description="What was found.", examples=["invalid"])]
    code: Annotated[str, Field(description="Stable, for machines.", examples=["digest_mismatch"])]
    detail: Annotated[
        str, Field(description="The same in plain words.", examples=["The file was changed after it was signed."])
    ]


class ResultOut(Outward):
    """The verdict on one document."""

    document: Annotated[str, Field(description="Its file name.", examples=["deposit.pdf"])]
    format: Annotated[str, Field(description="What it was read as.", examples=["pdf"])]
    conclusion: Annotated[Conclusion, Field(description="The worst of its checks.", examples=["invalid"])]
    checks: Annotated[list[CheckOut], Field(description="What was looked at, in that order.")]
    about: Annotated[
        dict[str, object],
        Field(
            description="What it attests: kind, number, parties, instants.",
            examples=[{"kind": "deposit", "number": "LRE-4821-000000017-62", "at": "2026-01-05T08:00:00Z"}],
        ),
    ]


class VerificationOut(Outward):
    """The verdict on all documents: the worst of theirs."""

    conclusion: Annotated[Conclusion, Field(description="The worst of all.", examples=["invalid"])]
    results: Annotated[list[ResultOut], Field(description="One for each document, in the order sent.")]
