"""The page of a proof and its evidence, given together, tell one story; each way to differ is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sigillo.domain.claims import Claim
from sigillo.domain.letter import Recipient, RecipientKind
from sigillo.proofs.pades import sign_pdf
from sigillo.proofs.page import build_press
from tests.unit.proofs.verify.world import (
    AUTHORITY,
    RECEPTION,
    codes,
    entries,
    evidence_bytes,
    packed,
    pdf_bytes,
    verify,
)

SOMEBODY_ELSE = Recipient(RecipientKind.INDIVIDUAL, "Nadège Quelqu’un-d’autre", "nadege@autre.test")


def page_of(claim: Claim) -> bytes:
    """The sealed page of a claim."""
    page = build_press().page(claim, public_url="http://localhost:7447")
    return sign_pdf(page, AUTHORITY, at=claim.at, reason="reception", field_name="Seal")


def test_the_same_fact_is_said_to_be_the_same() -> None:
    """Page and evidence of one claim agree on everything, and the page says so."""
    verdict, _ = verify(("reception.pdf", pdf_bytes()), ("reception.xml", evidence_bytes()))
    assert codes(verdict) == {}
    assert any("says the same as reception.xml" in check.detail for check in verdict.checks)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"recipient": SOMEBODY_ELSE}, "recipient"),
        ({"subject": "Tout autre chose"}, "subject"),
        ({"content_sha256": "00" * 32}, "content"),
        ({"number": "LRE-0000-000000000-00"}, "number"),
    ],
)
def test_another_statement_is_named(changes: dict[str, object], what: str) -> None:
    """What the page says otherwise than the evidence of the same fact is told by its name."""
    page = page_of(replace(RECEPTION, **changes))  # type: ignore[arg-type] # mypy cannot know the fields' names here
    verdict, _ = verify(("a.pdf", page), ("b.xml", evidence_bytes()))
    assert codes(verdict) == {"claims": "claims_broken"}
    assert any(f"another {what} than b.xml" in check.detail for check in verdict.checks)


def test_another_fact_under_the_same_name_is_told() -> None:
    """A page of another fact beside the evidence whose name it bears; elsewhere it may well be another letter's."""
    page = page_of(replace(RECEPTION, event_id="evt_elsewhere", number="LRE-0000-000000000-00"))
    beside, _ = verify(("reception.pdf", page), ("reception.xml", evidence_bytes()))
    elsewhere, _ = verify(("other/reception.pdf", page), ("reception.xml", evidence_bytes()))
    assert codes(beside) == {"claims": "claims_broken"}
    assert codes(elsewhere) == {}


def test_a_letter_of_another_recipient_is_told() -> None:
    """Another fact of the same letter cannot have another recipient."""
    page = page_of(replace(RECEPTION, event_id="evt_elsewhere", recipient=SOMEBODY_ELSE))
    verdict, _ = verify(("a.pdf", page), ("b.xml", evidence_bytes()))
    assert codes(verdict) == {"claims": "claims_broken"}


def test_a_bundle_sealed_over_another_page_is_told() -> None:
    """The container's seal holds, and still page and evidence inside contradict each other."""
    page = page_of(replace(RECEPTION, recipient=SOMEBODY_ELSE))
    files = [(name, page if name == "reception.pdf" else data) for name, data in entries()]
    (verdict,) = verify(("bundle", packed(files)))
    assert codes(verdict) == {"claims": "claims_broken"}
