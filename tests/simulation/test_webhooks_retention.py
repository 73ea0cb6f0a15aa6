"""How long the log of deliveries keeps what: the newest always, others for a month after their end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from sigillo.api.outgoing import message_body
from sigillo.application.lane import Beside
from sigillo.application.outbox import Outbox
from sigillo.application.ports.storage import Transaction
from sigillo.application.station import Equipment
from sigillo.application.sweeping import Sweeper
from sigillo.domain.endpoint import KEPT_ATTEMPTS, KEPT_FOR, KEPT_NEWEST, Delivery, Endpoint, ping
from tests.simulation.pumping import Post, until

T = TypeVar("T")
_DAY = timedelta(days=1)


@pytest.fixture(params=["memory", "sql"])
def post(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Post]:
    """A world with a pump, on either store."""
    made = Post(tmp_path if request.param == "sql" else None)
    yield made
    made.sandbox.close()


async def _beside(work: Callable[[], T], /) -> T:
    return await asyncio.to_thread(work)


def sweeper(post: Post, beside: Beside = _beside, *, period_s: float = 60.0) -> Sweeper:
    """A sweeper of the post's store."""
    sandbox = post.sandbox
    outbox = Outbox(sandbox.store, sandbox.wall, message_body)
    return Sweeper(Equipment(sandbox.store, sandbox.wall, outbox, sandbox.courier, beside), period_s=period_s)


def sweep(post: Post) -> None:
    """Sweep the log from its beginning to its end."""
    after: int | None = 0
    while after is not None:
        after = sweeper(post).sweep(post.id, after=after)


def log(post: Post, endpoint: Endpoint, number: int, **changes: object) -> Delivery:
    """Keep a delivery as if it had ended at once."""
    with post.sandbox.store.writing(post.id) as tx:
        made = _ended(tx, endpoint, number)
        made = replace(made, **changes)  # type: ignore[arg-type]  # each field is given by name
        tx.deliveries.add([made])
    return made


def fill(post: Post, endpoint: Endpoint, first: int, count: int) -> None:
    """Keep so many deliveries that have ended."""
    with post.sandbox.store.writing(post.id) as tx:
        tx.deliveries.add([_ended(tx, endpoint, number) for number in range(first, first + count)])


def _ended(tx: Transaction, endpoint: Endpoint, number: int) -> Delivery:
    now = tx.workspace.clock.now(0)
    return ping(endpoint, number, at=now).delivered(now, 204)


def numbers(post: Post) -> list[int]:
    """The numbers of the deliveries that there are."""
    with post.sandbox.store.reading(post.id) as tx:
        return [each.number for each in tx.deliveries.oldest(after=0, limit=10_000)]


def test_a_delivery_leaves_the_log_a_month_after_its_end(post: Post) -> None:
    """Not a day earlier, on the workspace's clock, with its attempts; numbers go on as if it were there."""
    endpoint = post.endpoint()
    post.ping(endpoint)
    with post.pumping():
        until(lambda: not post.deliveries()[0].is_open)
    fill(post, endpoint, 2, KEPT_NEWEST)
    post.sandbox.simulation.advance_by(post.id, KEPT_FOR - _DAY)
    sweep(post)
    assert numbers(post)[0] == 1
    post.sandbox.simulation.advance_by(post.id, _DAY)
    sweep(post)
    assert numbers(post) == list(range(2, KEPT_NEWEST + 2))
    with post.sandbox.store.reading(post.id) as tx:
        assert tx.deliveries.attempts(1) == []
    assert post.ping(endpoint).number == KEPT_NEWEST + 2


def test_the_newest_stay_whatever_their_age(post: Post) -> None:
    """A leap of the clock over years leaves a log to look at, and many old ones go in parts."""
    fill(post, post.endpoint(), 1, KEPT_NEWEST + 1_200)
    post.sandbox.simulation.advance_by(post.id, timedelta(days=700))
    sweep(post)
    assert numbers(post) == list(range(1_201, KEPT_NEWEST + 1_201))
    sweep(post)
    assert len(numbers(post)) == KEPT_NEWEST


def test_what_is_open_or_alone_tells_that_an_event_was_sent_stays(post: Post) -> None:
    """One that waits for its endpoint, one beyond the position, and one that ended lately are kept beside old ones."""
    endpoint = post.endpoint()
    log(post, endpoint, 1)
    open_ = ping(endpoint, 2, at=post.world.now())
    log(post, endpoint, 2, status=open_.status, settled_at=None)
    log(post, endpoint, 3, seq=endpoint.position + 1)
    log(post, endpoint, 4, settled_at=post.world.now() + KEPT_FOR)
    fill(post, endpoint, 5, KEPT_NEWEST)
    post.sandbox.simulation.advance_by(post.id, KEPT_FOR + _DAY)
    sweep(post)
    assert numbers(post)[:4] == [2, 3, 4, 5]


def test_the_last_attempts_are_kept_and_all_are_counted(post: Post) -> None:
    """A delivery that is made again and again holds the attempts of two schedules."""
    post.courier.status = lambda _: 500
    endpoint = post.endpoint()
    delivery = post.ping(endpoint)
    with post.pumping():
        for made in range(1, KEPT_ATTEMPTS + 4):
            until(lambda count=made: post.deliveries()[0].attempts == count)  # type: ignore[misc]  # bound here
            post.redeliver(delivery)
        until(lambda: post.deliveries()[0].attempts == KEPT_ATTEMPTS + 4)
    view = post.sandbox.endpoints.delivery(post.id, delivery.id)
    assert [each.number for each in view.attempts] == list(range(5, KEPT_ATTEMPTS + 5))


def test_sweeping_runs_by_itself(post: Post) -> None:
    """Every round sweeps every workspace; an error does not end it."""
    fill(post, post.endpoint(), 1, KEPT_NEWEST + 10)
    post.sandbox.simulation.advance_by(post.id, KEPT_FOR + _DAY)

    asyncio.run(asyncio.wait_for(_swept(post), 10))
    assert len(numbers(post)) == KEPT_NEWEST


async def _swept(post: Post) -> None:
    """Let a sweeper run until nothing is left for it; the first thing that it does fails."""
    done, broken = asyncio.Event(), [OSError("no")]

    async def beside(work: Callable[[], T], /) -> T:
        if broken:
            raise broken.pop()
        found = await asyncio.to_thread(work)
        if len(numbers(post)) == KEPT_NEWEST:
            done.set()
        return found

    running = asyncio.create_task(sweeper(post, beside, period_s=0.01).run())
    await done.wait()
    running.cancel()
