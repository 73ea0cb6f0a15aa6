"""The application as a process of its own, on a free port of this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.api.caller import KEY
from tests.specs import conformity

_PROGRAM = """
import socket, sys
from pathlib import Path
import uvicorn
from sigillo.api.app import create_app
from sigillo.bootstrap import build
from sigillo.webhooks.addresses import AddressPolicy
from sigillo.webhooks.sender import HttpCourier

class ThisMachine(AddressPolicy):
    "Whatever addresses a test makes up, nothing leaves this machine."
    def refusal(self, address, *, live):
        return None if str(address) in ("127.0.0.1", "::1") else "Tests call this machine alone."

def look_up(host, port, family):
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1" if host == "localhost" else "192.0.2.1", port))]

data = Path(sys.argv[2]) if len(sys.argv) > 2 else None
sandbox = build(data=data, courier=HttpCourier(ThisMachine(), lookup=look_up))
sandbox.workspaces.ensure("demo", seed="1", key="sk_test_demo")
config = uvicorn.Config(create_app(sandbox), log_config=None, access_log=False)
uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(sys.argv[1]))])
"""


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    process: subprocess.Popen[bytes]

    def client(self) -> httpx.Client:
        """A client with the key; every answer that it gets is held against the contract's document."""
        return httpx.Client(
            base_url=self.url,
            headers={"authorization": f"Bearer {KEY}"},
            timeout=60,
            trust_env=False,
            event_hooks={"response": [conformity.check]},
        )

    def resident_kib(self) -> int:
        """How much memory the process holds now, in KiB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise AssertionError("the process has no memory to tell of")

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)


@contextlib.contextmanager
def serving(data: Path | None = None, *, program: str = _PROGRAM) -> Iterator[Server]:
    """A server on a data folder, or in memory; it has answered when the block begins."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [sys.executable, "-c", program, str(listener.fileno()), *([str(data)] if data else [])]
        process = subprocess.Popen(command, pass_fds=[listener.fileno()], env=os.environ | {"PYTHONHASHSEED": "7"})
        server = Server(f"http://127.0.0.1:{listener.getsockname()[1]}", process)
    try:
        _wait(server)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait(server: Server) -> None:
    for _ in range(200):
        assert server.process.poll() is None, "the server ended before it answered"
        with contextlib.suppress(httpx.TransportError), server.client() as client:
            if client.get("/healthz", timeout=30).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError("the server did not answer")
