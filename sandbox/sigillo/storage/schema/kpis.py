"""Counts by the hour, waits, and alert rules. An hour is counted from the Unix epoch."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, PrimaryKeyConstraint, Table, Text

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

# How many letters were accepted after just so long, by the civil day (Python's ordinal) and the hour of it. A day's lie
# in the order of the time they took: the few about a percentile are found without sorting the others.
waits = Table(
    "waits",
    metadata,
    Column("workspace", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    Column("took_s", Integer, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("service", Text, nullable=False),
    Column("letters", Integer, nullable=False),
    PrimaryKeyConstraint("workspace", "day", "took_s", "hour", "service"),
    sqlite_with_rowid=False,
)

# The same, added up over bands of 4 hours: what says in which band a percentile lies.
wait_bands = Table(
    "wait_bands",
    metadata,
    Column("workspace", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    Column("band", Integer, nullable=False),
    Column("service", Text, nullable=False),
    Column("letters", Integer, nullable=False),
    Column("sum_s", BigInteger, nullable=False),
    PrimaryKeyConstraint("workspace", "day", "band", "service"),
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
