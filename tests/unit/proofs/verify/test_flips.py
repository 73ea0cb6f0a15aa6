"""One flipped bit anywhere, or one cut anywhere: never valid, never an exception."""

from __future__ import annotations

import warnings
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sigillo.domain.verdict import Conclusion
from tests.unit.proofs.verify.world import bundle_bytes, evidence_bytes, flipped, pdf_bytes, token_bytes, verify

SOURCES = {"xml": evidence_bytes, "tst": token_bytes, "pdf": pdf_bytes, "asice": bundle_bytes}
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def original(form: str) -> bytes:
    """The whole document of a format."""
    return SOURCES[form]()


def conclusion(form: str, data: bytes) -> Conclusion:
    """Judge a document; a token together with the evidence it stamps."""
    beside = [("r.xml", evidence_bytes())] if form == "tst" else []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a flipped serial number is one that the library warns of
        return verify((f"r.{form}", data), *beside)[0].conclusion


@pytest.mark.parametrize("form", SOURCES)
def test_the_whole_document_is_valid(form: str) -> None:
    """What is damaged below was valid before."""
    assert conclusion(form, original(form)) is Conclusion.VALID


@pytest.mark.parametrize("form", SOURCES)
@FEW
@given(st.data())
def test_a_flipped_bit_is_never_valid(form: str, data: st.DataObject) -> None:
    """Any one bit of any byte."""
    place = data.draw(st.integers(0, len(original(form)) - 1))
    bit = data.draw(st.integers(0, 7))
    assert conclusion(form, flipped(original(form), place, bit)) is not Conclusion.VALID


@pytest.mark.parametrize("form", SOURCES)
@FEW
@given(st.data())
def test_a_cut_is_never_valid(form: str, data: st.DataObject) -> None:
    """Any truncation, and anything appended."""
    length = data.draw(st.integers(0, len(original(form)) - 1))
    assert conclusion(form, original(form)[:length]) is not Conclusion.VALID
    assert conclusion(form, original(form) + b"\n") is not Conclusion.VALID


@pytest.mark.long
@pytest.mark.parametrize("form", ["tst", "xml"])
def test_every_flipped_byte_is_seen(form: str) -> None:
    """Every byte of the small documents, one after the other."""
    whole = original(form)
    unseen = [at for at in range(len(whole)) if conclusion(form, flipped(whole, at)) is Conclusion.VALID]
    assert unseen == []
