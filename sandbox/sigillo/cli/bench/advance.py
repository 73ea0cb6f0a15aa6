"""How fast time passes: 16 days over many letters of four scenarios, a quarter each, in a database on the disk.

1. The letters are sent once, into a folder of which every run below gets a copy.
2. One run that does not count records what is written (see ``tape``).
3. Rounds, each run in a process of its own: an advance by the simulation, then the replay of the tape by plain sqlite3.
   The journals of both must be the same, or the bench stops.
4. Memory is flat when the peak of an advance does not grow with the letters; the work is linear when the events per
   second over a tenth of the letters are those over all of them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from sigillo.application.simulation import Simulation
from sigillo.cli.bench.apart import apart, forget_peak, resident_bytes
from sigillo.cli.bench.rounds import Goal, Row, Sample, Settings, Tell, interleave, per_second
from sigillo.cli.bench.tape import RecordingStore, Tape, journal_hash, replay
from sigillo.cli.bench.world import World, database_of

_DAYS = timedelta(days=16)
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Run:
    """One advance: facts per second, seconds, how far memory grew, and what the journal was then."""

    rate: Sample
    wall_s: float
    grown_mib: float
    journal: str


def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
    """Measure the advance over all letters and over a tenth of them."""
    with TemporaryDirectory(prefix="sigillo-bench-") as name:
        yield from _rows(Path(name), settings, tell)


def _rows(place: Path, settings: Settings, tell: Tell) -> Iterator[Row]:
    many, few = settings.letters, settings.letters // 10
    sent = {count: _sent(place, count, tell) for count in (few, many)}
    runs: dict[int, list[Run]] = {few: [], many: []}

    def advance(count: int) -> Sample:
        with _Copy(sent[count]) as folder:
            run = apart(advanced, folder)
        runs[count].append(run)
        return run.rate

    def floor() -> Sample:
        with _Copy(sent[many]) as folder:
            rate, journal = apart(replay, database_of(folder), place / "tape.db")
        if journal != runs[many][-1].journal:
            raise RuntimeError("the replayed journal is not the one of the advance; the floor measured something else")
        return rate

    tell(f"recording what an advance of {many:,} letters writes")
    with _Copy(sent[many]) as folder:
        apart(record, folder, place / "tape.db")
    measures = {"ours": lambda: advance(many), "floor": floor, "a tenth": lambda: advance(few)}
    samples = interleave(settings.rounds, measures, tell)
    what = f"16 days over {many:,} letters"
    raw = "raw sqlite3, same rows"
    yield Row("advance", what, "events/s", samples["ours"], samples["floor"], raw, Goal(0.5, of_floor=True))
    yield _seconds(what, many, runs[many])
    yield Row(
        "advance",
        f"{many:,} letters beside {few:,}",
        "events/s",
        samples["ours"],
        samples["a tenth"],
        f"the same over {few:,}",
        Goal(0.8, of_floor=True),
        note="linear: as many events a second, however many letters",
    )
    yield _memory(many, few, runs)


def _seconds(what: str, count: int, runs: list[Run]) -> Row:
    goal = Goal(30.0 * count / 100_000, at_most=True)
    return Row("advance", f"{what}, in all", "s", tuple(Sample(run.wall_s) for run in runs), goal=goal)


def _memory(many: int, few: int, runs: dict[int, list[Run]]) -> Row:
    return Row(
        "advance",
        f"memory grown, {many:,} letters",
        "MiB",
        tuple(Sample(run.grown_mib) for run in runs[many]),
        tuple(Sample(run.grown_mib) for run in runs[few]),
        f"the same over {few:,}",
        note="flat: bounded by a batch of 10,000 and the database's cache of 32 MiB, however many letters",
    )


def _sent(place: Path, count: int, tell: Tell) -> Path:
    tell(f"sending {count:,} letters")
    folder = place / f"sent-{count}"
    apart(send, folder, count)
    return folder


def send(folder: Path, count: int) -> None:
    """Send letters into a new data folder."""
    with World.open(folder) as world:
        world.send(count)


def record(folder: Path, tape_path: Path) -> None:
    """Advance once, keeping on a tape what is written."""
    tape = Tape(tape_path)
    with World.open(folder) as world:
        store = RecordingStore(world.sandbox.store, tape)
        Simulation(store, world.sandbox.wall).advance_by(world.workspace_id, _DAYS)  # type: ignore[arg-type]  # the rest of the port by __getattr__
    tape.close()


def advanced(folder: Path) -> Run:
    """Advance a data folder by 16 days and give what it took."""
    with World.open(folder) as world:
        forget_peak()
        before = resident_bytes()
        cpu_s, wall_s = process_time(), perf_counter()
        done = world.sandbox.simulation.advance_by(world.workspace_id, _DAYS)
        wall_s, cpu_s = perf_counter() - wall_s, process_time() - cpu_s
        grown = resident_bytes(peak=True) - before
    rate = per_second(sum(done.events.values()), wall_s=wall_s, cpu_s=cpu_s)
    return Run(rate, wall_s, grown / _MIB, journal_hash(database_of(folder)))


class _Copy:
    """A copy of a data folder, gone after the block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._copy = folder.with_name(f"{folder.name}-run")

    def __enter__(self) -> Path:
        shutil.copytree(self._folder, self._copy)
        return self._copy

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._copy)
