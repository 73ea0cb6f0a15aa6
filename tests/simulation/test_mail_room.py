"""The room in mailboxes: what counts against the quota, and from when on."""

from __future__ import annotations

import pytest

from sigillo.application.ports.storage import Answer
from sigillo.domain.mailbox import MailboxFull
from tests.simulation.mailing import ANNA, MARIO, kinds, open_box, pass_time, send_pec, used_bytes
from tests.simulation.world import World

_ENVELOPE = 8 * 1024 + 2_000 * 4 // 3


@pytest.mark.parametrize("looks", [True, False], ids=["looked into", "left alone"])
def test_mail_under_way_has_its_room_already(world: World, looks: bool) -> None:
    """The second of two letters that only fit one by one comes back, though neither has arrived, whoever looks."""
    mario, anna = open_box(world, MARIO), open_box(world, ANNA, quota_bytes=20_000)

    def send(scenario: str | None = None) -> str:
        letter = send_pec(world, ANNA, text="x" * 2_000, scenario=scenario)
        if looks:
            world.sandbox.mail_folders.sync(anna)
        return str(world.sandbox.queries.letter(world.id, letter).letter.scenario)

    assert [send() for _ in range(2)] == ["deliver", "full"]
    assert send(scenario="unknown") == "unknown"
    pass_time(world)
    assert [send(), send(scenario="deliver")] == ["full", "deliver"]
    pass_time(world)
    assert kinds(world, anna) == ["transport"] * 2
    assert kinds(world, mario).count("non_delivery") == 3
    folders = world.sandbox.mail_folders
    folders.flag(anna, "INBOX", [1, 2], ["\\Deleted"], "add")
    folders.expunge(anna, "INBOX")
    assert [send(), send()] == ["deliver", "full"]


def test_only_letters_to_the_mailbox_that_is_there_take_its_room(world: World) -> None:
    """One that was sent before it was made, or to one that was there before, or before a reset, takes none."""
    send_pec(world, ANNA, text="x" * 2_000, scenario="deliver")
    anna = open_box(world, ANNA, quota_bytes=30_000)
    send_pec(world, ANNA, text="x" * 2_000)
    pass_time(world)
    assert (len(kinds(world, anna)), used_bytes(world, anna)) == (2, 2 * _ENVELOPE)
    with world.sandbox.store.reading(world.id) as tx:
        assert tx.mailboxes.page(limit=1, before=None)[0].settings.promised_bytes == 0
    send_pec(world, ANNA, text="x" * 2_000)
    world.sandbox.mailboxes.remove(world.id, ANNA)
    open_box(world, ANNA, quota_bytes=_ENVELOPE)
    letter = send_pec(world, ANNA, text="x" * 2_000)
    assert world.sandbox.queries.letter(world.id, letter).letter.scenario == "deliver"
    world.sandbox.workspaces.reset(world.id)
    letter = send_pec(world, ANNA, text="x" * 2_000)
    assert world.sandbox.queries.letter(world.id, letter).letter.scenario == "deliver"


def test_the_archive_takes_no_room(world: World) -> None:
    """Providers give the archive room of its own: its copies count for nothing, wherever they are moved."""
    plain, archiving = open_box(world, MARIO), open_box(world, ANNA, archive=True)
    for sender in (MARIO, ANNA):
        send_pec(world, "deliver@pec.test", sender=sender)
    pass_time(world)
    assert len(kinds(world, archiving, "Archive")) == 3
    assert used_bytes(world, archiving) == used_bytes(world, plain) > 0
    folders = world.sandbox.mail_folders
    copies = [one.uid for one in folders.listing(archiving, "Archive")]
    folders.move(archiving, copies, "INBOX")
    assert used_bytes(world, archiving) == used_bytes(world, plain)


def test_mail_let_in_by_hand_leaves_the_room_of_what_is_under_way(world: World) -> None:
    """It is refused where it fits by itself alone, and the error tells why."""
    open_box(world, ANNA, quota_bytes=_ENVELOPE + 1_000)
    send_pec(world, ANNA, text="x" * 2_000)
    raw = b"From: a@example.com\r\nSubject: x\r\n\r\nx\r\n"
    with pytest.raises(MailboxFull, match="0 of its 11,858 bytes in use and letters for 10,858 under way"):
        world.sandbox.incoming.receive(world.id, ANNA, raw, reply=lambda _, __: Answer("", 201, {}, b""))
