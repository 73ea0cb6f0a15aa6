"""Three hundred damaged copies of what strangers make: always a verdict, never an exception, never for long."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.strangers.foreign.containers import signed_folder, zipped
from tests.strangers.foreign.office import Office
from tests.unit.proofs.verify.mutations import assert_survived

pytestmark = pytest.mark.strangers("openssl", "xmlsec1", "zip")
CONTENT = b"content of a stranger\n"
BESIDE = ("content.txt", CONTENT)


@pytest.fixture(autouse=True)
def _warnings_of_libraries_are_theirs() -> None:
    warnings.simplefilter("ignore")  # a damaged serial number is one that the library warns of


def test_a_damaged_archived_pdf(archived: bytes) -> None:
    """PAdES-B-LTA: four revisions, which the library compares."""
    assert_survived("pdf", archived, seed=11)


def test_a_damaged_xades_container(tmp_path: Path, office: Office, verifier: Callable[[str], str]) -> None:
    """ASiC-E with XAdES, deflated."""
    signed_folder(tmp_path, {"content.txt": CONTENT}, office=office, find=verifier)
    assert_survived("asice", zipped(tmp_path, find=verifier), seed=12)


def test_a_damaged_signature(office: Office) -> None:
    """CAdES beside its content, in DER and in PEM."""
    assert_survived("p7s", office.signature(CONTENT), BESIDE, seed=13)
    assert_survived("pem", office.signature(CONTENT, "signer", "-outform", "PEM"), BESIDE, seed=14)


def test_a_damaged_response(office: Office) -> None:
    """Timestamp responses that grant and that refuse."""
    assert_survived("tsr", office.stamp_response(CONTENT), BESIDE, seed=15)
    assert_survived("tsr", office.stamp_response(CONTENT, policy="1.2.9"), BESIDE, seed=16)
