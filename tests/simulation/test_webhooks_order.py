"""What arrives: everything that is wanted, in the order of each letter, whatever fails on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sigillo.application.drafts import Draft
from sigillo.application.endpoints import EndpointChanges
from sigillo.application.ports.webhooks import DeliveryFilter
from sigillo.domain.endpoint import BREAKER_FAILURES, DeliveryStatus
from sigillo.domain.letter import Recipient, RecipientKind
from tests.simulation.mailing import send_pec
from tests.simulation.pumping import Post, in_order, until
from tests.simulation.world import id_alone

ONE, TWO = "http://one.test/", "http://two.test/"
NAMES = ("accept", "refuse", "neglect", "bounce", "softbounce")


@pytest.fixture(params=["memory", "sql"])
def post(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Post]:
    """A sandbox with a pump on each store."""
    made = Post(tmp_path / "data" if request.param == "sql" else None)
    yield made
    made.sandbox.close()


def _send_with_url(post: Post, url: str) -> str:
    recipient = Recipient(RecipientKind.PROFESSIONAL, "A", "accept@lre.test")
    draft = Draft("lre", recipient, "Objet", text="Bonjour", webhook_url=url)
    return post.sandbox.letters.submit(post.id, draft, reply=id_alone).answer.body.decode()


def _letters(post: Post, count: int) -> list[str]:
    return [post.world.send(f"{NAMES[i % len(NAMES)]}@lre.test") for i in range(count)]


def _delivered(post: Post, url: str, expected: list[str]) -> None:
    until(lambda: set(post.courier.ids(url)) >= set(expected))
    until(lambda: all(not each.is_open for each in post.deliveries()))


def test_every_event_arrives_once_and_in_order(post: Post) -> None:
    """Nothing fails: each event of the journal from the registration on, once, in the order of its letter."""
    early = _letters(post, 3)
    with post.pumping():
        before = len(post.journal())
        post.endpoint(ONE)
        letters = [*early, *_letters(post, 30)]
        post.sandbox.simulation.advance_until(post.id, "idle")
        expected = post.journal()[before:]
        _delivered(post, ONE, expected)
    ids = post.courier.ids(ONE)
    assert sorted(ids) == sorted(expected)
    for letter_id in letters:
        own = [each for each in post.journal(letter_id) if each in set(expected)]
        assert [each for each in ids if each in set(own)] == own
    assert {each.attempts for each in post.deliveries()} == {1}


def test_only_the_types_that_are_wanted_arrive(post: Post) -> None:
    """A filter is kept to, and what it leaves out does not hold the position back."""
    with post.pumping():
        post.endpoint(ONE, "letter.accepted", "letter.refused")
        _letters(post, 10)
        post.sandbox.simulation.advance_until(post.id, "idle")
        wanted = [
            event_id for _, event_id, kind, _ in post.world.journal() if kind in ("letter.accepted", "letter.refused")
        ]
        _delivered(post, ONE, wanted)
    assert sorted(post.courier.ids(ONE)) == sorted(wanted)
    assert 4 <= len(wanted) < len(post.journal())


def test_another_filter_holds_from_then_on(post: Post) -> None:
    """What an endpoint did not want when it happened does not arrive later, when it wants more."""
    with post.pumping():
        endpoint = post.endpoint(ONE, "letter.bounced")
        post.world.send("manual@lre.test")
        early = set(post.journal())
        post.sandbox.endpoints.change(post.id, endpoint.id, EndpointChanges(event_types=None))
        late = post.world.send("manual@lre.test")
        _delivered(post, ONE, post.journal(late))
    assert not early & set(post.courier.ids(ONE))


def test_order_is_kept_through_retries(post: Post) -> None:
    """Every third attempt fails: later events of the letter wait, those of others go on, and all arrive in order."""
    count = iter(range(10**9))
    post.courier.status = lambda _: 503 if next(count) % 3 == 1 else 204
    with post.pumping():
        post.endpoint(ONE)
        letters = _letters(post, 15)
        post.sandbox.simulation.advance_until(post.id, "idle")
        expected = post.journal()
        until(lambda: len(post.courier.ids(ONE)) > len(letters))
        while sum(each.settled_at is not None for each in post.deliveries()) < len(expected):
            post.sandbox.simulation.advance_by(post.id, timedelta(minutes=5))
            until(post.nothing_is_due)
    succeeded = [each.event_id for each in sorted(post.deliveries(), key=lambda each: each.seq) if each.settled_at]
    assert set(succeeded) == set(expected)
    for letter_id in letters:
        assert in_order(post.courier.ids(ONE), post.journal(letter_id))
    assert {each.status for each in post.deliveries()} == {DeliveryStatus.DELIVERED}


def test_a_failed_event_holds_back_its_letter_and_no_other(post: Post) -> None:
    """While one letter's event is retried its later ones wait; the other letter's arrive."""
    with post.pumping():
        post.endpoint(ONE)
        first = post.world.send("accept@lre.test")
        second = post.world.send("accept@lre.test")
        held = set(post.journal(first))
        post.courier.status = lambda parcel: 500 if parcel.message_id in held else 200
        post.sandbox.simulation.advance_by(post.id, timedelta(seconds=0))
        until(lambda: len(post.deliveries()) >= 4)
        assert post.journal(second)[0] in post.courier.ids(ONE)
        attempted = {each for each in post.courier.ids(ONE) if each in set(post.journal(first))}
        assert attempted <= {post.journal(first)[0], post.journal(first)[1]}
        post.courier.status = lambda _: 200
        post.sandbox.simulation.advance_until(post.id, "idle")
        _delivered(post, ONE, post.journal())
    assert in_order(post.courier.ids(ONE), post.journal(first))
    assert in_order(post.courier.ids(ONE), post.journal(second))


def test_a_slow_or_dead_endpoint_delays_no_other(post: Post) -> None:
    """One address never answers, one always fails: the third has everything at once."""
    three = "http://three.test/"
    post.courier.delay_s = lambda parcel: 3600.0 if parcel.url == ONE else 0.0
    post.courier.status = lambda parcel: None if parcel.url == TWO else 200
    with post.pumping():
        for url in (ONE, TWO, three):
            post.endpoint(url)
        _letters(post, 40)
        post.sandbox.simulation.advance_until(post.id, "idle")
        expected = post.journal()
        until(lambda: set(post.courier.ids(three)) >= set(expected))
    assert len(post.courier.ids(three)) == len(expected)
    assert len(post.courier.ids(ONE)) <= 32
    assert len(post.courier.ids(TWO)) < 100


def test_a_broken_endpoint_takes_nothing_new_until_an_attempt_succeeds(post: Post) -> None:
    """After some failures in a row only retries are made; the first success lets everything through."""
    post.courier.status = lambda _: 500
    with post.pumping():
        endpoint = post.endpoint(ONE)
        _letters(post, 40)
        until(lambda: post.now(endpoint).failures >= BREAKER_FAILURES)
        until(lambda: sum(each.attempts for each in post.deliveries()) == len(post.courier.parcels))
        tried = len(post.courier.parcels)
        _letters(post, 40)
        post.sandbox.simulation.advance_by(post.id, timedelta(seconds=1))
        assert len(post.courier.parcels) == tried < 40
        post.courier.status = lambda _: 200
        post.sandbox.simulation.advance_by(post.id, timedelta(seconds=5))
        _delivered(post, ONE, post.journal())
    assert post.now(endpoint).failing_since is None
    assert set(post.courier.ids(ONE)) == set(post.journal())


def test_a_letter_brings_its_own_address(post: Post) -> None:
    """`webhook_url` gets the events of the letters that name it, in order; other endpoints get theirs as ever."""
    own = "http://own.test/hook"
    with post.pumping():
        post.endpoint(ONE)
        mine = [_send_with_url(post, own) for _ in range(3)]
        other = post.world.send("refuse@lre.test")
        post.sandbox.simulation.advance_until(post.id, "idle")
        wanted = [event_id for each in mine for event_id in post.journal(each)]
        until(lambda: set(post.courier.ids(own)) >= set(wanted))
        _delivered(post, ONE, post.journal())
    assert sorted(post.courier.ids(own)) == sorted(wanted)
    assert not set(post.journal(other)) & set(post.courier.ids(own))
    assert all(in_order(post.courier.ids(own), post.journal(each)) for each in mine)
    (made,) = [each for each in post.sandbox.endpoints.page(post.id, limit=9, before=None) if each.letters_only]
    assert (made.url, len(post.deliveries(DeliveryFilter(endpoint_id=made.id)))) == (own, len(wanted))


def test_a_pec_names_its_message(post: Post) -> None:
    """What is told of each recipient's letter names the message that it is part of, with the provider's reason."""
    own = "http://own.test/hook"
    with post.pumping():
        first = send_pec(post.world, "unknown@pec.test", copied=["late@pec.test"], webhook_url=own)
        post.sandbox.simulation.advance_until(post.id, "idle")
        until(lambda: set(post.courier.ids(own)) >= set(post.journal()))
    mail = post.sandbox.queries.letter(post.id, first).letter.mail
    told = [json.loads(parcel.body) for parcel in post.courier.parcels if parcel.url == own]
    assert mail is not None
    assert {one["data"]["letter"]["message_id"] for one in told} == {mail.message_id}
    assert len({one["data"]["letter"]["id"] for one in told}) == 2
    (undelivered,) = [one for one in told if one["type"] == "letter.undelivered"]
    assert undelivered["data"]["reason"].startswith("5.1.1 - ")


def test_what_was_pending_goes_on_after_a_restart(post: Post) -> None:
    """A pump that was stopped, or was not there, leaves nothing behind that the next one does not send."""
    post.courier.status = lambda _: None
    with post.pumping():
        post.endpoint(ONE)
        _letters(post, 3)
        until(lambda: len(post.deliveries()) >= 3)
    assert post.courier.closed
    _letters(post, 5)
    post.courier.status = lambda _: 200
    post.sandbox.simulation.advance_until(post.id, "idle")
    with post.pumping():
        _delivered(post, ONE, post.journal())
