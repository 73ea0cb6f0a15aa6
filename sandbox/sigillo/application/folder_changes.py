"""Folders made, renamed and deleted, by the rules of IMAP (RFC 3501 §6.3.3 to §6.3.5)."""

from __future__ import annotations

from dataclasses import replace

from sigillo.application.mail_contents import add_folder, again, folder_of, put, take_out
from sigillo.application.ports.storage import Transaction
from sigillo.domain.errors import Conflict
from sigillo.domain.mail_folder import INBOX, SEPARATOR, Folder, folder_name, parents
from sigillo.domain.mailbox import Mailbox

MOST_FOLDERS = 1_000


def create(tx: Transaction, mailbox: Mailbox, name: str) -> Folder:
    """Make a folder, and those that it lies in where they are missing."""
    wanted = folder_name(name)
    there = {folder.name for folder in tx.mail_folders.all(mailbox.ordinal)}
    _require_free(wanted, there)
    _require_room(there)
    for each in parents(wanted):
        if each not in there:
            mailbox, _ = add_folder(tx, mailbox, each)
    return add_folder(tx, mailbox, wanted)[1]


def rename(tx: Transaction, mailbox: Mailbox, name: str, new_name: str) -> None:
    """Rename a folder with all below it; INBOX stays, and gives its messages away."""
    folder, wanted = folder_of(tx, mailbox.ordinal, name), folder_name(new_name)
    there = tx.mail_folders.all(mailbox.ordinal)
    _require_free(wanted, {each.name for each in there})
    if folder.name == INBOX:
        _give_away(tx, mailbox, folder, create(tx, mailbox, wanted))
        return
    below = folder.name + SEPARATOR
    if wanted.startswith(below):
        raise Conflict("A folder cannot be moved into itself.", code="folder_exists")
    moved = [each for each in there if each.name == folder.name or each.name.startswith(below)]
    taken = {each.name for each in there} - {each.name for each in moved}
    for each in moved:
        target = wanted + each.name.removeprefix(folder.name)
        _require_free(target, taken)
        tx.mail_folders.save(mailbox.ordinal, replace(each, name=folder_name(target)))
    for above in parents(wanted):
        if above not in taken:
            mailbox, _ = add_folder(tx, mailbox, above)


def delete(tx: Transaction, mailbox: Mailbox, name: str) -> None:
    """Forget a folder with its messages."""
    folder = folder_of(tx, mailbox.ordinal, name)
    if folder.name == INBOX:
        raise Conflict("INBOX is where mail arrives; it cannot be deleted.", code="inbox_stays")
    if any(each.name.startswith(folder.name + SEPARATOR) for each in tx.mail_folders.all(mailbox.ordinal)):
        raise Conflict(f"There are folders in {folder.name}; delete them first.", code="folder_has_folders")
    listed = tx.mail_messages.listing(mailbox.ordinal, folder.number, first=1, last=None)
    take_out(tx, mailbox, [each.uid for each in listed])
    tx.mail_folders.remove(mailbox.ordinal, folder.number)


def _give_away(tx: Transaction, mailbox: Mailbox, inbox: Folder, target: Folder) -> None:
    listed = tx.mail_messages.listing(mailbox.ordinal, inbox.number, first=1, last=None)
    kept = tx.mail_messages.of_uids(mailbox.ordinal, [each.uid for each in listed])
    now = tx.mailboxes.at(mailbox.ordinal)
    assert now is not None  # it has just got a folder
    left = take_out(tx, now, [each.stored.uid for each in kept])
    put(tx, left, target, [again(each) for each in kept])


def _require_free(name: str, there: set[str]) -> None:
    if name in there:
        raise Conflict(f"There is a folder {name[:80]!r} already.", code="folder_exists")


def _require_room(there: set[str]) -> None:
    if len(there) >= MOST_FOLDERS:
        raise Conflict(f"A mailbox has at most {MOST_FOLDERS:,} folders; delete some.", code="too_many_folders")
