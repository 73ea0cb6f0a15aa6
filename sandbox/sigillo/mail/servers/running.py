"""The mail servers at work: protocols on the reactor, over sockets that listened before."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.protocol import ServerFactory
from twisted.internet.tcp import Port
from twisted.protocols.tls import TLSMemoryBIOFactory

from sigillo.application.convoy import Convoy
from sigillo.application.sandbox import Sandbox
from sigillo.mail.servers.herald import Herald
from sigillo.mail.servers.imap import ImapConnection
from sigillo.mail.servers.limits import Admission, Limits
from sigillo.mail.servers.pop3 import Pop3Connection
from sigillo.mail.servers.service import Secured, Service
from sigillo.mail.servers.smtp import SmtpConnection
from sigillo.mail.servers.tls import ServerTls

_THREADS: Final = 8
_LOCK_THREADS: Final = 2
LATE: Final = "submission"  # the face where TLS begins on demand


@dataclass(frozen=True, slots=True)
class Running:
    """Mail servers that run."""

    service: Service
    ports: tuple[Port, ...]
    threads: tuple[ThreadPoolExecutor, ...]

    async def stop(self) -> None:
        """Listen no more and begin nothing new; the reactor's closing cuts off whoever is left."""
        self.service.herald.close()
        for port in self.ports:
            port.stopListening()
        for threads in self.threads:
            threads.shutdown(wait=False, cancel_futures=True)
        await asyncio.sleep(0)


def begin(
    sandbox: Sandbox,
    listeners: Mapping[str, socket.socket],
    certificate: Callable[[], bytes],
    *,
    reactor: AsyncioSelectorReactor,
    limits: Limits,
) -> Running:
    """Take the sockets over, on the event loop that is running; the ones given stay to be closed by the caller."""
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="mail")
    lock_threads = ThreadPoolExecutor(_LOCK_THREADS, thread_name_prefix="mail-login")
    service = Service(
        sandbox=sandbox,
        reactor=reactor,
        threads=threads,
        lock_threads=lock_threads,
        herald=Herald(sandbox.bell),
        convoy=Convoy(sandbox.submissions.hand_in_now),
        limits=limits,
        admission=Admission(limits),
    )
    tls = ServerTls(certificate)
    ports = tuple(
        reactor.adoptStreamPort(listener.fileno(), listener.family, _factory(service, name, tls))
        for name, listener in listeners.items()
    )
    return Running(service, ports, (threads, lock_threads))


class _Factory(ServerFactory):
    """Makes a protocol for each connection."""

    noisy = False

    def __init__(self, build: Callable[[str], Any]) -> None:
        self._build = build

    def buildProtocol(self, addr: Any) -> Any:
        """Give the protocol for a client at an address."""
        return self._build(addr.host)


def _factory(service: Service, name: str, tls: ServerTls) -> ServerFactory:
    def build(address: str) -> Any:
        if name == "imaps":
            return ImapConnection(service, address)
        if name == "pop3s":
            return Pop3Connection(service, address)
        return SmtpConnection(service, secured, address)

    factory = _Factory(build)
    wrapping = TLSMemoryBIOFactory(tls, False, factory, service.reactor)
    wrapping.noisy = False
    secured = Secured(wrapping, is_late=name == LATE)
    return factory if secured.is_late else wrapping
