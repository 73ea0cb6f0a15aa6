"""The way to a running server: SIGILLO_URL and SIGILLO_API_KEY, and its problems told to a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
import httpx
import orjson

from sigillo.config import settings

_TIMEOUT_S = 600


class Connection:
    """Requests to one server with one key; a problem document becomes a ClickException that says everything."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def get(self, path: str, **query: object) -> Any:
        """Give the JSON at a path; query values that are None are left out."""
        params = {name: str(value) for name, value in query.items() if value is not None}
        return _answer(self._http.get(path, params=params))

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        """Post JSON and give the JSON of the answer."""
        return _answer(self._http.post(path, content=orjson.dumps(body), headers={"content-type": "application/json"}))

    def send(self, letter: Mapping[str, object], files: Sequence[Path]) -> Any:
        """Send a letter, its files with it in one request."""
        if not files:
            return self.post("/v1/letters", letter)
        with ExitStack() as opened:
            parts = [("letter", (None, orjson.dumps(letter), "application/json"))]
            content = [("files", (path.name, opened.enter_context(path.open("rb")))) for path in files]
            return _answer(self._http.post("/v1/letters", files=[*parts, *content]))

    def download(self, path: str, target: Path) -> None:
        """Write what is at a path into a file, whole or not at all."""
        partial = target.with_name(f".{target.name}.part")
        try:
            with self._http.stream("GET", path) as response, partial.open("wb") as file:
                if response.is_error:
                    response.read()
                    _answer(response)
                for chunk in response.iter_bytes():
                    file.write(chunk)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)


@contextmanager
def connect() -> Iterator[Connection]:
    """Open a connection to the server of the settings; what goes wrong on the way is said in one sentence."""
    chosen = settings()
    headers = {"authorization": f"Bearer {chosen.api_key.get_secret_value()}"}
    try:
        with httpx.Client(base_url=chosen.url, headers=headers, timeout=_TIMEOUT_S, trust_env=False) as http:
            yield Connection(http)
    except httpx.ConnectError:
        detail = f"No server answers at {chosen.url}: start one with `sigillo serve`, or set SIGILLO_URL."
        raise click.ClickException(detail) from None
    except (httpx.HTTPError, httpx.InvalidURL) as wrong:
        raise click.ClickException(f"{chosen.url}: {wrong}") from None


def _answer(response: httpx.Response) -> Any:
    if response.is_error:
        raise click.ClickException(_told(response))
    return orjson.loads(response.content)


def _told(response: httpx.Response) -> str:
    try:
        problem = orjson.loads(response.content)
        errors = [f"\n  {error['pointer'] or '/'}: {error['detail']}" for error in problem.get("errors", [])]
        return f"{problem['detail']}{''.join(errors)}"
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return f"The server answered {response.status_code} {response.reason_phrase}."
