"""Signatures of mail are put together from pieces; they are what encoding everything anew gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from sigillo.proofs import cms
from sigillo.proofs.authority import build_authority
from sigillo.proofs.cades import read_signed_data, sign_mail

AUTHORITY = build_authority(b"mail signing", workspace_id="ws_mail")
BY = AUTHORITY.seal_signer


def _anew(content: bytes, at: datetime) -> bytes:
    content_type = cms.attribute(cms.CONTENT_TYPE, cms.tlv(cms.DATA))
    signed = cms.sign_attributes(BY, content_type, digest=sha256(content).digest(), signing_time=at)
    detached = cms.EncapsulatedContent(content_type=cms.DATA, content=None)
    return cms.encode_signed_data(BY, signed, encap=detached, bag=BY.bag)


@pytest.mark.parametrize("year", [2000, 2026, 2049, 2050, 2100])
def test_the_same_as_encoded_anew(year: int) -> None:
    """Both spellings of a time and signatures of every length that turns up give the very same bytes."""
    lengths = set()
    for number in range(300):
        at = datetime(year, 6, 1, 12, tzinfo=UTC) + timedelta(seconds=number, milliseconds=number)
        made = sign_mail(BY, b"%d" % number, at=at)
        assert made == _anew(b"%d" % number, at)
        lengths.add(len(made))
    assert len(lengths) >= 3


def test_the_signers_are_told_apart() -> None:
    """What was found for one signer is not taken for another."""
    at = datetime(2026, 6, 1, tzinfo=UTC)
    first, second = (sign_mail(by, b"x", at=at) for by in (AUTHORITY.seal_signer, AUTHORITY.timestamp_signer))
    assert [read_signed_data(each).signer for each in (first, second)] == [
        AUTHORITY.seal.cert,
        AUTHORITY.timestamp.cert,
    ]


def test_a_time_without_a_zone() -> None:
    """An instant without a zone is no instant."""
    with pytest.raises(ValueError, match="time zone"):
        sign_mail(BY, b"x", at=datetime(2026, 6, 1))  # noqa: DTZ001 -- that is what is tried
