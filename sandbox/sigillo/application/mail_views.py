"""Messages in mailboxes as people look for them: listed, and unwrapped down to the inner message and its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from sigillo.application.mail_contents import folder_of
from sigillo.application.mail_folders import MailFolders, message_of
from sigillo.application.mail_sync import sync
from sigillo.application.mailboxes import find_mailbox
from sigillo.application.ports.mailboxes import MessageFilter
from sigillo.application.ports.sealing import Sealers, Verifier
from sigillo.application.ports.storage import Transaction
from sigillo.domain.errors import NotFound
from sigillo.domain.ids import letter_id, numbered_id, numbered_parts
from sigillo.domain.mail_folder import Kept, MessageKind
from sigillo.domain.mailbox import Box, Mailbox
from sigillo.domain.pec.found import Attachment, FoundMail, ReadMessage
from sigillo.domain.verdict import Verdict
from sigillo.domain.workspace import Workspace

_ID = "msg"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages to list; None does not restrict. ``folder`` is a folder's name."""

    folder: str | None = None
    kind: MessageKind | None = None
    is_unseen: bool = False
    sender: str | None = None
    subject: str | None = None
    after: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A message in a list, with its id, its folder's name and the letter it is of, if any."""

    id: str
    kept: Kept
    folder: str
    letter_id: str | None


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """A message taken apart, and what is to be said of its signature; None where it has none."""

    listed: Listed
    found: FoundMail
    verdict: Verdict | None
    size_bytes: int

    @property
    def inner(self) -> ReadMessage | None:
        """Give the message that people look for: the one inside an envelope or receipt, else the message itself."""
        return self.found.original if self.found.is_pec else self.found.original or self.found.face


@dataclass(frozen=True, slots=True)
class MailViews:
    """Reads the mail of any workspace; what the journal has for mailboxes is delivered first."""

    folders: MailFolders
    sealers: Sealers
    verifier: Verifier

    def page(
        self, workspace_id: str, address: str, wanted: Wanted, *, limit: int, before: int | None
    ) -> tuple[Mailbox, list[Listed]]:
        """Give the mailbox, and at most ``limit`` of its messages, newest first, of uids below ``before``."""
        self._box(workspace_id, address)
        with self.folders.store.reading(workspace_id) as tx:
            mailbox = find_mailbox(tx, address)
            number = folder_of(tx, mailbox.ordinal, wanted.folder).number if wanted.folder is not None else None
            narrowed = MessageFilter(number, wanted.kind, wanted.is_unseen, wanted.sender, wanted.subject, wanted.after)
            found = tx.mail_messages.page(mailbox.ordinal, narrowed, limit=limit, before=before)
            return mailbox, _listed(tx, mailbox, found)

    def standing(self, workspace_id: str, address: str) -> tuple[Mailbox, int]:
        """Give a mailbox and how many messages are in it; raises :class:`NotFound`."""
        self._box(workspace_id, address)
        with self.folders.store.reading(workspace_id) as tx:
            mailbox = find_mailbox(tx, address)
            return mailbox, tx.mail_messages.count(mailbox.ordinal)

    def mailboxes(self, workspace_id: str, *, limit: int, before: int | None) -> list[tuple[Mailbox, int]]:
        """Give at most ``limit`` mailboxes, newest first, of ordinals below ``before``, with how much is in each."""
        sync(self.folders.store, workspace_id)
        with self.folders.store.reading(workspace_id) as tx:
            found = tx.mailboxes.page(limit=limit, before=before)
            return [(one, tx.mail_messages.count(one.ordinal)) for one in found]

    def raw(self, workspace_id: str, address: str, message_id: str) -> bytes:
        """Give a message whole; raises :class:`NotFound`."""
        return self._opened(workspace_id, address, message_id)[2]

    def unwrapped(self, workspace_id: str, address: str, message_id: str) -> Unwrapped:
        """Give a message taken apart, with a verdict on its signature; raises :class:`NotFound`."""
        workspace, listed, raw = self._opened(workspace_id, address, message_id)
        found = self.folders.reading.post.read(raw)
        verdict = self._judged(workspace, raw) if found.signature is not None else None
        return Unwrapped(listed, found, verdict, len(raw))

    def attachment(self, workspace_id: str, address: str, message_id: str, number: int) -> Attachment:
        """Give a file of the inner message, counted from 1; raises :class:`NotFound`."""
        _, listed, raw = self._opened(workspace_id, address, message_id)
        inner = Unwrapped(listed, self.folders.reading.post.read(raw), None, len(raw)).inner
        files = inner.attachments if inner is not None else ()
        if not 1 <= number <= len(files):
            raise NotFound(f"The message {message_id} has {len(files)} attachments, counted from 1.")
        return files[number - 1]

    def _opened(self, workspace_id: str, address: str, message_id: str) -> tuple[Workspace, Listed, bytes]:
        box = self._box(workspace_id, address)
        with self.folders.store.reading(workspace_id) as tx:
            mailbox = find_mailbox(tx, address)
            listed = _listed(tx, mailbox, [message_of(tx, box, _uid(mailbox, message_id))])[0]
            workspace = tx.workspace
        return workspace, listed, self.folders.raw(box, listed.kept.stored.uid)

    def _box(self, workspace_id: str, address: str) -> Box:
        with self.folders.store.reading(workspace_id) as tx:
            box = find_mailbox(tx, address).box
        self.folders.sync(box)
        return box

    def _judged(self, workspace: Workspace, raw: bytes) -> Verdict:
        trust = [self.sealers.of(workspace).trust().root_pem]
        return self.verifier.verify([("message.eml", BytesIO(raw))], trust)[0]


def message_id_of(mailbox: Mailbox, uid: int) -> str:
    """Give the id of a message in the API."""
    return numbered_id(_ID, mailbox.id, uid)


def _uid(mailbox: Mailbox, message_id: str) -> int:
    parts = numbered_parts(_ID, message_id)
    if parts is None or not mailbox.id.endswith(f"_{parts[0]}"):
        raise NotFound(f"There is no message {message_id[:60]!r} in the mailbox {mailbox.address}.")
    return parts[1]


def _listed(tx: Transaction, mailbox: Mailbox, found: list[Kept]) -> list[Listed]:
    names = {folder.number: folder.name for folder in tx.mail_folders.all(mailbox.ordinal)} if found else {}
    return [
        Listed(
            id=message_id_of(mailbox, one.stored.uid),
            kept=one,
            folder=names[one.folder],
            letter_id=None if one.source.letter is None else letter_id(tx.workspace.lot, one.source.letter),
        )
        for one in found
    ]
