"""Claims to seal: an LRE's, with accents, two files, and every field that a kind of proof can have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sigillo.domain.claims import Claim
from sigillo.domain.letter import Outcome, Part, ProofKind, Recipient, RecipientKind, Sender
from sigillo.domain.pec.dispatch import Addressee, Dispatch, Role
from sigillo.domain.pec.posting import Posting
from sigillo.domain.proof_formats import formats_of
from sigillo.domain.services import SERVICES
from sigillo.domain.services.table import ETSI_EVENT

AT = datetime(2026, 3, 29, 1, 30, 0, 125_000, tzinfo=UTC)
DEPOSITED = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)
LRE = SERVICES["lre"]
CONSENT = SERVICES["consent"]
PEC = SERVICES["pec"]
OBTAINED = datetime(2025, 11, 3, 9, 30, tzinfo=UTC)
EVIDENCES = [kind for kind in ProofKind if "xml" in formats_of(kind)]
PAGES = [kind for kind in ProofKind if "pdf" in formats_of(kind)]
POSTING = Posting(
    Dispatch(
        sender="giulia.bianchi@pec.test",
        recipients=(Addressee("deliver@pec.test"), Addressee("late@aruba.pec.test", Role.CC)),
        subject="Sollecito n. 4 – “ultimo” avviso ]]> &amp;",
        identifier="sigillo000000000017@pec.test",
    ),
    message_ordinal=17,
    dialect="sigillo",
    recipient_dialect="sigillo",
)


def hexed(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def claim(kind: ProofKind = ProofKind.RECEPTION, **changes: object) -> Claim:
    """The claim of a kind, with the fields that this kind has; anything can be changed."""
    notified = DEPOSITED + timedelta(minutes=1)
    if kind in CONSENT.evidence and kind is not ProofKind.CONSENT:
        return replace(consent_claim(kind), **changes)  # type: ignore[arg-type]  # as below
    if kind not in LRE.evidence:
        return replace(pec_claim(kind), **changes)  # type: ignore[arg-type]  # as below
    before_notice = kind in (ProofKind.CONSENT, ProofKind.DEPOSIT)
    full = Claim(
        kind=kind,
        evidence_event=ETSI_EVENT + LRE.evidence[kind],
        event_id="evt_0123456789abcdefghjk_07",
        at=AT,
        letter_id="ltr_0123456789abcdefghjk",
        number="LRE-4821-000000017-62",
        service="lre",
        service_title=LRE.title,
        qualified=True,
        sender=Sender("Zoé Lefèvre-Núñez", "zoe@exemple.test", "Œuvres & Fils <SARL>"),
        recipient=Recipient(RecipientKind.INDIVIDUAL, "Jérôme D'Ÿvoire", "accept@lre.test"),
        subject="Mise en demeure n° 4 – “dernier” avis ]]> &amp;",
        content_sha256=hexed("manifest"),
        parts=(
            Part("content.txt", "text/plain", 3, hexed("text")),
            Part("contrat signé.pdf", "application/pdf", 30, hexed("pdf"), "file_1"),
        ),
        created_at=DEPOSITED,
        submitted_at=None if kind is ProofKind.CONSENT else DEPOSITED,
        notified_at=None if before_notice else notified,
        expires_at=None if before_notice else datetime(2026, 4, 4, 22, 0, tzinfo=UTC),
        notice_sha256=hexed("notice") if kind is ProofKind.DISPATCH else None,
        identity_check=LRE.identity_check if kind is ProofKind.RECEPTION else None,
        reason="boîte pleine" if kind is ProofKind.BOUNCE else None,
        fact_digest=hexed("fact"),
        previous_digest=None if kind is ProofKind.CONSENT else hexed("previous"),
        workspace_id="ws_test",
    )
    return replace(full, **changes)  # type: ignore[arg-type]  # mypy cannot know the fields' names here


def consent_claim(kind: ProofKind = ProofKind.CONSENT) -> Claim:
    """The claim of a kind about a consent, with the fields that this kind has."""
    declared = kind is ProofKind.CONSENT_DECLARATION
    asked = not declared and kind is not ProofKind.CONSENT_REVOCATION
    return replace(
        claim(ProofKind.CONSENT),
        kind=kind,
        evidence_event=ETSI_EVENT + CONSENT.evidence[kind],
        letter_id="con_0123456789abcdefghjk",
        number="CONSENT-4821-000000017-62",
        service="consent",
        service_title=CONSENT.title,
        qualified=False,
        expires_at=datetime(2026, 4, 4, 22, 0, tzinfo=UTC) if asked else None,
        obtained_at=OBTAINED if declared else None,
        previous_digest=None if declared or kind is ProofKind.CONSENT_REQUEST else hexed("previous"),
    )


def pec_claim(kind: ProofKind = ProofKind.DELIVERY) -> Claim:
    """The claim of a kind about a PEC, with the fields that this kind has."""
    is_taken = kind not in (ProofKind.ACCEPTANCE, ProofKind.NON_ACCEPTANCE, ProofKind.DELAY_NOTICE)
    is_failure = kind in (ProofKind.NON_ACCEPTANCE, ProofKind.NON_DELIVERY, ProofKind.FINAL_DELAY_NOTICE)
    return replace(
        claim(ProofKind.DEPOSIT),
        kind=kind,
        evidence_event=ETSI_EVENT + PEC.evidence[kind] if kind in PEC.evidence else "",
        number="PEC-4821-000000017-62",
        service="pec",
        service_title=PEC.title,
        qualified=False,
        sender=Sender("Giulia Bianchi", "giulia.bianchi@pec.test", "Studio Bianchi S.r.l."),
        recipient=Recipient(RecipientKind.PROFESSIONAL, "Nicolò D'Àlì", "deliver@pec.test"),
        subject=POSTING.dispatch.subject,
        notified_at=DEPOSITED + timedelta(minutes=1) if is_taken else None,
        reason="5.2.2 - Sigillo SANDBOX - casella piena" if is_failure else None,
        outcome=Outcome.FULL_MAILBOX if kind is ProofKind.NON_DELIVERY else None,
        mail=POSTING,
    )
