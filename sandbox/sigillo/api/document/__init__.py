"""The contract's document, OpenAPI 3.1: a pure function of the operations, the same bytes on any machine."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson

from sigillo.api.document.failures import problem_responses
from sigillo.api.document.parameters import response_headers
from sigillo.api.document.paths import paths
from sigillo.api.document.schemas import Schemas
from sigillo.api.document.webhooks import webhooks

Json = dict[str, Any]

VERSION = "1.0.0"
HEADER = "# Built from the application by `sigillo spec build`; `sigillo spec check` compares. Not edited by hand.\n"
_INFO = {
    "title": "Sigillo",
    "version": VERSION,
    "summary": "A registered e-delivery provider on your own machine, with a clock you control.",
    "description": (
        "Letters are sent, simulated time passes, genuine signed proofs come out. Nothing here has legal value: every "
        "answer of a sandbox says `test: true` and every proof says SANDBOX.\n\n"
        "- **Keys**: `Authorization: Bearer sk_test_…`; on your own machine `sk_test_demo`. A key has scopes: `read` "
        "for what only reads, `send` for what makes or changes something, `sandbox` for moving time and playing parts; "
        "all three together manage keys.\n"
        "- **Failures** are problem documents (RFC 9457) with a stable `code`; `errors` lists every wrong field at "
        "once, by JSON pointer, with what to do.\n"
        "- **Repeating**: send an `Idempotency-Key` with a POST and repeat it freely; the answer is the first one's.\n"
        "- **Faults**: an answer with the header `Sigillo-Fault` was spoilt on purpose by the fault of that id "
        "(`POST /v1/faults`), and may be anything.\n"
        "- **Lists** are newest first and stable while things are added; take `next_cursor` as it was given.\n"
        "- **Instants** are RFC 3339 in UTC, on the workspace's clock, which stands still until you move it."
    ),
    "license": {"name": "MIT", "url": "https://opensource.org/license/mit"},
}
_TAGS = {
    "letters": "Send letters and see where they stand.",
    "consents": "Individuals' consents to electronic registered mail: asked for, recorded, revoked.",
    "mailboxes": "PEC mailboxes, what is in them, and mail that comes in from outside.",
    "files": "What letters carry.",
    "events": "The journal: immutable facts, on the workspace's clock.",
    "webhooks": "Where events are sent as they happen, signed, and what came of it.",
    "proofs": "Sealed documents that strangers' tools verify.",
    "keys": "API keys: what each may do, and what it was used for.",
    "workspace": "What a key opens.",
    "figures": "How sending goes: deliverability, times to acceptance, shares of each outcome, and alerts.",
    "sandbox": "What only a sandbox can do: move time, play the recipient, begin again.",
    "server": "The server itself.",
}
_HERE = {"url": "/", "description": "The server that gave this document."}


@cache
def document() -> Json:
    """Give the document as it is checked in. It is shared: who changes it changes it for all."""
    schemas = Schemas.of_operations()
    return {
        "openapi": "3.1.0",
        "info": _INFO,
        "servers": [{"url": "http://127.0.0.1:8025", "description": "Your own machine."}],
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "security": [{"apiKey": []}],
        "paths": paths(schemas),
        "webhooks": webhooks(schemas),
        "components": {
            "securitySchemes": {"apiKey": _API_KEY},
            "headers": response_headers(),
            "responses": problem_responses(),
            "schemas": schemas.components(),
        },
    }


def served_document() -> Json:
    """Give the document as a server gives it: what is tried from its page goes to that server, at any address."""
    return {**document(), "servers": [_HERE]}


@cache
def served_json() -> bytes:
    """Give the document of a server as JSON; written once, as whoever comes may ask for it, as often as they like."""
    return orjson.dumps(served_document())


@cache
def served_yaml() -> bytes:
    """Give the document of a server as YAML; written once, which takes half a second or more."""
    return render_yaml(served_document())


def render_yaml(content: Mapping[str, Any]) -> bytes:
    """Write the document as YAML, the same bytes each time; whatever stands twice is written twice."""
    import yaml  # only the two who write YAML pay for it

    writer = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # six times as fast where libyaml is there, the same bytes
    plain = type("Plain", (writer,), {"ignore_aliases": lambda self, data: True})
    text = yaml.dump(
        dict(content), Dumper=plain, sort_keys=False, allow_unicode=True, width=120, default_flow_style=False
    )
    return (HEADER + text).encode("utf-8")


_API_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "`sk_test_…` opens a sandbox, `sk_live_…` a workspace of a real provider. What stands beside this "
    "scheme at an operation are the scopes that the key must have: `read`, `send`, `sandbox`.",
}
