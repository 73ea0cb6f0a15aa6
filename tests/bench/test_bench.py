"""`sigillo bench` runs, in tiny, and prints what it measured; how fast anything is, no test says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from sigillo.cli.bench import BENCHES, bench
from sigillo.cli.bench import evidence as evidence_bench
from sigillo.cli.bench.rounds import Row, Sample, Settings, Tell
from sigillo.cli.bench.tape import journal_hash
from sigillo.cli.bench.world import World, database_of

_LONG = {"mocks"}  # needs half a minute of npm and of starting
_NAMES = [pytest.param(name, marks=pytest.mark.long) if name in _LONG else name for name in BENCHES]


@pytest.mark.parametrize("name", _NAMES)
def test_each_bench_gives_rows(name: str) -> None:
    """Every bench ends well in its quick form, and its JSON has rows with ours, and a ratio where there is a floor."""
    result = CliRunner().invoke(bench, ["--quick", "--json", "--only", name], catch_exceptions=False)
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["complete"] is True
    assert answer["machine"]["cores"] >= 1
    assert {row["bench"] for row in answer["rows"]} == {name}
    for row in answer["rows"]:
        assert row["ours"] >= 0
        assert (row["ratio"] is not None) == bool(row["floor"]), row


def test_plain_lines_where_there_is_no_terminal() -> None:
    """Without a terminal the table is one line a row, its cells split by tabs, under a line on the machine."""
    result = CliRunner().invoke(bench, ["--quick", "--only", "evidence"], catch_exceptions=False)
    machine, head, row = result.stdout.splitlines()
    assert "core" in machine
    assert head.split("\t")[:3] == ["bench", "what", "ours"]
    assert len(row.split("\t")) == len(head.split("\t"))


def test_stopping_prints_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle still prints the rows before it, and says that they are not all."""

    def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
        yield Row("evidence", "first", "/s", (Sample(1.0),))
        raise KeyboardInterrupt

    monkeypatch.setattr(evidence_bench, "rows", rows)
    result = CliRunner().invoke(bench, ["--json", "--only", "evidence"])
    answer = json.loads(result.stdout)
    assert result.exit_code != 0
    assert answer["complete"] is False
    assert [row["what"] for row in answer["rows"]] == ["first"]


def test_a_journal_that_differs_has_another_hash(tmp_path: Path) -> None:
    """The advance's floor is compared by its journal, so one more letter must be seen."""
    for name, count in (("one", 3), ("two", 4)):
        with World.open(tmp_path / name) as world:
            world.send(count)
    hashes = {journal_hash(database_of(tmp_path / name)) for name in ("one", "two")}
    assert len(hashes) == 2
