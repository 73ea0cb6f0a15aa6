"""Whatever the model says of the API is in the package's tables: change it there, and the emitted text changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

import pytest

from sigillo.connectorgen.emit import n8n
from sigillo.connectorgen.fields import Call
from sigillo.connectorgen.model import ConnectorModel
from tests.connectors.project import ROOT, model

_RUNTIME = ROOT / "sandbox" / "sigillo" / "connectorgen" / "runtime" / "n8n"


def _changed(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, Call):
        return replace(value, path=value.path + "/other")
    if isinstance(value, str):
        return f"other{value}"
    if isinstance(value, bool) or not isinstance(value, int):
        return (*value[:-1], _changed(value[-1])) if value else value
    return value + 1


def _leaves(value: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for member in fields(value):
        inner = getattr(value, member.name)
        path = (*above, member.name)
        yield from _leaves(inner, path) if is_dataclass(inner) and not isinstance(inner, Call) else [path]


def _with(value: Any, path: tuple[str, ...]) -> Any:
    name, *rest = path
    inner = getattr(value, name)
    return replace(value, **{name: _with(inner, tuple(rest)) if rest else _changed(inner)})


def _trigger_with(part: str, path: tuple[str, ...]) -> ConnectorModel:
    (trigger,) = model().triggers
    return replace(model(), triggers=(replace(trigger, **{part: _with(getattr(trigger, part), path)}),))


def _cases() -> Iterator[Any]:
    (trigger,) = model().triggers
    for part in ("subscription", "signature"):
        for path in _leaves(getattr(trigger, part)):
            yield pytest.param(_trigger_with(part, path), id=".".join((part, *path)))
    for path in _leaves(model().app.failures):
        app = replace(model().app, failures=_with(model().app.failures, path))
        yield pytest.param(replace(model(), app=app), id=f"failures.{path[0]}")
    file = trigger.files[0]
    for member in ("call", "about", "told", "arguments", "format", "offered"):
        other = replace(file, **{member: _changed(getattr(file, member)) if member != "arguments" else ()})
        yield pytest.param(replace(model(), triggers=(replace(trigger, files=(other,)),)), id=f"files.{member}")
    operations = list(model().operations)
    at = next(index for index, one in enumerate(operations) if one.pagination and one.role == "search")
    pages = operations[at].pagination
    assert pages is not None
    for path in _leaves(pages):
        other_pages = replace(operations[at], pagination=_with(pages, path))
        yield pytest.param(
            replace(model(), operations=(*operations[:at], other_pages, *operations[at + 1 :])), id=f"pages.{path[0]}"
        )
    sends = replace(operations[0], idempotency="Another-Key")
    yield pytest.param(replace(model(), operations=(sends, *operations[1:])), id="idempotency")


@cache
def _as_it_is() -> dict[str, bytes]:
    return n8n.emit(model())


@pytest.mark.parametrize("changed", list(_cases()))
def test_what_the_model_says_is_in_the_package(changed: ConnectorModel) -> None:
    """A name of the API that is another one makes another package: the runtime has none of its own."""
    assert n8n.emit(changed) != _as_it_is()


def test_the_runtime_has_no_name_of_the_api() -> None:
    """None of the document's own names stands in what is copied."""
    (trigger,) = model().triggers
    words = {model().operations[0].idempotency or "", trigger.signature.secret_prefix, "next_cursor", "event_types"}
    words |= {trigger.signature.id_header, "secret_number", "/v1/"}
    for path in sorted(_RUNTIME.glob("*.ts")):
        source = path.read_text()
        assert not [word for word in words if word in source], path.name
