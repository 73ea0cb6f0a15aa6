"""Files on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sigillo.api.wire.ids import FileId, Sha256
from sigillo.api.wire.letters import Inward
from sigillo.api.wire.outward import At, Outward


class FileForm(Inward):
    """A form with one file."""

    file: Annotated[
        str,
        Field(
            json_schema_extra={"contentMediaType": "application/octet-stream"},
            description="The file, with its file name.",
            examples=["%PDF-1.7\n…"],
        ),
    ]


class FileOut(Outward):
    """An uploaded file's particulars."""

    id: FileId
    name: Annotated[str, Field(description="Its name.", examples=["bail.pdf"])]
    media_type: Annotated[str, Field(description="What it is, by its bytes.", examples=["application/pdf"])]
    size: Annotated[int, Field(description="In bytes.", examples=[48213])]
    sha256: Sha256
    created_at: At
