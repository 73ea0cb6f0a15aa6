"""What the contract suites are run with: a workspace, letters in it and facts about them, all made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sigillo.application.ports.storage import Running, Transaction
from sigillo.domain.events import Event, EventType, canonical_json
from sigillo.domain.ids import event_id, letter_id
from sigillo.domain.letter import Consent, Content, Course, Letter, Part, Recipient, RecipientKind, Status
from sigillo.domain.services.table import Move
from sigillo.domain.timeline import Due, Plan, PlannedAct, PlannedNotice
from sigillo.domain.workspace import DEFAULT_SENDER, Workspace, workspace_id

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
HASH = "ab" * 32
PLAN = Plan(
    consent_move=Move.GIVE_CONSENT,
    consent_after_s=30,
    notices=(PlannedNotice(Move.DEFER_NOTICE, 60, "la boîte est pleine"), PlannedNotice(Move.NOTIFY, 90)),
    acts=(PlannedAct(Move.OPEN, 5), PlannedAct(Move.ACCEPT, 86_400, before_expiry=True)),
)


def workspace(name: str = "one") -> Workspace:
    """A workspace of the seed 42."""
    return Workspace(workspace_id("42", name), name, "42")


def letter(where: Workspace, ordinal: int, **changes: object) -> Letter:
    """A letter with something in every field; created ``ordinal`` minutes after the start."""
    given: dict[str, object] = {
        "id": letter_id(where.lot.child(where.name), ordinal),
        "workspace_id": where.id,
        "ordinal": ordinal,
        "number": f"LRE-4821-{ordinal:09d}-62",
        "service": "lre",
        "sender": DEFAULT_SENDER,
        "recipient": Recipient(RecipientKind.INDIVIDUAL, "Zoé d’Été 🎈", "Zoe@Example.test", None),
        "subject": "Mise en demeure « urgente »",
        "content": Content("Bonjour", (Part("content.txt", "text/plain", 7, HASH), Part("b.pdf", "a/b", 9, HASH, "f"))),
        "created_at": START + timedelta(minutes=ordinal),
        "scenario": "accept+3d",
        "consent": Consent(START, "file_1", HASH),
        "reference": f"ref-{ordinal}",
        "metadata": {"z": "1", "a": "2"},
        "tags": ("été", "all"),
        "webhook_url": "https://example.test/hook",
    }
    return Letter(**{**given, **changes})  # type: ignore[arg-type]  # each field is given by name


def running(of: Letter, *, due: datetime | None = None, status: Status = Status.DEPOSITED, events: int = 1) -> Running:
    """Where a letter stands: deposited at its creation, and what is due for it."""
    course = Course(status, of.created_at, None, events, HASH, 1, 2, 3, START, START, START + timedelta(days=16))
    item = None if due is None else Due(due, Move.NOTIFY, "pourquoi", scripted=True)
    return Running(of.ordinal, of.id, of.service, course, PLAN, item)


def fact(
    of: Letter, index: int, event_type: EventType = EventType.DEPOSITED, data: Mapping[str, object] | None = None
) -> Event:
    """The ``index``-th fact of a letter, with digests that tell it apart."""
    at = of.created_at + timedelta(milliseconds=index)
    text = canonical_json({"status": "deposited"} if data is None else data)
    return Event(event_id(of.id, index), of.id, index, event_type, at, text, digest(index), digest(index - 1))


def digest(index: int) -> str:
    """A digest for the ``index``-th fact; none before the first."""
    return f"{index:064x}" if index else ""


def fill(
    transaction: Transaction, ordinals: range, *, status: Status = Status.DEPOSITED, due: datetime | None = None
) -> list[Letter]:
    """Add letters of these ordinals with two facts each."""
    made = [letter(transaction.workspace, ordinal) for ordinal in ordinals]
    for each in made:
        transaction.letters.add(each, running(each, due=due, status=status))
        second = fact(each, 2, EventType.PROOF_AVAILABLE)
        transaction.events.append([(each.ordinal, fact(each, 1)), (each.ordinal, second)])
    return made
