"""Starting: from the command to the first answered request, and what the process holds in memory then.

Both numbers are of fresh processes, with the files of the interpreter and of the packages read before (one start that
does not count comes first). Ours is `sigillo serve` with a data folder of its own that it must make; the bare app is
FastAPI, pydantic and sqlite3 behind the same uvicorn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

from sigillo.cli.bench.apart import resident_bytes
from sigillo.cli.bench.rounds import Goal, Row, Sample, Settings, Tell, interleave
from sigillo.cli.bench.servers import Server, bare_server, sigillo_server

_MB = 1_000_000


def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
    """Measure the start and the memory at rest."""
    with TemporaryDirectory(prefix="sigillo-bench-") as name:
        ours = _Starts(sigillo_server, Path(name, "ours"))
        bare = _Starts(bare_server, Path(name, "bare"))
        ours.start()
        bare.start()
        found = interleave(settings.rounds, {"ours": ours.start, "bare FastAPI": bare.start}, tell)
    bare_name = "bare FastAPI app"
    one_second, memory = Goal(1.0, at_most=True), Goal(100.0, at_most=True)
    yield Row("serve", "start to first answer", "s", found["ours"], found["bare FastAPI"], bare_name, one_second)
    held = [tuple(side.resident_mb[-settings.rounds :]) for side in (ours, bare)]
    yield Row("serve", "memory at rest, 1 request", "MB", held[0], held[1], bare_name, memory)


class _Starts:
    """Starts one kind of server, each time in a new folder, and remembers what each held in memory."""

    def __init__(self, serving: Callable[[Path], AbstractContextManager[Server]], place: Path) -> None:
        self.resident_mb: list[Sample] = []
        self._serving = serving
        self._place = place

    def start(self) -> Sample:
        """Start a server, stop it, and give the seconds to its first answer."""
        folder = self._place / str(len(self.resident_mb))
        with self._serving(folder) as server:
            self.resident_mb.append(Sample(resident_bytes(server.pid) / _MB))
            return Sample(server.first_answer_s)
