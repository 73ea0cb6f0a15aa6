"""Counts by the hour, waits, and alert rules. An hour is counted from the Unix epoch."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, PrimaryKeyConstraint, Table, Text

from sigillo.storage.schema.base import metadata

tallies = Table(
    "tallies",
    metadata,
    Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
    Column("hour", Integer, nullable=False),
    Column("service", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("letters", Integer, nullable=False),
    PrimaryKeyConstraint("workspace", "hour", "service", "what"),
    sqlite_with_rowid=False,
)

# In the order of the time they took, so that a percentile needs no sorting.
waits = Table(
    "waits",
    metadata,
    Column("workspace", Integer, nullable=False),
    Column("took_s", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("service", Text, nullable=False),
    PrimaryKeyConstraint("workspace", "took_s", "ordinal"),
    sqlite_with_rowid=False,
)

alert_rules = Table(
    "alert_rules",
    metadata,
    Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
    Column("id", Text, nullable=False),
    Column("document", Text, nullable=False),
    PrimaryKeyConstraint("workspace", "id"),
)
