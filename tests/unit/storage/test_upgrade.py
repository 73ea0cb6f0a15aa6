"""Tables: made at once, migrated, or refused."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from sigillo.domain.api_key import ALL_SCOPES, key_id
from sigillo.domain.errors import SigilloError
from sigillo.domain.kpi import Wait, Waiting, day_of, first_hour_of, waiting
from sigillo.storage.schema import HEAD
from sigillo.storage.sql import SqlStore, upgrade
from sigillo.storage.sql.sqlite import connect
from sigillo.storage.sql.upgrade import MIGRATIONS, bring_to_head
from tests.contracts.materials import workspace

_DAYS = [day_of(490_000 + 24 * n) for n in range(6)]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _shape(path: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name, coalesce(sql, '') FROM sqlite_master ORDER BY name").fetchall()
    connection.close()
    return [(name, " ".join(sql.split())) for name, sql in rows]


def _migrated(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()


def test_migrations_end_in_the_same_tables(tmp_path: Path) -> None:
    """A database brought up by every migration has the tables, columns and indexes of one made at once."""
    SqlStore.open(tmp_path).close()
    _migrated(tmp_path / "migrated.db")
    assert _shape(tmp_path / "sigillo.db") == _shape(tmp_path / "migrated.db")


def test_the_head_is_the_last_migration() -> None:
    """The revision that the schema names is the newest one, and there is one newest."""
    assert ScriptDirectory.from_config(_config()).get_heads() == [HEAD]


def test_a_migration_can_be_taken_back(tmp_path: Path) -> None:
    """Going down to nothing leaves no table but alembic's own."""
    engine = create_engine(f"sqlite:///{tmp_path / 'down.db'}")
    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        command.downgrade(config, "base")
    engine.dispose()
    assert {name for name, sql in _shape(tmp_path / "down.db") if sql} == {"alembic_version"}


_NEXT = """
from alembic import op
from sqlalchemy import Column, Integer

revision, down_revision = "next", "{head}"


def upgrade():
    op.create_table("next", Column("n", Integer))
    {then}
"""


@pytest.mark.parametrize("works", [True, False])
def test_an_older_database_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, works: bool) -> None:
    """Opening a database of the revision before runs what is missing, whole or not at all, and keeps what is in it."""
    store = SqlStore.open(tmp_path)
    store.add_workspace(workspace("one"))
    store.close()
    before = _shape(tmp_path / "sigillo.db")
    migrations = tmp_path / "100% migrations"
    shutil.copytree(MIGRATIONS, migrations)
    (migrations / "versions" / "next.py").write_text(_NEXT.format(head=HEAD, then="pass" if works else "1 / 0"))
    monkeypatch.setattr(upgrade, "MIGRATIONS", migrations)
    monkeypatch.setattr(upgrade, "HEAD", "next")
    if works:
        for _ in range(2):
            store = SqlStore.open(tmp_path)
            assert store.workspaces() == [workspace("one")]
            store.close()
        assert {name for name, _ in _shape(tmp_path / "sigillo.db")} == {name for name, _ in before} | {"next"}
    else:
        with pytest.raises(ZeroDivisionError):
            SqlStore.open(tmp_path)
        assert _shape(tmp_path / "sigillo.db") == before


def test_a_newer_database_is_refused_untouched(tmp_path: Path) -> None:
    """A revision that nobody here knows is told, and the folder is free again."""
    SqlStore.open(tmp_path).close()
    with sqlite3.connect(tmp_path / "sigillo.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = _shape(tmp_path / "sigillo.db")
    for _ in range(2):
        with pytest.raises(SigilloError, match="newer version") as caught:
            SqlStore.open(tmp_path)
        assert caught.value.code == "database_too_new"
    assert _shape(tmp_path / "sigillo.db") == before


def test_somebody_else_s_database_is_refused(tmp_path: Path) -> None:
    """Tables without a revision are not ours."""
    connection = connect(tmp_path / "other.db", writer=True)
    connection.execute("CREATE TABLE theirs (x)")
    with pytest.raises(SigilloError) as caught:
        bring_to_head(connection)
    connection.close()
    assert caught.value.code == "not_a_database"


def test_opening_at_the_head_does_not_import_alembic(tmp_path: Path) -> None:
    """Neither making a database nor opening one at the head pays for alembic."""
    code = (
        "import sys; from pathlib import Path; from sigillo.storage.sql import SqlStore\n"
        "for _ in range(2): SqlStore.open(Path(sys.argv[1])).close()\n"
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 0


def test_keys_of_before_may_do_everything(tmp_path: Path) -> None:
    """A folder of the first version keeps its keys: each opens its workspace with every scope, and gets an id."""
    engine = create_engine(f"sqlite:///{tmp_path / 'sigillo.db'}")
    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    one = workspace("one")
    row = (1, one.id, "one", "42", "test", 0, 0.0, None, "{}", "manual", 0, 0, 0)
    with sqlite3.connect(tmp_path / "sigillo.db") as database:
        database.execute(f"INSERT INTO workspaces VALUES ({','.join('?' * len(row))})", row)
        database.executemany("INSERT INTO api_keys VALUES (?, 1)", [("hash b",), ("hash a",)])
    database.close()
    store = SqlStore.open(tmp_path)
    found = [store.key_of(hashed) for hashed in ("hash b", "hash a")]
    store.close()
    assert [(key.workspace_id, key.ordinal, key.name, key.scopes) for key in found if key] == [
        (one.id, 1, "key 1", ALL_SCOPES),
        (one.id, 2, "key 2", ALL_SCOPES),
    ]
    assert [key.id for key in found if key] == [key_id("hash b"), key_id("hash a")]
    assert all(key.starts is key.created_at is key.revoked_at is key.rate is None for key in found if key)


def test_waits_of_before_come_out_as_the_same_figures(tmp_path: Path) -> None:
    """Times to acceptance kept by an earlier version give the same mean and percentiles, also after a way back."""
    store, path = SqlStore.open(tmp_path), tmp_path / "sigillo.db"
    store.add_workspace(workspace())
    took_s = [n * 7_919 % 200_000 for n in range(500)]
    hours = [490_000 + n % 100 for n in range(500)]
    with store.writing(workspace().id) as tx:
        tx.tallies.add([], [Wait(hour, "lre", took) for hour, took in zip(hours, took_s, strict=True)])
    expected = _times(store)
    store.close()
    assert expected == [waiting(len(each), sum(each), each.__getitem__) for each in _sorted_by_day(hours, took_s)]
    _moved(path, "0004")
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*), sum(took_s) FROM waits").fetchone() == (500, sum(took_s))
    connection.close()
    store = SqlStore.open(tmp_path)
    found = _times(store)
    store.close()
    assert found == expected


def _times(store: SqlStore) -> list[Waiting | None]:
    spans = [(first_hour_of(day), first_hour_of(day + timedelta(days=1))) for day in _DAYS]
    with store.reading(workspace().id) as tx:
        return [tx.tallies.waiting(*span, service=None) for span in spans]


def _sorted_by_day(hours: list[int], took_s: list[int]) -> list[list[int]]:
    return [sorted(took for hour, took in zip(hours, took_s, strict=True) if day_of(hour) == day) for day in _DAYS]


def _moved(path: Path, revision: str) -> None:
    engine = create_engine(f"sqlite:///{path}")
    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()
    engine.dispose()
