"""Bringing a database to the tables of this version.

1. Nothing there: make the tables at once and note their revision.
2. At the head: nothing to do, and alembic, which is slow to import, is not imported.
3. Older: run the migrations.
4. Of a revision that nobody here knows: a newer version wrote it; touch nothing.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateIndex, CreateTable

from sigillo.domain.errors import SigilloError
from sigillo.storage.schema import HEAD, metadata
from sigillo.storage.sql.sqlite import BEGIN_WRITING, DIALECT, Connection, tables

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def bring_to_head(connection: Connection) -> None:
    """Make or migrate the tables; raise :class:`SigilloError` ``database_too_new`` or ``not_a_database``."""
    found = tables(connection)
    if not found:
        _create(connection)
        return
    revision = _revision(connection, found)
    if revision != HEAD:
        _migrate(connection, revision)


def _create(connection: Connection) -> None:
    connection.execute(BEGIN_WRITING)
    try:
        for table in metadata.sorted_tables:
            connection.execute(str(CreateTable(table).compile(dialect=DIALECT)))
            for index in sorted(table.indexes, key=lambda each: str(each.name)):
                connection.execute(str(CreateIndex(index).compile(dialect=DIALECT)))
        connection.execute("INSERT INTO alembic_version (version_num) VALUES (?)", (HEAD,))
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _revision(connection: Connection, found: set[str]) -> str:
    row = (
        connection.execute("SELECT version_num FROM alembic_version").fetchone() if "alembic_version" in found else None
    )
    if row is None:
        raise SigilloError(
            "The database holds tables, but none that say which version made them; name another data folder.",
            code="not_a_database",
        )
    return str(row[0])


def _migrate(connection: Connection, revision: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision not in known:
        raise SigilloError(
            f"The data folder was written by a newer version (its revision is {revision}, this one knows {HEAD}): "
            "upgrade sigillo, or name another data folder.",
            code="database_too_new",
        )
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    with engine.connect() as wrapped:
        wrapped.exec_driver_sql(BEGIN_WRITING)  # all migrations or none; the driver would begin none by itself
        config.attributes["connection"] = wrapped
        command.upgrade(config, "head")
        wrapped.commit()
