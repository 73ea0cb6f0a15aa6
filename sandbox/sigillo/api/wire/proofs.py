"""Proofs and what verifies them, on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sigillo.api.wire.filters import Query
from sigillo.api.wire.ids import EventId, Sha256
from sigillo.api.wire.letters import Inward
from sigillo.api.wire.outward import At, Outward
from sigillo.domain.letter import ProofKind
from sigillo.domain.verdict import Conclusion

FormName = Literal["pdf", "xml", "tst", "asice"]


class ProofQuery(Query):
    """Which format of the proof."""

    format: Annotated[FormName, Field(description="pdf to read, xml and tst for machines, asice has all.")] = "pdf"


class ProofFormatOut(Outward):
    """One format of a proof."""

    format: FormName
    media_type: Annotated[str, Field(examples=["application/pdf"])]
    sha256: Sha256
    size: Annotated[int, Field(description="In bytes.", examples=[81234])]


class ProofOut(Outward):
    """A proof of a letter."""

    kind: ProofKind
    event_id: Annotated[EventId, Field(description="The fact that it attests.")]
    at: Annotated[At, Field(description="The instant of the fact.")]
    formats: list[ProofFormatOut]


class ProofList(Outward):
    """All proofs of a letter, newest first; they are few, so there is one page."""

    data: list[ProofOut]
    has_more: Literal[False]
    next_cursor: None


class VerificationForm(Inward):
    """Documents to judge together; those that are no proofs serve as content."""

    files: Annotated[
        list[Annotated[str, Field(json_schema_extra={"contentMediaType": "application/octet-stream"})]],
        Field(min_length=1, max_length=20, description="PDF, XML, ASiC-E, EML, P7M, TST and content."),
    ]
    trust: Annotated[
        list[str],
        Field(default=None, max_length=20, description="PEM. Default: this workspace's root."),
    ]


class CheckOut(Outward):
    """One thing looked at."""

    name: Annotated[str, Field(examples=["signature"])]
    conclusion: Conclusion
    code: Annotated[str, Field(description="Stable, for machines.", examples=["digest_mismatch"])]
    detail: Annotated[str, Field(description="The same in plain words.")]


class ResultOut(Outward):
    """The verdict on one document."""

    document: Annotated[str, Field(examples=["deposit.pdf"])]
    format: Annotated[str, Field(examples=["pdf"])]
    conclusion: Conclusion
    checks: list[CheckOut]
    about: Annotated[dict[str, object], Field(description="What it attests: kind, number, parties, instants.")]


class VerificationOut(Outward):
    """The verdict on all documents: the worst of theirs."""

    conclusion: Conclusion
    results: list[ResultOut]
