"""Mailboxes: kept with every setting, one at an address over all workspaces, left by a reset."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sigillo.application.ports.storage import Store
from sigillo.domain.mail_folder import Folder
from sigillo.domain.mailbox import (
    AddressTaken,
    Mailbox,
    MailboxSettings,
    OrdinaryMail,
    Tenure,
    Watch,
    Watcher,
    mailbox_id,
)
from sigillo.domain.password import Password
from sigillo.domain.pec.dialects import Limits
from sigillo.domain.workspace import Workspace
from tests.contracts.materials import START

PASSWORD = Password.of("a password", salt=b"0123456789abcdef")
GONE = Tenure("box@one.test", 3, 9)


def mailbox(where: Workspace, ordinal: int, **changes: object) -> Mailbox:
    """The ``ordinal``-th mailbox of a workspace, at ``box<ordinal>@<workspace>.test``."""
    made = Mailbox(
        ordinal=ordinal,
        id=mailbox_id(where.lot, ordinal),
        workspace_id=where.id,
        address=f"box{ordinal}@{where.name}.test",
        dialect="aruba",
        password=PASSWORD,
        created_at=START,
        settings=MailboxSettings(OrdinaryMail.REFUSE),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # each field is given by name


def _add(store: Store, where: Workspace, *mailboxes: Mailbox) -> None:
    with store.writing(where.id) as tx:
        for each in mailboxes:
            tx.mailboxes.add(each)


def test_mailboxes_come_back_as_they_were(store: Store, one: Workspace, two: Workspace) -> None:
    """Every field is kept; a mailbox is found at its address from anywhere, and by its ordinal in its workspace."""
    limits = Limits(5, 6, 7, (".exe", ".js"))
    settings = MailboxSettings(OrdinaryMail.ACCEPT, "a@example.com", "b@pec.test", archive=True, limits=limits)
    full = mailbox(one, 1, settings=settings, quota_bytes=2**40, passwords=3, last_uid=9, folders=5, used_bytes=2**33)
    bare = mailbox(two, 1)
    _add(store, one, full)
    _add(store, two, bare)
    assert [store.mailbox_at(each.address) for each in (full, bare)] == [full, bare]
    assert store.mailbox_at("nobody@one.test") is None
    with store.reading(one.id) as tx:
        assert tx.mailboxes.at(1) == tx.mailboxes.find(full.address) == full
        assert tx.mailboxes.at(2) is None
        assert tx.mailboxes.find(bare.address) is None
        assert [tx.mailboxes.dialect_of(domain) for domain in ("one.test", "two.test", "ne.test")] == [
            "aruba",
            None,
            None,
        ]


def test_a_domain_speaks_as_its_oldest_mailbox(store: Store, one: Workspace) -> None:
    """The dialect of a domain is that of the oldest mailbox that is there still; without one it has none."""
    _add(store, one, mailbox(one, 1), mailbox(one, 2, dialect="poste"), mailbox(one, 3, address="x@xone.test"))
    with store.writing(one.id) as tx:
        tx.mailboxes.remove(1, GONE)
        assert tx.mailboxes.dialect_of("one.test") == "poste"
        tx.mailboxes.remove(2, GONE)
        assert tx.mailboxes.dialect_of("one.test") is None
        assert tx.mailboxes.dialect_of("xone.test") == "aruba"


def test_an_address_is_one_mailbox_s(store: Store, one: Workspace, two: Workspace) -> None:
    """The same address again is refused, also in another workspace, until its mailbox is removed."""
    _add(store, one, mailbox(one, 1))
    for where in (one, two):
        with pytest.raises(AddressTaken):
            _add(store, where, mailbox(where, 2, address=mailbox(one, 1).address))
    with store.writing(one.id) as tx:
        tx.mailboxes.remove(1, GONE)
    _add(store, two, mailbox(two, 1, address=mailbox(one, 1).address))
    with store.reading(one.id) as tx:
        assert tx.mailboxes.count() == 1
        assert tx.mailboxes.at(1) is None
        assert tx.mailboxes.page(limit=9, before=None) == []


def test_mailboxes_are_paged_and_saved(store: Store, one: Workspace) -> None:
    """Pages are newest first below an ordinal; what is saved stays, and goes with a transaction that is rolled back."""
    made = [mailbox(one, ordinal) for ordinal in range(1, 5)]
    _add(store, one, *made)
    changed = replace(made[1], quota_bytes=7, password=Password.of("another one", salt=b"x" * 16), passwords=2)
    with store.writing(one.id) as tx:
        assert tx.mailboxes.page(limit=2, before=None) == [made[3], made[2]]
        tx.mailboxes.save(changed)
    with pytest.raises(ZeroDivisionError), store.writing(one.id) as tx:
        tx.mailboxes.save(replace(changed, used_bytes=99))
        tx.mailboxes.remove(1, GONE)
        raise ZeroDivisionError
    with store.reading(one.id) as tx:
        assert tx.mailboxes.page(limit=9, before=4) == [made[2], changed, made[0]]
    assert store.mailbox_at(made[0].address) == made[0]


def test_those_are_given_whose_mail_is_heard_of(store: Store, one: Workspace, two: Workspace) -> None:
    """Those with any watch, also an ended one, of the workspace and there still, by ordinal, as they were kept."""

    def settings(*watches: Watch) -> MailboxSettings:
        return MailboxSettings(OrdinaryMail.ACCEPT, 'x"watches":[]@y', made_after=3, watches=watches)

    ended, going = Watch(Watcher.NOTIFY, "a@example.com", 3, 9), Watch(Watcher.FORWARD, "b@example.com", 9)
    made = [
        mailbox(one, n, settings=settings(*own)) for n, own in enumerate([(going,), (), (ended, going), (ended,)], 1)
    ]
    _add(store, one, *reversed(made))
    with store.writing(one.id) as tx:
        tx.mailboxes.remove(4, GONE)
        assert tx.mailboxes.watched() == [made[0], made[2]]
    with store.reading(two.id) as tx:
        assert tx.mailboxes.watched() == []


def test_the_tenures_of_removed_mailboxes_are_kept(store: Store, one: Workspace, two: Workspace) -> None:
    """By ordinal, each workspace's own, also where an address was held twice, until they are forgotten."""
    watch = Watch(Watcher.FORWARD, 'x"@example.com', 3, 9)
    first, second = Tenure("a@one.test", 3, 9, (watch,)), Tenure("a@one.test", 9, 12)
    with store.writing(one.id) as tx:
        assert tx.mailboxes.past() == []
    for ordinal, tenure in ((1, first), (2, second)):
        _add(store, one, mailbox(one, ordinal, address=tenure.address))
        with store.writing(one.id) as tx:
            tx.mailboxes.remove(ordinal, tenure)
    _add(store, one, mailbox(one, 3))
    with store.reading(two.id) as tx:
        assert tx.mailboxes.past() == []
    with store.writing(one.id) as tx:
        assert tx.mailboxes.past() == [first, second]
        tx.mailboxes.forget_past()
        assert (tx.mailboxes.past(), tx.mailboxes.count()) == ([], 3)
        assert tx.mailboxes.at(3) == mailbox(one, 3)


def test_a_reset_leaves_mailboxes_and_takes_what_is_in_them(store: Store, one: Workspace) -> None:
    """After clear() a mailbox has no folders, nothing was read for it, and it is there."""
    _add(store, one, mailbox(one, 1))
    with store.writing(one.id) as tx:
        tx.mail_folders.add(1, Folder(1, "INBOX", 7))
        tx.mail_messages.save_read_to(12)
        tx.clear()
        assert tx.mail_folders.all(1) == []
        assert tx.mail_messages.read_to() == 0
        assert tx.mailboxes.at(1) == mailbox(one, 1)


def test_folders_come_back_as_they_were(store: Store, one: Workspace) -> None:
    """Folders are each mailbox's own, by number, saved and removed."""
    inbox, sent = Folder(1, "INBOX", 2**31), Folder(2, "Sent", 5, False, "\\Sent", 8, 4)
    with store.writing(one.id) as tx:
        for folder in (sent, inbox):
            tx.mail_folders.add(1, folder)
        tx.mail_folders.add(2, inbox)
    renamed = replace(sent, name="Gesendet/été", is_subscribed=True, last_uid=99, noticed_uid=98)
    with store.writing(one.id) as tx:
        assert tx.mail_folders.all(1) == [inbox, sent]
        tx.mail_folders.save(1, renamed)
        tx.mail_folders.remove(1, 1)
    with store.writing(one.id) as tx:
        assert tx.mail_folders.all(1) == [renamed]
        tx.mail_folders.forget(1)
        assert tx.mail_folders.all(1) == []
        assert tx.mail_folders.all(2) == [inbox]


def test_the_place_in_the_journal_moves(store: Store, one: Workspace, two: Workspace) -> None:
    """It is 0 at first, the last one kept is given, and it is each workspace's own."""
    for place in (7, 9):
        with store.writing(one.id) as tx:
            tx.mail_messages.save_read_to(place)
    with store.reading(one.id) as tx:
        assert tx.mail_messages.read_to() == 9
    with store.reading(two.id) as tx:
        assert tx.mail_messages.read_to() == 0


def test_a_password_is_shown_nowhere() -> None:
    """Neither a mailbox nor a password tells salt or key when it is printed, and only the right text matches."""
    shown = repr(mailbox(Workspace("ws", "one", "1"), 1)) + repr(PASSWORD)
    assert PASSWORD.key.hex() not in shown
    assert repr(PASSWORD.salt) not in shown
    assert Password.read(PASSWORD.text) == PASSWORD
    assert PASSWORD.matches("a password")
    assert not PASSWORD.matches("a passwore")
