"""What stands in the braces of paths; what does not look like it names nothing, and is not found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from starlette.convertors import Convertor, register_url_convertor

from sigillo.api.wire.ids import (
    CONSENT_ID,
    DELIVERY_ID,
    ENDPOINT_ID,
    EVENT_ID,
    FAULT_ID,
    FILE_ID,
    KEY_ID,
    LETTER_ID,
    MAIL_ID,
    MAILBOX_ADDRESS,
    MESSAGE_ID,
    RULE_ID,
)
from sigillo.domain.letter import ProofKind

PATH_PARAMETERS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "letter_id": {
            "type": "string",
            "pattern": LETTER_ID,
            "description": "The letter's id.",
            "examples": ["ltr_0123456789abcdefghjk"],
        },
        "consent_id": {
            "type": "string",
            "pattern": CONSENT_ID,
            "description": "The consent's id.",
            "examples": ["con_0123456789abcdefghjk"],
        },
        "file_id": {
            "type": "string",
            "pattern": FILE_ID,
            "description": "The file's id.",
            "examples": ["file_0123456789abcdefghjk"],
        },
        "event_id": {
            "type": "string",
            "pattern": EVENT_ID,
            "description": "The event's id.",
            "examples": ["evt_0123456789abcdefghjk_01"],
        },
        "fault_id": {
            "type": "string",
            "pattern": FAULT_ID,
            "description": "The fault's id.",
            "examples": ["fault_0123456789abcdefghjk"],
        },
        "key_id": {
            "type": "string",
            "pattern": KEY_ID,
            "description": "The API key's id.",
            "examples": ["key_0123456789abcdefghjk"],
        },
        "mail_id": {
            "type": "string",
            "pattern": MAIL_ID,
            "description": "The message's id.",
            "examples": ["mail_0123456789abcdefghjk_03"],
        },
        "address": {
            "type": "string",
            "pattern": MAILBOX_ADDRESS,
            "description": "The mailbox's address; case does not matter.",
            "examples": ["mario@studio.test"],
        },
        "message_id": {
            "type": "string",
            "pattern": MESSAGE_ID,
            "description": "The message's id.",
            "examples": ["msg_0123456789abcdefghjk_07"],
        },
        "number": {
            "type": "integer",
            "minimum": 1,
            "maximum": 5000,
            "description": "Which of the attachments, counted from 1.",
            "examples": [1],
        },
        "endpoint_id": {
            "type": "string",
            "pattern": ENDPOINT_ID,
            "description": "The webhook endpoint's id.",
            "examples": ["whe_0123456789abcdefghjk"],
        },
        "delivery_id": {
            "type": "string",
            "pattern": DELIVERY_ID,
            "description": "The webhook delivery's id.",
            "examples": ["whd_0123456789abcdefghjk_01"],
        },
        "rule_id": {
            "type": "string",
            "pattern": RULE_ID,
            "description": "The alert rule's id.",
            "examples": ["rule_technical_failures"],
        },
        "kind": {
            "type": "string",
            "enum": [kind.value for kind in ProofKind],
            "description": "What the proof attests.",
            "examples": ["deposit"],
        },
    }
)


class IdConvertor(Convertor[str]):
    """Matches what has the form of an id, so that `validate` in its place is another path and not a letter."""

    regex = "[^/_]*_[^/]*"

    def convert(self, value: str) -> str:
        """Give the id as it stands."""
        return value

    def to_string(self, value: str) -> str:
        """Give the id as it stands."""
        return value


def route_path(path: str) -> str:
    """Give an operation's path as the router reads it."""
    register_url_convertor("id", IdConvertor())
    return re.sub(r"\{(\w+_id)\}", r"{\1:id}", path)
