"""Where each value of a document under an overlay comes from, so that a finding names a place that can be opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sigillo.connectorgen.findings import DOCUMENT, OVERLAY, Finding, below, steps
from sigillo.connectorgen.grammar import EXTENSION
from sigillo.connectorgen.load import find

Origin: TypeAlias = tuple[str, str]  # file and pointer
_Container: TypeAlias = dict[str, Any] | list[Any]
_PARTS = ("allOf", "anyOf", "oneOf")
_JUMPS = 6  # from a schema to another that it refers to, or is put together of


@dataclass(slots=True)
class Origins:
    """What an overlay did to each mapping and list; they are kept, so that no other takes an identity of theirs.

    Of a mapping's members those have an origin that the overlay brought, of a list's items all, once it was changed:
    an index is the item's own in the file before.
    """

    root: Any
    _changed: dict[int, tuple[_Container, dict[str, Origin] | list[int | Origin]]] = field(default_factory=dict)

    def member(self, of: dict[str, Any], key: str, pointer: str) -> None:
        """Note that the overlay brought a member."""
        table = self._changed.setdefault(id(of), (of, {}))[1]
        assert isinstance(table, dict)  # made for a mapping
        table[key] = (OVERLAY, pointer)

    def item(self, of: list[Any], pointer: str) -> None:
        """Note that the overlay is about to append an item."""
        self._items(of).append((OVERLAY, pointer))

    def gone(self, of: list[Any], index: int) -> None:
        """Note that the overlay is about to remove an item."""
        del self._items(of)[index]

    def _items(self, of: list[Any]) -> list[int | Origin]:
        table = self._changed.setdefault(id(of), (of, list(range(len(of)))))[1]
        assert isinstance(table, list)  # made for a list
        return table

    def origin(self, finding: Finding) -> Finding:
        """Give the finding at the place that it comes from, in the document or in the overlay.

        What the overlay should have said of something of the document is told where that stands.
        """
        if finding.file != DOCUMENT:
            return finding
        (file, pointer), missing = self._place(self.root, steps(finding.pointer), (DOCUMENT, ""), 0)
        if file == DOCUMENT and EXTENSION in missing:
            return Finding(file, pointer, f"{'/'.join(missing)}: {finding.detail}")
        return Finding(file, below(pointer, *missing), finding.detail)

    def _place(self, node: Any, rest: list[str], here: Origin, jumps: int) -> tuple[Origin, list[str]]:
        """The origin of what stands at the steps below a node, and the steps that lead nowhere: as few as can be."""
        if not rest or not isinstance(node, dict | list) or jumps > _JUMPS:
            return here, rest
        best: tuple[Origin, list[str]] = (here, rest)
        for child, origin, used in self._ways(node, rest[0], here):
            found = self._place(child, rest[used:], origin, jumps + (not used))
            if len(found[1]) < len(best[1]):
                best = found
            if not best[1]:
                break
        return best

    def _ways(self, node: _Container, step: str, here: Origin) -> Iterator[tuple[Any, Origin, int]]:
        """The member itself; else what the node refers to or is put together of."""
        if isinstance(node, list):
            if step.isdecimal() and int(step) < len(node):
                yield node[int(step)], self._of_item(node, int(step), here), 1
            return
        if step in node:
            yield node[step], self._of_member(node, step, here), 1
        reference = node.get("$ref")
        if isinstance(reference, str):
            target = find(self.root, reference)
            if target is not None:
                found = self._place(self.root, steps(reference.removeprefix("#")), (DOCUMENT, ""), _JUMPS)
                yield target, found[0], 0
        for part in _PARTS:
            for index, option in enumerate(node[part] if isinstance(node.get(part), list) else ()):
                whole = self._of_member(node, part, here)
                yield option, self._of_item(node[part], index, whole), 0
        for inner in ("schema", "items") if step == EXTENSION else ():
            if isinstance(node.get(inner), dict):
                yield node[inner], self._of_member(node, inner, here), 0

    def _of_member(self, node: dict[str, Any], key: str, here: Origin) -> Origin:
        known = self._changed.get(id(node), (node, {}))[1]
        own = known.get(key) if isinstance(known, dict) else None
        return own or (here[0], below(here[1], key))

    def _of_item(self, node: list[Any], index: int, here: Origin) -> Origin:
        known = self._changed.get(id(node), (node, []))[1]
        own = known[index] if isinstance(known, list) and index < len(known) else index
        return own if isinstance(own, tuple) else (here[0], below(here[1], own))
