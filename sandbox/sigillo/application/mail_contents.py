"""What is in mailboxes, inside a transaction: folders found and made, messages put into them and taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sigillo.application.ports.storage import Transaction
from sigillo.domain.errors import Invalid, NotFound
from sigillo.domain.mail_folder import FIRST_FOLDERS, Folder, Kept, MessageKind, Source, Stored, Summary, folder_name
from sigillo.domain.mailbox import Box, Mailbox


@dataclass(frozen=True, slots=True)
class News:
    """A message that is to be put into a folder; the fields are those of Kept and Stored, the uid is given later."""

    kind: MessageKind
    flags: tuple[str, ...]
    internal_at: datetime
    size_bytes: int | None
    counted_bytes: int
    source: Source
    summary: Summary


def mailbox_of(tx: Transaction, box: Box) -> Mailbox:
    """Give the mailbox that somebody logged in to; raises :class:`NotFound` once it was removed."""
    found = tx.mailboxes.at(box.ordinal)
    if found is None:
        raise NotFound(f"The mailbox {box.address} was removed.")
    return found


def folder_of(tx: Transaction, mailbox: int, name: str) -> Folder:
    """Give a folder by its name; raises :class:`NotFound`, also for what no folder can be named."""
    try:
        wanted = folder_name(name)
    except Invalid:
        wanted = name
    found = next((folder for folder in tx.mail_folders.all(mailbox) if folder.name == wanted), None)
    if found is None:
        raise NotFound(f"There is no folder {wanted[:80]!r} in this mailbox.", code="no_such_folder")
    return found


def add_folder(tx: Transaction, mailbox: Mailbox, name: str, special_use: str | None = None) -> tuple[Mailbox, Folder]:
    """Make a folder that is not there yet; gives the mailbox as it stands then, and the folder."""
    folder = Folder(mailbox.folders + 1, name, mailbox.next_validity, special_use=special_use)
    tx.mail_folders.add(mailbox.ordinal, folder)
    changed = replace(mailbox, folders=folder.number)
    tx.mailboxes.save(changed)
    return changed, folder


def furnish(tx: Transaction, mailbox: Mailbox) -> Mailbox:
    """Make the folders that a mailbox has from the start."""
    for name, special_use in FIRST_FOLDERS.items():
        mailbox, _ = add_folder(tx, mailbox, name, special_use)
    return mailbox


def special_folder(tx: Transaction, mailbox: Mailbox, name: str) -> tuple[Mailbox, Folder]:
    """Give the folder with the special use that a first folder's name stands for, made again where it was deleted."""
    use, there = FIRST_FOLDERS[name], tx.mail_folders.all(mailbox.ordinal)
    found = next((one for one in there if (one.special_use == use if use else one.name == name)), None)
    named = found or next((one for one in there if one.name == name), None)
    return (mailbox, named) if named is not None else add_folder(tx, mailbox, name, use)


def put(tx: Transaction, mailbox: Mailbox, folder: Folder, news: Sequence[News]) -> tuple[Mailbox, list[int]]:
    """Put messages into a folder, in order; gives the mailbox as it stands then, and their uids."""
    return put_each(tx, mailbox, [(folder, one) for one in news])


def put_each(tx: Transaction, mailbox: Mailbox, news: Sequence[tuple[Folder, News]]) -> tuple[Mailbox, list[int]]:
    """Put messages into a folder each, in order; gives the mailbox as it stands then, and their uids."""
    if not news:
        return mailbox, []
    uids = range(mailbox.last_uid + 1, mailbox.last_uid + 1 + len(news))
    tx.mail_messages.add(
        mailbox.ordinal, [_kept(folder, uid, one) for uid, (folder, one) in zip(uids, news, strict=True)]
    )
    filled = {folder.number: replace(folder, last_uid=uid) for uid, (folder, _) in zip(uids, news, strict=True)}
    for folder in filled.values():
        tx.mail_folders.save(mailbox.ordinal, folder)
    counted = sum(one.counted_bytes for _, one in news)
    changed = replace(mailbox.counting(counted), last_uid=uids[-1])
    tx.mailboxes.save(changed)
    return changed, list(uids)


def take_out(tx: Transaction, mailbox: Mailbox, uids: Sequence[int]) -> Mailbox:
    """Forget messages; gives the mailbox as it stands then."""
    if not uids:
        return mailbox
    changed = mailbox.counting(-tx.mail_messages.remove(mailbox.ordinal, uids))
    tx.mailboxes.save(changed)
    return changed


def empty(tx: Transaction, mailbox: Mailbox) -> None:
    """Take everything out of a mailbox, its folders too."""
    tx.mail_messages.forget(mailbox.ordinal)
    tx.mail_folders.forget(mailbox.ordinal)


def again(kept: Kept, flags: tuple[str, ...] | None = None) -> News:
    """Give a message that is there as news for another folder, or another mailbox."""
    stored = kept.stored
    return News(
        kind=stored.kind,
        flags=stored.flags if flags is None else flags,
        internal_at=stored.internal_at,
        size_bytes=stored.size_bytes,
        counted_bytes=kept.counted_bytes,
        source=kept.source,
        summary=kept.summary,
    )


def _kept(folder: Folder, uid: int, one: News) -> Kept:
    stored = Stored(uid, one.kind, one.flags, one.internal_at, one.size_bytes)
    return Kept(folder.number, stored, one.counted_bytes, one.source, one.summary)
