"""Twisted's reactor on the event loop that is running already, uvicorn's: no thread and no loop of its own.

1. It is made for the running loop and started without signal handlers: signals are uvicorn's.
2. It is handed to whatever needs one. As ``twisted.internet.reactor`` only a process's first one is installed, because
   parts of Twisted that are imported later would make one of another kind otherwise: a process may see one server after
   another, each with a loop of its own.
3. It is never stopped by Twisted's own ``stop``, which would stop the loop under uvicorn: :func:`close_reactor` takes
   out what it put into the loop.
"""

from __future__ import annotations

import asyncio
import sys
from functools import cache

from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.error import ConnectionAborted
from twisted.internet.main import installReactor
from twisted.logger import STDLibLogObserver, globalLogBeginner
from twisted.python.failure import Failure

LOGGER_NAME = "sigillo.mail.servers"


def open_reactor() -> AsyncioSelectorReactor:
    """Give a reactor that works on the running event loop, which may be uvloop's."""
    _log_with_the_rest()
    reactor = AsyncioSelectorReactor(asyncio.get_running_loop())
    if "twisted.internet.reactor" not in sys.modules:
        installReactor(reactor)
    reactor.startRunning(installSignalHandlers=False)
    return reactor


def close_reactor(reactor: AsyncioSelectorReactor) -> None:
    """Take everything that a reactor has in its loop out of it; connections that are left are cut off."""
    for call in reactor.getDelayedCalls():
        call.cancel()
    for selectable in reactor.removeAll():
        selectable.connectionLost(_stopped())
    waker = reactor.waker
    if waker is not None:
        reactor.removeReader(waker)
        waker.connectionLost(_stopped())


def _stopped() -> Failure:
    return Failure(ConnectionAborted())


@cache
def _log_with_the_rest() -> None:
    """Let Twisted write its log with everybody else's; it allows that once in a process."""
    globalLogBeginner.beginLoggingTo([STDLibLogObserver(LOGGER_NAME)], discardBuffer=True, redirectStandardIO=False)
