"""Lays an OpenAPI Overlay 1.0.0 over a document, action by action, in their order.

What the specification leaves open is decided strictly here: a target that selects nothing is refused, since an entry
for something that is not in the document is a mistake or out of date. An update merges members recursively; lists are
added to at their end; everything else takes the place of what was there.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from jsonpath import JSONPathEnvironment, JSONPathMatch
from jsonpath.exceptions import JSONPathError

from sigillo.connectorgen.findings import OVERLAY, Findings, below
from sigillo.connectorgen.load import JsonObject
from sigillo.connectorgen.origins import Origins

VERSION = "1.0.0"
_MEMBERS = {"overlay", "info", "extends", "actions"}
_ACTION = {"target", "description", "update", "remove"}


@dataclass(frozen=True, slots=True)
class Laid:
    """A document with an overlay over it, and where each of its values comes from."""

    document: JsonObject
    origins: Origins


def lay(overlay: JsonObject, document: JsonObject, findings: Findings) -> Laid:
    """Give the document with the overlay over it, both untouched.

    An action that cannot be carried out is a finding, and the others are carried out.
    """
    document = deepcopy(document)
    laid = Laid(document, Origins(document))
    layer = _Layer(laid, findings)
    for index, action in _judged(overlay, findings):
        layer.act(action, below("", "actions", index))
    return laid


def _judged(overlay: JsonObject, findings: Findings) -> list[tuple[int, JsonObject]]:
    """The actions that can be read, with their indices."""
    for key in sorted(set(overlay) - _MEMBERS):
        findings.add(below("", key), f"{key!r} is no member of an overlay", file=OVERLAY)
    if overlay.get("overlay") != VERSION:
        findings.add("/overlay", f"the version must be {VERSION}", file=OVERLAY)
    info = overlay.get("info")
    if not isinstance(info, dict) or not {"title", "version"} <= set(info):
        findings.add("/info", "title and version are missing", file=OVERLAY)
    if not isinstance(overlay.get("extends", ""), str):
        findings.add("/extends", "text is expected here", file=OVERLAY)
    actions = overlay.get("actions")
    if not isinstance(actions, list) or not actions:
        findings.add("/actions", "a list with at least one action is expected", file=OVERLAY)
        return []
    return [(index, action) for index, action in enumerate(actions) if _sound(action, index, findings)]


def _sound(action: object, index: int, findings: Findings) -> bool:
    at = below("", "actions", index)
    if not isinstance(action, dict):
        findings.add(at, "an action is a mapping with a target", file=OVERLAY)
        return False
    wrong = {below(at, key): f"{key!r} is no member of an action" for key in sorted(set(action) - _ACTION)}
    if not isinstance(action.get("target"), str):
        wrong[below(at, "target")] = "a JSONPath is expected"
    if not isinstance(action.get("description", ""), str):
        wrong[below(at, "description")] = "text is expected here"
    if action.get("remove", False) not in (True, False) or ("update" in action) == (action.get("remove") is True):
        wrong[at] = "an action has either update or remove: true"
    for pointer, detail in wrong.items():
        findings.add(pointer, detail, file=OVERLAY)
    return not wrong


class _Layer:
    """Carries actions out, and notes what they change."""

    def __init__(self, laid: Laid, findings: Findings) -> None:
        self._laid = laid
        self._findings = findings
        self._paths = JSONPathEnvironment(strict=True)

    def act(self, action: JsonObject, at: str) -> None:
        """Carry one action out on everything that its target selects."""
        target = action["target"]
        try:
            matches = list(self._paths.finditer(target, self._laid.document))
        except (JSONPathError, RecursionError, ValueError, LookupError) as wrong:  # the library lets some pass
            self._wrong(below(at, "target"), f"{target!r} is no JSONPath of RFC 9535: {_said(wrong)}")
            return
        if not matches:
            self._wrong(below(at, "target"), f"{target!r} selects nothing in the document")
        elif action.get("remove") is True:
            self._remove(matches, at)
        else:
            for match in matches:
                self._update(match.obj, action["update"], below(at, "update"))

    def _remove(self, matches: list[JSONPathMatch], at: str) -> None:
        # The last first, so that what is before keeps its index in a list.
        for match in sorted(matches, key=lambda match: tuple(map(_order, match.parts)), reverse=True):
            if not match.parts:
                self._wrong(at, "the whole document cannot be removed")
                return
            parent: Any = self._laid.document
            for part in match.parts[:-1]:
                parent = parent[part]
            last = match.parts[-1]
            if isinstance(parent, list) and isinstance(last, int):
                self._laid.origins.gone(parent, last)
            del parent[last]

    def _update(self, node: Any, update: Any, at: str) -> None:
        if isinstance(node, list):
            self._append(node, update, at)
        elif isinstance(node, dict) and isinstance(update, dict):
            self._merge(node, update, at)
        else:
            self._wrong(at, "an object can be updated by an object only, and a list by an item")

    def _merge(self, node: JsonObject, update: JsonObject, at: str) -> None:
        for key, value in update.items():
            there, here = node.get(key), below(at, key)
            if isinstance(there, dict) and isinstance(value, dict):
                self._merge(there, value, here)
            elif isinstance(there, list) and isinstance(value, list):
                for index, item in enumerate(value):
                    self._append(there, item, below(here, index))
            else:
                self._laid.origins.member(node, key, here)
                node[key] = deepcopy(value)

    def _append(self, node: list[Any], item: Any, at: str) -> None:
        self._laid.origins.item(node, at)
        node.append(deepcopy(item))

    def _wrong(self, at: str, detail: str) -> None:
        self._findings.add(at, detail, file=OVERLAY)


def _said(wrong: Exception) -> str:
    """The library's reason; its own text of it fails for some paths."""
    return str(wrong.args[0]) if wrong.args else type(wrong).__name__


def _order(part: int | str) -> tuple[int, str]:
    return (part, "") if isinstance(part, int) else (-1, part)
