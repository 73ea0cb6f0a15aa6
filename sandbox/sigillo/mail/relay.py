"""A mail relay over SMTP (RFC 5321), with aiosmtplib; one connection, kept while there is mail.

TLS: ``smtps://`` speaks it from the first byte. ``smtp://`` turns to it where the relay offers it (RFC 3207); with a
password it must, unless the relay is on this machine, where no TLS is asked for. Certificates are always verified.
"""

from __future__ import annotations

import aiosmtplib

from sigillo.application.ports.mail import Handed, Message, Receipt
from sigillo.domain.relay import RelayAddress

_TIMEOUT_S = 30.0
_PERMANENT = 500


class SmtpRelay:
    """Hands messages to one relay."""

    def __init__(self, address: RelayAddress, *, timeout_s: float = _TIMEOUT_S) -> None:
        self.is_loopback = address.is_loopback
        self._address = address
        self._timeout_s = timeout_s
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, message: Message) -> Receipt:
        """Hand one message over; raises nothing for what the network or the server does.

        A sender that is refused is no fault of the message's: all of them come from there.
        """
        try:
            client = self._client or await self._connected()
            options = [] if (message.sender + message.recipient).isascii() else ["SMTPUTF8"]
            await client.sendmail(message.sender, [message.recipient], message.raw, mail_options=options)
        except aiosmtplib.SMTPRecipientsRefused as refused:
            return _answer(refused.recipients[0])
        except (aiosmtplib.SMTPDataError, aiosmtplib.SMTPNotSupported, ValueError) as refused:
            return _answer(refused)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as down:
            self._drop()
            return Receipt(Handed.DOWN, _said(down))
        return Receipt(Handed.TAKEN)

    async def rest(self) -> None:
        """Close the connection until the next message."""
        client, self._client = self._client, None
        if client is not None:
            try:
                await client.quit()
            except (aiosmtplib.SMTPException, OSError, TimeoutError):
                client.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        address = self._address
        needs_tls = True if address.password and not address.is_loopback else None
        client = aiosmtplib.SMTP(
            hostname=address.host,
            port=address.port,
            username=address.user,
            password=address.password,
            use_tls=address.is_tls,
            start_tls=False if address.is_tls or address.is_loopback else needs_tls,
            timeout=self._timeout_s,
        )
        try:
            await client.connect()
        except BaseException:
            client.close()
            raise
        self._client = client
        return client

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


def _answer(refused: Exception) -> Receipt:
    code = getattr(refused, "code", _PERMANENT)
    return Receipt(Handed.REFUSED if code >= _PERMANENT else Handed.DEFERRED, _said(refused))


def _said(error: BaseException) -> str:
    """Give what went wrong on one line; a server's word is cut short."""
    code = getattr(error, "code", "")
    return " ".join(f"{type(error).__name__} {code} {getattr(error, 'message', error)}".split())[:200]
