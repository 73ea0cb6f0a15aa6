"""Runs the steps of a tour: one shell, one temporary folder, one running server, as a reader at a terminal has them."""

from __future__ import annotations

import difflib
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from tests.docs.markdown import Step

README_PORT = 8025
MAIL_PORTS = (8465, 8993)
STEP_LIMIT_S = 120
START_LIMIT_S = 20


class TourError(AssertionError):
    """A step or the server did not do what the text says; the message says which, and shows what happened."""


@contextmanager
def server(command: Sequence[str], port: int, *, folder: Path) -> Iterator[None]:
    """A server that listens on `port` of 127.0.0.1 while the block runs; its output is in `server.log` of `folder`."""
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output, env=_environment(folder))
        try:
            _wait_until_listening(process, port, log)
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def run(
    steps: Sequence[Step],
    *,
    folder: Path,
    port: int = README_PORT,
    source: str = "README.md",
    others: Mapping[int, int] | None = None,
) -> None:
    """Runs the steps one after the other in one bash; the first that fails, or prints something else, ends it.

    `port` stands in for the port of the text, and each of `others` for the other port that it is listed under.
    """
    ports = {README_PORT: port, **(others or {})}
    shell = _Shell(folder, port)
    try:
        for step in steps:
            name = f"{source}:{step.line} '{step.name}'"
            printed = shell.run(_at_ports(step.script, ports), name=name)
            if step.expected is not None and not matches(_at_ports(step.expected, ports), printed):
                raise TourError(f"{name} prints something else:\n{_difference(step.expected, printed)}")
    finally:
        shell.close()


def matches(expected: str, printed: str) -> bool:
    """Whether the output is the expected one; `…` is anything within a line, a line of it alone any lines."""
    pattern = "".join(
        r"(?:.*\n)*" if line.strip() == "…" else ".*".join(map(re.escape, line.rstrip().split("…"))) + r"[^\S\n]*\n"
        for line in expected.strip("\n").splitlines()
    )
    return re.fullmatch(pattern, printed.strip("\n") + "\n") is not None


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Shell:
    """One bash that runs scripts in turn, so that variables and the folder stay as a script left them."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=_environment(folder) | {"SIGILLO_URL": f"http://127.0.0.1:{port}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.mark = f"--- end of step {os.getpid()} ---".encode()

    def run(self, script: str, *, name: str) -> str:
        """What the script prints on both outputs; an error when a command fails or does not end."""
        path = self.folder / ".step.sh"
        path.write_text(f"set -euo pipefail\n{script}\n", encoding="utf-8")
        order = f"source '{path}' </dev/null\nset +euo pipefail\nprintf %s '{self.mark.decode()}'\n"
        try:
            _given(self.process.stdin).write(order.encode())
            _given(self.process.stdin).flush()
        except BrokenPipeError:
            raise TourError(f"{name}: the shell has ended before this block") from None
        return self._read(name)

    def _read(self, name: str) -> str:
        output = b""
        until = time.monotonic() + STEP_LIMIT_S
        with selectors.DefaultSelector() as ready:
            ready.register(_given(self.process.stdout), selectors.EVENT_READ)
            while not output.endswith(self.mark):
                if not ready.select(max(0.0, until - time.monotonic())):
                    raise TourError(f"{name} did not end within {STEP_LIMIT_S} s; it printed:\n{output.decode()}")
                more = os.read(_given(self.process.stdout).fileno(), 65536)
                if not more:
                    raise TourError(f"{name} failed with status {self.process.wait()}; it printed:\n{output.decode()}")
                output += more
        return output.removesuffix(self.mark).decode()

    def close(self) -> None:
        """Ends the shell and whatever it left running in the background."""
        for stream in (self.process.stdin, self.process.stdout):
            _given(stream).close()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _wait_until_listening(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_LIMIT_S
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    status = process.poll()
    what = (
        f"did not listen on port {port} within {START_LIMIT_S} s" if status is None else f"ended with status {status}"
    )
    raise TourError(f"the server {what}; it printed:\n{log.read_text()}")


def _environment(folder: Path) -> dict[str, str]:
    """The environment of a reader: the commands of .venv first, a home of its own, no settings of this machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIGILLO_")}
    return kept | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(folder)}


def _at_ports(text: str, ports: Mapping[int, int]) -> str:
    return re.sub(r"(?<!\d)\d{4}(?!\d)", lambda found: str(ports.get(int(found[0]), found[0])), text)


def _difference(expected: str, printed: str) -> str:
    lines = expected.strip("\n").splitlines(), printed.strip("\n").splitlines()
    return "\n".join(difflib.unified_diff(*lines, "shown", "printed", lineterm=""))


def _given(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream
