"""The post of PEC: where messages, envelopes and receipts become the bytes that travel, and are read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sigillo.domain.letter import Letter, Part
from sigillo.domain.pec.certification import Certification
from sigillo.domain.pec.dispatch import Office
from sigillo.domain.pec.formalities import Examined
from sigillo.domain.pec.found import FoundMail
from sigillo.domain.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a letter's content with its bytes."""

    part: Part
    data: bytes


class Post(Protocol):
    """Writes and reads mail; what it writes is the same for the same arguments, in any process. Lines end in CRLF.

    ``by`` is the provider that speaks and signs, under the PKI of ``workspace``. ``original`` is the message as its
    sender handed it in (:meth:`compose`, or what a mail client sent), without the provider's id yet.
    """

    def compose(self, letter: Letter, pieces: Sequence[Piece]) -> bytes:
        """Write the message of a letter that came by API: its text, and each file attached, in order."""

    def notice(
        self,
        said: Certification,
        *,
        by: Office,
        workspace: Workspace,
        message_id: str,
        original: bytes | None = None,
        to: str | None = None,
    ) -> bytes:
        """Write a receipt or notice; ``original`` is needed by complete and brief receipts of delivery alone."""

    def transport(self, said: Certification, *, by: Office, workspace: Workspace, original: bytes) -> bytes:
        """Write the transport envelope of a message."""

    def anomaly(self, said: Certification, *, by: Office, workspace: Workspace, original: bytes) -> bytes:
        """Write the anomaly envelope around a message that is no PEC."""

    def examine(self, raw: bytes) -> Examined:
        """Give what a message that was handed in says and carries; never raises for what it holds."""

    def read(self, raw: bytes) -> FoundMail:
        """Read any message; never raises for what it holds."""
