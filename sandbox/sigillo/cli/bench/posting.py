"""Letters over HTTP: POST and GET at 32 keep-alive connections, beside a bare FastAPI app with the same body.

Both servers run as people run them: uvicorn, one worker, uvloop, httptools, a process of its own, a database on the
disk in WAL with synchronous NORMAL and one commit a request. The bare route checks the same fields with pydantic and
inserts one row; ours also opens the key, checks what the body means, plans the letter, and writes it, its course and
its chained facts. The same client (``http_load``) sends the same bodies to both, from a third process.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sigillo.cli.bench.apart import apart
from sigillo.cli.bench.http_load import Load, load, request_bytes
from sigillo.cli.bench.rounds import Goal, Row, Sample, Settings, Tell, interleave
from sigillo.cli.bench.servers import KEY, Server, bare_server, sigillo_server
from sigillo.cli.bench.world import SENDER, drafts

_SHARE = 10  # letters of `advance` for one request here
_GETS_PER_POST = 2
_WARM = 200
_KEPT = 100


@dataclass(frozen=True, slots=True)
class _Side:
    """A server and what is asked of it; ``latencies_ms`` collects the 99th percentile of each round."""

    server: Server
    key: str
    path: str
    latencies_ms: list[float]

    def post(self, count: int) -> Sample:
        """Send letters."""
        requests = [request_bytes("POST", self.path, body=body, key=self.key) for body in bodies()]
        return self._sample(apart(load, self.server.port, requests, count=count, expect=b"201"))

    def getting(self) -> Callable[[int], Sample]:
        """Give what reads some of the newest letters by their ids, in turn."""
        body = next(bodies())
        requests = [request_bytes("POST", self.path, body=body, key=self.key)]
        made = apart(load, self.server.port, requests, count=_WARM, expect=b"201", keep=_KEPT)
        ids = [json.loads(answer)["id"] for answer in made.bodies]
        gets = [request_bytes("GET", f"{self.path}/{each}", key=self.key) for each in ids]
        return lambda count: self._sample(apart(load, self.server.port, gets, count=count, expect=b"200"))

    def _sample(self, measured: Load) -> Sample:
        self.latencies_ms.append(measured.p99_ms)
        return Sample(measured.per_second)


def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
    """Measure sending, then reading."""
    count = max(settings.letters // _SHARE, _WARM)
    with TemporaryDirectory(prefix="sigillo-bench-") as name, ExitStack() as running:
        ours = _Side(running.enter_context(sigillo_server(Path(name, "ours"))), KEY, "/v1/letters", [])
        bare = _Side(running.enter_context(bare_server(Path(name, "bare"))), "", "/letters", [])
        for side in (ours, bare):
            side.post(_WARM)
        found = _compare(settings, tell, "POST", lambda: ours.post(count), lambda: bare.post(count))
        yield _row("POST /v1/letters, 32 connections", found, Goal(0.6, of_floor=True), (ours, bare), settings.rounds)
        ours_get, bare_get = ours.getting(), bare.getting()
        many = _GETS_PER_POST * count
        found = _compare(settings, tell, "GET", lambda: ours_get(many), lambda: bare_get(many))
        yield _row("GET /v1/letters/{id}, 32 connections", found, None, (ours, bare), settings.rounds)


def bodies() -> Iterator[bytes]:
    """Give one body for each scenario that the measurements mix."""
    sender = {"name": SENDER.name, "email": SENDER.email, "company": SENDER.company}
    for draft in drafts():
        recipient = {
            "kind": draft.recipient.kind.value,
            "name": draft.recipient.name,
            "email": draft.recipient.email,
            "company": draft.recipient.company,
        }
        letter = {
            "service": draft.service,
            "sender": sender,
            "recipient": recipient,
            "subject": draft.subject,
            "content": draft.text,
            "reference": draft.reference,
        }
        yield json.dumps(letter, ensure_ascii=False).encode()


def _compare(
    settings: Settings, tell: Tell, what: str, ours: Callable[[], Sample], bare: Callable[[], Sample]
) -> dict[str, tuple[Sample, ...]]:
    return interleave(settings.rounds, {f"{what}, ours": ours, f"{what}, bare FastAPI": bare}, tell)


def _row(
    what: str, found: dict[str, tuple[Sample, ...]], goal: Goal | None, sides: tuple[_Side, _Side], rounds: int
) -> Row:
    ours, floor = found.values()
    p99, bare_p99 = (median(side.latencies_ms[-rounds:]) for side in sides)
    note = f"99 of 100 within {p99:.1f} ms, bare {bare_p99:.1f} ms"
    return Row("post-letters", what, "/s", ours, floor, "bare FastAPI route", goal, note=note)
