"""Three hundred damaged copies of each of our own formats: always a verdict, never an exception, never for long."""

from __future__ import annotations

import warnings

import pytest

from sigillo.domain.errors import MalformedInput
from tests.unit.proofs.verify.mutations import assert_survived, mutations
from tests.unit.proofs.verify.world import (
    ROOT,
    crls,
    evidence_bytes,
    journal_bytes,
    packed,
    pdf_bytes,
    token_bytes,
    verify,
)

EVIDENCE = ("r.xml", evidence_bytes())


@pytest.fixture(autouse=True)
def _warnings_of_libraries_are_theirs() -> None:
    warnings.simplefilter("ignore")  # a damaged serial number is one that the library warns of


def test_a_damaged_pdf() -> None:
    """The sealed page."""
    assert_survived("pdf", pdf_bytes(), seed=1)


def test_a_damaged_evidence() -> None:
    """The sealed evidence."""
    assert_survived("xml", evidence_bytes(), seed=2)


def test_a_damaged_token() -> None:
    """The token by itself."""
    assert_survived("tst", token_bytes(), seed=3)


def test_a_damaged_container() -> None:
    """A small container, whose insides are judged too."""
    assert_survived("asice", packed([EVIDENCE, ("r.tst", token_bytes())]), seed=4)


def test_a_damaged_journal() -> None:
    """The journal by itself."""
    assert_survived("jsonl", journal_bytes(), seed=5)


def test_damaged_trust() -> None:
    """Trusted certificates and lists that cannot be read are the caller's mistake, and said to be that."""
    whole = (ROOT + crls()).encode()
    for damaged in mutations(whole, seed=6):
        try:
            (verdict,) = verify(EVIDENCE, trust=[damaged.decode("latin-1")])
        except MalformedInput:
            continue
        assert verdict.checks
