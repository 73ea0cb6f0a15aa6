"""Faults on webhooks: what the outbox is told when a fault strikes."""

from __future__ import annotations

import asyncio

from sigillo.application.faults import Faults
from sigillo.application.faulty_courier import FaultyCourier
from sigillo.application.ports.courier import Carried, Parcel
from sigillo.application.ports.storage import Answer
from sigillo.domain.fault import Course, Effect, Plot, Target, When
from sigillo.domain.workspace import Workspace
from sigillo.storage.memory import MemoryStore

GOOD = Carried(200, 5.0, {"webhook-id": "evt"}, {"x": "y"}, b"ok", None)


class _Courier:
    """Carries everything well, and counts it."""

    def __init__(self) -> None:
        self.carried = 0
        self.bodies: list[bytes] = []

    async def carry(self, parcel: Parcel) -> Carried:
        self.carried += 1
        self.bodies.append(parcel.sent)
        return GOOD

    def refusal(self, url: str, *, live: bool) -> str | None:
        return "no" if live else None

    async def close(self) -> None:
        self.carried = -1


BODY = b'{"type":"ping"}'


def carried(
    effect: Effect, *, url: str = "http://localhost/hook", live: bool = False, inner: _Courier | None = None
) -> tuple[Carried, int, float]:
    """What two attempts come to under a fault that strikes one: the first's outcome, how many left, seconds waited."""
    store, inner, waited = MemoryStore(), inner or _Courier(), [0.0]
    store.add_workspace(Workspace("ws_1", "one", "1"))
    faults = Faults(store)
    plot = Plot(Target(webhook=True, url="http://localhost/"), effect, Course())
    faults.create("ws_1", plot, reply=lambda _: Answer("", 201, {}, b""))

    async def sleep(delay_s: float) -> None:
        waited[0] += delay_s

    parcel = Parcel("ws_1", url, "evt_1", 0, (), BODY, live)

    async def twice() -> Carried:
        courier = FaultyCourier(inner, faults, sleep)
        first = await courier.carry(parcel)
        assert await courier.carry(parcel) == GOOD
        return first

    return asyncio.run(twice()), inner.carried, waited[0]


def test_an_attempt_is_answered_in_place_of_the_receiver() -> None:
    """A status comes with the fault's id and Retry-After, and the receiver is not called; the next attempt is."""
    outcome, sent, _ = carried(Effect(status=503, retry_after_s=7))
    assert (outcome.status, outcome.error, sent) == (503, None, 1)
    assert outcome.headers["Retry-After"] == "7"
    assert outcome.headers["Sigillo-Fault"].startswith("fault_")


def test_an_attempt_is_cut_off() -> None:
    """A cut connection is no status and a reason, before the receiver was called or after."""
    before, sent_before, _ = carried(Effect(disconnect=True))
    after, sent_after, _ = carried(Effect(disconnect=True, when=When.AFTER))
    assert (before.status, after.status) == (None, None)
    assert "fault_" in str(before.error) and "fault_" in str(after.error)
    assert (sent_before, sent_after) == (1, 2)


def test_an_attempt_is_late() -> None:
    """A wait alone lets the receiver answer, and is in the time that is told."""
    outcome, sent, waited_s = carried(Effect(latency_ms=1500))
    assert (outcome.status, outcome.latency_ms, sent, waited_s) == (200, 1505.0, 2, 1.5)


def test_a_message_is_spoilt() -> None:
    """Half of the body goes out once; the receiver's own answer comes back, with the fault's id. The next is whole."""
    inner = _Courier()
    outcome, sent, _ = carried(Effect(corrupt_body=True), inner=inner)
    assert (outcome.status, outcome.body, sent) == (200, GOOD.body, 2)
    assert outcome.headers["Sigillo-Fault"].startswith("fault_")
    assert inner.bodies == [BODY[: len(BODY) // 2], BODY]


def test_a_spoilt_message_may_lose_its_answer_too() -> None:
    """With a connection cut after the work the receiver gets half of the body, and nobody hears its answer."""
    inner = _Courier()
    outcome, _, _ = carried(Effect(corrupt_body=True, disconnect=True, when=When.AFTER), inner=inner)
    assert (outcome.status, len(inner.bodies[0])) == (None, len(BODY) // 2)


def test_other_attempts_are_left_alone() -> None:
    """Another URL, and whatever is live, is carried as ever."""
    assert carried(Effect(status=500), url="http://elsewhere/")[:2] == (GOOD, 2)
    assert carried(Effect(status=500), live=True)[:2] == (GOOD, 2)
