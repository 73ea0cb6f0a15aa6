"""Messages to recipients as RFC 5322 with a plain and an HTML part; every byte follows from the journal.

The Date is the workspace's clock, the Message-ID and the boundary follow from the fact, so the same fact is the same
bytes whenever the message is asked for or sent again.
"""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from sigillo.application.ports.mail import Message
from sigillo.domain.outgoing_mail import MailKind, OutgoingMail
from sigillo.domain.recipient_link import page_path
from sigillo.domain.workspace import Workspace
from sigillo.mail.resending import resent
from sigillo.mail.wording import Words, text_of, words_of

_PAGES = Path(__file__).with_name("pages")
_SENDER_NAME = "Sigillo SANDBOX"


class MimeScribe:
    """Writes messages; ``public_url`` is where recipients reach the server, ``sender`` the address they come from."""

    def __init__(self, public_url: str, sender: str) -> None:
        self._public_url = public_url.rstrip("/")
        self._sender = sender
        self._domain = sender.rpartition("@")[2]

    def subject(self, mail: OutgoingMail) -> str:
        """Give a message's subject line alone."""
        return words_of(mail).subject

    def write(self, mail: OutgoingMail, workspace: Workspace) -> Message:
        """Write a message whole."""
        if mail.envelope is not None:
            return resent(mail, mail.envelope, sender=self._sender)
        words = words_of(mail)
        asks = mail.kind is not MailKind.MAILBOX_NOTICE
        page_url = self._public_url + page_path(workspace, mail.letter.id) if asks else ""
        text = text_of(mail, words, page_url=page_url)
        html = _html(mail, words, page_url)
        message = self._head(mail, words.subject)
        message.set_content(text, cte="quoted-printable")
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        message["Content-Language"] = (
            "it, fr, en" if words.it else "fr, en"
        )  # after the parts: they take every Content-… for theirs
        message.set_boundary(f"=_{sha256(mail.id.encode()).hexdigest()[:32]}")
        return Message(
            headers=tuple((name, str(value)) for name, value in message.items()),
            text=text,
            html=html,
            page_url=page_url,
            sender=self._sender,
            recipient=mail.to.email,
            raw=message.as_bytes(),
        )

    def _head(self, mail: OutgoingMail, subject: str) -> EmailMessage:
        to = mail.to
        # An address that is not ASCII can only be written as RFC 6532 has it; all others stay as every server reads.
        message = EmailMessage(SMTP if (to.email + self._sender).isascii() else SMTPUTF8)
        message["Date"] = mail.at.replace(microsecond=0)
        message["From"] = Address(_SENDER_NAME, addr_spec=self._sender)
        username, _, domain = to.email.rpartition("@")
        message["To"] = Address(_plain(to.name), username, domain)
        message["Subject"] = subject
        message["Message-ID"] = f"<{mail.id}@{self._domain}>"
        if mail.thread_id != mail.id:
            message["In-Reply-To"] = message["References"] = f"<{mail.thread_id}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
        message["X-Sigillo-Sandbox"] = f"no legal value, not qualified; {mail.letter.number}"
        return message


def _plain(name: str) -> str:
    """Give a name for a header: on one line, whatever Unicode takes for one, and never read as an encoded word."""
    return " ".join(name.split()).replace("=?", "= ?")


def _html(mail: OutgoingMail, words: Words, page_url: str) -> str:
    return _template().render(mail=mail, words=words, page_url=page_url)


@cache
def _template() -> Template:
    loader = FileSystemLoader(_PAGES)
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["unbroken"] = _unbroken
    return environment.get_template("message.html")


def _unbroken(line: str, number: str) -> Markup:
    """Give a line as HTML in which the sending number stays on one line, hyphens and all."""
    return escape(line).replace(number, Markup('<span style="white-space:nowrap">{}</span>').format(number))
