"""Workflows as n8n's files have them, written in few words."""

from __future__ import annotations

import itertools
import json
from base64 import b64encode
from typing import Any

TYPE = "n8n-nodes-sigillo.sigillo"
TRIGGER = "n8n-nodes-sigillo.sigilloTrigger"
CREDENTIAL_TYPE = "sigilloApi"

Node = dict[str, Any]


def node(name: str, kind: str, parameters: dict[str, Any] | None = None, *, version: float = 1, **more: Any) -> Node:
    """A node of any kind; its position is given when it takes its place in a chain."""
    return {
        "id": f"id-{name}",
        "name": name,
        "type": kind,
        "typeVersion": version,
        "parameters": parameters or {},
        **more,
    }


def start() -> Node:
    """What a person presses to run the workflow."""
    return node("Start", "n8n-nodes-base.manualTrigger")


def sigillo(name: str, resource: str, operation: str, *, credential: str, **more: Any) -> Node:
    """One operation of the package; `settings` are members of the node, the rest parameters. Answers come whole."""
    settings = more.pop("settings", {})
    parameters = {"resource": resource, "operation": operation, "simplify": False, **more}
    return node(name, TYPE, parameters, credentials=_credentials(credential), **settings)


def trigger(events: list[str], *, credential: str, webhook_id: str, **more: Any) -> Node:
    """The package's trigger."""
    credentials = _credentials(credential)
    return node("Trigger", TRIGGER, {"events": events, **more}, credentials=credentials, webhookId=webhook_id)


def items(rows: list[dict[str, Any]], name: str = "Items") -> list[Node]:
    """Nodes that give one item a row."""
    value = json.dumps({"rows": rows})
    return [
        node(f"{name} as JSON", "n8n-nodes-base.set", {"mode": "raw", "jsonOutput": value, "options": {}}, version=3.4),
        node(name, "n8n-nodes-base.splitOut", {"fieldToSplitOut": "rows", "options": {}}),
    ]


def file(content: bytes, file_name: str, media_type: str, *, field: str = "data", name: str = "File") -> list[Node]:
    """Nodes that give one item with a file in a binary field."""
    value = json.dumps({"content": b64encode(content).decode()})
    convert = {
        "operation": "toBinary",
        "sourceProperty": "content",
        "binaryPropertyName": field,
        "options": {"fileName": file_name, "mimeType": media_type},
    }
    return [
        node(f"{name} as JSON", "n8n-nodes-base.set", {"mode": "raw", "jsonOutput": value, "options": {}}, version=3.4),
        node(name, "n8n-nodes-base.convertToFile", convert, version=1.1),
    ]


def chain(*nodes: Node, name: str = "Test") -> dict[str, Any]:
    """A workflow in which each node feeds the next."""
    placed = [{**one, "position": [200 * place, 0]} for place, one in enumerate(nodes)]
    connections = {
        one["name"]: {"main": [[{"node": following["name"], "type": "main", "index": 0}]]}
        for one, following in itertools.pairwise(nodes)
    }
    return {"name": name, "nodes": placed, "connections": connections, "settings": {"executionOrder": "v1"}}


def _credentials(credential: str) -> dict[str, dict[str, str]]:
    return {CREDENTIAL_TYPE: {"id": credential, "name": "Sigillo"}}
