"""The page of a proof against the evidences given with it: one fact, told twice, must be the same fact.

1. An evidence of the same fact says the same of everything.
2. Without one, an evidence under the page's own name (``reception.pdf`` and ``reception.xml``) is about the same fact.
3. Without either, evidences of the same letter say the same of its parties, subject and content.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sigillo.domain.verdict import Check
from sigillo.proofs.evidence_reading import EvidenceFacts, PartyFacts
from sigillo.proofs.page_claim import page_claim
from sigillo.proofs.verify.claims import Told
from sigillo.proofs.verify.findings import CLAIMS, invalid, valid

_OF_LETTER: Final = ("sender", "recipient", "subject", "content")
_WORDS: Final = {"at": "instant", "fact": "fact digest"}


def judge_page(name: str, page: Mapping[str, str], told: Sequence[Told]) -> Iterator[Check]:
    """Judge what the page under ``name`` says (see :mod:`sigillo.proofs.page_claim`) against the evidences."""
    said = [(each.name, found) for each in told if (found := _said(each.facts))]
    same = [(other, facts) for other, facts in said if facts["event"] == page.get("event")]
    # 1
    for other, facts in same:
        yield from _differences(page, facts, list(facts), f"{other}, which is of the same fact")
        if facts.items() <= page.items():
            yield valid(CLAIMS, "ok", f"It says the same as {other}.")
    if same:
        return
    # 2
    for other, _ in said:
        if _stem(other) == _stem(name):
            yield invalid(CLAIMS, "claims_broken", f"It is about another fact than {other}, beside which it stands.")
    # 3
    for other, facts in said:
        if facts["number"] == page.get("number"):
            yield from _differences(page, facts, _OF_LETTER, f"{other}, which is of the same letter")


def _differences(
    page: Mapping[str, str], facts: Mapping[str, str], names: Sequence[str], other: str
) -> Iterator[Check]:
    for name in names:
        if page.get(name) != facts[name]:
            yield invalid(CLAIMS, "claims_broken", f"It says another {_WORDS.get(name, name)} than {other}.")


def _said(facts: EvidenceFacts) -> dict[str, str]:
    """What an evidence of a sandbox says, as a page would; of another provider's, nothing."""
    claim = facts.claim
    if claim is None or not facts.recipients:
        return {}
    return page_claim(
        event_id=claim.event_id,
        kind=claim.kind,
        number=claim.number,
        at=facts.at,
        sender=_party(facts.sender),
        recipient=_party(facts.recipients[0]),
        subject=claim.subject,
        content_sha256=claim.content_sha256,
        fact_digest=claim.fact_digest,
    )


def _party(party: PartyFacts) -> tuple[str | None, str | None, str | None]:
    return party.name, party.company, party.email


def _stem(name: str) -> str:
    return name.rpartition(".")[0]
