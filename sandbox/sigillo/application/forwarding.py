"""The writing of messages, those included that carry a PEC on: they need the envelope, written anew each time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sigillo.application.ports.mail import Message, Scribe
from sigillo.application.receipts import Receipts
from sigillo.domain.letter import ProofKind
from sigillo.domain.outgoing_mail import MailKind, OutgoingMail
from sigillo.domain.pec_receipts import Fact
from sigillo.domain.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ForwardingScribe:
    """A :class:`~sigillo.application.ports.mail.Scribe` that gives another one the envelopes of what is forwarded."""

    scribe: Scribe
    receipts: Receipts

    def write(self, mail: OutgoingMail, workspace: Workspace) -> Message:
        """Write a message whole."""
        posting = mail.letter.mail
        if mail.kind is MailKind.FORWARDED and mail.came_as is not None:
            with self.receipts.blobs.open(mail.came_as) as source:
                mail = replace(mail, envelope=source.read())
        elif mail.kind is MailKind.FORWARDED and posting is not None:
            fact = Fact(posting, mail.letter.recipient.email, mail.letter.created_at)
            envelope = self.receipts.write(workspace, mail.letter, ProofKind.TRANSPORT, fact)
            mail = replace(mail, envelope=envelope)
        return self.scribe.write(mail, workspace)

    def subject(self, mail: OutgoingMail) -> str:
        """Give a message's subject line alone."""
        return self.scribe.subject(mail)
