"""What openssl signs and stamps: expired and early certificates, whole answers of a timestamp authority."""

from __future__ import annotations

import pytest

from sigillo.domain.verdict import Conclusion
from tests.strangers.foreign.office import Office
from tests.unit.proofs.verify.world import codes, flipped, verify

pytestmark = pytest.mark.strangers("openssl")
CONTENT = b"signed by a stranger\n"
BESIDE = ("content.txt", CONTENT)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("signer", {}), ("expired", {"validity": "expired_certificate"}), ("future", {"validity": "not_yet_valid"})],
)
def test_the_dates_of_a_certificate(office: Office, root: str, name: str, expected: dict[str, str]) -> None:
    """Good at the instant, expired before it, and valid only later are told apart."""
    verdict, _ = verify(("s.p7s", office.signature(CONTENT, name)), BESIDE, trust=[root])
    assert codes(verdict) == expected


def test_a_whole_response_is_read(office: Office, root: str) -> None:
    """A TimeStampResp that grants is as good as its token, and vouches for the file it stamps."""
    verdict, content = verify(("answer.tsr", office.stamp_response(CONTENT)), BESIDE, trust=[root])
    assert (verdict.format, verdict.conclusion) == ("tst", Conclusion.VALID)
    assert content.about["attested_by"] == "answer.tsr"


def test_a_response_for_another_file_is_told(office: Office, root: str) -> None:
    """The answer is whole, and about something else."""
    verdict, _ = verify(("answer.tsr", office.stamp_response(b"another")), BESIDE, trust=[root])
    assert codes(verdict) == {"integrity": "token_of_another_file"}


def test_a_refusal_proves_nothing(office: Office, root: str) -> None:
    """A response that refuses is told with the authority's own reason, beside any file."""
    refusal = office.stamp_response(CONTENT, policy="1.2.9.9")
    verdict, _ = verify(("answer.tsr", refusal), BESIDE, trust=[root])
    assert verdict.conclusion is Conclusion.INDETERMINATE
    assert codes(verdict) == {"format": "timestamp_refused"}
    assert "Requested policy is not supported" in verdict.checks[0].detail


def test_a_refusal_with_a_token_is_malformed(office: Office, root: str) -> None:
    """A granted answer whose status was turned into a rejection contradicts itself."""
    answer = office.stamp_response(CONTENT)
    place = answer.index(b"\x02\x01\x00") + 2
    verdict, _ = verify(("answer.tsr", flipped(answer, place, 1)), BESIDE, trust=[root])
    assert codes(verdict) == {"format": "malformed"}
