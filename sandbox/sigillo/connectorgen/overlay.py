"""Lays an OpenAPI Overlay 1.0.0 over a document, action by action, in their order.

What the specification leaves open is decided strictly here: a target that selects nothing is refused, since an entry
for something that is not in the document is a mistake or out of date. An update merges members recursively; lists are
added to at their end; everything else takes the place of what was there.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from jsonpath import JSONPathEnvironment, JSONPathMatch
from jsonpath.exceptions import JSONPathError

from sigillo.connectorgen.findings import OVERLAY, Findings, below
from sigillo.connectorgen.load import JsonObject

VERSION = "1.0.0"
_MEMBERS = {"overlay", "info", "extends", "actions"}
_ACTION = {"target", "description", "update", "remove"}


def lay(overlay: JsonObject, document: JsonObject) -> JsonObject:
    """Give the document with the overlay over it, both untouched; raises Refused with all that is wrong."""
    findings = Findings()
    _judge(overlay, findings)
    findings.raise_if_any()
    laid = deepcopy(document)
    paths = JSONPathEnvironment(strict=True)
    for index, action in enumerate(overlay["actions"]):
        _act(laid, action, paths, below("", "actions", index), findings)
    findings.raise_if_any()
    return laid


def _judge(overlay: JsonObject, findings: Findings) -> None:
    for key in sorted(set(overlay) - _MEMBERS):
        findings.add(below("", key), f"{key!r} is no member of an overlay", file=OVERLAY)
    if overlay.get("overlay") != VERSION:
        findings.add("/overlay", f"the version must be {VERSION}", file=OVERLAY)
    info = overlay.get("info")
    if not isinstance(info, dict) or not {"title", "version"} <= set(info):
        findings.add("/info", "title and version are missing", file=OVERLAY)
    actions = overlay.get("actions")
    if not isinstance(actions, list) or not actions:
        findings.add("/actions", "a list with at least one action is expected", file=OVERLAY)
        return
    for index, action in enumerate(actions):
        _judge_action(action, below("", "actions", index), findings)


def _judge_action(action: object, at: str, findings: Findings) -> None:
    if not isinstance(action, dict):
        findings.add(at, "an action is a mapping with a target", file=OVERLAY)
        return
    for key in sorted(set(action) - _ACTION):
        findings.add(below(at, key), f"{key!r} is no member of an action", file=OVERLAY)
    if not isinstance(action.get("target"), str):
        findings.add(below(at, "target"), "a JSONPath is expected", file=OVERLAY)
    if ("update" in action) == (action.get("remove") is True):
        findings.add(at, "an action has either update or remove: true", file=OVERLAY)


def _act(laid: JsonObject, action: JsonObject, paths: JSONPathEnvironment, at: str, findings: Findings) -> None:
    target = action["target"]
    try:
        matches = list(paths.finditer(target, laid))
    except JSONPathError as wrong:
        findings.add(below(at, "target"), f"{target!r} is no JSONPath of RFC 9535: {wrong}", file=OVERLAY)
        return
    if not matches:
        findings.add(below(at, "target"), f"{target!r} selects nothing in the document", file=OVERLAY)
    elif action.get("remove") is True:
        _remove(laid, matches, at, findings)
    else:
        for match in matches:
            _update(match.obj, action["update"], at, findings)


def _remove(laid: JsonObject, matches: list[JSONPathMatch], at: str, findings: Findings) -> None:
    # The last first, so that what is before keeps its index in a list.
    for match in sorted(matches, key=lambda match: tuple(map(_order, match.parts)), reverse=True):
        if not match.parts:
            findings.add(at, "the whole document cannot be removed", file=OVERLAY)
            return
        parent: Any = laid
        for part in match.parts[:-1]:
            parent = parent[part]
        del parent[match.parts[-1]]


def _order(part: int | str) -> tuple[int, str]:
    return (part, "") if isinstance(part, int) else (-1, part)


def _update(node: Any, update: Any, at: str, findings: Findings) -> None:
    if isinstance(node, list):
        node.append(deepcopy(update))
    elif isinstance(node, dict) and isinstance(update, dict):
        _merge(node, update)
    else:
        findings.add(
            below(at, "update"), "an object can be updated by an object only, and a list by an item", file=OVERLAY
        )


def _merge(node: JsonObject, update: JsonObject) -> None:
    for key, value in update.items():
        there = node.get(key)
        if isinstance(there, dict) and isinstance(value, dict):
            _merge(there, value)
        elif isinstance(there, list) and isinstance(value, list):
            there.extend(deepcopy(value))
        else:
            node[key] = deepcopy(value)
