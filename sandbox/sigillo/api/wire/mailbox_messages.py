"""Messages in PEC mailboxes on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from sigillo.api.wire.filters import Cursor, Limit, Query
from sigillo.api.wire.ids import LetterId, MessageId, Sha256
from sigillo.api.wire.letters import Inward
from sigillo.api.wire.outward import At, HasMore, NextCursor, Outward
from sigillo.api.wire.proofs import CheckOut
from sigillo.api.wire.texts import Instant
from sigillo.domain.mail_folder import MessageKind
from sigillo.domain.verdict import Conclusion

_LINE = r"^[^\x00-\x1f\x7f]+$"
_PATH = "/v1/mailboxes/mario@studio.test/messages/msg_0123456789abcdefghjk_07"
KindOf = Annotated[
    MessageKind,
    Field(
        description=(
            "A receipt by the name of its proof, `transport` for the envelope of a PEC that came in, `anomaly` for "
            "ordinary mail that came in, `sent` for a copy of what was sent, `message` for what a client put there."
        ),
        examples=["delivery"],
    ),
]
ReceiptTypeName = Literal["complete", "brief", "concise"]


def _flag(value: object) -> object:
    if isinstance(value, bool) or value in ("true", "false"):
        return value in (True, "true")
    raise PydanticCustomError("wrong_type", "Write true or false.")


class MessageQuery(Query):
    """Which messages."""

    folder: Annotated[
        Annotated[str, Field(min_length=1, max_length=255, pattern=_LINE)] | None,
        Field(description="One folder, as a mail client names it.", examples=["INBOX"]),
    ] = None
    unseen: Annotated[
        Annotated[bool, BeforeValidator(_flag)], Field(description="Only what nobody has read yet.", examples=[True])
    ] = False
    kind: Annotated[KindOf | None, Field(description="One kind of message.")] = None
    sender: Annotated[
        Annotated[str, Field(min_length=1, max_length=254, pattern=_LINE)] | None,
        Field(
            alias="from",
            description="A part of the sender's name or address; case does not matter.",
            examples=["posta-certificata"],
        ),
    ] = None
    subject: Annotated[
        Annotated[str, Field(min_length=1, max_length=255, pattern=_LINE)] | None,
        Field(description="A part of the subject; case does not matter.", examples=["CONSEGNA"]),
    ] = None
    after: Annotated[Instant | None, Field(description="Received after this instant.")] = None
    limit: Limit = 25
    cursor: Cursor | None = None


class OneMessageQuery(Query):
    """How to give the message."""

    view: Annotated[
        Literal["unwrapped", "raw"],
        Field(description="`raw` gives the message itself, as message/rfc822.", examples=["unwrapped"]),
    ] = "unwrapped"


class MailboxMessageForm(Inward):
    """A form with one message."""

    message: Annotated[
        str,
        Field(
            json_schema_extra={"contentMediaType": "message/rfc822"},
            description="The message as it travels (RFC 5322).",
            examples=[
                "From: ufficio@example.com\r\nTo: mario@studio.test\r\nSubject: Preventivo\r\n\r\nBuongiorno\r\n"
            ],
        ),
    ]


class MailboxMessageOut(Outward):
    """A message in a mailbox."""

    id: MessageId
    mailbox: Annotated[str, Field(description="The mailbox's address.", examples=["mario@studio.test"])]
    folder: Annotated[str, Field(description="The folder it lies in.", examples=["INBOX"])]
    kind: KindOf
    letter_id: Annotated[LetterId | None, Field(description="The letter it is of; null: of none of the workspace.")]
    flags: Annotated[list[str], Field(description="As mail clients know them.", examples=[["\\Seen"]])]
    unseen: Annotated[bool, Field(description="Whether nobody has read it yet.", examples=[False])]
    received_at: Annotated[At, Field(description="When it came into the mailbox.")]
    size: Annotated[
        int | None,
        Field(description="In bytes; null until it is read first: receipts are written then.", examples=[7312]),
    ]
    sender: Annotated[str, Field(description="From.", examples=["posta-certificata@studio.test"])]
    to: Annotated[str, Field(description="To.", examples=["mario@studio.test"])]
    cc: Annotated[str, Field(description="Cc.", examples=[""])]
    subject: Annotated[str, Field(description="Its subject line.", examples=["CONSEGNA: Diffida"])]
    message_id: Annotated[
        str, Field(description="Its Message-ID, without brackets.", examples=["sigillo000000000001@studio.test"])
    ]
    sent_at: Annotated[At | None, Field(description="Its Date; null where it says none.")]


class PartyOut(Outward):
    """A recipient, as the certification names it."""

    address: Annotated[str, Field(description="The address.", examples=["anna@comune.test"])]
    certified: Annotated[bool, Field(description="Whether the mailbox is one of PEC.", examples=[True])]


class PecOut(Outward):
    """What a PEC message certifies, or says that it does."""

    kind: Annotated[str | None, Field(description="The rule's own word.", examples=["avvenuta-consegna"])]
    message_id: Annotated[
        str | None, Field(description="The PEC message id.", examples=["sigillo000000000001@studio.test"])
    ]
    reference_id: Annotated[
        str | None, Field(description="The sender's own Message-ID, without brackets.", examples=["abc@studio.test"])
    ]
    provider: Annotated[str | None, Field(description="Who certifies it.", examples=["Sigillo SANDBOX"])]
    at: Annotated[At | None, Field(description="When it happened.")]
    sender: Annotated[str | None, Field(description="Who sent the message.", examples=["mario@studio.test"])]
    recipients: Annotated[list[PartyOut], Field(description="To whom it was sent.")]
    recipient: Annotated[str | None, Field(description="The one that this is about.", examples=["anna@comune.test"])]
    subject: Annotated[str | None, Field(description="The message's subject.", examples=["Diffida"])]
    receipt_type: Annotated[
        ReceiptTypeName | None, Field(description="How much of the message a receipt of delivery carries.")
    ]
    error: Annotated[
        str | None, Field(description="What went wrong, the rule's word; null: nothing.", examples=["no-dest"])
    ]
    error_detail: Annotated[
        str | None,
        Field(description="The provider's words.", examples=["5.1.1 - Sigillo SANDBOX - casella inesistente"]),
    ]
    text: Annotated[str, Field(description="What it says to people.", examples=["Ricevuta di avvenuta consegna\n…"])]


class AttachmentOut(Outward):
    """A file of the message."""

    name: Annotated[str, Field(description="Its name; may be empty.", examples=["contratto.pdf"])]
    media_type: Annotated[str, Field(description="As the message says.", examples=["application/pdf"])]
    size: Annotated[int, Field(description="In bytes.", examples=[48213])]
    sha256: Sha256
    url: Annotated[str, Field(description="Where to fetch it.", examples=[f"{_PATH}/attachments/1"])]


class InnerMessageOut(Outward):
    """The message that people look for."""

    sender: Annotated[str, Field(description="From: the address.", examples=["mario@studio.test"])]
    sender_name: Annotated[str, Field(description="From: the name.", examples=["Mario Rossi"])]
    to: Annotated[list[str], Field(description="To: the addresses.", examples=[["anna@comune.test"]])]
    cc: Annotated[list[str], Field(description="Cc: the addresses.", examples=[[]])]
    subject: Annotated[str, Field(description="Its subject.", examples=["Diffida"])]
    message_id: Annotated[str, Field(description="Its Message-ID, without brackets.", examples=["abc@studio.test"])]
    sent_at: Annotated[At | None, Field(description="Its Date; null where it says none.")]
    text: Annotated[str, Field(description="The plain part.", examples=["Spett.le Comune"])]
    html: Annotated[
        str, Field(description="The HTML part, as somebody wrote it: clean it before you show it.", examples=[""])
    ]
    attachments: Annotated[list[AttachmentOut], Field(description="Its files, in order.")]


class SignatureOut(Outward):
    """What is to be said of the signature, with this workspace's root as trust."""

    conclusion: Annotated[Conclusion, Field(description="The worst of the checks.", examples=["valid"])]
    checks: Annotated[list[CheckOut], Field(description="What was looked at.")]


class MailboxMessageDetailOut(MailboxMessageOut):
    """A message unwrapped."""

    pec: Annotated[PecOut | None, Field(description="What it certifies; null: it is no PEC.")]
    message: Annotated[
        InnerMessageOut | None,
        Field(description="The message inside, or the message itself where it is no PEC; null: a receipt without it."),
    ]
    signature: Annotated[SignatureOut | None, Field(description="Of its signature; null: it is not signed.")]
    oddities: Annotated[list[str], Field(description="What is not as it should be.", examples=[[]])]


class MailboxMessagePage(Outward):
    """Messages, the newest first."""

    data: Annotated[list[MailboxMessageOut], Field(description="The messages of this page.")]
    has_more: HasMore
    next_cursor: NextCursor
