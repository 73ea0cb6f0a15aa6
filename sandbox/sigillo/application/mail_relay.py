"""The relay's clerk: hands what recipients receive to a mail server, at least once, in the order of the journal.

The journal is the outbox; a place in it says how far the relay has come, and beside it is kept what was put off.

1. A workspace that the relay has not seen begins at the journal's end: nobody is mailed about what is long past.
2. Read what was put off and is due again, then the facts beyond the place that send a message, and write each message.
3. Hand it over with no transaction open. Whom nobody must mail (:mod:`sigillo.domain.relay`) and what bounced are
   passed over. Behind a message that was put off the later ones of its letter wait; all others go on.
4. Note what came of it. A process killed between 3 and 4 sends that message again, with the same Message-ID and bytes.

A message that the server defers is tried again after growing delays, and given up, in the log, when it was deferred as
often; so is one that it refuses. A server that is down is tried again after the same delays, and one that defers
message after message is asked slower. Delays are those of the machine's clock, whatever the workspace's does; after a
start what was put off is tried at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sigillo.application.outgoing_mail import mails_by_event, sending_types
from sigillo.application.ports.mail import Deferred, Handed, MailPlace, Receipt, Relay, Scribe
from sigillo.application.ports.storage import Recorded, Store, Transaction
from sigillo.domain.outgoing_mail import OutgoingMail
from sigillo.domain.relay import may_be_mailed
from sigillo.domain.workspace import Workspace

DELAYS_S: Sequence[float] = (5, 15, 60, 300, 900, 3600, 3600, 3600)
_PERIOD_S = 1.0
_FAREWELL_S = 1.0
_CHUNK = 100
_MOST_DEFERRED = 1_000  # of a workspace; nothing new is read while so many wait
_DEFERRALS = 5  # new messages in a row: then it is the server that wants to be left alone for a while
_PAUSES = 3  # of the delays: new mail waits no longer for such a server
_BY_NEED = (Handed.TAKEN, Handed.REFUSED, Handed.DEFERRED, Handed.DOWN)
_log = logging.getLogger("sigillo.mail")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Turn:
    """A message whose turn it is, with its place in the journal; ``deferred`` where it was put off before.

    ``waits`` says that an earlier message of its letter was put off. A fact mostly sends one message; there are no
    ``mails`` where it sends none, or none any more, and all are sent again where one of them was put off.
    """

    position: int
    line: int
    mails: Sequence[OutgoingMail]
    deferred: Deferred | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """The messages of one workspace that are to be handed over now, what was put off first."""

    workspace: Workspace
    turns: Sequence[Turn]


class MailRelay:
    """Runs beside the server and never keeps it waiting: one message at a time, on a connection that stays open."""

    def __init__(self, store: Store, scribe: Scribe, relay: Relay, *, delays_s: Sequence[float] = DELAYS_S) -> None:
        self._store = store
        self._scribe = scribe
        self._relay = relay
        self._delays_s = delays_s
        self._failures = 0
        self._deferrals = 0
        self._due_s: dict[tuple[str, int], float] = {}

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
            now_s = asyncio.get_running_loop().time()
            waiting = await _beside(lambda one=workspace, at_s=now_s: self._waiting(one.id, at_s))  # type: ignore[misc]  # bound here
            put_off: set[int] = set()
            for turn in waiting.turns:
                delay_s = await self._hand(waiting.workspace, replace(turn, waits=turn.waits or turn.line in put_off))
                if delay_s:
                    return delay_s
                if (waiting.workspace.id, turn.position) in self._due_s:
                    put_off.add(turn.line)
                handed += 1
        if not handed:
            await self._relay.rest()
        return 0 if handed else min(_PERIOD_S, self._next_due_s())

    def _next_due_s(self) -> float:
        now_s = asyncio.get_running_loop().time()
        return max(min(self._due_s.values(), default=now_s + _PERIOD_S) - now_s, 0.0)

    async def _hand(self, workspace: Workspace, turn: Turn) -> float:
        """Hand one message over and note what came of it; give for how many seconds to leave the relay alone."""
        if turn.waits:
            await _beside(lambda: self._note(workspace, turn, tries=0))
            return 0
        receipt = await self._all_sent(workspace, turn.mails)
        if receipt.handed is Handed.DOWN:
            return self._delay_down(turn, receipt)
        tries = self._tries(turn, receipt)
        if tries:
            delay_s = self._delays_s[tries - 1]
            _log.warning("%s is not sent yet (%s); the next try comes in %s s", _name(turn), receipt.detail, delay_s)
            self._due_s[workspace.id, turn.position] = asyncio.get_running_loop().time() + delay_s
        else:
            self._due_s.pop((workspace.id, turn.position), None)
        await _beside(lambda: self._note(workspace, turn, tries=tries))
        return self._pause_s(turn, receipt)

    async def _all_sent(self, workspace: Workspace, mails: Sequence[OutgoingMail]) -> Receipt:
        """Hand over the messages of a fact; gives the receipt that most must be done about."""
        worst = Receipt(Handed.TAKEN)
        for mail in mails:
            receipt = await self._sent(workspace, mail)
            worst = max(worst, receipt, key=lambda one: _BY_NEED.index(one.handed))
            if receipt.handed is Handed.DOWN:
                break
        return worst

    async def _sent(self, workspace: Workspace, mail: OutgoingMail) -> Receipt:
        if mail.bounced or not may_be_mailed(mail.to.email, by_loopback=self._relay.is_loopback):
            return Receipt(Handed.TAKEN)
        message = await _beside(lambda: self._scribe.write(mail, workspace))
        receipt = await self._relay.send(message)
        if receipt.handed is Handed.TAKEN and self._failures:
            _log.warning("The mail relay takes mail again")
        if receipt.handed is not Handed.DOWN:
            self._failures = 0
        return receipt

    def _delay_down(self, turn: Turn, receipt: Receipt) -> float:
        delay_s = self._delays_s[min(self._failures, len(self._delays_s) - 1)]
        self._failures += 1
        _log.warning("%s is not sent yet (%s); the next try comes in %s s", _name(turn), receipt.detail, delay_s)
        return delay_s

    def _tries(self, turn: Turn, receipt: Receipt) -> int | None:
        """Give how often a message was deferred that is to be tried again, None for one that is done with."""
        if receipt.handed is Handed.TAKEN:
            return None
        tries = (turn.deferred.tries if turn.deferred else 0) + 1
        if receipt.handed is Handed.DEFERRED and tries <= len(self._delays_s):
            return tries
        _log.warning("%s is given up: the relay does not take it (%s)", _name(turn), receipt.detail)
        return None

    def _pause_s(self, turn: Turn, receipt: Receipt) -> float:
        """Give for how long to leave a server alone that defers whatever new message it is handed."""
        if receipt.handed is not Handed.DEFERRED:
            self._deferrals = 0
            return 0
        self._deferrals += turn.deferred is None
        pauses = self._delays_s[:_PAUSES]
        beyond = self._deferrals - _DEFERRALS
        return pauses[min(beyond, len(pauses) - 1)] if beyond >= 0 and turn.deferred is None else 0

    def _begin(self) -> None:
        for workspace in self._store.workspaces():
            with self._store.writing(workspace.id) as tx:
                if tx.mail.place() is None:
                    newest = tx.events.newest(None, limit=1, before=None)
                    tx.mail.save(MailPlace(workspace.resets, newest[0].seq if newest else 0))

    def _waiting(self, workspace_id: str, now_s: float) -> Waiting:
        with self._store.reading(workspace_id) as tx:
            workspace, place = tx.workspace, tx.mail.place()
            if not workspace.is_test:  # there the provider writes to recipients
                return Waiting(workspace, ())
            deferred = tx.mail.deferred(workspace.resets)
            again = {each.position: each for each in self._due(workspace, deferred, now_s)}
            after = place.position if place is not None and place.resets == workspace.resets else 0
            found = [one for position in again for one in tx.events.following(None, limit=1, after=position - 1)]
            if len(deferred) < _MOST_DEFERRED:
                found += tx.events.following(sending_types(tx), limit=_CHUNK, after=after)
            turns = _turns(tx, found, again, frozenset(each.line for each in deferred))
            return Waiting(workspace, tuple(turns))

    def _due(self, workspace: Workspace, deferred: Sequence[Deferred], now_s: float) -> Iterator[Deferred]:
        """Give of what was put off the first of each letter, where it is due."""
        known = {(workspace.id, each.position) for each in deferred}
        for stale in [key for key in self._due_s if key[0] == workspace.id and key not in known]:
            del self._due_s[stale]
        firsts = {each.line: each for each in reversed(deferred)}
        due = (each for each in firsts.values() if self._due_s.get((workspace.id, each.position), 0.0) <= now_s)
        return iter(sorted(due, key=lambda each: each.position))

    def _note(self, workspace: Workspace, turn: Turn, *, tries: int | None) -> None:
        """Keep that a message waits, after so many tries, or is done with; nothing where a reset came in between."""
        with self._store.writing(workspace.id) as tx:
            if tx.workspace.resets != workspace.resets:
                return
            if tries is not None:
                tx.mail.defer(Deferred(workspace.resets, turn.position, turn.line, tries))
            elif turn.deferred:
                tx.mail.settle(turn.position)
            if not turn.deferred:
                tx.mail.save(MailPlace(workspace.resets, turn.position))


def _turns(
    tx: Transaction, found: Sequence[Recorded], again: Mapping[int, Deferred], lines: frozenset[int]
) -> Iterator[Turn]:
    mails = mails_by_event(tx, found)
    for one in found:
        line = one.letter.ordinal if one.letter is not None else 0
        deferred = again.get(one.seq)
        sent = mails[one.event.id]
        if sent or deferred is not None or one is found[-1]:  # the last one is noted, whatever it sends
            yield Turn(one.seq, line, sent, deferred, waits=bool(sent) and deferred is None and line in lines)


def _name(turn: Turn) -> str:
    return turn.mails[0].id if turn.mails else "A message"


async def _beside(work: Callable[[], T]) -> T:
    """Do what may wait for the store beside the event loop."""
    return await asyncio.to_thread(work)
