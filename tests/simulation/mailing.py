"""Mailboxes in a test's world: made in one line, and PEC sent between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sigillo.application.drafts import Draft
from sigillo.application.mail_drafts import Other
from sigillo.application.mailboxes import MailboxDraft
from sigillo.application.ports.storage import Answer
from sigillo.domain.letter import Recipient, RecipientKind, Sender
from sigillo.domain.mail_folder import INBOX, Kept
from sigillo.domain.mailbox import Box, Mailbox
from sigillo.domain.pec.dispatch import Role
from tests.simulation.world import World, id_alone

MARIO, ANNA = "mario@studio.test", "anna@comune.test"


def open_box(world: World, address: str, **wanted: object) -> Box:
    """Make a mailbox, and open it with its password."""
    draft = replace(MailboxDraft(address), **wanted)  # type: ignore[arg-type]  # each field is given by name
    made = world.sandbox.mailboxes.add(world.id, draft, reply=no_answer)
    found = world.sandbox.mailboxes.authenticate(address, made.password or str(wanted["password"]))
    assert found is not None
    return found


def send_pec(world: World, *addresses: str, sender: str = MARIO, copied: Sequence[str] = (), **more: object) -> str:
    """Send a PEC to addresses, with copies to others; give the first letter's id."""
    draft = replace(drafted(*addresses, sender=sender, copied=copied), **more)  # type: ignore[arg-type]  # fields by name
    return world.sandbox.letters.submit(world.id, draft, reply=id_alone).answer.body.decode()


def drafted(*addresses: str, sender: str = MARIO, copied: Sequence[str] = ()) -> Draft:
    """A PEC to addresses, with copies to others."""
    to = [_recipient(address) for address in addresses]
    others = [Other(one, Role.TO, "/to") for one in to[1:]]
    others += [Other(_recipient(address), Role.CC, "/cc") for address in copied]
    return Draft(
        "pec", to[0], "Diffida è urgente", Sender("Mario Rossi", sender), "Spett.le Comune", others=tuple(others)
    )


def pass_time(world: World) -> None:
    """Let everything happen that is due."""
    world.sandbox.simulation.advance_until(world.id, "idle")


def kinds(world: World, box: Box, folder: str = INBOX) -> list[str]:
    """Deliver, and give the kinds of messages in a folder."""
    world.sandbox.mail_folders.sync(box)
    return [one.kind.value for one in world.sandbox.mail_folders.listing(box, folder)]


def contents(world: World, box: Box) -> list[Kept]:
    """Give all that is in a mailbox, by uid."""
    with world.sandbox.store.reading(world.id) as tx:
        return tx.mail_messages.of_uids(box.ordinal, range(1, 1000))


def used_bytes(world: World, box: Box) -> int:
    """Give what counts against the quota."""
    return world.sandbox.mailboxes.get(world.id, box.address).used_bytes


def no_answer(_: Mailbox) -> Answer:
    """Answer with nothing."""
    return Answer("", 201, {}, b"")


def _recipient(address: str) -> Recipient:
    return Recipient(RecipientKind.PROFESSIONAL, "Anna Verdi", address)
