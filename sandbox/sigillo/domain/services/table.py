"""What a service is: a transition table, its delays, and the evidence its events make.

A *move* is what somebody or something does (imperative); it leads to an *event*, the fact (past tense). A move that
the table does not hold from the present status is illegal and changes nothing. A letter that has its outcome takes
only the moves that are ``after_outcome``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum

from sigillo.domain.events import EventType
from sigillo.domain.letter import AnyStatus, Outcome, ProofKind

ETSI_EVENT = "http://uri.etsi.org/19522/Event/"


class Move(StrEnum):
    """Everything that can happen to a letter of any service, and to a consent."""

    DEPOSIT = "deposit"
    REJECT = "reject"
    ASK_CONSENT = "ask_consent"
    GIVE_CONSENT = "give_consent"
    REFUSE_CONSENT = "refuse_consent"
    EXPIRE_CONSENT = "expire_consent"
    DECLARE_CONSENT = "declare_consent"
    REVOKE_CONSENT = "revoke_consent"
    NOTIFY = "notify"
    DEFER_NOTICE = "defer_notice"
    BOUNCE = "bounce"
    REMIND = "remind"
    OPEN = "open"
    FAIL_IDENTITY = "fail_identity"
    ACCEPT = "accept"
    REFUSE = "refuse"
    NEGLECT = "neglect"
    CANCEL = "cancel"
    FAIL = "fail"
    REJECT_VIRUS = "reject_virus"
    TAKE_CHARGE = "take_charge"
    DELAY = "delay"
    DELIVER = "deliver"
    NO_MAILBOX = "no_mailbox"
    NO_DOMAIN = "no_domain"
    FULL_MAILBOX = "full_mailbox"
    VIRUS = "virus"
    TIME_OUT = "time_out"
    RELAY = "relay"

    __hash__ = str.__hash__  # Enum hashes in Python, and these are keys at each move of each letter


@dataclass(frozen=True, slots=True)
class Transition:
    """One row. ``target`` None keeps the status; ``then`` is a move that follows at the same instant."""

    sources: frozenset[AnyStatus | None]
    event: EventType
    target: AnyStatus | None = None
    outcome: Outcome | None = None
    proofs: tuple[ProofKind, ...] = ()
    then: Move | None = None
    after_outcome: bool = False


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder ``days`` civil days after the notice, at the wall time ``at`` in the service's zone."""

    days: int
    at: time = time(9)


@dataclass(frozen=True, slots=True)
class Service:
    """A service. ``evidence`` maps a proof kind to its EN 319 522-1 event; windows are civil days in ``zone``.

    ``noun`` is what its items are called in English, ``why_not`` why it lacks moves that others have.
    """

    name: str
    title: str
    qualified: bool
    zone: str
    table: Mapping[Move, Transition]
    evidence: Mapping[ProofKind, str]
    window_days: int
    consent_days: int
    notice_delay: timedelta
    reminders: tuple[Reminder, ...]
    identity_check: str | None
    noun: str = "letter"
    why_not: str = ""

    def transition(self, move: Move) -> Transition | None:
        """Give the row of a move, None when the service does not know it."""
        return self.table.get(move)
