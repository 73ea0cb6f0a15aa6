"""Folders and messages of a mailbox, as the protocols of mail clients and the API ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sigillo.application.folder_changes import create, delete, rename
from sigillo.application.mail_contents import News, again, folder_of, mailbox_of, put, take_out
from sigillo.application.mail_reading import MailReading, Recipe
from sigillo.application.mail_sync import deliver, sync
from sigillo.application.ports.blobs import Blobs
from sigillo.application.ports.storage import Store, Transaction
from sigillo.domain.errors import NotFound
from sigillo.domain.mail_folder import (
    DELETED,
    SEEN,
    Change,
    Folder,
    FolderStatus,
    Kept,
    MailSearch,
    MessageKind,
    Source,
    Stored,
    changed_flags,
    in_order,
)
from sigillo.domain.mailbox import Box, Mailbox, MailboxFull
from sigillo.domain.pec.lines import with_crlf


@dataclass(frozen=True, slots=True)
class MailFolders:
    """What lies in the mailboxes of all workspaces. Every call raises :class:`NotFound` once the mailbox is removed."""

    store: Store
    blobs: Blobs
    reading: MailReading

    def sync(self, box: Box) -> int:
        """Deliver what the journal has for mailboxes; gives how many messages came into this one."""
        return sync(self.store, box.workspace_id)[box.ordinal]

    def folders(self, box: Box) -> list[Folder]:
        """Give the folders, INBOX first, in the order in which they were made."""
        with self.store.reading(box.workspace_id) as tx:
            return tx.mail_folders.all(mailbox_of(tx, box).ordinal)

    def create_folder(self, box: Box, name: str) -> Folder:
        """Make a folder, and those that it lies in; raises :class:`Invalid` and Conflict ``folder_exists``."""
        with self.store.writing(box.workspace_id) as tx:
            return create(tx, mailbox_of(tx, box), name)

    def rename_folder(self, box: Box, name: str, new_name: str) -> None:
        """Rename a folder with all below it; INBOX stays, and gives its messages to the new folder (RFC 3501 §6.3.5).

        Raises :class:`Invalid`, NotFound and Conflict ``folder_exists``.
        """
        with self.store.writing(box.workspace_id) as tx:
            rename(tx, mailbox_of(tx, box), name, new_name)

    def delete_folder(self, box: Box, name: str) -> None:
        """Forget a folder and what is in it; raises NotFound, and Conflict for INBOX and where there are some below."""
        with self.store.writing(box.workspace_id) as tx:
            delete(tx, mailbox_of(tx, box), name)

    def subscribe(self, box: Box, name: str, *, on: bool = True) -> None:
        """Subscribe to a folder, or no longer; raises NotFound."""
        with self.store.writing(box.workspace_id) as tx:
            folder = folder_of(tx, box.ordinal, name)
            tx.mail_folders.save(box.ordinal, replace(folder, is_subscribed=on))

    def status(self, box: Box, folder: str) -> FolderStatus:
        """Tell how a folder stands."""
        with self.store.reading(box.workspace_id) as tx:
            there = _folder(tx, box, folder)
            messages, unseen, recent = tx.mail_folders.counts(box.ordinal, there.number, beyond=there.noticed_uid)
        return FolderStatus(messages, unseen, recent, there.uid_next, there.uid_validity)

    def notice(self, box: Box, folder: str) -> int:
        """Note that a session was told of all that is in a folder; gives the uid beyond which messages were recent."""
        with self.store.writing(box.workspace_id) as tx:
            there = _folder(tx, box, folder)
            if there.noticed_uid != there.last_uid:
                tx.mail_folders.save(box.ordinal, replace(there, noticed_uid=there.last_uid))
        return there.noticed_uid

    def listing(self, box: Box, folder: str, *, first: int = 1, last: int | None = None) -> list[Stored]:
        """Give a folder's messages of uids from ``first`` to ``last`` (None: all that follow), by uid."""
        with self.store.reading(box.workspace_id) as tx:
            return tx.mail_messages.listing(box.ordinal, _folder(tx, box, folder).number, first=first, last=last)

    def uids(self, box: Box, folder: str) -> list[int]:
        """Give the uids of a folder's messages, in order: all that a SELECT needs, in a sixth of a listing's time."""
        return self.search(box, folder, MailSearch())

    def stored(self, box: Box, folder: str, uids: Sequence[int]) -> list[Stored]:
        """Give those of the messages that are in a folder, by uid."""
        with self.store.reading(box.workspace_id) as tx:
            return tx.mail_messages.stored(box.ordinal, _folder(tx, box, folder).number, uids)

    def raw(self, box: Box, uid: int) -> bytes:
        """Give a message whole, with CRLF; its size is known from then on. Raises :class:`NotFound`."""
        with self.store.reading(box.workspace_id) as tx:
            recipe = self.reading.recipe(tx, message_of(tx, box, uid))
        return self._written(box, recipe)

    def sizes(self, box: Box, folder: str, uids: Sequence[int]) -> dict[int, int]:
        """Give the sizes in bytes of a folder's messages, by uid; a receipt is written for it once."""
        with self.store.reading(box.workspace_id) as tx:
            number = _folder(tx, box, folder).number
            found = [each for each in tx.mail_messages.of_uids(box.ordinal, uids) if each.folder == number]
            unknown = [self.reading.recipe(tx, each) for each in found if each.stored.size_bytes is None]
        known = {each.stored.uid: each.stored.size_bytes for each in found if each.stored.size_bytes is not None}
        return known | self._measured(box, unknown)

    def flag(self, box: Box, folder: str, uids: Sequence[int], flags: Iterable[str], how: str) -> list[Stored]:
        """Add (``add``), take away (``remove``) or set (``set``) flags; gives the messages as they are then, by uid.

        Messages that are gone are passed over. Raises :class:`Invalid` for what is no flag.
        """
        given, change = in_order(flags), Change(how)
        with self.store.writing(box.workspace_id) as tx:
            number = _folder(tx, box, folder).number
            there = tx.mail_messages.stored(box.ordinal, number, uids)
            becomes = {
                flags: changed_flags(flags, given, change) for flags in dict.fromkeys(one.flags for one in there)
            }
            changed: dict[tuple[str, ...], list[int]] = {}
            for one in there:
                if becomes[one.flags] != one.flags:
                    changed.setdefault(becomes[one.flags], []).append(one.uid)
            tx.mail_messages.save_flags(box.ordinal, number, changed)
        return [one._replace(flags=becomes[one.flags]) for one in there]

    def append(self, box: Box, folder: str, raw: bytes, flags: Iterable[str], at: datetime) -> int:
        """Put a client's message into a folder and give its uid; raises :class:`MailboxFull`."""
        raw, given = with_crlf(raw), in_order(flags)
        summary = self.reading.summary(raw)
        with self.store.writing(box.workspace_id) as tx:
            deliver(tx)
            mailbox, there = mailbox_of(tx, box), _folder(tx, box, folder)
            require_room(mailbox, len(raw))
            source = Source(self.blobs.put(raw).sha256)
            news = News(MessageKind.MESSAGE, given, at, len(raw), len(raw), source, summary)
            _, uids = put(tx, mailbox, there, [news])
        return uids[0]

    def copy(self, box: Box, uids: Sequence[int], to_folder: str) -> list[int]:
        """Copy messages into a folder, with their flags, and give the copies' uids; raises :class:`MailboxFull`."""
        with self.store.writing(box.workspace_id) as tx:
            deliver(tx)
            mailbox, there = mailbox_of(tx, box), _folder(tx, box, to_folder)
            found = tx.mail_messages.of_uids(box.ordinal, uids)
            require_room(mailbox, sum(each.counted_bytes for each in found))
            return put(tx, mailbox, there, [again(each) for each in found])[1]

    def move(self, box: Box, uids: Sequence[int], to_folder: str) -> list[int]:
        """Move messages into a folder, where they get new uids, which are given in the same order."""
        with self.store.writing(box.workspace_id) as tx:
            deliver(tx)
            there = _folder(tx, box, to_folder)
            found = tx.mail_messages.of_uids(box.ordinal, uids)
            mailbox = take_out(tx, mailbox_of(tx, box), [each.stored.uid for each in found])
            return put(tx, mailbox, there, [again(each) for each in found])[1]

    def expunge(self, box: Box, folder: str, uids: Sequence[int] | None = None) -> list[int]:
        """Forget a folder's messages that are flagged as deleted, all or those of ``uids``; gives what is gone."""
        with self.store.writing(box.workspace_id) as tx:
            wanted = MailSearch(with_flags=(DELETED,))
            found = tx.mail_messages.search(box.ordinal, _folder(tx, box, folder).number, wanted)
            named = None if uids is None else frozenset(uids)
            gone = [uid for uid in found if named is None or uid in named]
            take_out(tx, mailbox_of(tx, box), gone)
        return gone

    def search(self, box: Box, folder: str, wanted: MailSearch) -> list[int]:
        """Give the uids of the messages of a folder that a search wants, in order."""
        with self.store.reading(box.workspace_id) as tx:
            number = _folder(tx, box, folder).number
            found = tx.mail_messages.search(box.ordinal, number, wanted)
            if not (wanted.needs_sizes or wanted.needs_reading):
                return found
            kept = tx.mail_messages.of_uids(box.ordinal, found)
            recipes = [self.reading.recipe(tx, each) for each in kept]
        return self._read_through(box, recipes, wanted)

    def _read_through(self, box: Box, recipes: Sequence[Recipe], wanted: MailSearch) -> list[int]:
        """Look into messages themselves for what rows do not tell: sizes that nobody knows yet, and texts."""
        if wanted.needs_sizes:
            unknown = [recipe for recipe in recipes if recipe.kept.stored.size_bytes is None]
            sizes = self._measured(box, unknown)
            recipes = [one for one in recipes if _fits(one.kept.stored, sizes, wanted)]
        if wanted.needs_reading:
            recipes = [one for one in recipes if self.reading.matches(self.reading.raw(one), wanted)]
        return [one.kept.stored.uid for one in recipes]

    def _measured(self, box: Box, recipes: Sequence[Recipe]) -> dict[int, int]:
        sizes = {recipe.kept.stored.uid: len(self.reading.raw(recipe)) for recipe in recipes}
        self._keep_sizes(box, sizes)
        return sizes

    def _written(self, box: Box, recipe: Recipe) -> bytes:
        raw, stored = self.reading.raw(recipe), recipe.kept.stored
        if stored.size_bytes is None:
            self._keep_sizes(box, {stored.uid: len(raw)})
        return raw

    def _keep_sizes(self, box: Box, sizes: dict[int, int]) -> None:
        if not sizes:
            return
        with self.store.writing(box.workspace_id) as tx:
            for each in tx.mail_messages.of_uids(box.ordinal, list(sizes)):
                tx.mail_messages.save_size(box.ordinal, each.stored.uid, sizes[each.stored.uid])


def message_of(tx: Transaction, box: Box, uid: int) -> Kept:
    """Give a message of a mailbox; raises :class:`NotFound`."""
    found = tx.mail_messages.of_uids(box.ordinal, [uid])
    if not found:
        raise NotFound(f"There is no message {uid} in the mailbox {box.address}; it may have been moved or deleted.")
    return found[0]


def require_room(mailbox: Mailbox, size_bytes: int) -> None:
    """Raise :class:`MailboxFull` where a message that counts for so much does not fit any more."""
    if not mailbox.has_room(size_bytes):
        promised = mailbox.settings.promised_bytes
        detail = (
            f"The mailbox {mailbox.address} has {mailbox.used_bytes:,} of its {mailbox.quota_bytes:,} bytes in use"
            f"{f' and letters for {promised:,} under way' if promised else ''}; "
            "delete messages from it, or give it a larger quota."
        )
        raise MailboxFull(detail)


def is_unseen(stored: Stored) -> bool:
    """Tell whether nobody has read a message yet."""
    return SEEN not in stored.flags


def _folder(tx: Transaction, box: Box, name: str) -> Folder:
    return folder_of(tx, mailbox_of(tx, box).ordinal, name)


def _fits(stored: Stored, measured: dict[int, int], wanted: MailSearch) -> bool:
    size = measured.get(stored.uid) if stored.size_bytes is None else stored.size_bytes
    assert size is not None
    larger, smaller = wanted.larger_bytes, wanted.smaller_bytes
    return (larger is None or size > larger) and (smaller is None or size < smaller)
