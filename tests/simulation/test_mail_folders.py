"""Folders and messages as mail clients handle them: made, renamed, flagged, copied, moved, expunged, within quota."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sigillo.domain.errors import Conflict, Invalid, NotFound
from sigillo.domain.mail_folder import INBOX, MailSearch
from sigillo.domain.mailbox import Box, MailboxFull
from tests.simulation.mailing import MARIO, kinds, open_box, used_bytes
from tests.simulation.world import START, World

RAW = b"From: Zo\xc3\xa9 <zoe@example.com>\r\nTo: mario@studio.test\r\nSubject: =?utf-8?q?Perch=C3=A9?=\r\n\r\nciao\r\n"


@pytest.fixture
def box(world: World) -> Box:
    """A mailbox with nothing in it."""
    return open_box(world, MARIO)


def fill(world: World, box: Box, count: int, folder: str = INBOX) -> list[int]:
    """Put messages into a folder, and give their uids."""
    return [world.sandbox.mail_folders.append(box, folder, RAW, [], START) for _ in range(count)]


def uids(world: World, box: Box, folder: str = INBOX) -> list[int]:
    """The uids of a folder."""
    return world.sandbox.mail_folders.uids(box, folder)


def names(world: World, box: Box) -> list[str]:
    """The names of all folders."""
    return [folder.name for folder in world.sandbox.mail_folders.folders(box)]


def test_a_new_mailbox_has_the_usual_folders(world: World, box: Box) -> None:
    """Five folders with their special uses, all subscribed and empty, each with a validity of its own."""
    folders = world.sandbox.mail_folders.folders(box)
    assert [(one.name, one.special_use) for one in folders] == [
        (INBOX, None),
        ("Sent", "\\Sent"),
        ("Drafts", "\\Drafts"),
        ("Trash", "\\Trash"),
        ("Archive", "\\Archive"),
    ]
    assert all(one.is_subscribed for one in folders)
    assert len({one.uid_validity for one in folders}) == 5
    status = world.sandbox.mail_folders.status(box, "inbox")
    assert (status.messages, status.unseen, status.recent, status.uid_next) == (0, 0, 0, 1)


def test_folders_are_made_renamed_and_deleted(world: World, box: Box) -> None:
    """A folder brings those above it, takes those below it along, and goes when nothing is below."""
    folders = world.sandbox.mail_folders
    folders.create_folder(box, "Clienti/Rossi/2026/")
    assert names(world, box)[5:] == ["Clienti", "Clienti/Rossi", "Clienti/Rossi/2026"]
    fill(world, box, 1, "Clienti/Rossi")
    folders.rename_folder(box, "Clienti/Rossi", "Archivio/Rossi & figli")
    assert set(names(world, box)[5:]) == {
        "Clienti",
        "Archivio",
        "Archivio/Rossi & figli",
        "Archivio/Rossi & figli/2026",
    }
    assert len(uids(world, box, "Archivio/Rossi & figli")) == 1
    folders.subscribe(box, "Archivio", on=False)
    assert [one.name for one in folders.folders(box) if not one.is_subscribed] == ["Archivio"]
    with pytest.raises(Conflict, match="delete them first"):
        folders.delete_folder(box, "Archivio/Rossi & figli")
    folders.delete_folder(box, "Archivio/Rossi & figli/2026")
    folders.delete_folder(box, "Archivio/Rossi & figli")
    assert "Archivio/Rossi & figli" not in names(world, box)
    assert used_bytes(world, box) == 0


def test_a_folder_made_again_has_another_validity(world: World, box: Box) -> None:
    """A client that remembers the folder of old sees that it is another."""
    folders = world.sandbox.mail_folders
    first = folders.create_folder(box, "x").uid_validity
    folders.delete_folder(box, "x")
    assert folders.create_folder(box, "x").uid_validity > first


def test_inbox_stays_when_it_is_renamed(world: World, box: Box) -> None:
    """Its messages go to the new folder, and it is empty (RFC 3501 §6.3.5)."""
    fill(world, box, 3)
    world.sandbox.mail_folders.rename_folder(box, "InBox", "Vecchi")
    assert uids(world, box) == []
    assert len(uids(world, box, "Vecchi")) == 3
    assert used_bytes(world, box) == 3 * len(RAW)


def test_what_cannot_be_is_refused(world: World, box: Box) -> None:
    """Names that are none or taken, INBOX deleted, folders that are not there, flags that are none."""
    folders = world.sandbox.mail_folders
    for name in ("", "/", "a//b", "tab\t", "x" * 256):
        with pytest.raises(Invalid):
            folders.create_folder(box, name)
    for name in ("inbox", "Sent"):
        with pytest.raises(Conflict):
            folders.create_folder(box, name)
    with pytest.raises(Conflict):
        folders.rename_folder(box, "Sent", "Sent/below")
    with pytest.raises(Conflict):
        folders.rename_folder(box, "Sent", "Drafts")
    with pytest.raises(Conflict):
        folders.delete_folder(box, "INBOX")
    for wrong in (folders.delete_folder, folders.status, folders.listing, folders.uids):
        with pytest.raises(NotFound):
            wrong(box, "Nowhere")
    for flag in ("a b", "(x", "\\Custom", "è", "x" * 65):
        with pytest.raises(Invalid):
            folders.append(box, INBOX, RAW, [flag], START)
    with pytest.raises(NotFound):
        folders.raw(box, 1)
    assert names(world, box) == [INBOX, "Sent", "Drafts", "Trash", "Archive"]


def test_flags_are_added_removed_and_set(world: World, box: Box) -> None:
    """Case does not matter in the system's flags, \\Recent is nobody's to set, and what is gone is passed over."""
    folders = world.sandbox.mail_folders
    first, second = fill(world, box, 2)
    after = folders.flag(box, INBOX, [first, second, 99], ["\\SEEN", "$Label1", "\\Recent"], "add")
    assert [(one.uid, one.flags) for one in after] == [(uid, ("\\Seen", "$Label1")) for uid in (first, second)]
    folders.flag(box, INBOX, [first], ["\\Seen"], "remove")
    folders.flag(box, INBOX, [second], ["\\Flagged", "b", "A"], "set")
    assert [one.flags for one in folders.listing(box, INBOX)] == [("$Label1",), ("\\Flagged", "A", "b")]
    assert folders.search(box, INBOX, MailSearch(with_flags=("\\Flagged", "A"))) == [second]
    assert folders.status(box, INBOX).unseen == 2
    assert folders.flag(box, "Trash", [first], ["\\Seen"], "add") == []


def test_recent_is_what_no_session_was_told_of(world: World, box: Box) -> None:
    """The first session that is told of messages has them as recent, the next one has not."""
    folders = world.sandbox.mail_folders
    fill(world, box, 2)
    assert folders.status(box, INBOX).recent == 2
    assert folders.notice(box, INBOX) == 0
    assert folders.status(box, INBOX).recent == 0
    fill(world, box, 1)
    assert folders.status(box, INBOX).recent == 1
    assert folders.notice(box, INBOX) == 2


def test_messages_are_copied_and_moved(world: World, box: Box) -> None:
    """Copies and what is moved get new uids in order, keep flags and dates, and the same bytes."""
    folders = world.sandbox.mail_folders
    first, second = fill(world, box, 2)
    folders.flag(box, INBOX, [second], ["\\Answered"], "add")
    copies = folders.copy(box, [second, first, 77], "Archive")
    moved = folders.move(box, [second], "Trash")
    assert copies == [3, 4]
    assert moved == [5]
    assert uids(world, box) == [first]
    assert [one.flags for one in folders.listing(box, "Archive")] == [(), ("\\Answered",)]
    assert folders.listing(box, "Trash")[0].flags == ("\\Answered",)
    assert folders.listing(box, "Trash")[0].internal_at == START
    assert folders.raw(box, moved[0]) == RAW
    assert used_bytes(world, box) == 4 * len(RAW)
    with pytest.raises(NotFound):
        folders.raw(box, second)


def test_deleted_messages_are_expunged(world: World, box: Box) -> None:
    """Only what is flagged as deleted goes, of those named, in one folder; its room is free again."""
    folders = world.sandbox.mail_folders
    first, second, third = fill(world, box, 3)
    [elsewhere] = fill(world, box, 1, "Drafts")
    folders.flag(box, INBOX, [first, second], ["\\Deleted"], "add")
    folders.flag(box, "Drafts", [elsewhere], ["\\Deleted"], "add")
    assert folders.expunge(box, INBOX, [second, third, elsewhere]) == [second]
    assert folders.expunge(box, INBOX) == [first]
    assert uids(world, box) == [third]
    assert used_bytes(world, box) == 2 * len(RAW)
    assert folders.status(box, INBOX).uid_next == third + 1


def test_uids_are_never_given_again(world: World, box: Box) -> None:
    """A message that comes after the last one was expunged has a higher uid."""
    [first] = fill(world, box, 1)
    world.sandbox.mail_folders.flag(box, INBOX, [first], ["\\Deleted"], "add")
    world.sandbox.mail_folders.expunge(box, INBOX)
    assert fill(world, box, 1) == [first + 1]


def test_a_quota_bounds_what_clients_put_there(world: World) -> None:
    """A message or a copy that does not fit is refused and leaves nothing behind."""
    box = open_box(world, MARIO, quota_bytes=len(RAW) + 10)
    [first] = fill(world, box, 1)
    with pytest.raises(MailboxFull):
        fill(world, box, 1)
    with pytest.raises(MailboxFull):
        world.sandbox.mail_folders.copy(box, [first], "Archive")
    assert kinds(world, box) == ["message"]
    assert world.sandbox.mail_folders.move(box, [first], "Trash") == [2]


def test_appended_mail_is_found_by_its_fields(world: World, box: Box) -> None:
    """Encoded and raw header fields are searched as people read them, and by the date that a client gave."""
    folders = world.sandbox.mail_folders
    [first] = fill(world, box, 1)
    later = folders.append(box, INBOX, b"Subject: other\n\nline\n", ["\\Draft"], START + timedelta(days=1))
    assert folders.search(box, INBOX, MailSearch(subject=("PERCHÉ",), sender=("zoé",))) == [first]
    assert folders.search(box, INBOX, MailSearch(since=START + timedelta(hours=1))) == [later]
    assert folders.search(box, INBOX, MailSearch(body=("CIAO",))) == [first]
    assert folders.raw(box, later) == b"Subject: other\r\n\r\nline\r\n"
    assert [one.size_bytes for one in folders.listing(box, INBOX)] == [len(RAW), len(folders.raw(box, later))]


def test_a_mailbox_sees_its_own_mail_alone(world: World, box: Box) -> None:
    """Another mailbox of the workspace has neither the messages nor the folders."""
    other = open_box(world, "other@studio.test")
    [first] = fill(world, box, 1)
    world.sandbox.mail_folders.create_folder(box, "Mine")
    assert uids(world, other) == []
    assert "Mine" not in names(world, other)
    with pytest.raises(NotFound):
        world.sandbox.mail_folders.raw(other, first)


def test_a_removed_mailbox_is_closed(world: World, box: Box) -> None:
    """Whoever is still logged in finds nothing any more, also when the address is given again."""
    fill(world, box, 1)
    world.sandbox.mailboxes.remove(world.id, MARIO)
    folders = world.sandbox.mail_folders
    for call in (lambda: folders.folders(box), lambda: folders.status(box, INBOX), lambda: fill(world, box, 1)):
        with pytest.raises(NotFound):
            call()
    again = open_box(world, MARIO)
    assert again.ordinal != box.ordinal
    assert uids(world, again) == []
    with pytest.raises(NotFound):
        folders.listing(box, INBOX)
