"""JSON as it comes in: strict UTF-8, one meaning, no key twice, and a line and column where it is not JSON."""

from __future__ import annotations

import json
import re
from typing import NoReturn

from sigillo.domain.document import shown
from sigillo.domain.errors import MalformedInput

_HALF = re.compile("[\ud800-\udfff]")


def parse_json(data: bytes) -> object:
    """Read a JSON text; raise :class:`MalformedInput` saying where it stops being JSON (RFC 8259)."""
    try:
        return _DECODER.decode(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise MalformedInput(f"The body is not UTF-8 at byte {error.start}: send JSON encoded as UTF-8.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise MalformedInput(f"The body is not JSON at {where}: {error.msg}.", code="malformed_json") from None
    except RecursionError:
        raise MalformedInput("The JSON is nested too deeply: send a flatter document.", code="malformed_json") from None
    except ValueError:
        raise MalformedInput("A number of the JSON is too long: shorten it.", code="malformed_json") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for i, key in enumerate(keys) if key in keys[:i])
        raise MalformedInput(f"The key {shown(twice)} stands twice in one object: leave it once.", code="duplicate_key")
    for key in members:
        if not key.isascii() and _HALF.search(key):
            raise MalformedInput(f"The key {shown(key)} holds a lone surrogate, which is no character: take it out.")
    return members


def _constant(name: str) -> NoReturn:
    raise MalformedInput(f"{name} is no JSON number: write a number, or null.", code="malformed_json")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
