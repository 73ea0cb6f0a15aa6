"""The tenants and what opens them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Integer, PrimaryKeyConstraint, String, Table, Text

from sigillo.storage.schema.base import metadata

workspaces = Table(
    "workspaces",
    metadata,
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
    Column("rules", Integer, nullable=False, server_default="0"),
    Column("alerts_at", BigInteger),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("id", Text, nullable=False, unique=True),
    Column("sha256", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("starts", Text),
    Column("rate", Text),
    Column("created_at", BigInteger),
    Column("revoked_at", BigInteger),
    PrimaryKeyConstraint("workspace", "ordinal"),
)

# As alembic itself would make it.
version = Table(
    "alembic_version",
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
