"""What all tables share: the metadata, the names of indexes, and the key of a workspace."""

from __future__ import annotations

from sqlalchemy import MetaData

NAMES = {"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}

metadata = MetaData(naming_convention=NAMES)
