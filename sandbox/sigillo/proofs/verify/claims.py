"""Evidences against each other and against the journal: one letter, one story.

1. Evidences of one letter say the same of number, content, subject and parties.
2. Each evidence names the digest of the fact it attests; where the journal is at hand, that fact stands in it, with
   the same id and instant.
3. Each evidence names the fact attested before it: it stands earlier in the journal, and where that fact's evidence
   is at hand, its own digest is the one that is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sigillo.domain.verdict import Check
from sigillo.proofs.evidence_reading import ClaimFacts, EvidenceFacts
from sigillo.proofs.verify.findings import CLAIMS, invalid, valid
from sigillo.proofs.verify.journal import Fact, JournalFinding


@dataclass(frozen=True, slots=True)
class Told:
    """An evidence under the name it was given."""

    name: str
    facts: EvidenceFacts


def judge_claims(own: EvidenceFacts, others: Sequence[Told], journals: Sequence[JournalFinding]) -> tuple[Check, ...]:
    """Judge one evidence against the others given and the journals; nothing to say of another provider's."""
    claim = own.claim
    if claim is None:
        return ()
    fellows = [
        told for told in others if told.facts.claim is not None and told.facts.claim.letter_id == claim.letter_id
    ]
    wrong = [*_contradictions(own, fellows)]  # 1
    wrong += _against(journals, own, claim)  # 2, 3
    if wrong:
        return tuple(invalid(CLAIMS, "claims_broken", detail) for detail in wrong)
    return (_chained(claim, fellows, bool(journals)),)


def _contradictions(own: EvidenceFacts, fellows: Sequence[Told]) -> Iterator[str]:
    for told in fellows:
        for what in _differences(own, told.facts):
            yield f"It says another {what} than {told.name}, which is of the same letter."
        theirs = told.facts.claim
        if (
            own.claim
            and theirs
            and own.claim.event_id == theirs.event_id
            and own.claim.fact_digest != theirs.fact_digest
        ):
            yield f"It attests another fact than {told.name}, under the same id."


def _rival(own: ClaimFacts | None, other: ClaimFacts | None) -> bool:
    if own is None or other is None or own.event_id != other.event_id:
        return False
    return own.fact_digest != other.fact_digest


def _differences(own: EvidenceFacts, other: EvidenceFacts) -> Iterator[str]:
    if own.claim is None or other.claim is None:
        return
    if own.claim.content_sha256 != other.claim.content_sha256 or own.parts != other.parts:
        yield "content"
    if own.claim.number != other.claim.number or own.number != other.number:
        yield "number"
    if own.claim.subject != other.claim.subject:
        yield "subject"
    if (own.sender, own.recipients) != (other.sender, other.recipients):
        yield "sender or recipient"


def _against(journals: Sequence[JournalFinding], own: EvidenceFacts, claim: ClaimFacts) -> Iterator[str]:
    found = [(journal, fact) for journal in journals for fact in journal.facts if fact.id == claim.event_id]
    if journals and not found:
        yield "The journal does not have the fact that it attests."
    for journal, fact in found:
        if fact.digest != claim.fact_digest:
            yield "The fact that it attests has another digest in the journal: one of the two was changed."
        if fact.at != own.at:
            yield "The fact that it attests has another instant in the journal."
        if claim.previous_digest is not None and not _is_earlier(journal, claim.previous_digest, fact):
            yield "The fact attested before it does not stand before it in the journal."


def _is_earlier(journal: JournalFinding, digest: str, than: Fact) -> bool:
    found = journal.find(digest)
    return found is not None and journal.facts.index(found) < journal.facts.index(than)


def _chained(claim: ClaimFacts, fellows: Sequence[Told], in_journal: bool) -> Check:
    where = " and stands in the journal" if in_journal else ""
    if claim.previous_digest is None:
        return valid(CLAIMS, "ok", f"It is the first proof of its letter{where}.")
    for told in fellows:
        if told.facts.claim is not None and told.facts.claim.fact_digest == claim.previous_digest:
            return valid(CLAIMS, "ok", f"It follows from {told.name}{where}.")
    if in_journal:
        return valid(CLAIMS, "ok", "It stands in the journal, after the fact attested before it.")
    return valid(CLAIMS, "previous_not_given", "The proof before it was not given: the chain ends here.")
