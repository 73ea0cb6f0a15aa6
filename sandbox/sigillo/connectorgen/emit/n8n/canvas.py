"""A workflow in the making: nodes put in rows and linked, as n8n's files have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeAlias

from sigillo.connectorgen.emit.n8n.names import Names
from sigillo.connectorgen.emit.n8n.package import json_text

Node: TypeAlias = dict[str, Any]

CREDENTIAL = "sigillo-sandbox"
_WEBHOOK = "5b0c1f5e-7d0b-4b53-9a58-2f3d6f1b7c11"
_STEP = 220


@dataclass(slots=True)
class Canvas:
    """Nodes and links of one workflow."""

    names: Names
    nodes: list[Node] = field(default_factory=list)
    links: dict[str, list[list[Mapping[str, object]]]] = field(default_factory=dict)

    def add(
        self,
        name: str,
        kind: str,
        parameters: Mapping[str, object] | None = None,
        *,
        row: int = 0,
        version: float = 1,
        more: Mapping[str, object] | None = None,
    ) -> str:
        """Put one of n8n's own nodes at the end of a row; `kind` is its type without the package."""
        column = sum(1 for node in self.nodes if node["position"][1] == row * _STEP)
        self.nodes.append(
            {
                "id": f"node-{len(self.nodes) + 1}",
                "name": name,
                "type": kind if "." in kind else f"n8n-nodes-base.{kind}",
                "typeVersion": version,
                "position": [column * _STEP, row * _STEP],
                "parameters": dict(parameters or {}),
                **(more or {}),
            }
        )
        return name

    def own(
        self,
        name: str,
        operation: tuple[str, str],
        parameters: Mapping[str, object] | None = None,
        *,
        row: int = 0,
        once: bool = False,
    ) -> str:
        """Put one of the connector's operations (resource, verb) there; `once`: for the first item only."""
        more = {"credentials": self._credentials(), **({"executeOnce": True} if once else {})}
        given = {"resource": operation[0], "operation": operation[1], **(parameters or {})}
        return self.add(name, f"{self.names.package}.{self.names.key}", given, row=row, more=more)

    def trigger(self, name: str, events: Sequence[str], parameters: Mapping[str, object]) -> str:
        """Put the connector's trigger there."""
        more = {"credentials": self._credentials(), "webhookId": _WEBHOOK}
        given = {"events": [*events], **parameters}
        return self.add(name, f"{self.names.package}.{self.names.key}Trigger", given, more=more)

    def _credentials(self) -> Mapping[str, object]:
        return {self.names.credential: {"id": CREDENTIAL, "name": f"{self.names.app.name} sandbox"}}

    def zipped(self, name: str, file_name: str) -> str:
        """Put a node there that packs every file of an item into one zip."""
        packing = {
            "operation": "compress",
            "binaryPropertyName": "={{ Object.keys($binary).join(',') }}",
            "outputFormat": "zip",
            "fileName": file_name,
            "binaryPropertyOutput": "data",
        }
        return self.add(name, "compression", packing, version=1.1)

    def together(self, name: str) -> str:
        """Put a node there that makes one item of all, with all of their files."""
        given = {
            "aggregate": "aggregateAllItemData",
            "destinationFieldName": "files",
            "options": {"includeBinaries": True},
        }
        return self.add(name, "aggregate", given)

    def table(self, name: str, rows: Sequence[Mapping[str, object]], *, row: int = 0) -> tuple[str, str]:
        """Put two nodes there that give an item for each row of a table; gives their names."""
        return self._split(name, json_text({"rows": rows}), row)

    def again(self, name: str, of: str, *, row: int = 0) -> tuple[str, str]:
        """Put two nodes there that give all items of an earlier node again; gives their names."""
        return self._split(name, f"={{{{ {{ rows: $('{of}').all().map((item) => item.json) }} }}}}", row)

    def _split(self, name: str, output: str, row: int) -> tuple[str, str]:
        raw = {"mode": "raw", "jsonOutput": output, "options": {}}
        first = self.add(f"{name} as JSON", "set", raw, row=row, version=3.4)
        self.add(name, "splitOut", {"fieldToSplitOut": "rows", "options": {}}, row=row)
        return first, name

    def link(self, *names: str, output: int = 0) -> None:
        """Link each node to the next, the first one from one of its outputs."""
        for index, (one, following) in enumerate(pairwise(names)):
            outputs = self.links.setdefault(one, [])
            at = output if index == 0 else 0
            outputs.extend([] for _ in range(at + 1 - len(outputs)))
            outputs[at].append({"node": following, "type": "main", "index": 0})

    def note(self, content: str) -> None:
        """Put a note above everything."""
        self.nodes.append(
            {
                "id": "note-1",
                "name": "Note",
                "type": "n8n-nodes-base.stickyNote",
                "typeVersion": 1,
                "position": [0, -_STEP],
                "parameters": {"content": content, "width": 820, "height": 170},
            }
        )

    def workflow(self, id_: str, name: str) -> Mapping[str, object]:
        """Give the workflow as n8n imports it."""
        return {
            "id": id_,
            "name": name,
            "active": False,
            "nodes": self.nodes,
            "connections": {one: {"main": outputs} for one, outputs in self.links.items()},
            "settings": {"executionOrder": "v1"},
            "pinData": {},
        }


def by_id(expression: str) -> Mapping[str, object]:
    """Give the value of a resource locator."""
    return {"__rl": True, "mode": "id", "value": expression}


def condition(left: str, operation: str, right: str = "") -> Mapping[str, object]:
    """Give the parameters of an If on texts: `equals`, or `notEmpty` without a right side."""
    single = {"singleValue": True} if operation == "notEmpty" else {}
    operator = {"type": "string", "operation": operation, **single}
    return {
        "conditions": {
            "options": {"caseSensitive": True, "leftValue": "", "typeValidation": "loose", "version": 2},
            "conditions": [{"id": "condition-1", "leftValue": left, "rightValue": right, "operator": operator}],
            "combinator": "and",
        },
        "looseTypeValidation": True,
        "options": {},
    }
