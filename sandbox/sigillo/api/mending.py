"""Everything that is wrong with a body told at once, though the later checks need a body of the right shape.

A body whose shape is wrong is mended first: each wrong field gets a stand-in, the rest is checked as a good body would
be, and what that finds outside of the stand-ins is told together with what was wrong in the first place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel

from sigillo.api.shape import try_shape
from sigillo.domain.errors import FieldError, Invalid

T = TypeVar("T", bound=BaseModel)

StandIns = Mapping[str, object]
_NONE: StandIns = MappingProxyType({})
_FILE_STAND_IN = "file_" + "0" * 20
_WITH_ANOTHER_SERVICE = ("scenario_of_another_service", "unknown_scenario")


def read_checked(model: type[T], raw: object, *, check: Callable[[T], object], stand_ins: StandIns = _NONE) -> T:
    """Give the document as the model; raises :class:`Invalid` with every error of its shape and of ``check``."""
    shaped, problems = try_shape(model, raw)
    if shaped is None:
        raise Invalid([*problems, *further(model, raw, problems, check=check, stand_ins=stand_ins)])
    check(shaped)
    return shaped


def further(
    model: type[T],
    raw: object,
    problems: Sequence[FieldError],
    *,
    check: Callable[[T], object],
    stand_ins: StandIns = _NONE,
) -> list[FieldError]:
    """Give what ``check``, which raises :class:`Invalid`, finds beside the problems there are.

    ``stand_ins`` are JSON values by pointer; a wrong field that has none is taken out.
    """
    if not isinstance(raw, dict):
        return []
    pointers = {problem.pointer for problem in problems}
    shaped, _ = try_shape(model, _mended(raw, sorted(pointers), stand_ins))
    if shaped is None:
        return []
    try:
        check(shaped)
    except Invalid as invalid:
        return [one for one in invalid.errors if not _of_a_stand_in(one, pointers)]
    return []


def _of_a_stand_in(error: FieldError, mended: set[str]) -> bool:
    if error.pointer == "/scenario" and "/service" in mended and error.code in _WITH_ANOTHER_SERVICE:
        return True
    return any(error.pointer == one or error.pointer.startswith(f"{one}/") for one in mended)


def _mended(raw: Mapping[str, Any], pointers: Sequence[str], stand_ins: StandIns) -> dict[str, Any]:
    mended: dict[str, Any] = deepcopy(dict(raw))
    for pointer in pointers:
        _mend(mended, pointer.split("/")[1:], deepcopy(stand_ins.get(pointer)))
    return mended


def _mend(document: dict[str, Any], path: Sequence[str], stand_in: object) -> None:
    """Put a stand-in at one place; what has none is taken out, of a list or of the metadata the whole field."""
    head, *rest = path or [""]
    inner = document.get(head)
    if head == "file_ids" and rest and isinstance(inner, list):
        inner[int(rest[0])] = _FILE_STAND_IN
    elif rest and isinstance(inner, dict) and head != "metadata":
        _put(inner, rest[0], stand_in)
    else:
        _put(document, head, stand_in)


def _put(document: dict[str, Any], key: str, value: object) -> None:
    if value is None:
        document.pop(key, None)
    else:
        document[key] = value
