"""The store in memory, for tests and ``--memory``: the same promises as the database's, nothing kept afterwards.

One transaction at a time, readers included: a reader sees no half of anything because nobody writes meanwhile.
A thread that is in a transaction may open a reader inside it, which then sees what the transaction wrote so far.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from sigillo.application.ports.consents import ConsentRows
from sigillo.application.ports.faults import FaultRows
from sigillo.application.ports.keys import KeyRows
from sigillo.application.ports.kpis import RuleRows, TallyRows
from sigillo.application.ports.mail import MailRows
from sigillo.application.ports.mailboxes import FolderRows, MailboxRows, MessageRows
from sigillo.application.ports.storage import (
    AnswerRows,
    EventRows,
    FileRows,
    LetterRows,
    ProofRows,
    ScenarioRows,
    Transaction,
)
from sigillo.application.ports.webhooks import DeliveryRows, EndpointRows
from sigillo.domain.api_key import ApiKey
from sigillo.domain.errors import Conflict, NotFound
from sigillo.domain.mailbox import Mailbox
from sigillo.domain.workspace import Workspace
from sigillo.storage.memory_consents import MemoryConsents
from sigillo.storage.memory_faults import MemoryFaults
from sigillo.storage.memory_keys import MemoryKeys
from sigillo.storage.memory_kpis import MemoryRules, MemoryTallies
from sigillo.storage.memory_mail import MemoryMail
from sigillo.storage.memory_mail_messages import MemoryMessages
from sigillo.storage.memory_mailboxes import MemoryFolders, MemoryMailboxes
from sigillo.storage.memory_rows import (
    MemoryAnswers,
    MemoryEvents,
    MemoryFiles,
    MemoryLetters,
    MemoryProofs,
    MemoryScenarios,
)
from sigillo.storage.memory_webhooks import MemoryDeliveries, MemoryEndpoints
from sigillo.storage.undo import Table, UndoLog


class MemoryTransaction:
    """A unit of work in one workspace: all that there is of it, changed in place and noted in the log."""

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

    def __init__(self, workspace: Workspace, log: UndoLog, keys: KeyRows, mailboxes: MailboxRows) -> None:
        self.workspace = workspace
        self.log = log
        self.keys = keys
        self.mailboxes = mailboxes
        self._endpoints = MemoryEndpoints(log)
        self.endpoints = self._endpoints
        self.mail = MemoryMail(log)
        self.clear()

    def save_workspace(self, workspace: Workspace) -> None:
        """Keep the workspace's clock, counters and settings."""
        before = self.workspace
        self.log.note(lambda: setattr(self, "workspace", before))
        self.workspace = workspace

    @property
    def short(self) -> Mapping[str, bytes]:
        """Give the bytes of its short files."""
        return self._files.short.rows

    def clear(self) -> None:
        """Forget every letter, event, file, proof, answer and scenario of the workspace."""
        before = dict(vars(self))
        self.log.note(lambda: vars(self).update(before))
        letters = MemoryLetters(self.log)
        self.letters = letters
        self.consents = MemoryConsents(letters)
        self.events = MemoryEvents(self.log, letters)
        self._files = MemoryFiles(self.log)
        self.files = self._files
        self.proofs = MemoryProofs(self.log)
        self.answers = MemoryAnswers(self.log)
        self.scenarios = MemoryScenarios(self.log)
        self.faults = MemoryFaults(self.log)
        self.tallies = MemoryTallies(self.log)
        self.rules = MemoryRules(self.log)
        self.deliveries = MemoryDeliveries(self.log, self._endpoints)
        messages = MemoryMessages(self.log)
        self.mail_messages = messages
        self.mail_folders = MemoryFolders(self.log, messages)


class MemoryStore:
    """Everything but blobs, in dictionaries. Safe to use from any thread."""

    def __init__(self, *, committed: Callable[[str], None] | None = None) -> None:
        """``committed`` is called with the id of the workspace after each transaction that was kept."""
        self._committed = committed
        self._lock = threading.RLock()
        self._log = UndoLog()
        self._writing = False
        self._workspaces: dict[str, MemoryTransaction] = {}
        self._keys: Table[str, ApiKey] = Table(self._log)
        self._mailboxes: Table[str, Mailbox] = Table(self._log)

    @contextmanager
    def writing(self, workspace_id: str) -> Iterator[Transaction]:
        """Open a transaction that commits at the end of the block, or rolls back when it raises."""
        with self._lock:
            if self._writing:
                raise RuntimeError("a transaction is open in this thread already")
            transaction = self._find(workspace_id)
            self._writing = True
            try:
                yield transaction
            except BaseException:
                self._log.roll_back()
                raise
            finally:
                self._log.forget()
                self._writing = False
        if self._committed is not None:
            self._committed(workspace_id)

    @contextmanager
    def try_writing(self, workspace_id: str) -> Iterator[Transaction | None]:
        """Open a transaction like :meth:`writing`, or give None at once when another one is open."""
        if not self._lock.acquire(blocking=False):
            yield None
            return
        try:
            if self._writing:
                yield None
            else:
                with self.writing(workspace_id) as transaction:
                    yield transaction
        finally:
            self._lock.release()

    @contextmanager
    def reading(self, workspace_id: str) -> Iterator[Transaction]:
        """Open a snapshot to read."""
        with self._lock:
            yield self._find(workspace_id)

    def add_workspace(self, workspace: Workspace) -> None:
        """Keep a new workspace; raises :class:`~sigillo.domain.errors.Conflict` when its id exists."""
        with self._lock:
            if workspace.id in self._workspaces:
                raise Conflict(f"There is a workspace {workspace.id} already.")
            keys, mailboxes = MemoryKeys(self._log, self._keys), MemoryMailboxes(self._log, self._mailboxes)
            self._workspaces[workspace.id] = MemoryTransaction(workspace, self._log, keys, mailboxes)
            if not self._writing:
                self._log.forget()

    def workspaces(self) -> list[Workspace]:
        """Give every workspace, in order of id."""
        with self._lock:
            return [self._workspaces[each].workspace for each in sorted(self._workspaces)]

    def key_of(self, key_sha256: str) -> ApiKey | None:
        """Give the API key with this hex hash, of any workspace, or None."""
        with self._lock:
            return self._keys.rows.get(key_sha256)

    def mailbox_at(self, address: str) -> Mailbox | None:
        """Give the mailbox at an address, of any workspace, or None."""
        with self._lock:
            return self._mailboxes.rows.get(address)

    def short_bytes(self, sha256: str) -> bytes | None:
        """Give the bytes of a short file, of any workspace, or None."""
        with self._lock:
            found = (each.short.get(sha256) for each in self._workspaces.values())
            return next((data for data in found if data is not None), None)

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._workspaces.clear()
            self._keys.rows.clear()
            self._mailboxes.rows.clear()

    def _find(self, workspace_id: str) -> MemoryTransaction:
        found = self._workspaces.get(workspace_id)
        if found is None:
            raise NotFound(f"There is no workspace {workspace_id}.")
        return found
