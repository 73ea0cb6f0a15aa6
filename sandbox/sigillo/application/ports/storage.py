"""Storage: one unit of work in one workspace at a time. Every write is in a transaction, whole or not at all.

Implementations raise :class:`~sigillo.domain.errors.NotFound` for an unknown workspace and
:class:`~sigillo.domain.errors.StorageFull` when there is no room; nothing of the transaction stays then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from sigillo.application.ports.consents import ConsentRows
from sigillo.application.ports.faults import FaultRows
from sigillo.application.ports.keys import KeyRows
from sigillo.application.ports.kpis import RuleRows, TallyRows
from sigillo.application.ports.mail import MailRows
from sigillo.application.ports.mailboxes import FolderRows, MailboxRows, MessageRows
from sigillo.application.ports.webhooks import DeliveryRows, EndpointRows
from sigillo.domain.api_key import ApiKey
from sigillo.domain.events import Event
from sigillo.domain.letter import Course, Letter
from sigillo.domain.mailbox import Mailbox
from sigillo.domain.timeline import Due, Plan
from sigillo.domain.workspace import StoredFile, Workspace


class Running(NamedTuple):
    """A letter as the simulation moves it: where it stands, its plan and what is due next."""

    ordinal: int
    letter_id: str
    service: str
    course: Course
    plan: Plan
    due: Due | None


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """Which letters to list; None does not restrict. ``recipient`` is an e-mail address, compared without case.

    ``message_id`` is for whoever asks the queries, which know the letters of a message by their ordinals; rows do not.
    """

    status: tuple[str, ...] | None = None
    service: str | None = None
    recipient: str | None = None
    reference: str | None = None
    tag: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event in the workspace's journal; ``seq`` is its place, growing by one in the order of writing.

    ``letter`` is None for a fact of the workspace itself.
    """

    seq: int
    event: Event
    letter: Letter | None


@dataclass(frozen=True, slots=True)
class SealedProof:
    """A proof's bytes that were made: ``sha256`` is hex and finds them among the blobs, ``size`` in bytes."""

    kind: str
    format: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered under an Idempotency-Key; ``fingerprint`` is the hash of the request it answers."""

    fingerprint: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class LetterRows(Protocol):
    """The letters of the workspace."""

    def add(self, letter: Letter, running: Running) -> None:
        """Keep a new letter with where it stands."""

    def find(self, letter_id: str) -> tuple[Letter, Running] | None:
        """Give a letter, or None."""

    def page(self, wanted: LetterFilter, *, limit: int, before: int | None) -> list[tuple[Letter, Course]]:
        """Give at most ``limit`` letters, newest first, of ordinals below ``before``."""

    def due(self, until: datetime, *, limit: int) -> list[Running]:
        """Give the running letters due at ``until`` or before, by (instant, ordinal)."""

    def next_due_at(self) -> datetime | None:
        """Give the earliest instant at which something is due."""

    def save(self, moved: Sequence[Running]) -> None:
        """Keep where letters stand now."""

    def counts(self) -> Mapping[str, int]:
        """Give how many letters have each status."""


class EventRows(Protocol):
    """The journal of the workspace; append only."""

    def append(self, events: Sequence[tuple[int, Event]]) -> None:
        """Append facts in order, each with its letter's ordinal."""

    def of_letter(self, ordinal: int) -> list[Event]:
        """Give a letter's facts from the first."""

    def last_of_workspace(self) -> tuple[int, str]:
        """Give the index and digest of the last fact of the workspace itself (ordinal 0); 0 and "" before the first."""

    def last(self) -> int:
        """Give the place of the last fact; 0 before the first."""

    def seq_of(self, event_id: str) -> int | None:
        """Give an event's place in the journal, or None."""

    def newest(self, types: Sequence[str] | None, *, limit: int, before: int | None) -> list[Recorded]:
        """Give at most ``limit`` facts, newest first, below the place ``before``."""

    def following(self, types: Sequence[str] | None, *, limit: int, after: int) -> list[Recorded]:
        """Give at most ``limit`` facts, oldest first, beyond the place ``after`` (0 starts at the first)."""


class FileRows(Protocol):
    """The uploaded files of the workspace."""

    def add(self, file: StoredFile) -> None:
        """Keep a file's particulars; its bytes are among the blobs already, or kept here as well."""

    def keep_bytes(self, sha256: str, data: bytes) -> None:
        """Keep the bytes of a short file, under their hex SHA-256, in this transaction; twice changes nothing."""

    def find(self, file_ids: Sequence[str]) -> list[StoredFile]:
        """Give those of the files that exist, in the order asked."""


class ProofRows(Protocol):
    """Which proofs were made already."""

    def of_letter(self, ordinal: int) -> list[SealedProof]:
        """Give the proofs of a letter that were made."""

    def add(self, ordinal: int, proof: SealedProof) -> None:
        """Keep that a proof was made; a second time changes nothing."""


class AnswerRows(Protocol):
    """Answers kept under idempotency keys."""

    def find(self, key: str) -> Answer | None:
        """Give the answer under a key, or None."""

    def add(self, key: str, answer: Answer) -> None:
        """Keep an answer under a key that has none."""


class ScenarioRows(Protocol):
    """The workspace's own scenarios, as the documents they were written in."""

    def all(self) -> dict[str, Mapping[str, object]]:
        """Give every document by name."""

    def put(self, name: str, document: Mapping[str, object]) -> None:
        """Keep a document under its name, in place of one before."""


class Transaction(Protocol):
    """A unit of work in one workspace."""

    workspace: Workspace
    letters: LetterRows
    consents: ConsentRows
    events: EventRows
    files: FileRows
    proofs: ProofRows
    answers: AnswerRows
    scenarios: ScenarioRows
    keys: KeyRows
    faults: FaultRows
    tallies: TallyRows
    rules: RuleRows
    endpoints: EndpointRows
    deliveries: DeliveryRows
    mail: MailRows
    mailboxes: MailboxRows
    mail_folders: FolderRows
    mail_messages: MessageRows

    def save_workspace(self, workspace: Workspace) -> None:
        """Keep the workspace's clock, counters and settings."""

    def clear(self) -> None:
        """Forget every letter, event, file, proof, answer and scenario of the workspace."""


class Store(Protocol):
    """Where everything but blobs is kept. One writer at a time, any number of readers beside it."""

    def writing(self, workspace_id: str) -> AbstractContextManager[Transaction]:
        """Open a transaction that commits at the end of the block, or rolls back when it raises."""

    def try_writing(self, workspace_id: str) -> AbstractContextManager[Transaction | None]:
        """Open a transaction like :meth:`writing`; gives None at once, instead of waiting, while another one is open.

        For an event loop, which must not wait for a lock: it writes short things itself and hands the rest to a thread.
        """

    def reading(self, workspace_id: str) -> AbstractContextManager[Transaction]:
        """Open a snapshot to read."""

    def add_workspace(self, workspace: Workspace) -> None:
        """Keep a new workspace; raises :class:`~sigillo.domain.errors.Conflict` when its id exists."""

    def workspaces(self) -> list[Workspace]:
        """Give every workspace, in order of id."""

    def key_of(self, key_sha256: str) -> ApiKey | None:
        """Give the API key with this hex hash, of any workspace, or None."""

    def mailbox_at(self, address: str) -> Mailbox | None:
        """Give the mailbox at an address in lower case, of any workspace, or None."""

    def short_bytes(self, sha256: str) -> bytes | None:
        """Give the bytes of a short file, of any workspace, by their hex SHA-256, or None."""

    def close(self) -> None:
        """Let go of files and connections."""
