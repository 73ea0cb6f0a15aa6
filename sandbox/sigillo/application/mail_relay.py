"""The relay's clerk: hands what recipients receive to a mail server, at least once, in the order of the journal.

The journal is the outbox; a place in it says how far the relay has come.

1. A workspace that the relay has not seen begins at the journal's end: nobody is mailed about what is long past.
2. Read the facts beyond the place that send a message, and write the message of each.
3. Hand it over with no transaction open. Whom nobody must mail (:mod:`sigillo.domain.relay`) and what bounced are
   passed over.
4. Note the place. A process killed between 3 and 4 sends that message again, with the same Message-ID and bytes.

A relay that is down is tried again after growing delays; a message that it defers as often is given up, in the log, and
so is one that it refuses. Delays are those of the machine's clock, whatever the workspace's does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sigillo.application.outgoing_mail import mails_by_event, sending_types
from sigillo.application.ports.mail import Handed, MailPlace, Receipt, Relay, Scribe
from sigillo.application.ports.storage import Store
from sigillo.domain.outgoing_mail import OutgoingMail
from sigillo.domain.relay import may_be_mailed
from sigillo.domain.workspace import Workspace

DELAYS_S: Sequence[float] = (5, 15, 60, 300, 900, 3600, 3600, 3600)
_PERIOD_S = 1.0
_FAREWELL_S = 1.0
_CHUNK = 100
_log = logging.getLogger("sigillo.mail")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Messages of one workspace that are still to be handed over, each with its fact's place in the journal."""

    workspace: Workspace
    mails: Sequence[tuple[int, OutgoingMail]]


class MailRelay:
    """Runs beside the server and never keeps it waiting: one message at a time, on a connection that stays open."""

    def __init__(self, store: Store, scribe: Scribe, relay: Relay, *, delays_s: Sequence[float] = DELAYS_S) -> None:
        self._store = store
        self._scribe = scribe
        self._relay = relay
        self._delays_s = delays_s
        self._failures = 0

    async def begin(self) -> None:
        """Note where to begin in workspaces not seen before; to be done before the server answers."""
        await _beside(self._begin)

    async def run(self) -> None:
        """Hand mail over for ever; an error of ours is logged, and what it met is tried again."""
        try:
            rest_s = 0.0
            while True:
                await asyncio.sleep(rest_s)
                rest_s = await self._paused()
        finally:
            await asyncio.wait_for(self._relay.rest(), _FAREWELL_S)

    async def _paused(self) -> float:
        """Hand over what there is; give for how many seconds to rest then."""
        try:
            return await self._round()
        except Exception:  # noqa: BLE001 – mail must not stop for one error; it is logged
            _log.exception("Handing mail to the relay failed; the next try comes in %s s", self._delays_s[0])
            return self._delays_s[0]

    async def _round(self) -> float:
        handed = 0
        for workspace in await _beside(self._store.workspaces):
            waiting = await _beside(lambda one=workspace: self._waiting(one.id))  # type: ignore[misc]  # bound here
            for place, mail in waiting.mails:
                delay_s = await self._hand(waiting.workspace, place, mail)
                if delay_s:
                    return delay_s
                handed += 1
        if not handed:
            await self._relay.rest()
        return 0 if handed else _PERIOD_S

    async def _hand(self, workspace: Workspace, place: int, mail: OutgoingMail) -> float:
        """Hand one message over and note the place; give for how many seconds to wait before it is tried again."""
        if not mail.bounced and may_be_mailed(mail.letter.recipient.email, by_loopback=self._relay.is_loopback):
            message = await _beside(lambda: self._scribe.write(mail, workspace))
            delay_s = self._delay(mail, await self._relay.send(message))
            if delay_s:
                return delay_s
        await _beside(lambda: self._note(workspace, place))
        return 0

    def _delay(self, mail: OutgoingMail, receipt: Receipt) -> float:
        """Give for how many seconds to wait after an attempt; 0 when the message is done with."""
        if receipt.handed in (Handed.DOWN, Handed.DEFERRED):
            last = len(self._delays_s) - 1
            if receipt.handed is Handed.DOWN or self._failures <= last:
                delay_s = self._delays_s[min(self._failures, last)]
                self._failures += 1
                _log.warning("%s is not sent yet (%s); the next try comes in %s s", mail.id, receipt.detail, delay_s)
                return delay_s
        if receipt.handed is not Handed.TAKEN:
            _log.warning("%s is given up: the relay does not take it (%s)", mail.id, receipt.detail)
        elif self._failures:
            _log.warning("The mail relay takes mail again")
        self._failures = 0
        return 0

    def _begin(self) -> None:
        for workspace in self._store.workspaces():
            with self._store.writing(workspace.id) as tx:
                if tx.mail.place() is None:
                    newest = tx.events.newest(None, limit=1, before=None)
                    tx.mail.save(MailPlace(workspace.resets, newest[0].seq if newest else 0))

    def _waiting(self, workspace_id: str) -> Waiting:
        with self._store.reading(workspace_id) as tx:
            workspace, place = tx.workspace, tx.mail.place()
            if not workspace.is_test:  # there the provider writes to recipients
                return Waiting(workspace, ())
            after = place.position if place is not None and place.resets == workspace.resets else 0
            found = tx.events.following(sending_types(), limit=_CHUNK, after=after)
            mails = mails_by_event(tx, found)
        return Waiting(workspace, [(one.seq, mails[one.event.id]) for one in found if one.event.id in mails])

    def _note(self, workspace: Workspace, position: int) -> None:
        with self._store.writing(workspace.id) as tx:
            tx.mail.save(MailPlace(workspace.resets, position))


async def _beside(work: Callable[[], T]) -> T:
    """Do what may wait for the store beside the event loop."""
    return await asyncio.to_thread(work)
