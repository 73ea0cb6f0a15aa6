"""What is to go wrong. A fault that was taken away leaves its row, so that its number is not given again."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, PrimaryKeyConstraint, Table, Text

from sigillo.storage.schema.base import metadata

faults = Table(
    "faults",
    metadata,
    Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("document", Text, nullable=False),
    Column("matched", Integer, nullable=False),
    Column("applied", Integer, nullable=False),
    Column("removed", Boolean(create_constraint=False), nullable=False),
    PrimaryKeyConstraint("workspace", "ordinal"),
)
