"""Many clients at once for a while: letters sent and read, lists, the feed, figures, time that moves, and faults.

One request in ten meets a fault that was ordered (`Sigillo-Fault` marks its answer); an answer that is an error and was
not ordered stops the run. Memory is read after a third of the time, when everything was used once, and at the end: what
it grows by in between is the pages that the database keeps (at most 32 MB for the writer, 4 MB for each reader).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from aiohttp import ClientSession, ClientTimeout, TCPConnector

from sigillo.cli.bench.apart import apart, resident_bytes
from sigillo.cli.bench.posting import bodies
from sigillo.cli.bench.rounds import Row, Sample, Settings, Tell
from sigillo.cli.bench.servers import KEY, sigillo_server

CONNECTIONS = 64
_MB = 1_000_000
_EVERY = 10  # one fault in so many requests
_MOST_S = 120.0
_SECONDS_PER_LETTER = _MOST_S / 100_000
_PATIENCE = ClientTimeout(total=60)


@dataclass
class Observed:
    """What the clients saw; times in seconds by kind of request, memory in bytes."""

    times_s: dict[str, list[float]] = field(default_factory=dict)
    faults: int = 0
    unasked: list[str] = field(default_factory=list)
    memory_warm: int = 0
    memory_end: int = 0
    lasted_s: float = 0.0

    @property
    def requests(self) -> int:
        """Give how many requests were answered."""
        return sum(map(len, self.times_s.values()))

    def p99_ms(self, kind: str) -> float:
        """Give the longest of the quickest 99 in 100."""
        ordered = sorted(self.times_s[kind])
        return ordered[max(int(len(ordered) * 0.99) - 1, 0)] * 1000


def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
    """Measure one run: two minutes at the default size."""
    seconds = min(settings.letters * _SECONDS_PER_LETTER, _MOST_S)
    tell(f"{CONNECTIONS} clients for {seconds:.0f} s")
    with TemporaryDirectory(prefix="sigillo-bench-") as name, sigillo_server(Path(name)) as server:
        seen = apart(observe, server.port, server.pid, seconds)
    if seen.unasked:
        raise RuntimeError(f"{len(seen.unasked)} answers were errors that nobody asked for: {seen.unasked[0]}")
    kinds = ", ".join(f"{kind} {seen.p99_ms(kind):.0f}" for kind in sorted(seen.times_s))
    rate, note = Sample(seen.requests / seen.lasted_s), f"{seen.faults} ordered faults, no other error"
    yield Row("load", f"mixed requests, {CONNECTIONS} connections", "/s", (rate,), note=note)
    worst = max(seen.p99_ms(kind) for kind in seen.times_s)
    yield Row("load", "99 of 100 within, worst kind", "ms", (Sample(worst),), note=kinds)
    grown = (seen.memory_end - seen.memory_warm) / _MB
    held = f"{seen.memory_warm / _MB:.0f} MB after a third, {seen.memory_end / _MB:.0f} MB at the end"
    yield Row("load", "memory grown, last two thirds", "MB", (Sample(max(grown, 0.0)),), note=held)


def observe(port: int, pid: int, seconds: float) -> Observed:
    """Load a server for that long and tell what was seen."""
    return asyncio.run(_observe(port, pid, seconds))


async def _observe(port: int, pid: int, seconds: float) -> Observed:
    seen, began_s = Observed(), perf_counter()
    async with _session(port) as session:
        clients = _Clients(session, seen, list(bodies()))
        await clients.prepare()
        end_s = perf_counter() + seconds
        work = [asyncio.create_task(clients.run(number, end_s)) for number in range(CONNECTIONS)]
        await asyncio.sleep(seconds / 3)
        seen.memory_warm = resident_bytes(pid)
        await asyncio.gather(*work)
    seen.memory_end = resident_bytes(pid)
    seen.lasted_s = perf_counter() - began_s
    return seen


@asynccontextmanager
async def _session(port: int) -> AsyncIterator[ClientSession]:
    headers = {"Authorization": f"Bearer {KEY}"}
    connector = TCPConnector(limit=CONNECTIONS)
    base = f"http://127.0.0.1:{port}"
    async with ClientSession(base, headers=headers, connector=connector, timeout=_PATIENCE, trust_env=False) as session:
        yield session


class _Clients:
    """What the clients share: the letters known so far, and what each does in turn."""

    def __init__(self, session: ClientSession, seen: Observed, letters: list[bytes]) -> None:
        self._session = session
        self._seen = seen
        self._letters = letters
        self._known: list[str] = []
        self._turn = count()

    async def prepare(self) -> None:
        """Order the faults and send the first letter."""
        for match in ({"method": "GET", "route": "getLetter"}, {"method": "POST", "route": "sendLetter"}):
            fault = {"match": match, "effect": {"status": 503}, "times": None, "every": _EVERY}
            async with self._session.post("/v1/faults", json=fault) as answer:
                if not answer.ok:
                    raise RuntimeError(f"the fault was refused: {await answer.text()}")
        while not self._known:
            await self._send()

    async def run(self, number: int, end_s: float) -> None:
        """Do one thing after the other until the time is over."""
        while perf_counter() < end_s:
            await self._one(next(self._turn), number)

    async def _one(self, turn: int, number: int) -> None:
        if number == 0:
            await self._ask("advance", "POST", "/v1/clock/advance", {"by": "PT1H"})
            await asyncio.sleep(0.5)
        elif turn % 3 == 0:
            await self._send()
        elif turn % 50 == 1:
            await self._ask("list", "GET", "/v1/letters?limit=25&status=notified,accepted")
        elif turn % 50 == 2:
            await self._ask("feed", "GET", "/v1/events?limit=50")
        elif turn % 200 == 4:
            await self._ask("figures", "GET", "/v1/stats")
        else:
            await self._ask("read", "GET", f"/v1/letters/{self._known[turn % len(self._known)]}")

    async def _send(self) -> None:
        body = self._letters[next(self._turn) % len(self._letters)]
        answered = await self._ask("send", "POST", "/v1/letters", body)
        if answered is not None:
            self._known.append(str(answered["id"]))

    async def _ask(
        self, kind: str, method: str, path: str, body: bytes | Mapping[str, str] | None = None
    ) -> Mapping[str, object] | None:
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if data else {}
        began_s = perf_counter()
        async with self._session.request(method, path, data=data, headers=headers) as answer:
            text = await answer.text()
            self._seen.times_s.setdefault(kind, []).append(perf_counter() - began_s)
            if "Sigillo-Fault" in answer.headers:
                self._seen.faults += 1
                return None
            if not answer.ok:
                self._seen.unasked.append(f"{method} {path}: {answer.status} {text[:300]}")
                return None
            found: Mapping[str, object] = await answer.json()
            return found
