"""What mail needs: messages that the relay put off, with the attempts they had; PEC mailboxes and what is in them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, PrimaryKeyConstraint, Text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    _deferred_mail()
    _mailboxes()
    _mail_folders()
    _mail_messages()


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("deferred_mails")
    for name in ("mail_headers", "mail_messages", "mail_folders", "mailbox_places", "mailboxes"):
        op.drop_table(name)


def _deferred_mail() -> None:
    op.create_table(
        "deferred_mails",
        Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
        Column("position", BigInteger, nullable=False),
        Column("resets", Integer, nullable=False),
        Column("line", BigInteger, nullable=False),
        Column("tries", Integer, nullable=False),
        PrimaryKeyConstraint("workspace", "position"),
        sqlite_with_rowid=False,
    )


def _mailboxes() -> None:
    op.create_table(
        "mailboxes",
        Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
        Column("ordinal", Integer, nullable=False),
        Column("id", Text, nullable=False),
        Column("address", Text, unique=True),
        Column("domain", Text),
        Column("dialect", Text, nullable=False),
        Column("password", Text, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("settings", Text, nullable=False),
        Column("quota_bytes", BigInteger, nullable=False),
        Column("passwords", Integer, nullable=False),
        Column("last_uid", Integer, nullable=False),
        Column("folders", Integer, nullable=False),
        Column("used_bytes", BigInteger, nullable=False),
        PrimaryKeyConstraint("workspace", "ordinal"),
    )
    op.create_index("ix_mailboxes_domain", "mailboxes", ["workspace", "domain"])
    op.create_table(
        "mailbox_places",
        Column("workspace", Integer, ForeignKey("workspaces.key"), primary_key=True, autoincrement=False),
        Column("read_to", BigInteger, nullable=False),
    )


def _mail_folders() -> None:
    op.create_table(
        "mail_folders",
        Column("workspace", Integer, nullable=False),
        Column("mailbox", Integer, nullable=False),
        Column("number", Integer, nullable=False),
        Column("name", Text, nullable=False),
        Column("uid_validity", BigInteger, nullable=False),
        Column("is_subscribed", Boolean(create_constraint=False), nullable=False),
        Column("special_use", Text),
        Column("last_uid", Integer, nullable=False),
        Column("noticed_uid", Integer, nullable=False),
        PrimaryKeyConstraint("workspace", "mailbox", "number"),
        sqlite_with_rowid=False,
    )


def _mail_messages() -> None:
    op.create_table(
        "mail_messages",
        Column("workspace", Integer, nullable=False),
        Column("mailbox", Integer, nullable=False),
        Column("folder", Integer, nullable=False),
        Column("uid", Integer, nullable=False),
        Column("kind", Text, nullable=False),
        Column("flags", Integer, nullable=False),
        Column("keywords", Text),
        Column("internal_at", BigInteger, nullable=False),
        Column("size_bytes", BigInteger),
        PrimaryKeyConstraint("workspace", "mailbox", "folder", "uid"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_mail_messages_uid", "mail_messages", ["workspace", "mailbox", "uid"], unique=True)
    op.create_table(
        "mail_headers",
        Column("workspace", Integer, nullable=False),
        Column("mailbox", Integer, nullable=False),
        Column("uid", Integer, nullable=False),
        Column("counted_bytes", BigInteger, nullable=False),
        Column("sha256", Text),
        Column("letter", BigInteger),
        Column("sent_at", BigInteger),
        Column("sender", Text, nullable=False),
        Column("to", Text, nullable=False),
        Column("cc", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("message_id", Text, nullable=False),
        Column("shown", Text, nullable=False),
        PrimaryKeyConstraint("workspace", "mailbox", "uid"),
        sqlite_with_rowid=False,
    )
