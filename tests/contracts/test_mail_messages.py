"""Messages in mailboxes: listed, searched, paged, flagged, measured and taken out, alike on each store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sigillo.application.ports.mailboxes import MessageFilter
from sigillo.application.ports.storage import Store
from sigillo.domain.mail_folder import Kept, MailSearch, MessageKind, Source, Stored, Summary
from sigillo.domain.workspace import Workspace
from tests.contracts.materials import HASH, START

BOX, INBOX, TRASH = 1, 1, 4
FLAGS = ((), ("\\Seen",), ("\\Seen", "\\Flagged", "$Forwarded"), ("\\Deleted", "kw"))


def message(uid: int, folder: int = INBOX) -> Kept:
    """A message whose fields follow from its uid; every third has no size yet, and comes from a letter."""
    at = START + timedelta(minutes=uid)
    is_receipt = uid % 3 == 0
    stored = Stored(
        uid,
        MessageKind.ACCEPTANCE if is_receipt else MessageKind.MESSAGE,
        FLAGS[uid % 4],
        at,
        None if is_receipt else uid * 10,
    )
    summary = Summary(
        f"Zoé <zoe{uid}@Example.test>",
        "anna@pec.test, b@pec.test",
        "" if uid % 2 else "Cc@pec.test",
        f"Re: PERCHÉ n. {uid} 100%",
        f"id{uid}@pec.test",
        None if uid == 1 else at - timedelta(days=1),
    )
    source = Source(letter=uid) if is_receipt else Source(sha256=HASH)
    return Kept(folder, stored, 1000 + uid, source, summary)


@pytest.fixture
def filled(store: Store, one: Workspace) -> Workspace:
    """Eight messages, of which the last two are in another folder, and one in another mailbox."""
    with store.writing(one.id) as tx:
        tx.mail_messages.add(BOX, [message(uid, INBOX if uid < 7 else TRASH) for uid in range(1, 9)])
        tx.mail_messages.add(2, [message(5)])
    return one


def test_messages_come_back_as_they_were(store: Store, filled: Workspace) -> None:
    """Every field is kept; what there is not is passed over, and another mailbox's is not given."""
    with store.reading(filled.id) as tx:
        assert tx.mail_messages.of_uids(BOX, [8, 1, 77, 1]) == [message(1), message(8, TRASH)]
        assert tx.mail_messages.of_uids(3, [1]) == []
        assert [tx.mail_messages.count(box) for box in (BOX, 2, 3)] == [8, 1, 0]


def test_a_listing_gives_a_range(store: Store, filled: Workspace) -> None:
    """A folder's messages are listed by uid, from one uid to another or to the end."""
    with store.reading(filled.id) as tx:
        listed = tx.mail_messages.listing(BOX, INBOX, first=1, last=None)
        assert listed == [message(uid).stored for uid in range(1, 7)]
        assert tx.mail_messages.listing(BOX, INBOX, first=3, last=4) == listed[2:4]
        assert tx.mail_messages.listing(BOX, TRASH, first=8, last=99) == [message(8, TRASH).stored]
        assert tx.mail_messages.listing(BOX, 9, first=1, last=None) == []


def test_a_folder_is_counted(store: Store, filled: Workspace) -> None:
    """Counts tell the messages, those unseen and those beyond a uid; an empty folder has none."""
    with store.reading(filled.id) as tx:
        assert tx.mail_folders.counts(BOX, INBOX, beyond=4) == (6, 2, 2)
        assert tx.mail_folders.counts(BOX, 9, beyond=0) == (0, 0, 0)


SEARCHES = {
    "everything": (MailSearch(), [1, 2, 3, 4, 5, 6]),
    "flag": (MailSearch(with_flags=("\\Seen",)), [1, 2, 5, 6]),
    "two flags": (MailSearch(with_flags=("\\Seen", "\\Flagged")), [2, 6]),
    "no flag": (MailSearch(without_flags=("\\Seen", "\\Deleted")), [4]),
    "keyword": (MailSearch(with_flags=("kw",)), [3]),
    "part of a keyword": (MailSearch(with_flags=("k",)), []),
    "no keyword": (MailSearch(without_flags=("kw", "$Forwarded")), [1, 4, 5]),
    "uids": (MailSearch(uids=((2, 3), (5, None))), [2, 3, 5, 6]),
    "one range": (MailSearch(uids=((2, 4),)), [2, 3, 4]),
    "no uids": (MailSearch(uids=()), []),
    "since": (MailSearch(since=START + timedelta(minutes=5)), [5, 6]),
    "before": (MailSearch(before=START + timedelta(minutes=2)), [1]),
    "sent": (
        MailSearch(sent_since=START - timedelta(days=1), sent_before=START - timedelta(hours=23)),
        [2, 3, 4, 5, 6],
    ),
    "sent before": (MailSearch(sent_before=START + timedelta(minutes=3) - timedelta(days=1)), [2]),
    "larger": (MailSearch(larger_bytes=20), [3, 4, 5, 6]),
    "smaller": (MailSearch(smaller_bytes=40), [1, 2, 3, 6]),
    "sender": (MailSearch(sender=("ZOE2@exa",)), [2]),
    "accents": (MailSearch(subject=("perché",)), [1, 2, 3, 4, 5, 6]),
    "wildcards": (MailSearch(subject=("0%", "n_")), []),
    "percent": (MailSearch(subject=("100%", "n. 4")), [4]),
    "to and cc": (MailSearch(to=("B@PEC",), cc=("cc@",)), [2, 4, 6]),
    "message id": (MailSearch(message_id=("id6@",)), [6]),
    "both": (MailSearch(with_flags=("\\Seen",), sender=("zoe5",)), [5]),
}


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_finds(store: Store, filled: Workspace, name: str) -> None:
    """Everything that is asked for must be so; a message of unknown size passes every question about sizes."""
    wanted, uids = SEARCHES[name]
    with store.reading(filled.id) as tx:
        assert tx.mail_messages.search(BOX, INBOX, wanted) == uids


PAGES = {
    "everything": (MessageFilter(), [8, 7, 6, 5, 4, 3, 2, 1]),
    "folder": (MessageFilter(folder=TRASH), [8, 7]),
    "kind": (MessageFilter(kind=MessageKind.ACCEPTANCE), [6, 3]),
    "unseen": (MessageFilter(is_unseen=True), [8, 7, 4, 3]),
    "sender and subject": (MessageFilter(sender="EXAMPLE", subject="n. 3"), [3]),
    "after": (MessageFilter(after=START + timedelta(minutes=6)), [8, 7]),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_newest_first(store: Store, filled: Workspace, name: str) -> None:
    """A page goes on below a uid, whatever is filtered."""
    wanted, uids = PAGES[name]
    with store.reading(filled.id) as tx:
        found = tx.mail_messages.page(BOX, wanted, limit=9, before=None)
        assert [one.stored.uid for one in found] == uids
        rest = tx.mail_messages.page(BOX, wanted, limit=1, before=uids[0])
        assert [one.stored.uid for one in rest] == uids[1:2]


def test_flags_and_sizes_are_kept(store: Store, filled: Workspace) -> None:
    """Flags are set as a whole and a size once it is known; nothing else of the message changes."""
    flags = ("\\Answered", "\\Draft", "$A", "b")
    with store.writing(filled.id) as tx:
        tx.mail_messages.save_flags(BOX, INBOX, {flags: [3, 7], (): [4]})
        tx.mail_messages.save_size(BOX, 3, 4711)
    with store.reading(filled.id) as tx:
        third, fourth = tx.mail_messages.of_uids(BOX, [3, 4])
        assert tx.mail_messages.stored(BOX, INBOX, [4, 7, 3]) == [third.stored, fourth.stored]
        assert tx.mail_messages.stored(BOX, TRASH, [7]) == [message(7, TRASH).stored]
        assert third.stored == message(3).stored._replace(flags=flags, size_bytes=4711)
        assert fourth.stored.flags == ()
        assert tx.mail_messages.of_uids(2, [5]) == [message(5)]


def test_messages_are_taken_out(store: Store, filled: Workspace) -> None:
    """Removing tells what they counted for; forgetting empties one mailbox; a rollback brings all back."""
    with pytest.raises(ZeroDivisionError), store.writing(filled.id) as tx:
        tx.mail_messages.forget(BOX)
        raise ZeroDivisionError
    with store.writing(filled.id) as tx:
        assert tx.mail_messages.remove(BOX, [1, 2, 99]) == 2003
        assert tx.mail_messages.remove(BOX, []) == 0
        assert [one.uid for one in tx.mail_messages.listing(BOX, INBOX, first=1, last=None)] == [3, 4, 5, 6]
        tx.mail_messages.forget(BOX)
        assert tx.mail_messages.count(BOX) == 0
        assert tx.mail_messages.count(2) == 1
        tx.mail_messages.add(BOX, [message(1)])
        assert tx.mail_messages.of_uids(BOX, [1]) == [message(1)]


def test_a_reset_takes_messages_away(store: Store, filled: Workspace) -> None:
    """After clear() there is none in any mailbox."""
    with store.writing(filled.id) as tx:
        tx.clear()
        assert [tx.mail_messages.count(box) for box in (BOX, 2)] == [0, 0]
