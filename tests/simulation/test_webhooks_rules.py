"""When a message is tried again, when an endpoint is given up, and what people can do about it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sigillo.application.endpoints import EndpointChanges
from sigillo.application.ports.storage import Answer
from sigillo.domain.endpoint import OVERLAP_S, RETRY_DELAYS, DeliveryStatus, EndpointStatus
from sigillo.domain.errors import Conflict, NotFound
from sigillo.domain.workspace import Mode
from tests.simulation.pumping import Post, until
from tests.simulation.world import START

ONE, TWO = "http://one.test/", "http://two.test/"
SECOND = timedelta(seconds=1)


@pytest.fixture(params=["memory", "sql"])
def post(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Post]:
    """A sandbox with a pump on each store."""
    made = Post(tmp_path / "data" if request.param == "sql" else None)
    yield made
    made.sandbox.close()


def _tries(post: Post, count: int) -> None:
    """Wait until so many attempts were made and settled."""
    until(lambda: sum(each.attempts for each in post.deliveries()) >= count)


def _first_try(post: Post, url: str = ONE) -> str:
    """An endpoint whose first message failed, and the letter it was about."""
    post.endpoint(url)
    letter = post.world.send("manual@lre.test")
    until(lambda: len(post.deliveries()) == len(post.journal(letter)))
    _tries(post, 1)
    return letter


def test_attempts_follow_the_schedule_on_the_simulated_clock(post: Post) -> None:
    """Each comes when the clock has passed its delay and not a second before; after the last the delivery failed."""
    post.courier.status = lambda parcel: 500 if parcel.message_id.endswith("_01") else 200
    with post.pumping():
        _first_try(post)
        at = START
        for number, delay in enumerate(RETRY_DELAYS, 1):
            (first, *_) = post.deliveries()
            assert (first.attempts, first.next_attempt_at) == (number, at + delay)
            post.sandbox.simulation.advance_to(post.id, at + delay - SECOND)
            until(post.nothing_is_due)
            assert post.deliveries()[0].attempts == number
            at += delay
            post.sandbox.simulation.advance_to(post.id, at)
            until(lambda n=number: post.deliveries()[0].attempts == n + 1)  # type: ignore[misc]  # a default binds it
        until(lambda: post.deliveries()[0].status is DeliveryStatus.FAILED)
        until(lambda: all(not each.is_open for each in post.deliveries()))
    assert [each.status.value for each in post.deliveries()] == [
        "failed",
        *["delivered"] * (len(post.deliveries()) - 1),
    ]
    assert post.now(post.sandbox.endpoints.page(post.id, limit=1, before=None)[0]).is_enabled


def test_every_attempt_is_in_the_log(post: Post) -> None:
    """When, what was sent, what was answered, how long it took, and in plain words why it failed."""
    answers = iter([None, 503, 204])
    post.courier.status = lambda _: next(answers, 200)
    with post.pumping():
        post.endpoint(ONE, "letter.deposited")
        letter = post.world.send("manual@lre.test")
        _tries(post, 1)
        post.world.wall.now_s += 7
        for count, delay in enumerate(RETRY_DELAYS[:2], 2):
            post.sandbox.simulation.advance_by(post.id, delay)
            _tries(post, count)
    view = post.sandbox.endpoints.delivery(post.id, post.deliveries()[0].id)
    assert [each.status for each in view.attempts] == [None, 503, 204]
    assert [each.at for each in view.attempts] == [START, START + timedelta(seconds=5), START + timedelta(seconds=305)]
    assert [each.sent_at.timestamp() for each in view.attempts] == [1000, 1007, 1007]
    assert [each.error for each in view.attempts][::2] == ["Nobody answered.", None]
    assert "503" in (view.attempts[1].error or "")
    assert {each.body for each in view.attempts} == {b"thanks"}
    assert view.attempts[0].request_headers["webhook-id"] == post.journal(letter)[0] == view.told.event.id
    assert (view.delivery.status, view.delivery.answer_status, view.url) == (DeliveryStatus.DELIVERED, 204, ONE)


def test_gone_disables_at_once_and_says_so(post: Post) -> None:
    """410: nothing more is sent, the endpoint says why, and the others hear of it; enabling goes on where it stood."""
    post.courier.status = lambda parcel: 410 if parcel.url == ONE else 200
    with post.pumping():
        post.endpoint(TWO, "webhook_endpoint.disabled")
        one = post.endpoint(ONE)
        post.world.send("manual@lre.test")
        until(lambda: post.now(one).status is EndpointStatus.DISABLED)
        assert "410" in (post.now(one).disabled_reason or "")
        until(lambda: len(post.courier.ids(TWO)) == 1)
        (kind, data) = _last_of_workspace(post)
        assert (kind, data["endpoint"]) == ("webhook_endpoint.disabled", {"id": one.id, "url": ONE})
        tried = len(post.courier.ids(ONE))
        letter = post.world.send("refuse@lre.test")
        post.sandbox.simulation.advance_until(post.id, "idle")
        assert len(post.courier.ids(ONE)) == tried == 1
        post.courier.status = lambda _: 200
        enabled = post.sandbox.endpoints.change(post.id, one.id, EndpointChanges(status=EndpointStatus.ENABLED))
        assert (enabled.disabled_reason, enabled.disabled_at) == (None, None)
        post.sandbox.simulation.advance_by(post.id, timedelta(minutes=1))
        until(lambda: set(post.courier.ids(ONE)) == set(post.journal()))
    assert post.journal(letter)[-1] in post.courier.ids(ONE)


def _last_of_workspace(post: Post) -> tuple[str, dict[str, object]]:
    with post.sandbox.store.reading(post.id) as tx:
        (last,) = [each for each in tx.events.newest(None, limit=50, before=None) if each.letter is None]
    return last.event.type.value, dict(last.event.data)


def test_days_of_failure_disable_and_one_leap_does_not(post: Post) -> None:
    """Five days without a success, and three tries of a message: then the endpoint is disabled, with the reason."""
    post.courier.status = lambda _: 500
    with post.pumping():
        _first_try(post)
        (one,) = post.sandbox.endpoints.page(post.id, limit=2, before=None)
        post.sandbox.simulation.advance_by(post.id, timedelta(days=6))
        _tries(post, 2)
        assert post.now(one).is_enabled
        post.sandbox.simulation.advance_by(post.id, timedelta(days=1))
        until(lambda: not post.now(one).is_enabled)
    assert "7 days" in (post.now(one).disabled_reason or "")
    assert post.now(one).disabled_at == START + timedelta(days=7)
    assert _last_of_workspace(post)[0] == "webhook_endpoint.disabled"


def test_a_success_begins_the_five_days_anew(post: Post) -> None:
    """Failures are counted from the first since the last success."""
    post.courier.status = lambda _: 500
    with post.pumping():
        _first_try(post)
        (one,) = post.sandbox.endpoints.page(post.id, limit=2, before=None)
        post.sandbox.simulation.advance_by(post.id, timedelta(days=4))
        _tries(post, 2)
        assert post.now(one).failing_since == START
        post.courier.status = lambda _: 200
        post.ping(one)
        until(lambda: post.now(one).failures == 0)
        assert post.now(one).failing_since is None


def test_a_ping_is_sent_and_is_no_fact(post: Post) -> None:
    """It carries the endpoint, has an id like an event's, is in the log, and in no journal."""
    with post.pumping():
        endpoint = post.endpoint(ONE, "letter.accepted")
        queued = post.ping(endpoint)
        until(lambda: post.deliveries()[0].settled_at)
    (parcel,) = post.courier.parcels
    assert parcel.message_id == queued.event_id
    assert b'"type":"ping"' in parcel.body
    assert endpoint.id.encode() in parcel.body
    assert post.journal() == []
    assert post.sandbox.endpoints.delivery(post.id, queued.id).told.event.type.value == "ping"


def test_a_delivery_is_made_again_with_the_same_id_and_body(post: Post) -> None:
    """Delivered or failed, it is sent once more beside the others; one that waits is refused."""
    with post.pumping():
        post.endpoint(ONE)
        letter = post.world.send("manual@lre.test")
        until(lambda: len(post.courier.parcels) == len(post.journal(letter)))
        until(lambda: [bool(each.settled_at) for each in post.deliveries()] == [True] * len(post.journal(letter)))
        first = post.deliveries()[0]
        assert post.redeliver(first).status is DeliveryStatus.PENDING
        until(lambda: post.deliveries()[0].attempts == 2)
        post.courier.status = lambda _: 500
        other = post.world.send("manual@lre.test")
        until(lambda: len(post.deliveries()) == 2 * len(post.journal(other)))
        waiting = post.deliveries()[-1]
        with pytest.raises(Conflict) as caught:
            post.redeliver(waiting)
        assert (caught.value.code, waiting.status) == ("earlier_goes_first", DeliveryStatus.WAITING)
    again = [parcel for parcel in post.courier.parcels if parcel.message_id == first.event_id]
    assert len(again) == 2
    assert len({parcel.body for parcel in again}) == 1


def test_nothing_is_queued_for_a_disabled_endpoint(post: Post) -> None:
    """Tests and repeats of a disabled endpoint are refused with what to do; an unknown one is not found."""
    endpoint = post.endpoint(ONE)
    post.sandbox.endpoints.change(post.id, endpoint.id, EndpointChanges(status=EndpointStatus.DISABLED))
    with pytest.raises(Conflict) as caught:
        post.ping(endpoint)
    assert caught.value.code == "endpoint_disabled"
    post.sandbox.endpoints.remove(post.id, endpoint.id)
    with pytest.raises(NotFound):
        post.ping(endpoint)


def test_a_reset_stops_what_was_on_its_way_and_keeps_endpoints(post: Post) -> None:
    """Nothing from before is sent afterwards, not even what was being sent; the endpoint gets the new letters."""
    post.courier.delay_s = lambda _: 0.3
    with post.pumping():
        endpoint = post.endpoint(ONE)
        for _ in range(50):
            post.world.send("accept@lre.test")
        until(lambda: len(post.courier.parcels) >= 8)
        post.sandbox.workspaces.reset(post.id, seed="another")
        assert post.now(endpoint).position == 0
        time.sleep(0.2)  # whoever sends is told beside us
        seen = len(post.courier.parcels)
        post.courier.delay_s = lambda _: 0.0
        letter = post.world.send("accept@lre.test")
        until(lambda: set(post.journal(letter)) <= set(post.courier.ids(ONE)))
        until(lambda: post.now(endpoint).position == len(post.journal()))
    late = {parcel.message_id for parcel in post.courier.parcels[seen:]}
    assert late == set(post.journal())
    assert {each.event_id for each in post.deliveries()} == set(post.journal())
    assert {each.attempts for each in post.deliveries()} == {1}


def test_a_new_secret_signs_beside_the_old_one_for_a_day(post: Post) -> None:
    """The newest first; after a day of wall time the old one signs no more, and a sandbox's secrets follow its seed."""
    made = post.endpoint(ONE)
    post.sandbox.endpoints.rotate_secret(post.id, made.id, reply=lambda _: _empty())
    rotated = post.now(made)
    assert rotated.secret != made.secret
    assert rotated.signing_secrets(1000.0) == (rotated.secret, made.secret)
    assert rotated.signing_secrets(1000.0 + OVERLAP_S) == (rotated.secret,)
    other = Post()
    assert other.endpoint(ONE) == made
    other.sandbox.close()


def test_a_live_workspace_retries_by_the_wall_and_has_secrets_of_chance() -> None:
    """Five seconds of wall time, whatever its clock shows; parcels say that only public addresses may be called."""
    live = Post(mode=Mode.LIVE)
    live.courier.status = lambda _: 500
    with live.pumping():
        endpoint = live.endpoint(ONE)
        live.ping(endpoint)
        _tries(live, 1)
        assert [parcel.live for parcel in live.courier.parcels] == [True]
        live.courier.status = lambda _: 200
        live.world.wall.now_s += 6
        _tries(live, 2)
    assert live.deliveries()[0].status is DeliveryStatus.DELIVERED
    twin = Post(mode=Mode.LIVE)
    assert twin.endpoint(ONE).secret != endpoint.secret
    for each in (live, twin):
        each.sandbox.close()


def test_bodies_are_the_same_in_every_run(tmp_path: Path) -> None:
    """The same seed and commands give the same ids and bytes, whatever store and however often it was retried."""

    def run(post: Post, failing: int) -> dict[str, bytes]:
        count = iter(range(10**9))
        post.courier.status = lambda _: 500 if next(count) < failing else 200
        with post.pumping():
            post.endpoint(ONE)
            for name in ("accept", "refuse"):
                post.world.send(f"{name}@lre.test")
            post.sandbox.simulation.advance_until(post.id, "idle")
            _tries(post, 1)
            while any(each.is_open for each in post.deliveries()):
                post.sandbox.simulation.advance_by(post.id, timedelta(hours=1))
                until(post.nothing_is_due)
            until(lambda: set(post.journal()) <= set(post.courier.ids(ONE)))
        bodies = {parcel.message_id: parcel.body for parcel in post.courier.parcels}
        assert all(bodies[parcel.message_id] == parcel.body for parcel in post.courier.parcels)
        post.sandbox.close()
        return bodies

    assert run(Post(), 0) == run(Post(tmp_path / "data"), 3)


def _empty() -> Answer:
    return Answer("", 200, {}, b"")
