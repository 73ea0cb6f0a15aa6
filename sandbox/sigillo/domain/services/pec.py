"""PEC: posta elettronica certificata (RFC 6109 §3; DPR 68/2005), certified between providers, refused by nobody.

The course of a letter, one recipient's share of a message::

    submit ─ reject, reject_virus ─────────────────────────────▶ rejected
       │
       └─ deposit ─▶ deposited ─┬─ relay ─────────────────────▶ relayed    (an ordinary mailbox: nobody certifies more)
                        │       └─ no_domain, virus, time_out ─▶ undelivered
                        ├─ delay: 12 h, and stays deposited
                        └─ take_charge ─▶ taken_in_charge ─┬─ deliver ──────────────────────────▶ delivered
                                                           └─ no_mailbox, full_mailbox, time_out ▶ undelivered

Receipts: ``acceptance`` and the ``transport`` envelope at the deposit (§3.1.4, §3.1.5) or ``non_acceptance`` (§3.1.2,
§3.1.3); ``taking_charge`` (§3.2.1); ``delivery`` (§3.3.2) or ``non_delivery`` (§3.3.3), for a virus with
``virus_detection`` (§3.2.3, §3.2.4); ``delay_notice`` after 12 hours without a taking charge, ``final_delay_notice``
after 24 without a delivery (§3.1.6).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from sigillo.domain.calendar import ROME
from sigillo.domain.events import EventType
from sigillo.domain.letter import Outcome, ProofKind, Status
from sigillo.domain.services.table import Move, Service, Transition

_START = frozenset({None})
_SENT = frozenset({Status.DEPOSITED})
_TAKEN = frozenset({Status.TAKEN_IN_CHARGE})
_ACCEPTED = (ProofKind.ACCEPTANCE, ProofKind.TRANSPORT)
_REFUSED = (ProofKind.NON_ACCEPTANCE,)
_FAILED = (ProofKind.NON_DELIVERY,)


def _fails(sources: frozenset[Status], outcome: Outcome, *proofs: ProofKind) -> Transition:
    return Transition(sources, EventType.UNDELIVERED, Status.UNDELIVERED, outcome, proofs)


TABLE: Mapping[Move, Transition] = MappingProxyType(
    {
        Move.REJECT: Transition(_START, EventType.REJECTED, Status.REJECTED, Outcome.REJECTED, _REFUSED),
        Move.REJECT_VIRUS: Transition(_START, EventType.REJECTED, Status.REJECTED, Outcome.VIRUS, _REFUSED),
        Move.DEPOSIT: Transition(_START, EventType.DEPOSITED, Status.DEPOSITED, proofs=_ACCEPTED),
        Move.DELAY: Transition(_SENT, EventType.DELAYED, proofs=(ProofKind.DELAY_NOTICE,)),
        Move.TAKE_CHARGE: Transition(
            _SENT, EventType.TAKEN_IN_CHARGE, Status.TAKEN_IN_CHARGE, proofs=(ProofKind.TAKING_CHARGE,)
        ),
        Move.DELIVER: Transition(
            _TAKEN, EventType.DELIVERED, Status.DELIVERED, Outcome.DELIVERED, (ProofKind.DELIVERY,)
        ),
        Move.NO_MAILBOX: _fails(_TAKEN, Outcome.UNKNOWN_MAILBOX, *_FAILED),
        Move.FULL_MAILBOX: _fails(_TAKEN, Outcome.FULL_MAILBOX, *_FAILED),
        Move.VIRUS: _fails(_SENT, Outcome.VIRUS, *_FAILED, ProofKind.VIRUS_DETECTION),
        Move.NO_DOMAIN: _fails(_SENT, Outcome.UNKNOWN_DOMAIN, *_FAILED),
        Move.TIME_OUT: _fails(_SENT | _TAKEN, Outcome.TIMED_OUT, ProofKind.FINAL_DELAY_NOTICE),
        Move.RELAY: Transition(_SENT, EventType.RELAYED, Status.RELAYED, Outcome.RELAYED),
    }
)

EVIDENCE: Mapping[ProofKind, str] = MappingProxyType(
    {
        # EN 319 522-1 clause 6. The transport envelope carries the message itself and is evidence of
        # no event; a virus detection is between the providers, and the failure that follows from it is evidence.
        ProofKind.ACCEPTANCE: "SubmissionAcceptance",
        ProofKind.NON_ACCEPTANCE: "SubmissionRejection",
        ProofKind.TAKING_CHARGE: "RelayAcceptance",
        ProofKind.DELAY_NOTICE: "RelayFailure",
        ProofKind.FINAL_DELAY_NOTICE: "RelayFailure",
        ProofKind.DELIVERY: "ContentConsignment",
        ProofKind.NON_DELIVERY: "ContentConsignmentFailure",
    }
)

PEC = Service(
    name="pec",
    title="Posta elettronica certificata",
    qualified=False,
    zone=ROME,
    table=TABLE,
    evidence=EVIDENCE,
    window_days=0,
    consent_days=0,
    notice_delay=timedelta(0),
    reminders=(),
    identity_check=None,
    why_not="a PEC leaves as soon as it is accepted, and its recipient neither accepts nor refuses it.",
)
