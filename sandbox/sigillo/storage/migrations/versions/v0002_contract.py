"""The contract: facts of the workspace itself in the journal; what webhooks, consents, keys, faults, alerts need."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COLUMNS = '"workspace", "seq", "ordinal", "index", "type", "at", "data", "digest"'
_LETTER = ("workspace", "ordinal"), ("letters.workspace", "letters.ordinal")


def upgrade() -> None:
    """Let the journal hold facts that are about no letter."""
    _rebuild_events()


def downgrade() -> None:
    """Take the tables away, and with them the facts that are about no letter."""
    op.execute("DELETE FROM events WHERE ordinal = 0")
    _rebuild_events(ForeignKeyConstraint(*_LETTER))


def _rebuild_events(*constraints: ForeignKeyConstraint) -> None:
    """Copy the journal into a table with or without its foreign key; SQLite cannot take one away in place."""
    op.rename_table("events", "events_before")
    op.drop_index("ix_events_type", "events_before")
    _events(*constraints)
    op.execute(f"INSERT INTO events ({_COLUMNS}) SELECT {_COLUMNS} FROM events_before")  # noqa: S608 – our own columns
    op.drop_table("events_before")
    op.create_index("ix_events_type", "events", ["workspace", "type", "seq"])


def _events(*constraints: ForeignKeyConstraint) -> Table:
    return op.create_table(
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
        *constraints,
        sqlite_with_rowid=False,
    )
