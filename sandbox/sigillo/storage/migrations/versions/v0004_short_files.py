"""The bytes of short files, beside their particulars."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, PrimaryKeyConstraint, Text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "short_files",
        Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
        Column("sha256", Text, nullable=False),
        Column("data", LargeBinary, nullable=False),
        PrimaryKeyConstraint("sha256", "workspace"),
    )


def downgrade() -> None:
    """Take it away, and with it the messages that were handed in since."""
    op.drop_table("short_files")
