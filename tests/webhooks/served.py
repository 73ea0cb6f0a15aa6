"""A real `sigillo serve`, asked over HTTP, and receivers that keep what reaches them."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from tests.specs import conformity

KEY = "sk_test_demo"
_SIGILLO = str(Path(sys.executable).parent / "sigillo")
_PATIENCE_S = 15.0


@dataclass(frozen=True)
class Answer:
    """What a receiver answers."""

    status: int = 200
    body: bytes = b"taken"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Message:
    """What came: the path, the headers by lower-case name, the body, and the reading of a clock."""

    path: str
    headers: dict[str, str]
    body: bytes
    at_s: float

    @property
    def id(self) -> str:
        """The `webhook-id`."""
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """Keeps messages in the order in which they came; ``answer`` may be changed while it runs."""

    answer: Callable[[Message], Answer] = lambda _: Answer()
    url: str = ""
    messages: list[Message] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, count: int, *, within_s: float = _PATIENCE_S) -> list[Message]:
        """The messages, as soon as there are so many."""
        with self.came:
            there = self.came.wait_for(lambda: len(self.messages) >= count, timeout=within_s)
            assert there, f"{len(self.messages)} of {count} messages came within {within_s} s"
            return list(self.messages)

    def take(self, message: Message) -> Answer:
        """Keep a message and say what to answer."""
        with self.came:
            self.messages.append(message)
            self.came.notify_all()
        return self.answer(message)


@contextlib.contextmanager
def receiver(answer: Callable[[Message], Answer] = lambda _: Answer()) -> Iterator[Receiver]:
    """A receiver on loopback, of the standard library, each connection in a thread of its own."""
    keeper = Receiver(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            said = keeper.take(Message(self.path, headers, body, time.monotonic()))
            with contextlib.suppress(OSError):
                self.send_response(said.status)
                for name, value in (*said.headers, ("Content-Length", str(len(said.body)))):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said.body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    keeper.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield keeper
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True)
class Served:
    """A running server and its client."""

    client: httpx.Client
    log: Path

    def __call__(self, method: str, path: str, **request: Any) -> Any:
        """One request that succeeds; its JSON."""
        answer = self.client.request(method, path, **request)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def endpoint(self, url: str, **wanted: object) -> dict[str, Any]:
        """A new endpoint, its secret with it."""
        made: dict[str, Any] = self("POST", "/v1/webhook-endpoints", json={"url": url, **wanted})
        return made

    def letter(self, to: str = "accept@lre.test", **fields: object) -> dict[str, Any]:
        """A letter that was sent."""
        recipient = {"name": "Jeanne Dupré", "email": to}
        plain = {"service": "lre", "recipient": recipient, "subject": "Bail", "content": "Bonjour,"}
        sent: dict[str, Any] = self("POST", "/v1/letters", json={**plain, **fields})
        return sent

    def advance(self, **how: str) -> Any:
        """Let time pass."""
        return self("POST", "/v1/clock/advance", json=how)

    def delivery(self, event_id: str, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The delivery of an event, in full, as soon as it is as wanted."""
        end_s = time.monotonic() + _PATIENCE_S
        while True:
            found = self("GET", "/v1/webhook-deliveries", params={"event_id": event_id})["data"]
            detail: dict[str, Any] = self("GET", f"/v1/webhook-deliveries/{found[0]['id']}") if found else {}
            if detail and until(detail):
                return detail
            assert time.monotonic() < end_s, f"the delivery did not come to be as wanted: {detail}"
            time.sleep(0.05)


@contextlib.contextmanager
def served(folder: Path, *options: str) -> Iterator[Served]:
    """`sigillo serve` on a free port with a data folder, its requests in a log."""
    log = folder / "serve.log"
    command = [_SIGILLO, "serve", "--port", "0", "--data", str(folder / "data"), "--verbose", *options]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=folder)
    try:
        headers = {"authorization": f"Bearer {KEY}"}
        with httpx.Client(
            base_url=_address(process, log),
            headers=headers,
            timeout=30,
            trust_env=False,
            event_hooks={"response": [conformity.check]},
        ) as client:
            yield Served(client, log)
    finally:
        process.terminate()
        process.wait(timeout=15)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(200):
        assert process.poll() is None, log.read_text()
        found = re.search(r"at (http://\S+?),", log.read_text())
        if found:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"{found[1]}/healthz", trust_env=False)
                return found[1]
        time.sleep(0.1)
    raise AssertionError("the server did not answer")
