"""Settings: the command-line option, else the ``SIGILLO_*`` environment variable, else the default.

The only module that reads the environment.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import PydanticCustomError

from sigillo.domain.calendar import parse_instant
from sigillo.domain.clock import DEFAULT_START, MAX_SPEED
from sigillo.domain.errors import FieldError, Invalid, MalformedInput

PREFIX = "SIGILLO_"
DEMO_KEY = "sk_test_demo"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_MASK = "********"
_TRUTHS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def _instant(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return parse_instant(value)
    except MalformedInput as error:
        raise PydanticCustomError("bad_instant", "{detail}", {"detail": error.detail}) from None


def _truth(value: object) -> object:
    return _TRUTHS.get(value.strip().lower(), value) if isinstance(value, str) else value


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise PydanticCustomError("bad_url", "write an address such as http://127.0.0.1:8025")
    return value.rstrip("/")


WebAddress = Annotated[str, AfterValidator(_web_address)]


class Settings(BaseModel):
    """Everything that can be set. ``start`` is where a new workspace's clock begins, ``speed`` how it then runs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: Annotated[str, Field(min_length=1, description="The address to bind to.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="The port of the API; 0 takes a free one.")] = 8025
    data: Annotated[Path, Field(description="The folder where everything is kept.")] = Path("data")
    memory: Annotated[bool, BeforeValidator(_truth), Field(description="Keep nothing; for tests.")] = False
    seed: Annotated[str, Field(min_length=1, max_length=64, description="All ids, keys and draws follow from it.")] = (
        "1"
    )
    start: Annotated[datetime, BeforeValidator(_instant), Field(description="Where clocks begin.")] = DEFAULT_START
    speed: Annotated[float, Field(ge=0, le=MAX_SPEED, description="0 frozen, 1440 a day a minute.")] = 0.0
    public_url: Annotated[WebAddress | None, Field(description="Where people reach the server, if elsewhere.")] = None
    database_url: Annotated[SecretStr | None, Field(description="Default: SQLite in the data folder.")] = None
    blobs: Annotated[str | None, Field(description="Where files are kept. Default: the data folder.")] = None
    url: Annotated[WebAddress, Field(description="The server that commands talk to.")] = "http://127.0.0.1:8025"
    api_key: Annotated[SecretStr | None, Field(description="The key that commands use.")] = None

    @property
    def is_loopback(self) -> bool:
        """Tell whether only this machine can reach the server; the demo key is good there alone."""
        return self.host in _LOOPBACK

    @property
    def address(self) -> str:
        """Give the address that people reach the server at, which proofs print."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Effective:
    """One setting as it is in force, secrets masked; ``source`` is option, environment or default."""

    name: str
    variable: str
    value: str
    source: str
    description: str


def load(options: Mapping[str, object] | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Give the settings in force; an option that is None was not given.

    Raises :class:`Invalid` naming the option or the variable of every bad value.
    """
    given, sources = _given(options or {}, os.environ if environment is None else environment)
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        raise Invalid([_finding(one["loc"], one["msg"], sources) for one in error.errors()]) from None


def effective(
    options: Mapping[str, object] | None = None, environment: Mapping[str, str] | None = None
) -> list[Effective]:
    """Give every setting with where it comes from, in the order they are told."""
    environment = os.environ if environment is None else environment
    return list(_effective(load(options, environment), _given(options or {}, environment)[1]))


def _effective(settings: Settings, sources: Mapping[str, str]) -> Iterator[Effective]:
    for name, field in Settings.model_fields.items():
        source = sources.get(name, "default")
        yield Effective(name, _variable(name), _shown(getattr(settings, name)), source, field.description or "")


def _given(options: Mapping[str, object], environment: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for name in Settings.model_fields:
        if options.get(name) is not None:
            values[name], sources[name] = options[name], "option"
        elif environment.get(_variable(name)):
            values[name], sources[name] = environment[_variable(name)], "environment"
    return values, sources


def _finding(location: tuple[int | str, ...], message: str, sources: Mapping[str, str]) -> FieldError:
    name = str(location[0])
    where = _variable(name) if sources.get(name) == "environment" else f"--{name.replace('_', '-')}"
    return FieldError(f"/{name}", "bad_setting", f"{where}: {message}.")


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _shown(value: object) -> str:
    if value is None:
        return ""
    return _MASK if isinstance(value, SecretStr) else str(value)
