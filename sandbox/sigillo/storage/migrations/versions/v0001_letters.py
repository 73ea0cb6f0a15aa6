"""The first tables: workspaces, keys, letters, courses, journal, files, proofs, answers, scenarios."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_LETTER = ("workspace", "ordinal"), ("letters.workspace", "letters.ordinal")
_TABLES = ("workspaces", "api_keys", "letters", "tags", "courses", "events", "files", "proofs", "answers", "scenarios")


def upgrade() -> None:
    """Make the tables."""
    _workspaces()
    _api_keys()
    _letters()
    _tags()
    _courses()
    _events()
    _files()
    _proofs()
    _answers()
    _scenarios()


def downgrade() -> None:
    """Take the tables away."""
    for name in reversed(_TABLES):
        op.drop_table(name)


def _workspaces() -> None:
    op.create_table(
        "workspaces",
        Column("key", Integer, primary_key=True),
        Column("id", Text, nullable=False, unique=True),
        Column("name", Text, nullable=False),
        Column("seed", Text, nullable=False),
        Column("mode", Text, nullable=False),
        Column("clock_position", BigInteger, nullable=False),
        Column("clock_speed", Double, nullable=False),
        Column("clock_anchor_s", Double),
        Column("sender", Text, nullable=False),
        Column("default_scenario", Text, nullable=False),
        Column("letters", Integer, nullable=False),
        Column("files", Integer, nullable=False),
        Column("resets", Integer, nullable=False),
    )


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        Column("sha256", Text, primary_key=True),
        Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
    )


def _letters() -> None:
    op.create_table(
        "letters",
        Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
        Column("ordinal", Integer, nullable=False),
        Column("id", Text, nullable=False, unique=True),
        Column("service", Text, nullable=False),
        Column("recipient", Text, nullable=False),
        Column("reference", Text),
        Column("created_at", BigInteger, nullable=False),
        Column("document", Text, nullable=False),
        PrimaryKeyConstraint("workspace", "ordinal"),
    )
    op.create_index("ix_letters_recipient", "letters", ["workspace", "recipient", "ordinal"])
    op.create_index(
        "ix_letters_reference",
        "letters",
        ["workspace", "reference", "ordinal"],
        sqlite_where=text("reference IS NOT NULL"),
    )
    op.create_index("ix_letters_created_at", "letters", ["workspace", "created_at", "ordinal"])


def _tags() -> None:
    op.create_table(
        "tags",
        Column("workspace", Integer, nullable=False),
        Column("tag", Text, nullable=False),
        Column("ordinal", Integer, nullable=False),
        PrimaryKeyConstraint("workspace", "tag", "ordinal"),
        ForeignKeyConstraint(*_LETTER),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tags_letter", "tags", ["workspace", "ordinal"])


def _courses() -> None:
    op.create_table(
        "courses",
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
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_courses_due",
        "courses",
        ["workspace", "due_at", "ordinal"],
        sqlite_where=text("due_at IS NOT NULL"),
    )
    op.create_index("ix_courses_status", "courses", ["workspace", "status", "ordinal"])


def _events() -> None:
    op.create_table(
        "events",
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
        ForeignKeyConstraint(*_LETTER),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_events_type", "events", ["workspace", "type", "seq"])


def _files() -> None:
    op.create_table(
        "files",
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


def _proofs() -> None:
    op.create_table(
        "proofs",
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


def _answers() -> None:
    op.create_table(
        "answers",
        Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
        Column("key", Text, nullable=False),
        Column("fingerprint", Text, nullable=False),
        Column("status", Integer, nullable=False),
        Column("headers", Text, nullable=False),
        Column("body", LargeBinary, nullable=False),
        PrimaryKeyConstraint("workspace", "key"),
    )


def _scenarios() -> None:
    op.create_table(
        "scenarios",
        Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
        Column("name", Text, nullable=False),
        Column("document", Text, nullable=False),
        PrimaryKeyConstraint("workspace", "name"),
    )
