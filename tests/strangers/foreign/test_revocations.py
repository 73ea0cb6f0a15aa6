"""A stranger's revoked certificates, by list and by OCSP: before, after, and when nobody can tell."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.strangers.foreign.office import REVOKED_AFTER, REVOKED_BEFORE, Office
from tests.strangers.foreign.papers import page, signed, with_answers
from tests.unit.proofs.verify.world import codes, verify

pytestmark = pytest.mark.strangers("openssl")
LONG_AFTER = datetime(2039, 1, 1, tzinfo=UTC)


def revocation(pdf: bytes, *trust: str) -> list[str]:
    """What is said of revocation."""
    (verdict,) = verify(("stranger.pdf", pdf), trust=trust)
    return [f"{check.conclusion.value} {check.code}" for check in verdict.checks if check.name == "revocation"]


def test_no_list_is_said(root: str, stamped: bytes) -> None:
    """Without any list the document is valid, and the reader is told that a revocation would not be seen."""
    assert revocation(stamped, root) == ["valid no_revocation_data"]


def test_a_clean_list_is_used(office: Office, root: str, stamped: bytes) -> None:
    """A list without the certificate says that it was not revoked."""
    assert revocation(stamped, root, office.revocations()) == ["valid ok"]


def test_revoked_before_is_invalid(office: Office, root: str, stamped: bytes) -> None:
    """Revoked a month before the proven instant, which is told apart from an issuer that nobody trusts."""
    revoking = office.revocations("signer", since=REVOKED_BEFORE)
    assert revocation(stamped, root, revoking) == ["invalid revoked"]
    (untrusted,) = verify(("stranger.pdf", stamped), trust=[])
    assert codes(untrusted)["certificate_chain"] == "unknown_issuer"
    assert "revocation" not in codes(untrusted)


def test_revoked_after_a_proven_instant_is_valid(office: Office, root: str, stamped: bytes) -> None:
    """Revoked a month after the instant that a timestamp proves."""
    assert revocation(stamped, root, office.revocations("signer", since=REVOKED_AFTER)) == ["valid ok"]


def test_revoked_after_a_claimed_instant_is_open(office: Office, root: str) -> None:
    """Whoever stole a key can claim any instant: without a timestamp a later revocation leaves it open."""
    claimed = signed(office, page(), stamped=False)
    assert revocation(claimed, root, office.revocations("signer", since=LONG_AFTER)) == ["indeterminate revoked_later"]


@pytest.mark.parametrize(
    ("since", "reason", "expected"),
    [
        (REVOKED_BEFORE, "superseded", {"timestamp": "timestamp_revoked"}),
        (REVOKED_AFTER, "superseded", {}),
        (REVOKED_AFTER, "keyCompromise", {"timestamp": "timestamp_revoked_later"}),
        (REVOKED_AFTER, "", {"timestamp": "timestamp_revoked_later"}),
    ],
)
def test_a_revoked_timestamp_unit(
    office: Office, root: str, stamped: bytes, since: datetime, reason: str, expected: dict[str, str]
) -> None:
    """A unit revoked later leaves its tokens good only for a harmless reason (RFC 3161 §4)."""
    (verdict,) = verify(("s.pdf", stamped), trust=[root, office.revocations("unit", since=since, reason=reason)])
    assert codes(verdict) == expected


@pytest.mark.parametrize(
    ("revoked", "expected"),
    [(None, "valid ok"), (REVOKED_BEFORE, "invalid revoked"), (REVOKED_AFTER, "valid ok")],
)
def test_an_embedded_answer_is_read(
    office: Office, root: str, stamped: bytes, revoked: datetime | None, expected: str
) -> None:
    """An OCSP response in the security store is believed of a responder whom the issuer appointed."""
    assert revocation(with_answers(stamped, [office.answer("signer", revoked=revoked)]), root) == [expected]


def test_an_answer_of_the_issuer_is_read(office: Office, root: str, stamped: bytes) -> None:
    """The issuer may answer itself."""
    answer = office.answer("signer", revoked=REVOKED_BEFORE, responder="root")
    assert revocation(with_answers(stamped, [answer]), root) == ["invalid revoked"]


def test_an_answer_of_nobody_in_charge_is_said(office: Office, root: str, stamped: bytes) -> None:
    """An answer, good or bad, of a certificate not made for answering is no answer, and the verdict stays open."""
    for revoked in (None, REVOKED_BEFORE):
        answer = office.answer("signer", revoked=revoked, responder="unit")
        assert revocation(with_answers(stamped, [answer]), root) == ["indeterminate ocsp_not_read"]


def test_a_forged_answer_is_told(office: Office, root: str, stamped: bytes) -> None:
    """A revocation turned into a later one no longer fits the responder's signature."""
    answer = office.answer("signer", revoked=REVOKED_BEFORE)
    forged = answer.replace(f"{REVOKED_BEFORE:%Y%m%d}".encode(), f"{REVOKED_AFTER:%Y%m%d}".encode())
    assert forged != answer
    assert revocation(with_answers(stamped, [forged]), root) == ["invalid ocsp_signature_mismatch"]


def test_an_answer_about_another_is_not_heard(office: Office, root: str, stamped: bytes) -> None:
    """A response about another certificate says nothing of this one."""
    answer = office.answer("expired", revoked=REVOKED_BEFORE)
    assert revocation(with_answers(stamped, [answer]), root) == ["valid no_revocation_data"]


def test_revocation_inside_the_signature_is_read(office: Office, root: str, archived: bytes) -> None:
    """The lists of a security store count for signature and document timestamp."""
    assert revocation(archived, root) == ["valid ok", "valid ok"]
