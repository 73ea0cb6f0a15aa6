"""A journal given by itself or with evidences: chained, and attested as far as an evidence reaches.

1. The chain is recomputed.
2. Nobody signs a journal: without an evidence that attests one of its facts, it proves nothing.
3. Each digest chains all facts before it, so the last attested fact vouches for those; later ones stand alone, but
   for the note that a proof became available.
"""

from __future__ import annotations

from sigillo.domain.events import EventType
from sigillo.domain.verdict import Check, Verdict
from sigillo.proofs.verify.evidences import fellows_of
from sigillo.proofs.verify.findings import CLAIMS, SIGNATURE, indeterminate, is_good, valid
from sigillo.proofs.verify.journal import MAX_JOURNAL_BYTES, JournalFinding, judge_journal
from sigillo.proofs.verify.material import Case, Document, Judgement


def judge_journal_file(document: Document, case: Case) -> Judgement:
    """Judge a journal; the evidences given beside it may vouch for it."""
    # 1
    finding = judge_journal(document.whole(MAX_JOURNAL_BYTES), document.name)
    # 2, 3
    attested = [told.facts.claim.fact_digest for told in fellows_of(document, case) if told.facts.claim]
    verdict = Verdict(document.name, "journal", (*finding.checks, _reach(finding, attested)))
    return Judgement(verdict, is_bare=is_good(finding.checks) and verdict.checks[-1].code != "attested_in_part")


def _reach(finding: JournalFinding, attested: list[str]) -> Check:
    last = max((number for number, fact in enumerate(finding.facts, 1) if fact.digest in attested), default=0)
    if not last:
        return indeterminate(SIGNATURE, "unsigned", "No evidence given attests any of its facts: it proves nothing.")
    tail = [fact for fact in finding.facts[last:] if fact.type != EventType.PROOF_AVAILABLE.value]
    if tail:
        return indeterminate(
            CLAIMS, "attested_in_part", f"Its first {last} facts are attested, the {len(tail)} after are not."
        )
    return valid(CLAIMS, "attested", f"Its first {last} facts are attested by an evidence.")
