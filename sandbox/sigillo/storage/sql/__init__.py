"""The store in a SQL database."""

from __future__ import annotations

from sigillo.storage.sql.store import SqlStore

__all__ = ["SqlStore"]
