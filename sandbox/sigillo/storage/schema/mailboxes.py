"""Mailboxes, their folders and messages. A reset empties them and keeps the mailboxes.

A removed mailbox leaves its ordinal behind, without an address. The messages lie in the order in which folders are
listed, with what a listing tells and nothing more; the header fields that searches look into are beside them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from sigillo.storage.schema.base import metadata

mailboxes = Table(
    "mailboxes",
    metadata,
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
    Index("ix_mailboxes_domain", "workspace", "domain"),
)

# How far the journal was read for the mailboxes of a workspace.
mailbox_places = Table(
    "mailbox_places",
    metadata,
    Column("workspace", Integer, ForeignKey("workspaces.key"), primary_key=True, autoincrement=False),
    Column("read_to", BigInteger, nullable=False),
)

mail_folders = Table(
    "mail_folders",
    metadata,
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

# ``flags`` are bits for the system's, ``keywords`` the others between blanks.
mail_messages = Table(
    "mail_messages",
    metadata,
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
    Index("ix_mail_messages_uid", "workspace", "mailbox", "uid", unique=True),
    sqlite_with_rowid=False,
)

# ``shown`` is what people see of the fields, as a JSON list; the columns before it have them without their case.
mail_headers = Table(
    "mail_headers",
    metadata,
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
