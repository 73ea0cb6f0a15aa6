"""The letters, their journal, and the papers that belong to them.

What never changes of a letter (``letters``) is apart from where it stands (``courses``): moving 10,000 letters rewrites
narrow rows and never reads or writes a document.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from sigillo.storage.schema.base import metadata

letters = Table(
    "letters",
    metadata,
    Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("id", Text, nullable=False, unique=True),
    Column("service", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("reference", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    PrimaryKeyConstraint("workspace", "ordinal"),
    Index("ix_letters_recipient", "workspace", "recipient", "ordinal"),
    Index(
        "ix_letters_reference",
        "workspace",
        "reference",
        "ordinal",
        sqlite_where=text("reference IS NOT NULL"),
    ),
    Index("ix_letters_created_at", "workspace", "created_at", "ordinal"),
)

_LETTER = ("workspace", "ordinal"), ("letters.workspace", "letters.ordinal")

tags = Table(
    "tags",
    metadata,
    Column("workspace", Integer, nullable=False),
    Column("tag", Text, nullable=False),
    Column("ordinal", Integer, nullable=False),
    PrimaryKeyConstraint("workspace", "tag", "ordinal"),
    ForeignKeyConstraint(*_LETTER),
    Index("ix_tags_letter", "workspace", "ordinal"),
    sqlite_with_rowid=False,
)

courses = Table(
    "courses",
    metadata,
    Column("workspace", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("letter_id", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("status", Text),
    Column("status_at", BigInteger),
    Column("outcome", Text),
    Column("events", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reminders", Integer, nullable=False),
    Column("acts", Integer, nullable=False),
    Column("asked_at", BigInteger),
    Column("notified_at", BigInteger),
    Column("expires_at", BigInteger),
    Column("due_at", BigInteger),
    Column("due_move", Text),
    Column("due_reason", Text),
    Column("due_scripted", Boolean(create_constraint=False), nullable=False),
    PrimaryKeyConstraint("workspace", "ordinal"),
    ForeignKeyConstraint(*_LETTER),
    Index(
        "ix_courses_due",
        "workspace",
        "due_at",
        "ordinal",
        sqlite_where=text("due_at IS NOT NULL"),
    ),
    Index("ix_courses_status", "workspace", "status", "ordinal"),
    sqlite_with_rowid=False,
)

# No foreign key: the ordinal 0 is the workspace itself, whose facts are about no letter.
events = Table(
    "events",
    metadata,
    Column("workspace", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("index", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("data", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    PrimaryKeyConstraint("workspace", "seq"),
    UniqueConstraint("workspace", "ordinal", "index", name="uq_events_of_letter"),
    Index("ix_events_type", "workspace", "type", "seq"),
    sqlite_with_rowid=False,
)

files = Table(
    "files",
    metadata,
    Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("workspace", "id"),
    sqlite_with_rowid=False,
)

# What is handed in by mail is short and comes often: its bytes stand in the transaction of its letters.
short_files = Table(
    "short_files",
    metadata,
    Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
    Column("sha256", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    PrimaryKeyConstraint("sha256", "workspace"),
)

proofs = Table(
    "proofs",
    metadata,
    Column("workspace", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    PrimaryKeyConstraint("workspace", "ordinal", "kind", "format"),
    ForeignKeyConstraint(*_LETTER),
    sqlite_with_rowid=False,
)

answers = Table(
    "answers",
    metadata,
    Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("workspace", "key"),
)

scenarios = Table(
    "scenarios",
    metadata,
    Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
    Column("name", Text, nullable=False),
    Column("document", Text, nullable=False),
    PrimaryKeyConstraint("workspace", "name"),
)
