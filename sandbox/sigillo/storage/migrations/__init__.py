"""Migrations of the tables, run by alembic when an older database is opened."""

from __future__ import annotations
