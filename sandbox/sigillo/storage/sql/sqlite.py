"""Everything that is SQLite's own: connections, pragmas, how transactions begin, which errors mean what."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from sigillo.domain.errors import SigilloError, StorageFull

Connection = sqlite3.Connection
Cursor = sqlite3.Cursor
IntegrityError = sqlite3.IntegrityError

DIALECT = SQLiteDialect_pysqlite(paramstyle="qmark")
BEGIN_WRITING = "BEGIN IMMEDIATE"
BEGIN_READING = "BEGIN DEFERRED"

# A checkpoint waits for the disk twice, whatever it moves; the default, every 1,000 pages, is one in 70 submissions.
_CHECKPOINT_PAGES = 8_192
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA temp_store = MEMORY",
    f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}",
)
# What a server's memory grows by while it is new, and then no more: the writer's pages fill after some 20,000 letters.
_WRITER_CACHE_KIB, _READER_CACHE_KIB = 32_768, 4_096
_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def connect(path: Path, *, writer: bool) -> Connection:
    """Open a connection that leaves transactions to its user and may pass from thread to thread."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        cache_kib = _WRITER_CACHE_KIB if writer else _READER_CACHE_KIB
        connection.execute(f"PRAGMA cache_size = -{cache_kib}")
        if not writer:
            connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def translated(error: BaseException) -> SigilloError | None:
    """Give our own error for one of SQLite's or the system's, None when it has none: a bug is not the disk's fault."""
    code = getattr(error, "sqlite_errorcode", None) if isinstance(error, sqlite3.Error) else None
    no_room = isinstance(error, OSError) and error.errno in _NO_ROOM
    if code in _FULL or no_room:
        return StorageFull("The disk of the data folder has no room left; nothing was kept. Make room and try again.")
    return None


def tables(connection: Connection) -> set[str]:
    """Give the names of the tables that there are."""
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
