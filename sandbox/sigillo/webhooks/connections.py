"""Connections for webhooks: names resolved beside the event loop, and no socket for an address that may not be called.

The guard stands where a socket is made for one resolved address, so nothing comes between the check and the
connection: a name that resolves to something else the next time (DNS rebinding) gains nothing, and neither does an
address in place of a name, which the client does not resolve.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Any

from aiohttp import TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from sigillo.webhooks.addresses import AddressPolicy

Lookup = Callable[[str, int, int], list[tuple[Any, ...]]]
"""Host, port and family in; what :func:`socket.getaddrinfo` gives out. May wait, may raise OSError."""

# Many servers close a connection after five idle seconds: one that they may be closing just now is not used again.
IDLE_S = 4.0


class AddressRefused(OSError):
    """The address may not be called; ``strerror`` says why."""

    def __init__(self, detail: str) -> None:
        super().__init__(errno.EACCES, detail)


def look_up(host: str, port: int, family: int) -> list[tuple[Any, ...]]:
    """Ask the system's resolver for the stream addresses of a name; waits, and raises :class:`socket.gaierror`."""
    return list(socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG))


def guarded_connector(policy: AddressPolicy, *, live: bool, lookup: Lookup = look_up) -> TCPConnector:
    """Give a pool of connections, of any number, that only ever lead where the policy allows.

    How many requests are under way is the sender's affair: a limit here would let a slow address hold up the others.
    """

    def guarded_socket(info: Any) -> socket.socket:
        family, kind, protocol, _, address = info
        why = policy.refusal(address[0], live=live)
        if why:
            raise AddressRefused(why)
        return socket.socket(family, kind, protocol)

    return TCPConnector(
        limit=0,
        keepalive_timeout=IDLE_S,
        resolver=_Resolver(policy, live=live, lookup=lookup),
        socket_factory=guarded_socket,
    )


class _Resolver(AbstractResolver):
    """Resolves each name in a thread of its own, so that a dead name server holds up neither other names nor an exit.

    (A pool's threads would: event loops keep four to thirty, and a lookup that nobody answers takes half a minute.)
    """

    def __init__(self, policy: AddressPolicy, *, live: bool, lookup: Lookup) -> None:
        self._policy = policy
        self._live = live
        self._lookup = lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Give the addresses of a name that may be called; raises :class:`AddressRefused` where none of them may."""
        found = await _in_own_thread(lambda: self._lookup(host, port, family))
        refused = {info[4][0]: self._policy.refusal(info[4][0], live=self._live) for info in found}
        allowed = [info for info in found if refused[info[4][0]] is None]
        if found and not allowed:
            raise AddressRefused(f"{host} leads to {next(iter(refused.values()))}")
        return [_result(host, info) for info in allowed]

    async def close(self) -> None:
        """Nothing is held."""


def _result(host: str, info: tuple[Any, ...]) -> ResolveResult:
    family, _, protocol, _, address = info
    return ResolveResult(
        hostname=host,
        host=address[0],
        port=address[1],
        family=family,
        proto=protocol,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )


async def _in_own_thread(work: Callable[[], list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    """Do what may wait for long in a thread that nobody waits for at the end of the process."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[list[tuple[Any, ...]]] = loop.create_future()

    def tell(found: list[tuple[Any, ...]], error: OSError | UnicodeError | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(found)
        else:
            done.set_exception(error)

    def run() -> None:
        found, error = [], None
        try:
            found = work()
        except (OSError, UnicodeError) as wrong:
            error = wrong
        with suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            loop.call_soon_threadsafe(tell, found, error)

    Thread(target=run, name="webhook-name", daemon=True).start()
    return await done
