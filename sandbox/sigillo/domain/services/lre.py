"""LRE: the qualified lettre recommandée électronique of CPCE L. 100 and R. 53 to R. 53-4 (eIDAS art. 44).

The course of a letter::

    submit ─ reject ──────────────────────────────▶ rejected
       │
       ├─ ask_consent ─▶ awaiting_consent ─ refuse_consent, expire_consent ─▶ undelivered
       │                        │ give_consent        (individuals without a consent, L. 100)
       └─ deposit ◀─────────────┘
             │
         deposited ── notify ─▶ notified ─┬─ accept ──▶ accepted    (after the identity check, R. 53-1)
             │   ▲                        ├─ refuse ──▶ refused
     defer_notice│notify                  └─ neglect ─▶ neglected   (D+16 00:00 Europe/Paris, R. 53-3)
             ▼   │
          bounced ── bounce ─▶ bounced, for good

    cancel: until the recipient is notified.   fail: until the recipient has answered.

Proofs (R. 53-2, R. 53-3): ``deposit`` at the deposit, ``dispatch`` when the notice is sent, ``reception`` at the
acceptance, ``refusal`` at the refusal, ``negligence`` from D+16, ``bounce`` when no notice could be delivered,
``consent`` when an individual consents. The notice never names the sender (R. 53-3 I).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from sigillo.domain.calendar import PARIS
from sigillo.domain.events import EventType
from sigillo.domain.letter import Outcome, ProofKind, Status
from sigillo.domain.services.table import Move, Reminder, Service, Transition

_START = frozenset({None})
_CONSENT = frozenset({Status.AWAITING_CONSENT})
_BEFORE_NOTICE = frozenset({Status.DEPOSITED, Status.BOUNCED})
_NOTIFIED = frozenset({Status.NOTIFIED})
_CANCELLABLE = _CONSENT | _BEFORE_NOTICE
_FAILABLE = _CANCELLABLE | _NOTIFIED
_OPENABLE = frozenset({Status.NOTIFIED, Status.ACCEPTED})

TABLE: Mapping[Move, Transition] = MappingProxyType(
    {
        Move.REJECT: Transition(_START, EventType.REJECTED, Status.REJECTED, Outcome.REJECTED),
        Move.ASK_CONSENT: Transition(_START, EventType.CONSENT_REQUESTED, Status.AWAITING_CONSENT),
        Move.GIVE_CONSENT: Transition(
            _CONSENT, EventType.CONSENT_GIVEN, proofs=(ProofKind.CONSENT,), then=Move.DEPOSIT
        ),
        Move.REFUSE_CONSENT: Transition(
            _CONSENT, EventType.CONSENT_REFUSED, Status.UNDELIVERED, Outcome.CONSENT_REFUSED
        ),
        Move.EXPIRE_CONSENT: Transition(
            _CONSENT, EventType.CONSENT_EXPIRED, Status.UNDELIVERED, Outcome.CONSENT_EXPIRED
        ),
        Move.DEPOSIT: Transition(_START | _CONSENT, EventType.DEPOSITED, Status.DEPOSITED, proofs=(ProofKind.DEPOSIT,)),
        Move.NOTIFY: Transition(_BEFORE_NOTICE, EventType.NOTIFIED, Status.NOTIFIED, proofs=(ProofKind.DISPATCH,)),
        Move.DEFER_NOTICE: Transition(_BEFORE_NOTICE, EventType.BOUNCED, Status.BOUNCED),
        Move.BOUNCE: Transition(
            _BEFORE_NOTICE, EventType.BOUNCED, Status.BOUNCED, Outcome.BOUNCED, (ProofKind.BOUNCE,)
        ),
        Move.REMIND: Transition(_NOTIFIED, EventType.REMINDED),
        Move.OPEN: Transition(_OPENABLE, EventType.OPENED, after_outcome=True),
        Move.FAIL_IDENTITY: Transition(_NOTIFIED, EventType.IDENTITY_FAILED),
        Move.ACCEPT: Transition(
            _NOTIFIED, EventType.ACCEPTED, Status.ACCEPTED, Outcome.ACCEPTED, (ProofKind.RECEPTION,)
        ),
        Move.REFUSE: Transition(_NOTIFIED, EventType.REFUSED, Status.REFUSED, Outcome.REFUSED, (ProofKind.REFUSAL,)),
        Move.NEGLECT: Transition(
            _NOTIFIED, EventType.NEGLECTED, Status.NEGLECTED, Outcome.NEGLECTED, (ProofKind.NEGLIGENCE,)
        ),
        Move.CANCEL: Transition(_CANCELLABLE, EventType.CANCELLED, Status.CANCELLED, Outcome.CANCELLED),
        Move.FAIL: Transition(_FAILABLE, EventType.FAILED, Status.FAILED, Outcome.FAILED),
    }
)

EVIDENCE: Mapping[ProofKind, str] = MappingProxyType(
    {
        # EN 319 522-1 clause 6; a consent is asked before any submission, which the standard does not know.
        ProofKind.CONSENT: "ConsignmentAcceptance",
        ProofKind.DEPOSIT: "SubmissionAcceptance",
        ProofKind.DISPATCH: "NotificationForAcceptance",
        ProofKind.RECEPTION: "ContentHandover",
        ProofKind.REFUSAL: "ConsignmentRejection",
        ProofKind.NEGLIGENCE: "AcceptanceRejectionExpiry",
        ProofKind.BOUNCE: "NotificationForAcceptanceFailure",
    }
)

LRE = Service(
    name="lre",
    title="Lettre recommandée électronique",
    qualified=True,
    zone=PARIS,
    table=TABLE,
    evidence=EVIDENCE,
    window_days=15,
    consent_days=15,
    notice_delay=timedelta(minutes=1),
    reminders=(Reminder(3), Reminder(8), Reminder(14)),
    identity_check=(
        "code à usage unique par SMS, niveau eIDAS substantiel (R. 53-1) / "
        "one-time code by SMS, eIDAS level substantial (R. 53-1)"
    ),
)
