"""Webhooks delivered per second to a receiver on this machine, beside a bare aiohttp loop over an outbox in SQLite.

1. Letters are sent once, into a folder with an endpoint for all events; every round of ours gets a copy of it.
2. Ours: the pump as the server runs it, from its start until the position of the endpoint is the journal's end. It
   reads facts, writes their JSON, signs, sends, and keeps each delivery with its attempt.
3. The floor: the same bodies in one table; read 256, sign and send them, 32 at once, mark them in one transaction.

Both are processes of their own with uvloop, and send to the same receiver, a third process.
"""

from __future__ import annotations

import asyncio
import hmac
import shutil
import sqlite3
import sys
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import uvloop
from aiohttp import ClientSession, TCPConnector

from sigillo.api.outgoing import message_body, run_webhooks
from sigillo.application.endpoints import EndpointDraft
from sigillo.application.ports.storage import Answer
from sigillo.application.queries import told
from sigillo.cli.bench.apart import apart
from sigillo.cli.bench.http_load import request_bytes
from sigillo.cli.bench.rounds import Goal, Row, Sample, Settings, Tell, interleave, per_second
from sigillo.cli.bench.servers import free_port, served
from sigillo.cli.bench.world import World

RECEIVER = Path(__file__).with_name("bare_receiver.py")
_SHARE = 20  # letters of `advance` for one letter here; each has two facts
_CHUNK = 256
_AT_ONCE = 32
_LOOK_S = 0.01
_KEY = b"k" * 24


def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
    """Measure the pump and the bare loop in turn."""
    letters = max(settings.letters // _SHARE, 20)
    with TemporaryDirectory(prefix="sigillo-bench-") as name, _receiver() as port:
        place, url = Path(name), f"http://127.0.0.1:{port}/hook"
        tell(f"sending {letters:,} letters")
        bodies = apart(send, place / "sent", letters, url)
        measures = {
            "ours": lambda: _pumped(place, len(bodies)),
            "bare loop": lambda: apart(bare_loop, place, bodies, url),
        }
        found = interleave(settings.rounds, measures, tell)
    yield Row(
        "webhooks",
        f"{len(bodies):,} webhooks delivered, one endpoint",
        "/s",
        found["ours"],
        found["bare loop"],
        "aiohttp loop over an SQLite outbox",
        Goal(0.35, of_floor=True),
        note="ours also reads the journal, writes each body, and keeps every attempt with headers and answer",
    )


@contextmanager
def _receiver() -> Iterator[int]:
    port = free_port()
    with served([sys.executable, str(RECEIVER), str(port)], port, request_bytes("GET", "/")) as server:
        yield server.port


def send(folder: Path, letters: int, url: str) -> list[tuple[str, bytes]]:
    """Register an endpoint and send letters; give the id and the body of every message that is to be delivered."""
    with World.open(folder) as world:
        endpoints = world.sandbox.endpoints
        endpoints.add(world.workspace_id, EndpointDraft(url), reply=lambda _: Answer("", 200, {}, b""))
        world.send(letters)
        with world.sandbox.store.reading(world.workspace_id) as tx:
            facts = told(tx, tx.events.following(None, limit=10 * letters, after=0))
        return [(one.event.id, message_body(one)) for one in facts]


def _pumped(place: Path, expected: int) -> Sample:
    copy = shutil.copytree(place / "sent", place / "run")
    try:
        return apart(pump, copy, expected)
    finally:
        shutil.rmtree(copy)


def pump(folder: Path, expected: int) -> Sample:
    """Let the pump deliver everything in a data folder, and give how many messages a second that were."""
    with World.open(folder) as world:
        return uvloop.run(_pump(world, expected))


async def _pump(world: World, expected: int) -> Sample:
    cpu_s, wall_s = process_time(), perf_counter()
    pumping = asyncio.create_task(run_webhooks(world.sandbox))
    while _position(world) < expected:  # noqa: ASYNC110 -- looked at from outside, as an observer would
        await asyncio.sleep(_LOOK_S)
    wall_s, cpu_s = perf_counter() - wall_s, process_time() - cpu_s
    pumping.cancel()
    await asyncio.gather(pumping, return_exceptions=True)
    with world.sandbox.store.reading(world.workspace_id) as tx:
        if tx.deliveries.last_number() != expected:
            raise RuntimeError("not every message was delivered once; something else was measured")
    return per_second(expected, wall_s=wall_s, cpu_s=cpu_s)


def _position(world: World) -> int:
    with world.sandbox.store.reading(world.workspace_id) as tx:
        return min(each.position for each in tx.endpoints.readers())


def bare_loop(place: Path, bodies: Sequence[tuple[str, bytes]], url: str) -> Sample:
    """Deliver the same messages from a table of a new database, and give how many a second that were."""
    path = place / "bare.db"
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(
            "CREATE TABLE outbox (id INTEGER PRIMARY KEY, message TEXT, body BLOB, due REAL, done INTEGER)"
        )
        connection.execute("CREATE INDEX pending ON outbox (due) WHERE done = 0")
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO outbox (message, body, due, done) VALUES (?, ?, 0, 0)", bodies)
        connection.execute("COMMIT")
        return uvloop.run(_bare_loop(connection, len(bodies), url))
    finally:
        connection.close()
        path.unlink()


async def _bare_loop(connection: sqlite3.Connection, expected: int, url: str) -> Sample:
    done = 0
    cpu_s, wall_s = process_time(), perf_counter()
    async with ClientSession(connector=TCPConnector(limit=_AT_ONCE)) as session:
        while True:
            query = "SELECT id, message, body FROM outbox WHERE done = 0 AND due <= 1 ORDER BY due, id LIMIT ?"
            chunk = connection.execute(query, (_CHUNK,)).fetchall()
            if not chunk:
                break
            await _send_all(session, url, chunk)
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("UPDATE outbox SET done = 1 WHERE id = ?", [(row[0],) for row in chunk])
            connection.execute("COMMIT")
            done += len(chunk)
    wall_s, cpu_s = perf_counter() - wall_s, process_time() - cpu_s
    if done != expected:
        raise RuntimeError("the bare loop did not deliver every message; something else was measured")
    return per_second(expected, wall_s=wall_s, cpu_s=cpu_s)


async def _send_all(session: ClientSession, url: str, chunk: Sequence[tuple[int, str, bytes]]) -> None:
    left = iter(chunk)

    async def work() -> None:
        for _, message, body in left:
            signature = hmac.digest(_KEY, b"%s.1.%s" % (message.encode(), body), "sha256")
            headers = {
                "Content-Type": "application/json",
                "webhook-id": message,
                "webhook-timestamp": "1",
                "webhook-signature": f"v1,{b64encode(signature).decode()}",
            }
            async with session.post(url, data=body, headers=headers) as answer:
                await answer.read()

    await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
