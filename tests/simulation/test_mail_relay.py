"""The relay's clerk with a relay that does as it is told: where it begins, whom it passes over, when it gives up."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import pytest

from sigillo.application.mail_relay import MailRelay
from sigillo.application.ports.mail import Handed, Message, Receipt
from sigillo.mail.mime import MimeScribe
from tests.simulation.world import World


class Told:
    """A relay that gives the receipts it was told to, then takes everything."""

    def __init__(self, *receipts: Handed, is_loopback: bool = True) -> None:
        self.is_loopback = is_loopback
        self.receipts = list(receipts)
        self.asked: list[str] = []
        self.taken: list[str] = []
        self.rests = 0

    async def send(self, message: Message) -> Receipt:
        """Give the next receipt."""
        handed = self.receipts.pop(0) if self.receipts else Handed.TAKEN
        self.asked.append(message.recipient)
        if handed is Handed.TAKEN:
            self.taken.append(message.recipient)
        return Receipt(handed, "as told")

    async def rest(self) -> None:
        """Count."""
        self.rests += 1


def run(world: World, relay: Told, done: Callable[[], bool], *, between: Callable[[], None] = lambda: None) -> None:
    """Let the clerk work until it is done; `between` happens once it has begun."""
    clerk = MailRelay(
        world.sandbox.store, MimeScribe("http://x.test", "avis@sigillo.test"), relay, delays_s=(0.01, 0.02, 0.03)
    )

    async def work() -> None:
        await clerk.begin()
        between()
        task = asyncio.create_task(clerk.run())
        for _ in range(500):
            await asyncio.sleep(0.01)
            if done():
                break
        await asyncio.sleep(0.05)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(work())
    assert done()


def neglected(world: World, *addresses: str) -> None:
    """Send a letter to each address that nobody answers, and let everything happen."""
    for address in addresses:
        world.send(address)
    world.sandbox.simulation.advance_until(world.id, "idle")


def test_it_begins_with_what_comes_after_it_was_named() -> None:
    """What was told before there was a relay is not mailed; what happens then is, and only once."""
    world, relay = World(), Told()
    neglected(world, "refuse+1h@lre.test")
    run(world, relay, lambda: len(relay.taken) == 4, between=lambda: neglected(world, "neglect@lre.test"))
    assert relay.taken == ["neglect@lre.test"] * 4
    again = Told()
    run(world, again, lambda: again.rests > 0)
    assert again.asked == []


def test_after_a_reset_it_begins_with_the_new_journal() -> None:
    """A workspace that was emptied counts its facts anew; none of the new ones is passed over."""
    world, relay = World(), Told()
    run(world, relay, lambda: len(relay.taken) == 8, between=lambda: neglected(world, *["neglect@lre.test"] * 2))
    world.sandbox.workspaces.reset(world.id)
    neglected(world, "refuse@lre.test")
    after = Told()
    run(world, after, lambda: len(after.taken) == 1)
    assert after.taken == ["refuse@lre.test"]


def test_reserved_names_and_bounces_are_passed_over() -> None:
    """A relay elsewhere gets nothing for `.test`; no relay gets what bounced in the simulation."""
    world, relay = World(), Told(is_loopback=False)

    def letters() -> None:
        neglected(world, "neglect@lre.test", "bounce@ere.test", "somebody@firm.fr")

    run(world, relay, lambda: len(relay.taken) == 4, between=letters)
    assert set(relay.asked) == {"somebody@firm.fr"}
    here = Told()
    run(world, here, lambda: here.rests > 0)
    assert here.asked == []
    run(world, here, lambda: len(here.taken) == 2, between=lambda: neglected(world, "softbounce@ere.test"))


def test_what_is_refused_or_deferred_too_often_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    """A refusal ends a message at once, the fourth deferral does too; a relay that is down loses none."""
    world = World()
    relay = Told(Handed.REFUSED, *[Handed.DEFERRED] * 4, *[Handed.DOWN] * 6)
    run(world, relay, lambda: len(relay.taken) == 2, between=lambda: neglected(world, "neglect@lre.test"))
    assert len(relay.asked) == 1 + 4 + 6 + 2
    said = [record.getMessage() for record in caplog.records]
    assert sum("is given up" in one for one in said) == 2
    assert sum("is not sent yet" in one for one in said) == 3 + 6
    assert said[-1] == "The mail relay takes mail again"
