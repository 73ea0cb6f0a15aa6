"""Rows to values and back; nothing beyond this module knows what a row looks like.

A row is a plain tuple in the order of its table's columns (``schema``), because building 100,000 mappings a second
costs more than the database does. Instants are milliseconds, digests raw bytes, documents JSON text.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson

from sigillo.application.ports.storage import Answer, Running, SealedProof
from sigillo.domain.clock import Clock
from sigillo.domain.events import Event, EventType
from sigillo.domain.ids import event_id
from sigillo.domain.letter import (
    AnyStatus,
    Consent,
    ConsentStatus,
    Content,
    Course,
    Letter,
    Outcome,
    Part,
    Recipient,
    RecipientKind,
    Sender,
    Status,
)
from sigillo.domain.services.table import Move
from sigillo.domain.timeline import Due, Plan, PlannedAct, PlannedNotice
from sigillo.domain.workspace import Mode, StoredFile, Workspace
from sigillo.storage.postings import posting_value

Row = tuple[Any, ...]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
# Looking a member up by its value this way takes a fifth of the time of `Status(value)`; None stands for itself.
_STATUS: Mapping[str | None, AnyStatus | None] = {
    None: None,
    **{each.value: each for kind in (ConsentStatus, Status) for each in kind},
}
_OUTCOME: Mapping[str | None, Outcome | None] = {None: None, **{each.value: each for each in Outcome}}
_MOVE: Mapping[str, Move] = {each.value: each for each in Move}
_EVENT_TYPE: Mapping[str, EventType] = {each.value: each for each in EventType}
# sqlite3 takes a slower way for a subclass of str, so members are written as plain text.
_TEXT: Mapping[str | None, str | None] = {
    None: None,
    **{each: each.value for kind in (Status, ConsentStatus, Outcome, Move, EventType) for each in kind},
}


@lru_cache(maxsize=8192)
def to_ms(at: datetime | None) -> int | None:
    """Give an instant as milliseconds since the epoch; finer parts are dropped."""
    return None if at is None else (at - _EPOCH) // _MS


@lru_cache(maxsize=8192)
def to_instant(ms: int) -> datetime:
    """Give the instant of milliseconds since the epoch, in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def to_json(value: object) -> str:
    """Give JSON text with sorted keys and no blanks."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


# Workspaces


def workspace_row(workspace: Workspace) -> Row:
    """Give the columns after ``key``."""
    clock = workspace.clock
    return (
        workspace.id,
        workspace.name,
        workspace.seed,
        workspace.mode.value,
        to_ms(clock.position),
        clock.speed,
        clock.anchor_s,
        _sender_text(workspace.sender),
        workspace.default_scenario,
        workspace.letters,
        workspace.files,
        workspace.resets,
        workspace.rules,
        to_ms(workspace.alerts_at),
    )


def workspace_value(row: Row) -> Workspace:
    """Read the columns after ``key``."""
    id_, name, seed, mode, position, speed, anchor_s, sender, scenario, letters, files, resets, rules, alerts = row
    clock = Clock(to_instant(position), speed, anchor_s)
    alerts_at = None if alerts is None else to_instant(alerts)
    return Workspace(
        id_, name, seed, Mode(mode), clock, _sender(sender), scenario, letters, files, resets, rules, alerts_at
    )


@lru_cache(maxsize=256)
def _sender_text(sender: Sender) -> str:
    return to_json(sender)


@lru_cache(maxsize=256)
def _sender(text: str) -> Sender:
    return Sender(**orjson.loads(text))


# Letters


def letter_row(workspace: int, letter: Letter) -> Row:
    """Give the row of ``letters``."""
    document = {
        "number": letter.number,
        "sender": letter.sender,
        "recipient": letter.recipient,
        "subject": letter.subject,
        "content": letter.content,
        "scenario": letter.scenario,
        "consent": letter.consent,
        "metadata": dict(letter.metadata),
        "tags": letter.tags,
        "webhook_url": letter.webhook_url,
        **({"mail": letter.mail} if letter.mail else {}),
    }
    return (
        workspace,
        letter.ordinal,
        letter.id,
        letter.service,
        letter.recipient.email.lower(),
        letter.reference,
        to_ms(letter.created_at),
        orjson.dumps(document).decode(),
    )


def letter_value(workspace_id: str, row: Row) -> Letter:
    """Read ``ordinal, id, service, reference, created_at, document``."""
    ordinal, id_, service, reference, created_at, text = row
    document = orjson.loads(text)
    content = document["content"]
    return Letter(
        id=id_,
        workspace_id=workspace_id,
        ordinal=ordinal,
        number=document["number"],
        service=service,
        sender=Sender(**document["sender"]),
        recipient=_recipient(document["recipient"]),
        subject=document["subject"],
        content=Content(content["text"], tuple(Part(**part) for part in content["parts"])),
        created_at=to_instant(created_at),
        scenario=document["scenario"],
        consent=_consent(document["consent"]),
        reference=reference,
        metadata=document["metadata"],
        tags=tuple(document["tags"]),
        webhook_url=document["webhook_url"],
        mail=posting_value(document["mail"]) if "mail" in document else None,
    )


def _recipient(document: dict[str, Any]) -> Recipient:
    return Recipient(**{**document, "kind": RecipientKind(document["kind"])})


def _consent(document: dict[str, Any] | None) -> Consent | None:
    if document is None:
        return None
    obtained_at = document["obtained_at"]
    return Consent(**{**document, "obtained_at": datetime.fromisoformat(obtained_at) if obtained_at else None})


# Courses


def course_row(workspace: int, running: Running) -> Row:
    """Give the row of ``courses``: what stays, then what :func:`standing` gives."""
    fixed = (workspace, running.ordinal, running.letter_id, running.service, plan_text(running.plan))
    return fixed + standing(running)


def standing(running: Running) -> Row:
    """Give the columns of ``courses`` that change when a letter moves, ``status`` to ``due_scripted``."""
    _, _, _, course, _, due = running
    status, status_at, outcome, count, digest, attempts, reminders, acts, asked_at, notified_at, expires_at = course
    at, move, reason, scripted = _NOTHING_DUE if due is None else due
    return (
        _TEXT[status],
        to_ms(status_at),
        _TEXT[outcome],
        count,
        bytes.fromhex(digest),
        attempts,
        reminders,
        acts,
        to_ms(asked_at),
        to_ms(notified_at),
        to_ms(expires_at),
        to_ms(at),
        _TEXT[move],
        reason,
        1 if scripted else 0,  # sqlite3 takes a slower way for a bool
    )


_NOTHING_DUE = (None, None, None, False)


def move_row(workspace: int, running: Running) -> Row:
    """Give what the update of a course takes: :func:`standing`, then the key."""
    return (*standing(running), workspace, running.ordinal)


def running_value(row: Row) -> Running:
    """Read the columns of ``courses`` after ``workspace``."""
    ordinal, letter_id, service, plan = row[:4]
    due_at, due_move, due_reason, due_scripted = row[15:]
    due = None if due_at is None else Due._make((to_instant(due_at), _MOVE[due_move], due_reason, bool(due_scripted)))
    return Running._make((ordinal, letter_id, service, course_value(row[4:15]), plan_value(plan), due))


def course_value(row: Row) -> Course:
    """Read ``status`` to ``expires_at``."""
    status, status_at, outcome, count, digest, attempts, reminders, acts, asked_at, notified_at, expires_at = row
    return Course._make(
        (
            _STATUS[status],
            None if status_at is None else to_instant(status_at),
            _OUTCOME[outcome],
            count,
            digest.hex(),
            attempts,
            reminders,
            acts,
            None if asked_at is None else to_instant(asked_at),
            None if notified_at is None else to_instant(notified_at),
            None if expires_at is None else to_instant(expires_at),
        )
    )


@lru_cache(maxsize=4096)
def plan_text(plan: Plan) -> str:
    """Give a plan as ``[consent move, after, [[move, after, reason]…], [[move, after, before expiry]…]]``."""
    notices = [[each.move, each.after_s, each.reason] for each in plan.notices]
    acts = [[each.move, each.after_s, each.before_expiry] for each in plan.acts]
    return to_json([plan.consent_move, plan.consent_after_s, notices, acts])


@lru_cache(maxsize=4096)
def plan_value(text: str) -> Plan:
    """Read what :func:`plan_text` wrote."""
    consent_move, consent_after_s, notices, acts = orjson.loads(text)
    return Plan(
        None if consent_move is None else _MOVE[consent_move],
        consent_after_s,
        tuple([PlannedNotice._make((_MOVE[move], after_s, reason)) for move, after_s, reason in notices]),
        tuple([PlannedAct._make((_MOVE[move], after_s, before_expiry)) for move, after_s, before_expiry in acts]),
    )


# Journal


def event_row(workspace: int, seq: int, ordinal: int, event: Event) -> Row:
    """Give the row of ``events``; the id and the digest before follow from the letter's other rows."""
    _, _, index, event_type, at, data_json, digest, _ = event
    return (workspace, seq, ordinal, index, _TEXT[event_type], to_ms(at), data_json, bytes.fromhex(digest))


def event_value(subject_id: str, row: Row, previous: bytes | None) -> Event:
    """Read ``index, type, at, data, digest``; ``previous`` is the digest of the subject's event before."""
    index, event_type, at, data_json, digest = row
    return Event(
        event_id(subject_id, index),
        subject_id,
        index,
        _EVENT_TYPE[event_type],
        to_instant(at),
        data_json,
        digest.hex(),
        "" if previous is None else previous.hex(),
    )


# Papers


def file_row(workspace: int, file: StoredFile) -> Row:
    """Give the row of ``files``."""
    return (workspace, file.id, file.name, file.media_type, file.size, file.sha256, to_ms(file.created_at))


def file_value(row: Row) -> StoredFile:
    """Read the columns of ``files`` after ``workspace``."""
    id_, name, media_type, size, sha256, created_at = row
    return StoredFile(id_, name, media_type, size, sha256, to_instant(created_at))


def proof_row(workspace: int, ordinal: int, proof: SealedProof) -> Row:
    """Give the row of ``proofs``."""
    return (workspace, ordinal, str(proof.kind), str(proof.format), proof.sha256, proof.size)


def answer_row(workspace: int, key: str, answer: Answer) -> Row:
    """Give the row of ``answers``."""
    headers = orjson.dumps(dict(answer.headers)).decode()
    return (workspace, key, answer.fingerprint, answer.status, headers, answer.body)


def answer_value(row: Row) -> Answer:
    """Read the columns of ``answers`` after ``key``."""
    fingerprint, status, headers, body = row
    return Answer(fingerprint, status, orjson.loads(headers), body)
