"""Letters taken in without HTTP: the façade, one transaction a letter, in a database on the disk.

The floor writes the very rows of as many letters, which an earlier run left, into an empty database of the same schema
and settings, by plain sqlite3 and one transaction a letter: the letter, its course, its facts, the workspace's count.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from sigillo.cli.bench.apart import apart
from sigillo.cli.bench.rounds import Row, Sample, Settings, Tell, interleave, per_second
from sigillo.cli.bench.world import World, database_of, drafts, no_reply
from sigillo.storage.sql.sqlite import connect

_SHARE = 20  # letters of `advance` for one letter here
_ROWS = {
    "letters": "SELECT * FROM letters WHERE ordinal = ?",
    "courses": "SELECT * FROM courses WHERE ordinal = ?",
    "events": "SELECT * FROM events WHERE ordinal = ? ORDER BY seq",
}
_COUNT = "UPDATE workspaces SET letters = ? WHERE key = 1"


def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
    """Measure submissions, and the raw insertion of the same rows."""
    count = max(settings.letters // _SHARE, 1)
    with TemporaryDirectory(prefix="sigillo-bench-") as name:
        place = Path(name)
        model = place / "model"
        tell(f"sending {count:,} letters whose rows the floor writes")
        apart(submitted, model, count)
        runs = iter(range(2 * settings.rounds))
        measures = {
            "ours": lambda: apart(submitted, place / f"run-{next(runs)}", count),
            "floor": lambda: apart(written, place / f"run-{next(runs)}", model, count),
        }
        found = interleave(settings.rounds, measures, tell)
    yield Row("submit-tx", f"{count:,} letters, no HTTP", "/s", found["ours"], found["floor"], "raw sqlite3, same rows")


def submitted(folder: Path, count: int) -> Sample:
    """Send letters one by one into a new data folder."""
    kinds = drafts()
    with World.open(folder) as world:
        letters, workspace_id = world.sandbox.letters, world.workspace_id
        cpu_s, wall_s = process_time(), perf_counter()
        for number in range(count):
            letters.submit(workspace_id, kinds[number % len(kinds)], reply=no_reply)
        return per_second(count, wall_s=perf_counter() - wall_s, cpu_s=process_time() - cpu_s)


def written(folder: Path, model: Path, count: int) -> Sample:
    """Write the rows of the model's letters into a new data folder, one transaction a letter."""
    World.open(folder).sandbox.close()
    source = sqlite3.connect(database_of(model))
    batches = [
        [(table, source.execute(select, (ordinal,)).fetchall()) for table, select in _ROWS.items()]
        for ordinal in range(1, count + 1)
    ]
    inserts = {table: _insertion(source, table) for table in _ROWS}
    source.close()
    target = connect(database_of(folder), writer=True)
    cpu_s, wall_s = process_time(), perf_counter()
    for ordinal, batch in enumerate(batches, start=1):
        target.execute("BEGIN IMMEDIATE")
        for table, found in batch:
            target.executemany(inserts[table], found)
        target.execute(_COUNT, (ordinal,))
        target.execute("COMMIT")
    sample = per_second(count, wall_s=perf_counter() - wall_s, cpu_s=process_time() - cpu_s)
    target.close()
    return sample


def _insertion(source: sqlite3.Connection, table: str) -> str:
    width = len(source.execute(f"SELECT * FROM {table} LIMIT 0").description)  # noqa: S608 -- a name of our own schema
    return f"INSERT INTO {table} VALUES ({', '.join('?' * width)})"  # noqa: S608 -- as above
