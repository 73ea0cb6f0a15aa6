"""What only the database's store promises: its folder, its file, a full disk, a killed process."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from sigillo.domain.api_key import ALL_SCOPES, ApiKey
from sigillo.domain.errors import SigilloError, StorageFull
from sigillo.storage.sql import SqlStore
from sigillo.storage.sql.sqlite import translated
from tests.contracts.materials import fill, letter, workspace

ONE = workspace("one")
KEY = ApiKey("key_1", ONE.id, 1, "k", "first", ALL_SCOPES, None, None)


def test_a_folder_is_opened_once(tmp_path: Path) -> None:
    """A second store on a folder is refused while the first is open, also in another process, and not after it."""
    first = SqlStore.open(tmp_path)
    code = "import sys; from sigillo.storage.sql import SqlStore; SqlStore.open(sys.argv[1])"
    other = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=False)
    assert "Another process works in" in other.stderr
    with pytest.raises(SigilloError) as caught:
        SqlStore.open(tmp_path)
    assert caught.value.code == "data_folder_in_use"
    first.close()
    SqlStore.open(str(tmp_path)).close()


def test_others_on_the_machine_read_nothing(tmp_path: Path) -> None:
    """The folder and the files that are made are for their owner alone; a folder that was there keeps its mode."""
    store = SqlStore.open(tmp_path / "new")
    made = sorted(tmp_path.rglob("sigillo.db*"))
    assert [file.name for file in made] == ["sigillo.db", "sigillo.db-shm", "sigillo.db-wal"]
    assert {file.stat().st_mode & 0o077 for file in (tmp_path / "new", *made)} == {0}
    store.close()
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o750)
    SqlStore.open(tmp_path / "shared").close()
    assert (tmp_path / "shared").stat().st_mode & 0o777 == 0o750


def test_a_url_names_the_file(tmp_path: Path) -> None:
    """A sqlite:/// URL opens that file; another database's URL is refused by name."""
    SqlStore.open(f"sqlite:///{tmp_path}/deep/mine.db").close()
    assert (tmp_path / "deep" / "mine.db").is_file()
    for url in ("postgresql://host/db", "sqlite://mine.db"):
        with pytest.raises(SigilloError) as caught:
            SqlStore.open(url)
        assert caught.value.code == "unsupported_database"


def test_what_was_written_is_there_after_opening_again(tmp_path: Path) -> None:
    """Letters, facts and keys survive closing and opening."""
    store = SqlStore.open(tmp_path)
    store.add_workspace(ONE)
    with store.writing(ONE.id) as transaction:
        transaction.keys.add(KEY)
        fill(transaction, range(1, 4))
    store.close()
    store = SqlStore.open(tmp_path)
    assert (store.workspaces(), store.key_of("k")) == ([ONE], KEY)
    with store.reading(ONE.id) as transaction:
        assert len(transaction.events.following(None, limit=99, after=0)) == 6
    store.close()


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    """When the database can grow no more the transaction fails as a whole, and the store goes on once there is room."""
    store = SqlStore.open(tmp_path)
    store.add_workspace(ONE)
    with sqlite3.connect(tmp_path / "sigillo.db") as probe:
        (pages,) = probe.execute("PRAGMA page_count").fetchone()
    probe.close()
    store._writer.execute(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(StorageFull), store.writing(ONE.id) as transaction:
        fill(transaction, range(1, 200))
    with store.reading(ONE.id) as transaction:
        assert transaction.letters.counts() == {}
        assert transaction.events.following(None, limit=9, after=0) == []
    store._writer.execute("PRAGMA max_page_count = 1000000")
    with store.writing(ONE.id) as transaction:
        fill(transaction, range(1, 200))
    store.close()


def test_a_bug_is_not_a_full_disk() -> None:
    """Errors that are not about room keep their meaning."""
    assert translated(sqlite3.OperationalError("no such table")) is None
    assert translated(OSError(13, "permission denied")) is None
    assert isinstance(translated(OSError(28, "no space")), StorageFull)


_WRITES_FOREVER = """
import sys
from sigillo.storage.sql import SqlStore
from tests.contracts.materials import fill, workspace
store = SqlStore.open(sys.argv[1])
store.add_workspace(workspace("one"))
n = 1
while True:
    with store.writing(workspace("one").id) as transaction:
        fill(transaction, range(n, n + 10))
        n += 10
    print(n - 1, flush=True)
"""


@pytest.mark.parametrize("after", [1, 7, 20])
def test_a_killed_process_leaves_whole_transactions(tmp_path: Path, after: int) -> None:
    """After SIGKILL in the middle of writing the journal is a prefix made of whole transactions, and nobody's lock."""
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", _WRITES_FOREVER, tmp_path], stdout=subprocess.PIPE, text=True, cwd=root
    ) as process:
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(after)][-1]
        process.kill()
    store = SqlStore.open(tmp_path)
    with store.reading(ONE.id) as transaction:
        count = sum(transaction.letters.counts().values())
        facts = transaction.events.following(None, limit=10_000, after=0)
    store.close()
    assert count >= told
    assert count % 10 == 0
    ids = [letter(ONE, ordinal).id for ordinal in range(1, count + 1) for _ in range(2)]
    assert [(each.seq, each.event.subject_id) for each in facts] == list(enumerate(ids, start=1))
