"""Delivery into mailboxes: what each gets from the journal, once, in order, whenever somebody looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from sigillo.application import mail_sync, posting
from sigillo.application.letters import Order
from sigillo.application.mail_sync import deliver_some
from sigillo.application.mailboxes import MailboxChanges
from sigillo.domain.mail_folder import INBOX, MailSearch
from tests.simulation.mailing import ANNA, MARIO, contents, drafted, kinds, open_box, pass_time, send_pec, used_bytes
from tests.simulation.world import START, World, id_alone


class Killed(BaseException):
    """The process ends here."""


ARRIVALS = {
    "deliver@pec.test": ["acceptance", "delivery"],
    "late@pec.test": ["acceptance", "delay_notice", "delivery"],
    "timeout@pec.test": ["acceptance", "delay_notice", "final_delay_notice"],
    "unknown@pec.test": ["acceptance", "non_delivery"],
    "full@pec.test": ["acceptance", "non_delivery"],
    "virus@pec.test": ["acceptance", "non_delivery"],
    "x@nodomain.test": ["acceptance", "non_delivery"],
    "x@example.com": ["acceptance"],
    "reject@pec.test": ["non_acceptance"],
}


@pytest.mark.parametrize("address", ARRIVALS)
def test_a_sender_gets_the_receipts_of_a_scenario(world: World, address: str) -> None:
    """Each scenario's receipts come in the order of the journal, none of what providers tell each other."""
    box = open_box(world, MARIO)
    send_pec(world, address)
    pass_time(world)
    assert kinds(world, box) == ARRIVALS[address]


def test_both_mailboxes_get_theirs(world: World) -> None:
    """The recipient gets the envelope when it is delivered; the sender the receipts and a copy of what was sent."""
    mario, anna = open_box(world, MARIO), open_box(world, ANNA)
    send_pec(world, ANNA)
    assert kinds(world, mario) == ["acceptance"]
    assert kinds(world, mario, "Sent") == ["sent"]
    assert kinds(world, anna) == []
    pass_time(world)
    assert kinds(world, mario) == ["acceptance", "delivery"]
    assert kinds(world, anna) == ["transport"]
    assert world.sandbox.mail_folders.listing(mario, "Sent")[0].flags == ("\\Seen",)
    assert world.sandbox.mail_folders.status(mario, INBOX).unseen == 2


def test_a_message_to_several_is_accepted_once_and_delivered_to_each(world: World) -> None:
    """One acceptance and one copy in Sent for all letters of a message, one receipt of delivery for each."""
    mario, anna = open_box(world, MARIO), open_box(world, ANNA)
    send_pec(world, ANNA, "deliver@pec.test", copied=["unknown@pec.test"])
    pass_time(world)
    assert sorted(kinds(world, mario)) == ["acceptance", "delivery", "delivery", "non_delivery"]
    assert kinds(world, mario, "Sent") == ["sent"]
    assert kinds(world, anna) == ["transport"]


def test_what_lists_tell_is_what_the_message_says(world: World) -> None:
    """Sender, recipients, subject, id and date of every row are those of the message that is written for it."""
    boxes = [open_box(world, MARIO), open_box(world, ANNA)]
    for address in ("late@pec.test", "timeout@pec.test", "unknown@pec.test", "reject@pec.test"):
        send_pec(world, address)
    send_pec(world, ANNA, copied=["virus@pec.test"])
    pass_time(world)
    world.sandbox.mail_folders.sync(boxes[0])
    rows = [(box, each) for box in boxes for each in contents(world, box)]
    assert {each.stored.kind.value for _, each in rows} >= {"transport", "sent", "delivery", "non_acceptance"}
    for box, each in rows:
        raw = world.sandbox.mail_folders.raw(box, each.stored.uid)
        found = world.sandbox.mail_folders.reading.summary(raw)
        said = each.summary
        assert (found.subject, found.to, found.cc) == (said.subject, said.to, said.cc)
        assert found.sender.rpartition("<")[2].strip(">") == said.sender.rpartition("<")[2].strip(">")
        assert found.sent_at == said.sent_at
        assert found.message_id == said.message_id
        assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_row_s_bytes_are_the_proof_s(world: World) -> None:
    """A receipt in the mailbox and the letter's proof are the same bytes, and its size is known once it was read."""
    mario, anna = open_box(world, MARIO), open_box(world, ANNA)
    letter_id = send_pec(world, ANNA)
    pass_time(world)
    folders = world.sandbox.mail_folders
    for box in (mario, anna):
        folders.sync(box)
        for each in folders.listing(box, INBOX):
            assert each.size_bytes is None
            with world.sandbox.proofs.document(world.id, letter_id, each.kind.value, "eml").source as proof:
                raw = proof.read()
            assert folders.raw(box, each.uid) == raw
            assert folders.sizes(box, INBOX, [each.uid]) == {each.uid: len(raw)}
            assert folders.listing(box, INBOX, first=each.uid, last=each.uid)[0].size_bytes == len(raw)


def test_nothing_comes_twice_and_looking_changes_nothing(world: World) -> None:
    """Delivering again adds nothing; a world in which somebody looked all the time is the same in the end."""
    box = open_box(world, MARIO)
    looked = World(seed="test")
    other = open_box(looked, MARIO)
    for here, theirs, looks in ((world, box, False), (looked, other, True)):
        for address in ("late@pec.test", "deliver@pec.test", "timeout@pec.test"):
            send_pec(here, address)
            for _ in range(3):
                here.sandbox.simulation.advance_by(here.id, timedelta(hours=6))
                if looks:
                    here.sandbox.mail_folders.sync(theirs)
        here.sandbox.mail_folders.append(theirs, "Drafts", b"Subject: x\r\n\r\n", [], START)
        pass_time(here)
        assert here.sandbox.mail_folders.sync(theirs) >= 1
        assert here.sandbox.mail_folders.sync(theirs) == 0
    assert contents(world, box) == contents(looked, other)
    looked.sandbox.close()


def test_small_parts_give_the_same(world: World) -> None:
    """Read one fact at a time, the journal gives the same mail in the same order."""
    box = open_box(world, MARIO)
    whole = World(seed="test")
    other = open_box(whole, MARIO)
    for here in (world, whole):
        for _ in range(3):
            send_pec(here, "late@pec.test")
        pass_time(here)
    counts = mail_sync.sync(world.sandbox.store, world.id, chunk=1)
    assert counts[box.ordinal] == whole.sandbox.mail_folders.sync(other) == 12
    assert contents(world, box) == contents(whole, other)
    whole.sandbox.close()


def test_a_process_killed_in_between_delivers_once(world: World) -> None:
    """Rows and place are kept together or not at all."""
    box = open_box(world, MARIO)
    send_pec(world, "deliver@pec.test")
    pass_time(world)
    with pytest.raises(Killed), world.sandbox.store.writing(world.id) as tx:
        assert deliver_some(tx, limit=100).counts[box.ordinal] == 3
        raise Killed
    assert contents(world, box) == []
    assert kinds(world, box) == ["acceptance", "delivery"]


def test_a_new_mailbox_begins_now(world: World) -> None:
    """What came before a mailbox was made stays outside of it; what happens afterwards comes in, of old letters too."""
    send_pec(world, "deliver@pec.test")
    first = open_box(world, "first@studio.test")
    box = open_box(world, MARIO)
    assert kinds(world, box) == []
    pass_time(world)
    assert kinds(world, box) == ["delivery"]
    assert kinds(world, first) == []


def test_a_reset_empties_and_keeps_mailboxes(world: World) -> None:
    """Mail is gone, also what a client put there; the password opens the mailbox as before, and mail comes again."""
    box = open_box(world, MARIO, password="as I like it")
    send_pec(world, "deliver@pec.test")
    folders = world.sandbox.mail_folders
    folders.append(box, "Drafts", b"Subject: x\r\n\r\n", [], START)
    before = {folder.name: folder.uid_validity for folder in folders.folders(box)}
    world.sandbox.workspaces.reset(world.id, seed="another")
    assert world.sandbox.mailboxes.authenticate(MARIO, "as I like it") == box
    assert kinds(world, box) == kinds(world, box, "Drafts") == []
    assert used_bytes(world, box) == 0
    assert all(folder.uid_validity > before[folder.name] for folder in folders.folders(box))
    send_pec(world, "unknown@pec.test")
    pass_time(world)
    assert kinds(world, box) == ["acceptance", "non_delivery"]


def test_a_dialect_gives_receipts_twice(world: World) -> None:
    """A provider that sends receipts twice does so with each that it issues, byte for byte the same."""
    box = open_box(world, MARIO, dialect="namirial")
    send_pec(world, "deliver@namirial.pec.test")
    pass_time(world)
    assert kinds(world, box) == ["acceptance", "acceptance", "delivery", "delivery"]
    folders = world.sandbox.mail_folders
    raws = [folders.raw(box, each.uid) for each in folders.listing(box, INBOX)]
    assert raws[0] == raws[1]
    assert raws[2] == raws[3]
    send_pec(world, "deliver@aruba.pec.test")
    pass_time(world)
    assert kinds(world, box)[4:] == ["acceptance", "acceptance", "delivery"]


def test_mail_is_archived_and_forwarded(world: World) -> None:
    """An archive gets a copy of everything; new mail, not receipts, is forwarded to a mailbox, and no further."""
    anna = open_box(world, ANNA, archive=True, forward_to="Office@comune.test")
    office = open_box(world, "office@comune.test", forward_to=MARIO)
    mario = open_box(world, MARIO)
    send_pec(world, ANNA)
    send_pec(world, "deliver@pec.test", sender=ANNA)
    pass_time(world)
    assert sorted(kinds(world, anna, "Archive")) == ["acceptance", "delivery", "sent", "transport"]
    assert all(each.flags == ("\\Seen",) for each in world.sandbox.mail_folders.listing(anna, "Archive"))
    assert kinds(world, office) == ["transport"]
    assert kinds(world, mario) == ["acceptance", "delivery"]
    copies = [world.sandbox.mail_folders.raw(box, uid) for box, uid in ((office, 1), (anna, _transport(world, anna)))]
    assert copies[0] == copies[1]


def test_what_came_before_a_change_came_as_it_was_wanted_then(world: World) -> None:
    """A forwarding or an archive begins with the change, whether or not somebody looked in between."""
    anna, office = open_box(world, ANNA), open_box(world, "office@comune.test")
    send_pec(world, ANNA)
    pass_time(world)
    world.sandbox.mailboxes.change(world.id, ANNA, MailboxChanges(forward_to="office@comune.test", archive=True))
    assert (kinds(world, anna), kinds(world, anna, "Archive"), kinds(world, office)) == (["transport"], [], [])
    send_pec(world, ANNA)
    pass_time(world)
    assert (kinds(world, anna, "Archive"), kinds(world, office)) == (["transport"], ["transport"])


def test_a_full_mailbox_takes_no_more(world: World) -> None:
    """What no longer fits, with all that came whoever looked, comes back; receipts still come to the owner."""
    mario, anna = open_box(world, MARIO), open_box(world, ANNA, quota_bytes=10_000)
    for text in ("x" * 2_000, "Spett.le Comune", "Spett.le Comune"):
        send_pec(world, ANNA, text=text)
        pass_time(world)
    assert kinds(world, anna) == ["transport"]
    assert kinds(world, mario) == ["acceptance", "non_delivery", "acceptance", "delivery", "acceptance", "non_delivery"]
    send_pec(world, "deliver@pec.test", sender=ANNA)
    assert kinds(world, anna) == ["transport", "acceptance"]


def test_only_mail_to_mailboxes_waits_for_their_mail(world: World) -> None:
    """A letter to an address without a mailbox delivers nothing; one to a mailbox delivers what waits, once."""
    open_box(world, MARIO)
    open_box(world, ANNA)

    def read_to() -> int:
        with world.sandbox.store.reading(world.id) as tx:
            return tx.mail_messages.read_to()

    begun = read_to()
    send_pec(world, "deliver@pec.test")
    pass_time(world)
    send_pec(world, "nobody@comune.test")
    assert read_to() == begun
    send_pec(world, ANNA, scenario="unknown")
    assert read_to() == begun
    send_pec(world, ANNA)
    assert read_to() > begun


def test_letters_that_would_wait_for_much_mail_are_left_to_a_thread(world: World) -> None:
    """On the event loop no letter delivers a backlog: nothing is taken in then, and a check does without it."""
    open_box(world, ANNA)
    draft = drafted(ANNA)
    send_pec(world, "deliver@pec.test")
    order = Order(draft, id_alone)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(posting, "_AT_ONCE", 0)
        assert world.sandbox.letters.submit_now(world.id, [order]) is None
        assert world.sandbox.letters.validate(world.id, draft).chosen.text == "deliver"
    taken = world.sandbox.letters.submit_now(world.id, [order])
    assert taken is not None


def test_a_pec_with_files_is_left_to_a_thread(world: World) -> None:
    """Its message is put together and examined, which may take long: never on the event loop."""
    order = Order(replace(drafted(ANNA), file_ids=("file_" + "0" * 20,)), id_alone)
    assert world.sandbox.letters.submit_now(world.id, [order]) is None


def test_messages_are_found_by_what_they_say(world: World) -> None:
    """Searches in fields, in the header, in the text and by size find receipts that nobody has read yet."""
    box = open_box(world, MARIO)
    send_pec(world, "deliver@pec.test")
    pass_time(world)
    folders = world.sandbox.mail_folders
    folders.sync(box)
    first, second = [each.uid for each in folders.listing(box, INBOX)]

    def found(**wanted: object) -> list[int]:
        return folders.search(box, INBOX, MailSearch(**wanted))  # type: ignore[arg-type]  # each field is given by name

    assert found(subject=("ACCETTAZIONE: diffida È",)) == [first]
    assert found(headers=(("X-Ricevuta", "consegna"),)) == [second]
    assert found(body=("spett.le comune",)) == [second]
    assert found(text=("non qualificato",)) == [first, second]
    size = len(folders.raw(box, first))
    assert found(larger_bytes=size) == [second]
    assert found(smaller_bytes=size + 1) == [first]


def test_receipts_are_read_by_any_mail_reader(world: World) -> None:
    """The standard library's parser finds the parts of a receipt."""
    box = open_box(world, MARIO)
    send_pec(world, "unknown@pec.test")
    kinds(world, box)
    uid = world.sandbox.mail_folders.listing(box, INBOX)[0].uid
    message = message_from_bytes(world.sandbox.mail_folders.raw(box, uid), policy=policy.default)
    assert message["X-Ricevuta"] == "accettazione"
    assert "daticert.xml" in [part.get_filename() for part in message.walk()]


def _transport(world: World, box: object) -> int:
    return next(each.stored.uid for each in contents(world, box) if each.stored.kind == "transport")  # type: ignore[arg-type]  # a Box
