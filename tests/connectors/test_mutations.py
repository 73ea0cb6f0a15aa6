"""Whatever is changed in the two files, at any place: a connector or findings, and no other exception."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sigillo.connectorgen.build import build
from sigillo.connectorgen.emit import n8n
from sigillo.connectorgen.findings import Findings, Refused
from sigillo.connectorgen.load import read_yaml
from tests.connectors.project import OVERLAY, SPEC
from tests.connectors.small import Json, as_bytes, document, overlay

_REFERENCE = "#/components/schemas/NoteIn"
_ALTERNATIVES = {"anyOf": [{"type": "string"}, {"type": "integer"}]}
_VALUES: tuple[Any, ...] = (
    *(None, True, 5, -1.5, "", "x", "../x'\"\n", [], [1], ["x"], {}, {"a": 1}, [{}], [[]]),
    *({"x": {"y": {}}}, {"type": "array"}, {"$ref": _REFERENCE}, {"$ref": "#/paths"}, _ALTERNATIVES),
)
_CHANGES = ("delete", "rename", "number", "double", *range(len(_VALUES)))


def _places(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if at:
        yield at
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from _places(child, (*at, key))


def _changed(whole: Json, at: tuple[str | int, ...], change: str | int) -> Json:
    whole = deepcopy(whole)
    place: Any = whole
    for key in at[:-1]:
        place = place[key]
    last = at[-1]
    if isinstance(change, int):
        place[last] = deepcopy(_VALUES[change])
    elif change == "delete":
        del place[last]
    elif isinstance(place, list):
        place.append(deepcopy(place[int(last)]))
    else:
        place[200 if change == "number" else f"{last}2"] = place[last] if change == "double" else place.pop(last)
    return whole


def _try(first: Json, second: Json) -> None:
    try:
        n8n.emit(build(as_bytes(first), as_bytes(second)))
    except Refused as refused:
        assert refused.findings


_SMALL = document(), overlay()


@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(st.sampled_from(list(_places(_SMALL[0]))), st.sampled_from(_CHANGES))
def test_a_changed_document_is_built_or_refused(at: tuple[str | int, ...], change: str | int) -> None:
    """Keys deleted, renamed, doubled or made numbers, values of every other type."""
    _try(_changed(_SMALL[0], at, change), _SMALL[1])


@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(st.sampled_from(list(_places(_SMALL[1]))), st.sampled_from(_CHANGES))
def test_a_changed_overlay_is_built_or_refused(at: tuple[str | int, ...], change: str | int) -> None:
    """The same of the second file."""
    _try(_SMALL[0], _changed(_SMALL[1], at, change))


@cache
def _project() -> tuple[Json, Json]:
    read = [read_yaml(path.read_bytes(), Findings()) for path in (SPEC, OVERLAY)]
    return read[0] or {}, read[1] or {}


@pytest.mark.parametrize("seed", range(3))
def test_the_project_s_own_files_changed_at_many_places_are_refused(seed: int) -> None:
    """Each five hundredth place of both, another change at each: everything is told at once, and no step breaks."""
    files = [deepcopy(file) for file in _project()]
    for file in files:
        places = list(_places(file))
        for index, at in enumerate(places[seed * 83 :: 499]):
            try:
                place: Any = file
                for key in at[:-1]:
                    place = place[key]
                place[at[-1]] = deepcopy(_VALUES[(seed + index) % len(_VALUES)])
            except (KeyError, IndexError, TypeError):
                continue  # an earlier change took the place away
    with pytest.raises(Refused) as refused:
        build(as_bytes(files[0]), as_bytes(files[1]))
    assert len(refused.value.findings) > 5
