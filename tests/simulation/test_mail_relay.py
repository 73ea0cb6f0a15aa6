"""The relay's clerk with a relay that does as it is told: where it begins, whom it passes over, when it gives up."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence

import pytest

from sigillo.application import mail_relay
from sigillo.application.forwarding import ForwardingScribe
from sigillo.application.mail_relay import MailRelay
from sigillo.application.ports.mail import Handed, Message, Receipt
from sigillo.application.ports.storage import Answer
from sigillo.mail.mime import MimeScribe
from tests.simulation.mailing import ANNA, open_box, pass_time, send_pec
from tests.simulation.world import World


class Told:
    """A relay that gives the receipts it was told to, then takes everything but for addresses that it defers."""

    def __init__(self, *receipts: Handed, is_loopback: bool = True, defers: str = "") -> None:
        self.is_loopback = is_loopback
        self.defers = defers
        self.receipts = list(receipts)
        self.asked: list[str] = []
        self.taken: list[str] = []
        self.rests = 0

    async def send(self, message: Message) -> Receipt:
        """Give the next receipt."""
        handed = self.receipts.pop(0) if self.receipts else Handed.TAKEN
        self.asked.append(message.recipient)
        if self.defers and message.recipient.startswith(self.defers):
            return Receipt(Handed.DEFERRED, "as told")
        if handed is Handed.TAKEN:
            self.taken.append(message.recipient)
        return Receipt(handed, "as told")

    async def rest(self) -> None:
        """Count."""
        self.rests += 1


def run(
    world: World,
    relay: Told,
    done: Callable[[], bool],
    *,
    between: Callable[[], None] = lambda: None,
    delays_s: Sequence[float] = (0.01, 0.02, 0.03),
) -> None:
    """Let the clerk work until it is done; `between` happens once it has begun."""
    scribe = ForwardingScribe(MimeScribe("http://x.test", "avis@sigillo.test"), world.sandbox.receipts)
    clerk = MailRelay(world.sandbox.store, scribe, relay, delays_s=delays_s)

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


def test_what_mailboxes_send_is_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notice and copy of each new PEC, behind however many facts that send nothing; a relay elsewhere gets them too."""
    monkeypatch.setattr(mail_relay, "_CHUNK", 2)
    world, relay = World(), Told(is_loopback=False)
    open_box(world, ANNA, notify_address="anna@firm.it", forward_to="archive@firm.it")

    def letters() -> None:
        for address in (*["deliver@pec.test"] * 5, ANNA, "deliver@pec.test", ANNA):
            send_pec(world, address)
        pass_time(world)

    run(world, relay, lambda: len(relay.taken) == 4, between=letters)
    assert relay.taken == ["anna@firm.it", "archive@firm.it"] * 2


def test_what_was_let_in_by_hand_is_told_of_and_forwarded() -> None:
    """As what letters bring: the notice, and the message as it lies in the mailbox."""
    world, relay = World(), Told(is_loopback=False)
    open_box(world, ANNA, notify_address="anna@firm.it", forward_to="archive@firm.it")
    raw = b"From: a@example.com\r\nSubject: x\r\n\r\nx\r\n"

    def comes() -> None:
        world.sandbox.incoming.receive(world.id, ANNA, raw, reply=lambda _, __: Answer("", 201, {}, b""))

    run(world, relay, lambda: len(relay.taken) == 2, between=comes)
    assert relay.taken == ["anna@firm.it", "archive@firm.it"]


def test_both_messages_of_a_fact_are_sent_again_where_one_was_put_off() -> None:
    """At least once: the address that took its message gets it again with the other one's next try."""
    world, relay = World(), Told(Handed.TAKEN, Handed.DEFERRED)
    open_box(world, ANNA, notify_address="anna@firm.it", forward_to="archive@firm.it")

    def letter() -> None:
        send_pec(world, ANNA)
        pass_time(world)

    run(world, relay, lambda: len(relay.taken) == 3, between=letter)
    assert relay.taken == ["anna@firm.it", "anna@firm.it", "archive@firm.it"]
    with world.sandbox.store.reading(world.id) as tx:
        assert tx.mail.deferred(0) == []


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


def test_one_that_is_deferred_lets_the_others_go_on() -> None:
    """Only its own letter waits behind it; given up in the end, it lets the next of its letter have their tries."""
    world, relay = World(), Told(defers="refuse")
    letters = ("refuse+10d@lre.test", "neglect@lre.test", "neglect@ere.test")
    run(world, relay, lambda: len(relay.asked) == 3 * 4 + 8, between=lambda: neglected(world, *letters))
    assert sorted(relay.taken) == ["neglect@ere.test"] * 4 + ["neglect@lre.test"] * 4
    last = len(relay.asked) - relay.asked[::-1].index("neglect@lre.test")
    assert relay.asked[:last].count("refuse+10d@lre.test") < 3 * 4
    assert relay.asked.count("refuse+10d@lre.test") == 3 * 4
    with world.sandbox.store.reading(world.id) as tx:
        assert tx.mail.deferred(0) == []


def test_what_was_put_off_survives_a_restart_with_its_tries() -> None:
    """A clerk that begins anew tries it at once, hands nothing else over again, and counts on."""
    world, relay = World(), Told(defers="refuse")
    run(
        world,
        relay,
        lambda: relay.asked.count("refuse@lre.test") == 2,
        between=lambda: neglected(world, "refuse@lre.test", "neglect@lre.test"),
        delays_s=(0.01, 60.0, 60.0),
    )
    with world.sandbox.store.reading(world.id) as tx:
        assert [each.tries for each in tx.mail.deferred(0)] == [2]
    after = Told()
    run(world, after, lambda: len(after.taken) == 1)
    assert after.asked == ["refuse@lre.test"]
    assert relay.taken == ["neglect@lre.test"] * 4


def test_a_reset_forgets_what_was_put_off() -> None:
    """The new journal begins with nothing waiting, though its places are those of the old one."""
    world, relay = World(), Told(defers="neglect")
    run(world, relay, lambda: bool(relay.asked), between=lambda: neglected(world, "neglect@lre.test"), delays_s=(60.0,))
    world.sandbox.workspaces.reset(world.id)
    neglected(world, "refuse@lre.test")
    after = Told()
    run(world, after, lambda: len(after.taken) == 1)
    assert after.asked == ["refuse@lre.test"]


def test_a_server_that_defers_everything_is_asked_slower() -> None:
    """After five new messages in a row it is left alone for a while, and none is lost."""
    world, relay = World(), Told(*[Handed.DEFERRED] * 5)
    addresses = [f"refuse+{number}h@lre.test" for number in range(1, 9)]
    run(world, relay, lambda: len(relay.asked) == 5, between=lambda: neglected(world, *addresses), delays_s=(60.0,))
    again = Told()
    run(world, again, lambda: len(again.taken) == 8)
    assert again.taken == addresses
