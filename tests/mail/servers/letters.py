"""Messages that clients send and find."""

from __future__ import annotations

import smtplib

from tests.mail.servers.serving import PASSWORD, RECIPIENT, SENDER, Office


def message(subject: str = "Contratto", *, to: str = RECIPIENT, body: str = "Buongiorno.\r\n") -> bytes:
    """Give a message from the first mailbox."""
    head = (
        f"From: Mario Rossi <{SENDER}>\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@studio.example>\r\n"
    )
    return f"{head}Date: Mon, 05 Jan 2026 09:00:00 +0100\r\n\r\n{body}".encode()


def send(office: Office, *to: str, subject: str = "Contratto") -> None:
    """Send a message by SMTP under TLS."""
    recipients = to or (RECIPIENT,)
    with smtplib.SMTP_SSL("localhost", office.ports["smtps"], context=office.trust, timeout=20) as client:
        client.login(SENDER, PASSWORD)
        refused = client.sendmail(SENDER, recipients, message(subject, to=", ".join(recipients)))
    assert not refused
