"""How far the mail relay has come with each workspace's journal. A reset leaves it: it says which reset it knew."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table

from sigillo.storage.schema.base import metadata

mail_places = Table(
    "mail_places",
    metadata,
    Column("workspace", Integer, ForeignKey("workspaces.key"), primary_key=True, autoincrement=False),
    Column("resets", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
)
