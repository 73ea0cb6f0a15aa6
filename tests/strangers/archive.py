"""A proof as an archive keeps it: PAdES B-LTA, a document timestamp over all of it (EN 319 142-1 §5.4.3)."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Final

from asn1crypto import cms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper

from sigillo.proofs.authority import Authority
from sigillo.proofs.timestamps import timestamp

FIELD: Final = "Archive"
_ROOM_BYTES: Final = 8192


class _Unit(TimeStamper):
    """Our timestamp unit behind the library's interface."""

    def __init__(self, authority: Authority, at: datetime) -> None:
        super().__init__(include_nonce=False)
        self._authority, self._at = authority, at

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        token = timestamp(self._authority, message_digest, at=self._at, algorithm=md_algorithm)
        return cms.ContentInfo.load(token)


def archived(pdf: bytes, authority: Authority, *, at: datetime, field: str = FIELD) -> bytes:
    """Give a proof with a document timestamp of ``at`` in a revision of its own."""
    stamper = PdfTimeStamper(_Unit(authority, at), field_name=field)
    output = stamper.timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), "sha256", bytes_reserved=_ROOM_BYTES)
    return bytes(output.getbuffer())
