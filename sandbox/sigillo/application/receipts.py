"""PEC receipts and envelopes as mail: from what the journal says to the bytes that travel, made anew each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sigillo.application.ports.blobs import Blobs, Receiver
from sigillo.application.ports.post import Piece, Post
from sigillo.domain.letter import Letter, Part, ProofKind
from sigillo.domain.pec.certification import ReceiptType
from sigillo.domain.pec_receipts import Fact, Receipt, receipt_of
from sigillo.domain.workspace import Workspace

Arriving = Mapping[str, Receiver]
"""Files on their way in, by the hex SHA-256 of their bytes."""

_CARRYING = (ReceiptType.COMPLETE, ReceiptType.BRIEF)


@dataclass(frozen=True, slots=True)
class Receipts:
    """Writes the mail of PEC letters; the same arguments give the same bytes, always."""

    blobs: Blobs
    post: Post

    def write(self, workspace: Workspace, letter: Letter, kind: ProofKind, fact: Fact) -> bytes:
        """Write the receipt, notice or envelope of a fact of a PEC letter."""
        receipt = receipt_of(kind, fact)
        if kind is ProofKind.TRANSPORT:
            original = self.original(letter)
            return self.post.transport(receipt.said, by=receipt.by, workspace=workspace, original=original)
        return self.post.notice(
            receipt.said,
            by=receipt.by,
            workspace=workspace,
            message_id=receipt.message_id,
            original=self.original(letter) if _carries(kind, receipt) else None,
            to=receipt.to,
        )

    def original(self, letter: Letter, arriving: Arriving = MappingProxyType({})) -> bytes:
        """Give the message of a PEC letter as its sender handed it in: a client's own, or composed of the parts.

        ``arriving`` opens files that are not kept yet. Raises NotFound where bytes are gone.
        """
        if letter.mail is not None and letter.mail.is_handed_in:
            return self._bytes(letter.content.parts[0])
        text = (letter.content.text or "").encode()
        parts = letter.content.parts
        return self.post.compose(
            letter, [Piece(part, self._bytes(part, arriving) if part.file_id else text) for part in parts]
        )

    def _bytes(self, part: Part, arriving: Arriving = MappingProxyType({})) -> bytes:
        receiver = arriving.get(part.sha256)
        with self.blobs.open(part.sha256) if receiver is None else receiver.open() as source:
            return source.read()


def _carries(kind: ProofKind, receipt: Receipt) -> bool:
    return kind is ProofKind.DELIVERY and receipt.said.receipt_type in _CARRYING
