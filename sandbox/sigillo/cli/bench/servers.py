"""Servers under measurement: ours as `sigillo serve` starts it, and the bare one, each a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

from sigillo.cli.bench.http_load import request_bytes
from sigillo.domain.faces import MAIL_FACES

BARE_APP = Path(__file__).with_name("bare_app.py")
KEY = "sk_test_demo"  # which a server on loopback opens with
_OURS = "import sys; from sigillo.cli.main import main; main()"
_PATIENCE_S = 30.0
_PAUSE_S = 0.002
_STOPPING_S = 10.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server that has answered: where, its process, and how long it took from its start to the first answer."""

    port: int
    pid: int
    first_answer_s: float


@contextmanager
def sigillo_server(folder: Path) -> Iterator[Server]:
    """Run `sigillo serve` on a data folder, until the block ends."""
    port = free_port()
    options = ["serve", "--host", "127.0.0.1", "--port", str(port), "--data", str(folder)]
    with served([sys.executable, "-c", _OURS, *options], port, request_bytes("GET", "/healthz")) as server:
        yield server


@contextmanager
def mail_server(folder: Path, face: str) -> Iterator[int]:
    """Run `sigillo serve` on a data folder with one mail face, until the block ends; gives the face's port."""
    port, mail_port = free_port(), free_port()
    options = ["serve", "--host", "127.0.0.1", "--port", str(port), "--data", str(folder)]
    for name in MAIL_FACES:
        options += [f"--{name}-port", str(mail_port if name == face else 0)]
    with served([sys.executable, "-c", _OURS, *options], port, request_bytes("GET", "/healthz")):
        yield mail_port


@contextmanager
def bare_server(folder: Path) -> Iterator[Server]:
    """Run the bare app on a database in a folder, until the block ends. It answers that there is no such page."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(BARE_APP), str(port), str(folder / "bare.db")]
    with served(command, port, request_bytes("GET", "/")) as server:
        yield server


def free_port() -> int:
    """Give a port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(command: list[str], port: int, probe: bytes, *, patience_s: float = _PATIENCE_S) -> Iterator[Server]:
    """Run a server until the block ends; ``probe`` is asked until it is answered."""
    began_s = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # noqa: S603 -- this interpreter and our own file
    try:
        _first_answer(process, port, probe, patience_s)
        yield Server(port, process.pid, perf_counter() - began_s)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=_STOPPING_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _first_answer(process: subprocess.Popen[bytes], port: int, probe: bytes, patience_s: float) -> None:
    """Ask again and again, as fast as connections are refused, until something is answered."""
    end_s = perf_counter() + patience_s
    while perf_counter() < end_s:
        if process.poll() is not None:
            said = process.stderr.read().decode() if process.stderr else ""
            raise RuntimeError(f"the server ended with {process.returncode}: {said[-2000:]}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S) as connection:
                connection.sendall(probe)
                if connection.recv(1):
                    return
        except OSError:
            sleep(_PAUSE_S)
    raise RuntimeError(f"the server did not answer within {patience_s:g} s")
