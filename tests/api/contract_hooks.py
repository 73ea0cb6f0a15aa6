"""What makes chains of requests go deep: letters that name nothing which is not there."""

from __future__ import annotations

from typing import Any

import schemathesis

_NAMING = ("scenario", "file_ids", "consent", "sender", "webhook_url")


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    """Take out of a letter what names files and scenarios at random, and give it a known recipient."""
    if context.operation.path == "/v1/letters" and isinstance(body, dict) and isinstance(body.get("recipient"), dict):
        kept = {name: value for name, value in body.items() if name not in _NAMING}
        kept["recipient"] = {"kind": "professional", "name": "Jeanne Dupré", "email": "accept@lre.test"}
        return {**kept, "service": "lre", "content": "Bonjour"}
    return body
