"""Webhook endpoints, what was delivered to them, and every attempt.

A reset keeps the endpoints. ``seq`` is the event's place in the journal, 0 for a ping; the deliveries of a ``line`` are
made in the order of ``seq``.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from sigillo.storage.schema.base import metadata

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("id", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("description", Text),
    Column("event_types", Text),
    Column("letters_only", Boolean(create_constraint=False), nullable=False),
    Column("status", Text, nullable=False),
    Column("disabled_reason", Text),
    Column("disabled_at", BigInteger),
    Column("secrets_made", Integer, nullable=False),
    Column("previous_secret", Text),
    Column("previous_until_s", Double),
    Column("position", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("failing_since", BigInteger),
    Column("removed", Boolean(create_constraint=False), nullable=False),
    PrimaryKeyConstraint("workspace", "ordinal"),
    Index("ix_webhook_endpoints_id", "workspace", "id"),
    Index("ix_webhook_endpoints_url", "workspace", "url", sqlite_where=text("letters_only")),
    Index("ix_webhook_endpoints_readers", "workspace", "ordinal", sqlite_where=text("NOT letters_only")),
    sqlite_with_rowid=False,
)

# How far the journal was read for the URLs that letters bring with them.
webhook_places = Table(
    "webhook_places",
    metadata,
    Column("workspace", Integer, ForeignKey("workspaces.key"), primary_key=True),
    Column("sorted_to", BigInteger, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("workspace", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("endpoint", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_attempt_at", BigInteger),
    Column("settled_at", BigInteger),
    Column("answer_status", Integer),
    PrimaryKeyConstraint("workspace", "number"),
    ForeignKeyConstraint(("workspace", "endpoint"), ("webhook_endpoints.workspace", "webhook_endpoints.ordinal")),
    Index("ix_deliveries_endpoint", "workspace", "endpoint", "seq"),
    Index("ix_deliveries_subject", "workspace", "subject_id", "number"),
    Index(
        "ix_deliveries_due",
        "workspace",
        "endpoint",
        "next_attempt_at",
        "number",
        sqlite_where=text("status = 'pending'"),
    ),
    Index(
        "ix_deliveries_next",
        "workspace",
        "next_attempt_at",
        "endpoint",
        sqlite_where=text("status = 'pending'"),
    ),
    Index(
        "ix_deliveries_line",
        "workspace",
        "endpoint",
        "line",
        "seq",
        sqlite_where=text("status IN ('pending', 'waiting')"),
    ),
    sqlite_with_rowid=False,
)

attempts = Table(
    "attempts",
    metadata,
    Column("workspace", Integer, nullable=False),
    Column("delivery", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("sent_at", BigInteger, nullable=False),
    Column("status", Integer),
    Column("latency_ms", Double, nullable=False),
    Column("request_headers", Text, nullable=False),
    Column("headers", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("error", Text),
    PrimaryKeyConstraint("workspace", "delivery", "number"),
    sqlite_with_rowid=False,
)
