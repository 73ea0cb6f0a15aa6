"""What mail needs: messages that the relay put off, each with the attempts it had."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, PrimaryKeyConstraint

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    _deferred_mail()


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("deferred_mails")


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
