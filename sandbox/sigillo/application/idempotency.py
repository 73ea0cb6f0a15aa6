"""The same request twice does its work once: answers kept under idempotency keys, in the transaction of the work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sigillo.application.ports.storage import Answer, Transaction
from sigillo.domain.errors import Conflict


@dataclass(frozen=True, slots=True)
class Once:
    """A key, and the hash of everything that the request says."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, and whether it is an earlier one given again."""

    answer: Answer
    replayed: bool


def answer_once(tx: Transaction, once: Once | None, work: Callable[[], Answer]) -> Answered:
    """Do the work and keep its answer, or give the answer that the key already has.

    Raises :class:`Conflict` when the key was used for another request.
    """
    earlier = earlier_answer(tx, once)
    if earlier is not None:
        return earlier
    answer = work()
    if once is not None:
        tx.answers.add(once.key, answer)
    return Answered(answer, replayed=False)


def earlier_answer(tx: Transaction, once: Once | None) -> Answered | None:
    """Give the answer that a key already has, None where the work is still to be done.

    Raises :class:`Conflict` when the key was used for another request.
    """
    earlier = tx.answers.find(once.key) if once is not None else None
    if once is None or earlier is None:
        return None
    if earlier.fingerprint != once.fingerprint:
        detail = "This Idempotency-Key was used for another request; use a new key for each new request."
        raise Conflict(detail, code="idempotency_key_reused")
    return Answered(earlier, replayed=True)
