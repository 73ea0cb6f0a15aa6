"""A problem on the wire (RFC 9457)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sigillo.api.wire.letter_answers import FieldErrorOut
from sigillo.api.wire.outward import Outward


class ProblemOut(Outward):
    """What went wrong, where, and what to do."""

    type: Annotated[
        str, Field(description="The code as a URI (RFC 4151).", examples=["tag:sigillo.test,2026:problem:invalid"])
    ]
    title: Annotated[str, Field(description="The kind of failure.", examples=["The request is not valid"])]
    status: Annotated[int, Field(description="The HTTP status.", examples=[422])]
    detail: Annotated[str, Field(description="What to do.", examples=["recipient/email is missing: add it."])]
    instance: Annotated[str, Field(description="The path that was asked for.", examples=["/v1/letters"])]
    code: Annotated[str, Field(description="Stable, for machines.", examples=["invalid"])]
    request_id: Annotated[str, Field(description="As in the header `Request-Id`.", examples=["req_000000000001"])]
    errors: Annotated[list[FieldErrorOut], Field(description="Every wrong field; empty where no field is.")]
