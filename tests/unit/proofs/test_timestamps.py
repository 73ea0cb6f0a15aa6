from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from hashlib import new, sha256

import pytest
from asn1crypto import algos, core, tsp

from sigillo.proofs.authority import Authority
from sigillo.proofs.cades import read_token
from sigillo.proofs.policies import TIMESTAMP_POLICY
from sigillo.proofs.timestamps import timestamp, timestamp_response

AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
DIGEST = sha256(b"content").digest()


def _request(**changes: object) -> bytes:
    fields = {
        "version": 1,
        "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": DIGEST},
        "cert_req": True,
    }
    return tsp.TimeStampReq(fields | changes).dump()


def _response(authority: Authority, request: bytes) -> tsp.TimeStampResp:
    return tsp.TimeStampResp.load(timestamp_response(request, authority=authority, at=AT), strict=True)


def test_a_token_says_what_was_asked(authority: Authority) -> None:
    """Imprint, instant, policy and nonce come back; the signature holds and names the certificate."""
    token = read_token(timestamp(authority, DIGEST, at=AT, nonce=7))
    assert (token.imprint_algorithm, token.imprint) == ("sha256", DIGEST)
    assert (token.gen_time, token.nonce) == (AT, 7)
    assert token.policy == TIMESTAMP_POLICY.dotted_string
    assert token.cms.signer == authority.timestamp.cert
    assert token.cms.is_signed_by(authority.timestamp.cert)
    assert token.cms.names(authority.timestamp.cert)
    assert token.content_is_signed()


def test_the_serial_number_follows_from_the_question(authority: Authority) -> None:
    """Same imprint, instant and nonce: same token; any other: another number."""
    asked = [
        timestamp(authority, DIGEST, at=AT),
        timestamp(authority, DIGEST, at=AT),
        timestamp(authority, DIGEST, at=AT + timedelta(milliseconds=1)),
        timestamp(authority, sha256(b"other").digest(), at=AT),
        timestamp(authority, DIGEST, at=AT, nonce=0),
    ]
    assert asked[0] == asked[1]
    assert len({read_token(token).serial for token in asked}) == 4


def test_the_zone_of_the_instant_does_not_matter(authority: Authority) -> None:
    """The same instant in another zone gives the same bytes."""
    elsewhere = AT.astimezone(timezone(timedelta(hours=2)))
    assert timestamp(authority, DIGEST, at=AT) == timestamp(authority, DIGEST, at=elsewhere)


@pytest.mark.parametrize(
    ("microsecond", "written"),
    [(0, b"20260329013000Z"), (120_000, b"20260329013000.12Z"), (7_000, b"20260329013000.007Z")],
)
def test_fractions_are_written_as_der_asks(authority: Authority, microsecond: int, written: bytes) -> None:
    """X.690 §11.7: no trailing zero, no empty fraction."""
    at = AT.replace(microsecond=microsecond)
    token = timestamp(authority, DIGEST, at=at)
    assert bytes([0x18, len(written)]) + written in token
    assert read_token(token).gen_time == at


def test_wrong_arguments_are_refused(authority: Authority) -> None:
    """No zone, finer than a millisecond, a digest of another length: ValueError."""
    with pytest.raises(ValueError, match="time zone"):
        timestamp(authority, DIGEST, at=AT.replace(tzinfo=None))
    with pytest.raises(ValueError, match="millisecond"):
        timestamp(authority, DIGEST, at=AT.replace(microsecond=1))
    with pytest.raises(ValueError, match="32 bytes"):
        timestamp(authority, DIGEST[:-1], at=AT)


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_a_request_is_granted(authority: Authority, algorithm: str) -> None:
    """The response carries a token with the request's imprint and nonce."""
    digest = new(algorithm, b"content").digest()
    imprint = {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": digest}
    response = _response(authority, _request(message_imprint=imprint, nonce=2**63))
    assert response["status"]["status"].native == "granted"
    token = read_token(response["time_stamp_token"].dump())
    assert (token.imprint_algorithm, token.imprint, token.nonce) == (algorithm, digest, 2**63)


def test_certificates_come_only_when_asked_for(authority: Authority) -> None:
    """RFC 3161 §2.4.1: without certReq the token has no certificates."""
    token = read_token(_response(authority, _request(cert_req=False))["time_stamp_token"].dump())
    assert token.cms.certificates == ()
    assert token.cms.signer is None
    assert token.cms.signer_id.matches(authority.timestamp.cert)
    assert token.cms.is_signed_by(authority.timestamp.cert)


@pytest.mark.parametrize(
    ("request_der", "failure"),
    [
        (b"", "bad_data_format"),
        (b"garbage", "bad_data_format"),
        (_request()[:-1], "bad_data_format"),
        (_request().replace(b"\x02\x01\x01", b"\x02\x01\x02", 1), "bad_request"),
        (
            _request(
                message_imprint={
                    "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha1"}),
                    "hashed_message": DIGEST[:20],
                }
            ),
            "bad_alg",
        ),
        (
            _request(message_imprint={"hash_algorithm": {"algorithm": "sha512"}, "hashed_message": DIGEST}),
            "bad_data_format",
        ),
        (_request(req_policy="1.2.3.4"), "unaccepted_policy"),
        (_request(extensions=[{"extn_id": "1.2.3.4", "extn_value": b"\x05\x00"}]), "unaccepted_extensions"),
    ],
    ids=["empty", "garbage", "truncated", "version", "sha1", "length", "policy", "extension"],
)
def test_a_refusal_says_why(authority: Authority, request_der: bytes, failure: str) -> None:
    """Each wrong request is rejected with its PKIFailureInfo and a sentence, and never raises."""
    # asn1crypto takes the token of a response for required, so the outer SEQUENCE is opened without its schema.
    response = core.Sequence.load(timestamp_response(request_der, authority=authority, at=AT), strict=True)
    status = tsp.PKIStatusInfo.load(response[0].dump(), strict=True)
    assert len(response) == 1
    assert status["status"].native == "rejection"
    assert status["fail_info"].native == {failure}
    assert status["status_string"].native[0].endswith(".")


def test_our_policy_may_be_asked_for(authority: Authority) -> None:
    """A request that names the policy of the sandbox is granted."""
    response = _response(authority, _request(req_policy=TIMESTAMP_POLICY.dotted_string))
    assert response["status"]["status"].native == "granted"
