"""The courier where nobody answers: a sentence that says what happened, and never an exception."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from sigillo.application.ports.courier import Carried
from sigillo.webhooks.sender import HttpCourier
from tests.webhooks.parcels import carried, carry_one, parcel
from tests.webhooks.receivers import answering, receiving


def _names(*addresses: str) -> Callable[[str, int, int], list[tuple[Any, ...]]]:
    """A resolver that gives these addresses for any name."""

    def lookup(_: str, port: int, __: int) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return lookup


def _unknown(host: str, _: int, __: int) -> list[tuple[Any, ...]]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def _broken(reply: bytes, *, then_wait_s: float = 0, limit_s: float = 5.0) -> Carried:
    async def work(courier: HttpCourier) -> Carried:
        async with answering(reply, then_wait_s=then_wait_s) as place:
            return await courier.carry(parcel(f"http://{place}/secret-path"))

    return carried(work, limit_s=limit_s)


def _failed(told: Carried, words: str) -> None:
    assert told.status is None
    assert words in (told.error or "")
    assert (told.error or "").endswith(".")
    assert "secret-path" not in (told.error or "")
    assert (told.headers, told.body) == ({}, b"")


def test_nobody_listens() -> None:
    """A closed port refuses the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    _failed(carry_one(f"http://127.0.0.1:{port}/secret-path"), "refused the connection")


def test_a_name_that_nobody_knows() -> None:
    """A name that does not resolve is named."""
    _failed(carry_one("http://hooks.example.test/", lookup=_unknown), "name of hooks.example.test does not resolve")


def test_nobody_answers_in_time() -> None:
    """The limit of time ends the attempt and is told."""
    told = _broken(b"", then_wait_s=2, limit_s=0.4)
    _failed(told, "did not answer within 0.4 s")
    assert told.latency_ms < 1500


@pytest.mark.parametrize("reply", [b"", b"HTTP/1.1 200 O"])
def test_the_connection_closes_early(reply: bytes) -> None:
    """A connection that ends before the head of an answer did is no answer."""
    _failed(_broken(reply), "closed the connection before it answered")


@pytest.mark.parametrize(
    "reply", [b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 99_999 + b"\r\n\r\n"]
)
def test_what_answers_is_not_http(reply: bytes) -> None:
    """Another protocol, or a head without measure, is told in one line."""
    _failed(_broken(reply), "not HTTP")


@pytest.mark.parametrize("url", ["http://a..b/", "http://" + "a" * 64 + ".test/", "http://exa mple/", "http://\udcff/"])
def test_a_host_that_is_no_name(url: str) -> None:
    """A host that no network knows is told, not raised."""
    assert carry_one(url, lookup=_unknown).error


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    """A server whose certificate the system does not trust gets nothing."""
    subprocess.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem "
        "-subj /CN=localhost -days 2 -addext subjectAltName=IP:127.0.0.1".split(),
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")

    async def work(courier: HttpCourier) -> tuple[Carried, Carried]:
        async with answering(b"HTTP/1.1 200 OK\r\n\r\n", ssl=context) as place, answering(b"plain text") as plain:
            return await courier.carry(parcel(f"https://{place}/")), await courier.carry(parcel(f"https://{plain}/"))

    untrusted, no_tls = carried(work)
    _failed(untrusted, "certificate of 127.0.0.1")
    _failed(no_tls, "TLS")


def test_a_live_workspace_is_kept_from_this_machine() -> None:
    """A name that leads to loopback is refused after resolution, and nobody connects; the sandbox may."""

    async def work(courier: HttpCourier) -> tuple[list[Carried], Carried, int]:
        async with receiving() as receiver:
            port = receiver.url.rpartition(":")[2]
            hosts = ("hooks.example.test", "127.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "localhost")
            test = await courier.carry(parcel(f"http://hooks.example.test:{port}/"))
            live = [await courier.carry(parcel(f"http://{host}:{port}/", live=True)) for host in hosts]
            return live, test, len(receiver.got)

    live, test, came = carried(work, lookup=_names("127.0.0.1"))
    for told in live:
        _failed(told, "live workspace")
    assert (test.status, came) == (200, 1)


def test_the_allowed_one_of_several_addresses_is_called() -> None:
    """Where a name has addresses of both kinds, only the allowed ones are tried."""

    async def work(courier: HttpCourier) -> Carried:
        async with receiving() as receiver:
            return await courier.carry(parcel(f"http://mixed.example.test:{receiver.url.rpartition(':')[2]}/"))

    assert carried(work, lookup=_names("169.254.169.254", "10.0.0.1", "127.0.0.1")).status == 200
    _failed(carry_one("http://metadata.test/", lookup=_names("169.254.169.254", "10.0.0.1")), "never called")


def test_a_name_is_judged_at_each_connection() -> None:
    """A name that pointed to a good address and then to another one gains nothing by it."""
    answers = iter(["127.0.0.1"])

    def rebinding(host: str, port: int, family: int) -> list[tuple[Any, ...]]:
        return _names(next(answers, "169.254.169.254"))(host, port, family)

    async def work(courier: HttpCourier) -> tuple[Carried, Carried]:
        async with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") as place:
            url = f"http://rebound.test:{place.rpartition(':')[2]}/"
            first = await courier.carry(parcel(url))
            courier._sessions[False].connector.clear_dns_cache()  # type: ignore[union-attr]  # as ten seconds later
            return first, await courier.carry(parcel(url))

    first, second = carried(work, lookup=rebinding)
    assert first.status == 200
    _failed(second, "never called")


def test_no_proxy_comes_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment says of proxies does not count: they would connect to what was not checked here."""
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async def work(courier: HttpCourier) -> Carried:
        async with receiving() as receiver:
            return await courier.carry(parcel(receiver.url))

    assert carried(work).status == 200


def test_a_dead_name_server_holds_up_nobody_else() -> None:
    """While a hundred names wait for their resolver, a message to another address goes out at once."""
    stuck = Event()

    def lookup(host: str, port: int, family: int) -> list[tuple[Any, ...]]:
        if host.startswith("dead"):
            stuck.wait(20)
        return _names("127.0.0.1")(host, port, family)

    async def work(courier: HttpCourier) -> tuple[Carried, float]:
        async with receiving() as receiver:
            waiting = [asyncio.create_task(courier.carry(parcel(f"http://dead{n}.test/"))) for n in range(100)]
            await asyncio.sleep(0.1)
            told = await courier.carry(parcel(f"http://alive.test:{receiver.url.rpartition(':')[2]}/"))
            stuck.set()
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            return told, told.latency_ms

    told, latency_ms = carried(work, lookup=lookup)
    assert told.status == 200
    assert latency_ms < 1000


def test_a_secret_that_is_none_is_told_and_not_repeated() -> None:
    """What cannot be signed is not sent; the secret stands in no word of it."""
    told = carried(lambda courier: courier.carry(parcel("http://127.0.0.1:9/", secrets=("whsec_hidden",))))
    assert told.status is None
    assert "hidden" not in (told.error or "")
