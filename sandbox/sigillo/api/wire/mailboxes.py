"""PEC mailboxes on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sigillo.api.wire.ids import MAILBOX_ADDRESS
from sigillo.api.wire.letters import Inward
from sigillo.api.wire.outward import At, HasMore, NextCursor, Outward
from sigillo.api.wire.texts import WHOLE, Email
from sigillo.domain.mailbox import DEFAULT_QUOTA_BYTES
from sigillo.domain.password import LONGEST, SHORTEST

DialectName = Literal["sigillo", "aruba", "namirial", "poste", "legalmail"]
_ADDRESS = "mario@studio.test"
_MOST_BYTES = 1 << 40
Address = Annotated[
    Email,
    Field(
        pattern=MAILBOX_ADDRESS,
        json_schema_extra={"format": "email", "pattern": MAILBOX_ADDRESS},  # the document would leave it out
        description="Its address, one mailbox's on the whole server: letters, digits and `._+=-` before the @.",
        examples=[_ADDRESS],
    ),
]
Dialect = Annotated[
    DialectName, Field(description="Whose receipts and limits its provider imitates.", examples=["aruba"])
]
Password = Annotated[
    str,
    Field(
        min_length=SHORTEST,
        max_length=LONGEST,
        pattern="^[ -~]+$",
        description="Printable ASCII. It is kept as a salted hash alone.",
        examples=["correct horse battery"],
    ),
]
Quota = Annotated[
    int,
    Field(
        ge=0,
        le=_MOST_BYTES,
        description=(
            "How much it holds, in bytes, without what the archive keeps. A letter that no longer fits when it is sent "
            "comes back as `full_mailbox`; the room of those that are under way is taken already."
        ),
        examples=[DEFAULT_QUOTA_BYTES],
    ),
    WHOLE,
]
Ordinary = Annotated[
    Literal["accept", "refuse"],
    Field(
        description="What becomes of mail that is no PEC: wrapped in an anomaly envelope, or refused.",
        examples=["accept"],
    ),
]
NotifyAddress = Annotated[
    Email | None,
    Field(
        description=(
            "An address that is told of each new message, with its sender and subject: see "
            "`GET /v1/outgoing-mail`. Receipts are not told of."
        ),
        examples=["mario@example.com"],
    ),
]
ForwardTo = Annotated[
    Email | None,
    Field(
        description=(
            "Who gets a copy of every envelope that comes in: another mailbox in its INBOX; any other address as it "
            "came, `forwarded` in `GET /v1/outgoing-mail`."
        ),
        examples=["office@studio.test"],
    ),
]
Archive = Annotated[
    bool,
    Field(
        description=(
            "Whether a copy of everything is kept in the folder Archive. As with real providers the archive has room "
            "of its own: its copies do not count against `quota_bytes`."
        ),
        examples=[False],
    ),
]


class LimitsIn(Inward):
    """The limits of a plan, in place of the dialect's."""

    product_bytes: Annotated[
        int,
        Field(ge=1, le=_MOST_BYTES, description="Bytes of a message times its recipients.", examples=[31457280]),
        WHOLE,
    ]
    recipients: Annotated[int, Field(ge=1, le=10_000, description="Recipients of a message.", examples=[50]), WHOLE]
    messages_per_minute: Annotated[
        Annotated[int, Field(ge=1, le=1_000_000), WHOLE] | None,
        Field(description="Messages a minute; null: any number.", examples=[6]),
    ] = None
    blocked_extensions: Annotated[
        list[Annotated[str, Field(pattern=r"^\.[a-z0-9]{1,20}$")]],
        Field(
            default_factory=list,
            max_length=100,
            description="Endings of files that are refused.",
            examples=[[".exe", ".js"]],
        ),
    ]


class LimitsOut(Outward):
    """The limits of a mailbox's plan."""

    product_bytes: Annotated[int, Field(description="Bytes of a message times its recipients.", examples=[31457280])]
    recipients: Annotated[int, Field(description="Recipients of a message.", examples=[50])]
    messages_per_minute: Annotated[
        int | None, Field(description="Messages a minute; null: any number.", examples=[None])
    ]
    blocked_extensions: Annotated[list[str], Field(description="Endings of files that are refused.", examples=[[]])]


class PecMailboxIn(Inward):
    """A mailbox to be made; what is left out follows the dialect."""

    address: Address
    password: Annotated[Password | None, Field(description="Left out, one is made and told once.")] = None
    dialect: Annotated[
        Dialect | None,
        Field(
            description=(
                "Whose receipts and limits its provider imitates. A domain has one provider: left out, it is that of "
                "the mailboxes at its domain, or of `<dialect>.pec.test`, else `sigillo`; another one is refused."
            ),
            examples=["aruba"],
        ),
    ] = None
    quota_bytes: Quota = DEFAULT_QUOTA_BYTES
    ordinary_mail: Annotated[
        Ordinary | None, Field(description="`accept` by default, with the dialect `aruba` `refuse`.")
    ] = None
    notify_address: NotifyAddress = None
    forward_to: ForwardTo = None
    archive: Archive = False
    limits: Annotated[LimitsIn | None, Field(description="The plan's limits; null: the dialect's.")] = None


class PecMailboxChangesIn(Inward):
    """What to change; what is left out stays."""

    password: Annotated[Password | None, Field(description="A new password, which is good at once.")] = None
    quota_bytes: Annotated[Quota | None, Field(description="How much it holds from now on, in bytes.")] = None
    ordinary_mail: Annotated[Ordinary | None, Field(description="What becomes of mail that is no PEC.")] = None
    notify_address: NotifyAddress = None
    forward_to: ForwardTo = None
    archive: Annotated[Archive | None, Field(description="Whether copies go to Archive from now on.")] = None
    limits: Annotated[LimitsIn | None, Field(description="The plan's limits; null: those of the dialect.")] = None


class PecMailboxOut(Outward):
    """A mailbox, never its password."""

    address: Annotated[str, Field(description="Its address, which is the user name too.", examples=[_ADDRESS])]
    dialect: Dialect
    quota_bytes: Annotated[int, Field(description="How much it holds.", examples=[DEFAULT_QUOTA_BYTES])]
    used_bytes: Annotated[
        int,
        Field(
            description=(
                "What is in it, but for the archive's copies. A receipt counts for 8 KiB and the message that it "
                "carries."
            ),
            examples=[24576],
        ),
    ]
    messages: Annotated[int, Field(description="How many messages are in it.", examples=[3])]
    ordinary_mail: Ordinary
    notify_address: NotifyAddress
    forward_to: ForwardTo
    archive: Archive
    limits: Annotated[LimitsOut, Field(description="The limits of its plan.")]
    created_at: Annotated[At, Field(description="When it was made: it gets the mail from then on.")]


class PecMailboxMade(PecMailboxOut):
    """A new mailbox with its password."""

    password: Annotated[
        str | None,
        Field(
            description="For IMAP, POP3 and SMTP. Keep it now; null where you chose it, or in an earlier answer again.",
            examples=["pec_0123456789abcdefghjk"],
        ),
    ]


class PecMailboxPage(Outward):
    """Mailboxes, the newest first."""

    data: Annotated[list[PecMailboxOut], Field(description="The mailboxes of this page.")]
    has_more: HasMore
    next_cursor: NextCursor
