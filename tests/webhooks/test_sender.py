"""The courier against real receivers: what arrives, and what is brought back of any answer."""

from __future__ import annotations

import asyncio
import gzip

import pytest
from aiohttp import web

from sigillo.application.ports.courier import Carried
from sigillo.webhooks.sender import KEPT_BYTES, HttpCourier
from tests.webhooks.parcels import OLD_SECRET, SECRET, carried, parcel
from tests.webhooks.receivers import Receiver, answering, receiving
from tests.webhooks.verifiers import both_believe


def _deliver(**changes: object) -> tuple[Carried, Receiver]:
    async def work(courier: HttpCourier) -> tuple[Carried, Receiver]:
        async with receiving() as receiver:
            return await courier.carry(parcel(f"{receiver.url}/hook?a=b%2Fc", **changes)), receiver

    return carried(work)


def _answered(reply: bytes, *, then_wait_s: float = 0, limit_s: float = 5.0) -> Carried:
    async def work(courier: HttpCourier) -> Carried:
        async with answering(reply, then_wait_s=then_wait_s) as place:
            return await courier.carry(parcel(f"http://{place}/"))

    return carried(work, limit_s=limit_s)


def test_a_message_arrives_as_it_was_signed() -> None:
    """The body arrives byte for byte with its three headers, and both public verifiers believe it."""
    told, receiver = _deliver()
    (got,) = receiver.got
    assert (got.path, got.body) == ("/hook?a=b%2Fc", parcel("").body)
    assert got.headers["webhook-id"] == "evt_0123456789abcdefghjk_01"
    assert got.headers["Content-Type"] == "application/json"
    assert got.headers["User-Agent"].startswith("Sigillo/")
    assert both_believe(SECRET, got.headers, got.body)
    assert (told.status, told.body, told.error) == (200, b"thanks", None)
    assert told.headers["Content-Type"].startswith("text/plain")
    assert set(told.request_headers.items()) <= set(got.headers.items())
    assert 0 < told.latency_ms < 5000


def test_verifiers_refuse_what_was_changed() -> None:
    """A changed body, another secret or an old time is believed by neither verifier."""
    _, receiver = _deliver()
    (got,) = receiver.got
    assert not both_believe(SECRET, got.headers, got.body.replace(b"1", b"2"))
    assert not both_believe(OLD_SECRET, got.headers, got.body)
    _, receiver = _deliver(timestamp_s=1_767_600_000)
    assert not both_believe(SECRET, receiver.got[0].headers, receiver.got[0].body)


def test_both_secrets_are_believed_during_a_rotation() -> None:
    """With two secrets there are two signatures, and a receiver with either of them believes the message."""
    _, receiver = _deliver(secrets=(SECRET, OLD_SECRET))
    (got,) = receiver.got
    assert len(got.headers["webhook-signature"].split(" ")) == 2
    assert both_believe(SECRET, got.headers, got.body)
    assert both_believe(OLD_SECRET, got.headers, got.body)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    """A 3xx is brought back as what it is, in words that say what to do; nobody goes where it leads."""

    async def work(courier: HttpCourier) -> tuple[Carried, Receiver, Receiver]:
        async with receiving() as target:

            async def redirect(_: web.Request) -> web.Response:
                return web.Response(status=status, headers={"Location": f"{target.url}/elsewhere"})

            async with receiving(redirect) as receiver:
                return await courier.carry(parcel(receiver.url)), receiver, target

    told, receiver, target = carried(work)
    assert told.status == status
    assert "not followed" in (told.error or "")
    assert "/elsewhere" in (told.error or "")
    assert (len(receiver.got), target.got) == (1, [])


@pytest.mark.parametrize("status", [200, 204, 400, 401, 410, 429, 500, 503])
def test_any_other_status_is_brought_back(status: int) -> None:
    """The status stands for itself; there is no error beside it."""
    told = _answered(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status)
    assert (told.status, told.error) == (status, None)


def test_of_a_long_answer_the_beginning_is_kept() -> None:
    """Two kilobytes of an answer are kept, whatever its length."""
    told = _answered(b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 9_000_000)
    assert (told.status, told.body) == (200, b"x" * KEPT_BYTES)


def test_a_compressed_answer_is_not_unpacked() -> None:
    """An answer that would grow a thousandfold stays as it came."""
    bomb = gzip.compress(bytes(50_000_000))
    told = _answered(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb)
    assert (told.status, told.body) == (200, bomb[:KEPT_BYTES])


def test_the_status_counts_where_the_body_never_ends() -> None:
    """A 200 whose body does not end in time is a 200, with what came of its body."""
    told = _answered(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nhalf", then_wait_s=2, limit_s=0.5)
    assert (told.status, told.body, told.error) == (200, b"half", None)
    assert told.latency_ms < 1500


def test_hostile_headers_are_kept_within_bounds() -> None:
    """Many, long, repeated and undecodable headers come back as plain text of bounded size."""
    lines = b"".join(b"X-%d: %s\r\n" % (n, b"v" * 2000) for n in range(60))
    told = _answered(b"HTTP/1.1 200 OK\r\nX-Odd: \xff\xfe\r\nA: 1\r\nA: 2\r\n" + lines + b"Content-Length: 0\r\n\r\n")
    assert told.status == 200
    assert len(told.headers) <= 50
    assert max(map(len, told.headers.values())) <= 500
    assert told.headers["A"] == "1, 2"
    assert "".join(told.headers.values()).encode()


def test_connections_are_kept() -> None:
    """Messages one after the other go over one connection, and many at once do not wait for one another."""

    async def work(courier: HttpCourier) -> tuple[int, float]:
        async def slow(_: web.Request) -> web.Response:
            await asyncio.sleep(0.3)
            return web.Response()

        async with receiving() as receiver, receiving(slow) as sluggish:
            for _ in range(10):
                await courier.carry(parcel(receiver.url))
            began = asyncio.get_running_loop().time()
            await asyncio.gather(*(courier.carry(parcel(sluggish.url)) for _ in range(150)))
            return len({str(got.peer) for got in receiver.got}), asyncio.get_running_loop().time() - began

    connections, took_s = carried(work)
    assert connections == 1
    assert took_s < 5
