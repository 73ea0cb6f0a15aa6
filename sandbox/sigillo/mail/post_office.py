"""The post of PEC over the writing and the reading of mail: who signs and how XML is parsed is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sigillo.application.ports.post import Piece
from sigillo.domain.letter import Letter
from sigillo.domain.pec.certification import Certification
from sigillo.domain.pec.dispatch import Office
from sigillo.domain.pec.formalities import Examined
from sigillo.domain.pec.found import FoundMail
from sigillo.domain.workspace import Workspace
from sigillo.mail.pec.compose import compose
from sigillo.mail.pec.examination import examine
from sigillo.mail.pec.messages import Sign, write_anomaly, write_notice, write_transport
from sigillo.mail.pec.original import with_identifier

SignerOf = Callable[[Workspace, Office], Callable[[bytes, datetime], bytes]]


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Writes and reads mail.

    ``signer_of`` gives what signs for a provider of a workspace: bytes and an instant in, a detached CMS in DER out;
    ``read`` reads any message, as :func:`sigillo.mail.pec.reading.read_mail` with its parsers does.
    """

    signer_of: SignerOf
    read: Callable[[bytes], FoundMail]

    def compose(self, letter: Letter, pieces: Sequence[Piece]) -> bytes:
        """Write the message of a letter that came by API: its text, and each file attached, in order."""
        return compose(letter, pieces)

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
        """Write a receipt or notice; ValueError where a complete or brief receipt of delivery lacks the original."""
        delivered = None if original is None else _identified(original, said)
        sign = self._sign(said, by, workspace)
        return write_notice(said, by, message_id=message_id, sign=sign, to=to, original=delivered)

    def transport(self, said: Certification, *, by: Office, workspace: Workspace, original: bytes) -> bytes:
        """Write the transport envelope of a message."""
        sign = self._sign(said, by, workspace)
        return write_transport(said, by, original=_identified(original, said), sign=sign)

    def anomaly(self, said: Certification, *, by: Office, workspace: Workspace, original: bytes) -> bytes:
        """Write the anomaly envelope around a message that is no PEC."""
        return write_anomaly(said, by, original=original, sign=self._sign(said, by, workspace))

    def examine(self, raw: bytes) -> Examined:
        """Give what a message that was handed in says and carries."""
        return examine(raw)

    def _sign(self, said: Certification, by: Office, workspace: Workspace) -> Sign:
        assert said.at is not None
        signer, at = self.signer_of(workspace, by), said.at
        return lambda content: signer(content, at)


def _identified(original: bytes, said: Certification) -> bytes:
    return with_identifier(original, said.identifier, original_id=said.original_id)
