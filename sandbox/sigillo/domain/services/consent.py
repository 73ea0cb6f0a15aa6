"""CONSENT: an individual's consent to electronic registered mail (CPCE L. 100), asked for, held, and withdrawn.

The course of a consent, which is an item like a letter and of a service of its own::

    ask ──▶ requested ─┬─ give ────▶ given ── revoke ─▶ revoked
                       ├─ refuse ──▶ refused   ▲
                       └─ expire ──▶ expired   │
    declare ───────────────────────────────────┘      (the sender holds it already)

The law gives a request no term: here it lapses with the fifteenth civil day after it, like a letter's window, so that
nothing waits for ever. A consent stays given until it is revoked; what was deposited under it stays deposited.

Evidence: EN 319 522-1 clause 6 knows events of a submission alone, and a consent comes before any. The nearest:

* a request is a notification that asks for an acceptance (C.1), the consent is that acceptance (C.3), a refusal its
  rejection (C.4), and a request that nobody answered the expiry of both (C.5);
* a declared consent is something of the sender's that the service took in (A.1);
* a revocation is a rejection of whatever would come (C.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from sigillo.domain.calendar import PARIS
from sigillo.domain.events import EventType
from sigillo.domain.letter import ConsentStatus, ProofKind
from sigillo.domain.services.table import Move, Service, Transition

_START = frozenset({None})
_REQUESTED = frozenset({ConsentStatus.REQUESTED})
_GIVEN = frozenset({ConsentStatus.GIVEN})

TABLE: Mapping[Move, Transition] = MappingProxyType(
    {
        Move.ASK_CONSENT: Transition(
            _START, EventType.CONSENT_ASKED, ConsentStatus.REQUESTED, proofs=(ProofKind.CONSENT_REQUEST,)
        ),
        Move.DECLARE_CONSENT: Transition(
            _START, EventType.CONSENT_OBTAINED, ConsentStatus.GIVEN, proofs=(ProofKind.CONSENT_DECLARATION,)
        ),
        Move.GIVE_CONSENT: Transition(
            _REQUESTED, EventType.CONSENT_OBTAINED, ConsentStatus.GIVEN, proofs=(ProofKind.CONSENT,)
        ),
        Move.REFUSE_CONSENT: Transition(
            _REQUESTED, EventType.CONSENT_DECLINED, ConsentStatus.REFUSED, proofs=(ProofKind.CONSENT_REFUSAL,)
        ),
        Move.EXPIRE_CONSENT: Transition(
            _REQUESTED, EventType.CONSENT_LAPSED, ConsentStatus.EXPIRED, proofs=(ProofKind.CONSENT_EXPIRY,)
        ),
        Move.REVOKE_CONSENT: Transition(
            _GIVEN, EventType.CONSENT_REVOKED, ConsentStatus.REVOKED, proofs=(ProofKind.CONSENT_REVOCATION,)
        ),
    }
)

EVIDENCE: Mapping[ProofKind, str] = MappingProxyType(
    {
        ProofKind.CONSENT_REQUEST: "NotificationForAcceptance",
        ProofKind.CONSENT_DECLARATION: "SubmissionAcceptance",
        ProofKind.CONSENT: "ConsignmentAcceptance",
        ProofKind.CONSENT_REFUSAL: "ConsignmentRejection",
        ProofKind.CONSENT_EXPIRY: "AcceptanceRejectionExpiry",
        ProofKind.CONSENT_REVOCATION: "ConsignmentRejection",
    }
)

CONSENT = Service(
    name="consent",
    title="Consentement au recommandé électronique",
    qualified=False,
    zone=PARIS,
    table=TABLE,
    evidence=EVIDENCE,
    window_days=15,
    consent_days=15,
    notice_delay=timedelta(0),
    reminders=(),
    identity_check=None,
    noun="consent",
)
