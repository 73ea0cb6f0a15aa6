"""How far the mail relay has come with each workspace's journal, and what it put off on the way.

A reset leaves both: they say which reset they knew. A deferred mail is named by the ``position`` of its fact in the
journal; those of a ``line`` (the ordinal of a letter or consent) go in order.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, PrimaryKeyConstraint, Table

from sigillo.storage.schema.base import metadata

mail_places = Table(
    "mail_places",
    metadata,
    Column("workspace", Integer, ForeignKey("workspaces.key"), primary_key=True, autoincrement=False),
    Column("resets", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
)

deferred_mails = Table(
    "deferred_mails",
    metadata,
    Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("resets", Integer, nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    PrimaryKeyConstraint("workspace", "position"),
    sqlite_with_rowid=False,
)
