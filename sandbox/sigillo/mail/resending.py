"""A PEC that a mailbox forwards: the envelope as it came, byte for byte, below the Resent fields (RFC 5322 §3.6.6)."""

from __future__ import annotations

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP, SMTPUTF8, default

from sigillo.application.ports.mail import Message
from sigillo.domain.outgoing_mail import OutgoingMail


def resent(mail: OutgoingMail, envelope: bytes, *, sender: str) -> Message:
    """Write the message that goes on; its signature holds as before, because nothing below the new fields changed."""
    added = EmailMessage(SMTP if (mail.to.email + mail.letter.recipient.email).isascii() else SMTPUTF8)
    added["Resent-Date"] = mail.at.replace(microsecond=0)
    added["Resent-From"] = mail.letter.recipient.email
    added["Resent-To"] = mail.to.email
    added["Resent-Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    added["X-Sigillo-Sandbox"] = f"no legal value, not qualified; {mail.letter.number}"
    fields = added.as_bytes().removesuffix(b"\r\n")
    read = BytesParser(policy=default).parsebytes(envelope)
    return Message(
        headers=tuple((name, str(value)) for name, value in (*added.items(), *read.items())),
        text=_shown(read, "plain"),
        html=_shown(read, "html"),
        page_url="",
        sender=sender,
        recipient=mail.to.email,
        raw=fields + envelope,
    )


def _shown(read: EmailMessage, kind: str) -> str:
    """Give the text that the provider wrote, empty where there is none of the kind."""
    part = read.get_body((kind,))
    return "" if part is None else str(part.get_content()).replace("\r\n", "\n")
