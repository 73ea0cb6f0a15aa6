"""What a proof asserts: a pure function of the journal, so that a proof made early or late has the same bytes.

Contents per kind (CPCE R. 53-2, R. 53-3): parties, sending number, deposit instant, the instant of the fact itself,
the content's digests. Claims of one letter are chained: each names the digest of the fact it attests and of the fact
attested before it, and the journal's own chain links everything in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sigillo.domain.errors import NotFound
from sigillo.domain.events import Event, EventType
from sigillo.domain.letter import Letter, Outcome, Part, ProofKind, Recipient, Sender
from sigillo.domain.notice import notice
from sigillo.domain.pec.posting import Posting
from sigillo.domain.services.consent import CONSENT
from sigillo.domain.services.table import ETSI_EVENT, Service
from sigillo.domain.timeline import notice_window


@dataclass(frozen=True, slots=True)
class Claim:
    """What one proof says, whole.

    ``at`` is the instant of the fact; ``submitted_at`` the deposit's (None while only the consent is attested);
    ``evidence_event`` the EN 319 522-3 URI, "" for an envelope, which is evidence of none; ``content_sha256`` the hex
    digest of ``content.json``;
    ``fact_digest`` the journal's chain digest of the fact and ``previous_digest`` that of the fact attested
    before (None for the first proof); ``notice_sha256`` the hex digest of the notice that a dispatch attests;
    ``reason`` the plain words why, where there is a why; ``obtained_at`` when a declared consent was obtained;
    ``outcome`` how the letter ended by the fact; ``mail`` the message that a PEC letter is part of.
    """

    kind: ProofKind
    evidence_event: str
    event_id: str
    at: datetime
    letter_id: str
    number: str
    service: str
    service_title: str
    qualified: bool
    sender: Sender
    recipient: Recipient
    subject: str
    content_sha256: str
    parts: tuple[Part, ...]
    created_at: datetime
    submitted_at: datetime | None
    notified_at: datetime | None
    expires_at: datetime | None
    notice_sha256: str | None
    identity_check: str | None
    reason: str | None
    fact_digest: str
    previous_digest: str | None
    workspace_id: str
    obtained_at: datetime | None = None
    outcome: Outcome | None = None
    mail: Posting | None = None


def attested(events: Sequence[Event]) -> list[tuple[ProofKind, Event]]:
    """Give, in order, each proof kind of a letter's journal with the fact that it attests."""
    by_index = {event.index: event for event in events}
    return [
        (ProofKind(str(_proof(event)["kind"])), by_index[_index(event)])
        for event in events
        if event.type is EventType.PROOF_AVAILABLE
    ]


def claims(letter: Letter, events: Sequence[Event], service: Service) -> list[Claim]:
    """Give every claim of a letter's journal (its events in order, from the first), chained."""
    facts: dict[EventType, Event] = {}
    previous: str | None = None
    found = []
    kinds: dict[int, list[ProofKind]] = {}
    for kind, fact in attested(events):
        kinds.setdefault(fact.index, []).append(kind)
    for event in events:
        facts.setdefault(event.type, event)
        for kind in kinds.get(event.index, ()):
            found.append(_claim(letter, event, kind=kind, facts=facts, previous=previous, service=service))
            previous = event.digest
    return found


def claim_for(letter: Letter, events: Sequence[Event], kind: ProofKind, *, service: Service) -> Claim:
    """Give the claim of one kind; raise :class:`NotFound` when nothing in the journal makes such a proof."""
    for claim in claims(letter, events, service):
        if claim.kind is kind:
            return claim
    raise NotFound(f"The letter {letter.id} has no {kind.value} proof (yet); its list of proofs says which exist.")


def _claim(
    letter: Letter,
    event: Event,
    *,
    kind: ProofKind,
    facts: dict[EventType, Event],
    previous: str | None,
    service: Service,
) -> Claim:
    deposit, notified = facts.get(EventType.DEPOSITED), facts.get(EventType.NOTIFIED)
    asked = facts.get(EventType.CONSENT_ASKED)
    return Claim(
        kind=kind,
        evidence_event=ETSI_EVENT + service.evidence[kind] if kind in service.evidence else "",
        event_id=event.id,
        at=event.at,
        letter_id=letter.id,
        number=letter.number,
        service=service.name,
        service_title=service.title,
        qualified=service.qualified,
        sender=letter.sender,
        recipient=letter.recipient,
        subject=letter.subject,
        content_sha256=letter.sha256,
        parts=letter.content.parts,
        created_at=letter.created_at,
        submitted_at=deposit.at if deposit else None,
        notified_at=notified.at if notified else None,
        expires_at=_request_expiry(asked, kind, service) if asked else _expiry(notified),
        notice_sha256=_notice_sha256(letter, notified) if kind is ProofKind.DISPATCH else None,
        identity_check=service.identity_check if kind is ProofKind.RECEPTION else None,
        reason=_text(event.data.get("reason")),
        fact_digest=event.digest,
        previous_digest=previous,
        workspace_id=letter.workspace_id,
        obtained_at=letter.consent.obtained_at if letter.consent and service is CONSENT else None,
        outcome=_outcome(event),
        mail=letter.mail,
    )


def _outcome(event: Event) -> Outcome | None:
    text = _text(event.data.get("outcome"))
    return Outcome(text) if text is not None else None


def notice_of(letter: Letter, events: Sequence[Event]) -> bytes | None:
    """Give the notice that was sent to the recipient, None before it was."""
    sent = next((event for event in events if event.type is EventType.NOTIFIED), None)
    expires_at = _expiry(sent)
    if expires_at is None:
        return None
    to = letter.recipient
    return notice(service=letter.service, number=letter.number, name=to.name, email=to.email, expires_at=expires_at)


def _notice_sha256(letter: Letter, sent: Event | None) -> str | None:
    text = notice_of(letter, [sent] if sent else [])
    return sha256(text).hexdigest() if text is not None else None


def _expiry(notified: Event | None) -> datetime | None:
    text = notified.data.get("expires_at") if notified else None
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _request_expiry(asked: Event, kind: ProofKind, service: Service) -> datetime | None:
    """Give when a request for consent lapses; what was given does not, so its revocation does not tell."""
    return None if kind is ProofKind.CONSENT_REVOCATION else notice_window(asked.at, service)


def _proof(event: Event) -> dict[str, object]:
    proof = event.data["proof"]
    assert isinstance(proof, dict)  # data of PROOF_AVAILABLE is made in process.py alone
    return proof


def _index(event: Event) -> int:
    return int(str(_proof(event)["event_index"]))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
