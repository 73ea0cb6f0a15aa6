"""A letter as a form: one part ``letter`` of JSON, or flat fields with dotted names, and the ``files`` themselves.

Flat fields are what a no-code tool can send: ``recipient.email``, ``tags`` once per tag, ``metadata.deal``. A field
without a value is one that was left out.
"""

from __future__ import annotations

from typing import Any

from sigillo.api.json_text import parse_json
from sigillo.api.multipart import FieldSink, PartHead, Sink
from sigillo.api.uploads import Uploads
from sigillo.domain.errors import FieldError, Invalid

_LISTS = frozenset({"tags", "file_ids"})
_ADDRESSES = frozenset({"to", "cc"})
_NESTED = frozenset({"sender", "recipient", "consent", "metadata"})
_TRUTHS = {"true": True, "false": False}
_MOST_FIELD_BYTES = 5 * 1024 * 1024


class LetterForm:
    """Collects the parts of one form."""

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads
        self._fields: list[tuple[str, FieldSink]] = []

    def open(self, head: PartHead) -> Sink:
        """Give the sink of a part."""
        if head.name in ("files", "file", "files[]"):
            return self._uploads.open(head.filename)
        sink = FieldSink(_MOST_FIELD_BYTES)
        self._fields.append((head.name, sink))
        return sink

    def document(self) -> object:
        """Give the letter's document; raises MalformedInput and Invalid."""
        whole = [sink for name, sink in self._fields if name == "letter"]
        if not whole:
            return _from_fields([(name, sink.text) for name, sink in self._fields])
        if len(self._fields) > 1:
            detail = "Send the letter as one part `letter` of JSON, or as flat fields, not both."
            raise Invalid([FieldError("/letter", "letter_twice", detail)])
        return parse_json(whole[0].data)


def _from_fields(fields: list[tuple[str, str]]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    problems: list[FieldError] = []
    for name, text in fields:
        if not text:
            continue
        target, key = _place(document, name)
        if key in _LISTS and target is document:
            document.setdefault(key, []).append(text)
        elif key in _ADDRESSES and target is document:
            document.setdefault(key, []).append({"email": text})
        elif key in target:
            pointer = "/" + name.replace(".", "/")
            problems.append(FieldError(pointer[:80], "repeated", "This field stands twice: send it once."))
        else:
            target[key] = _TRUTHS.get(text.lower(), text) if key == "ask_consent" else text
    if problems:
        raise Invalid(problems)
    return document


def _place(document: dict[str, Any], name: str) -> tuple[dict[str, Any], str]:
    head, dot, rest = name.partition(".")
    if not dot or head not in _NESTED:
        return document, name
    inner = document.setdefault(head, {})
    return (inner, rest) if isinstance(inner, dict) else (document, name)
