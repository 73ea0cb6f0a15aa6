"""The journal of a letter (``events.jsonl``), recomputed: each fact's digest chains it to the fact before.

1. Every line is one JSON object with the fields of a fact, spelled the one way (canonical JSON).
2. Each line's ``previous`` is the digest of the line before, "" for the first.
3. Each line's digest is computed anew from what it says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sigillo.domain.calendar import format_instant, parse_instant
from sigillo.domain.errors import MalformedInput
from sigillo.domain.events import canonical_json, chain_digest
from sigillo.domain.verdict import Check
from sigillo.proofs.verify.findings import CLAIMS, invalid, valid

MAX_JOURNAL_BYTES: Final = 8 * 1024 * 1024
_FIELDS: Final = {"id": str, "type": str, "at": str, "data": dict, "previous": str, "digest": str}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what the journal says that happened, and its place in the chain; digests in hex."""

    id: str
    type: str
    at: datetime
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class JournalFinding:
    """The facts as far as they could be read, in order, and what is wrong with the chain."""

    facts: tuple[Fact, ...]
    checks: tuple[Check, ...]

    def find(self, digest: str) -> Fact | None:
        """Give the fact of a digest."""
        return next((fact for fact in self.facts if fact.digest == digest), None)


def judge_journal(data: bytes, name: str) -> JournalFinding:
    """Recompute a journal; never raises for what it holds."""
    facts: list[Fact] = []
    previous = ""
    try:
        for number, line in _lines(data):
            fact = _fact(line, number, previous)
            facts.append(fact)
            previous = fact.digest
    except MalformedInput as error:
        return JournalFinding(tuple(facts), (invalid(CLAIMS, error.code, f"{name}: {error}"),))
    said = f"The {len(facts)} facts of {name} are chained without a gap."
    return JournalFinding(tuple(facts), (valid(CLAIMS, "ok", said),))


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    if len(data) > MAX_JOURNAL_BYTES:
        raise MalformedInput(f"it has {len(data)} bytes; at most {MAX_JOURNAL_BYTES} are read")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise MalformedInput(f"it is not UTF-8: {error}") from None
    *lines, rest = text.split("\n")
    if rest or not lines:
        raise MalformedInput("the last line does not end; the file was cut")
    yield from enumerate(lines, 1)


def _fact(line: str, number: int, previous: str) -> Fact:
    # 1
    said = _object(line, number)
    at = parse_instant(str(said["at"]))
    fact = Fact(str(said["id"]), str(said["type"]), at, str(said["previous"]), str(said["digest"]))
    # 2
    if fact.previous != previous:
        raise _broken(f"line {number} ({fact.type}) does not follow from the line before: a fact was left out or moved")
    # 3
    if fact.digest != chain_digest(previous, fact.id, fact.type, format_instant(at), canonical_json(said["data"])):
        raise _broken(f"line {number} ({fact.type}, {format_instant(at)}) was changed: its digest says otherwise")
    return fact


def _object(line: str, number: int) -> dict[str, object]:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise MalformedInput(f"line {number} is not JSON: {error}") from None
    fits = isinstance(said, dict) and said.keys() == _FIELDS.keys()
    if not fits or not all(isinstance(said[name], kind) for name, kind in _FIELDS.items()):
        raise MalformedInput(f"line {number} does not have exactly the fields {', '.join(_FIELDS)}")
    if _spelled(said) != line:
        raise MalformedInput(f"line {number} is not written as canonical JSON: it was changed")
    return dict(said)


def _spelled(said: object) -> str:
    try:
        spelled = canonical_json(said)
        spelled.encode()
    except ValueError:  # a lone surrogate
        return ""
    return spelled


def _broken(detail: str) -> MalformedInput:
    return MalformedInput(detail, code="claims_broken")
