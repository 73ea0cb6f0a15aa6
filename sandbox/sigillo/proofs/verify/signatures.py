"""CMS signatures judged: the one judge of detached, attached and PDF signatures (CAdES, RFC 5652, EN 319 102-1).

1. The content's digest is the signed message digest.
2. The signature over the signed attributes, with the key of the certificate that it names.
3. The certificate is the one whose hash is signed (signing-certificate), where there is one.
4. The timestamp over the signature value, where there is one.
5. The instant: the timestamp's when it may be relied on, else the one that the signer claims.
6. The signer, at that instant: chain, dates, purpose, revocation, policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import new as new_hash

from cryptography import x509

from sigillo.domain.calendar import format_instant
from sigillo.domain.verdict import Check
from sigillo.proofs.reading import ParsedCms
from sigillo.proofs.verify.chain import name_of
from sigillo.proofs.verify.findings import INTEGRITY, SIGNATURE, TIMESTAMP, indeterminate, invalid, valid
from sigillo.proofs.verify.revocation import Instant, read_lists
from sigillo.proofs.verify.signer import Surroundings, is_sandbox, judge_signer, weak_algorithm
from sigillo.proofs.verify.tokens import (
    DigestBy,
    TokenFinding,
    find_signer,
    judge_embedded_token,
    names_its_signer,
    signature_mismatch,
)


@dataclass(frozen=True, slots=True)
class SignatureFinding:
    """The checks of a signature, who made it, and when: proven (``stamped_at``) or claimed (``claimed_at``)."""

    checks: tuple[Check, ...]
    signer: x509.Certificate | None
    claimed_at: datetime | None
    stamped_at: datetime | None
    stamped_by: x509.Certificate | None

    @property
    def is_sandbox(self) -> bool:
        """Tell whether a certificate of this sandbox made it."""
        return self.signer is not None and is_sandbox(self.signer)

    def about(self) -> dict[str, object]:
        """Say who signed and when, as JSON values."""
        said: dict[str, object] = {}
        if self.signer is not None:
            said = {"signer": name_of(self.signer), "issued_by": self.signer.issuer.rfc4514_string()}
            said["sandbox"] = self.is_sandbox
        if self.claimed_at is not None:
            said["signed_at"] = format_instant(self.claimed_at)
        if self.stamped_at is not None:
            said["timestamped_at"] = format_instant(self.stamped_at)
        if self.stamped_by is not None:
            said["timestamped_by"] = name_of(self.stamped_by)
        return said


def judge_signature(
    cms: ParsedCms, digest: DigestBy | None, around: Surroundings, *, claimed_at: datetime | None = None
) -> SignatureFinding:
    """Judge a signature over the content whose digest ``digest`` gives; None when the content is not at hand.

    ``claimed_at`` is an instant that stands outside the signature, as ``/M`` in a PDF.
    """
    lists = read_lists(cms.crls, cms.answers).with_more(around.lists)
    beside = Surroundings(around.trust, (*cms.certificates, *around.certificates), lists)
    claimed = cms.signing_time or claimed_at
    signer = find_signer(cms, beside)
    # 1
    checks = [_integrity(cms, digest)]
    if signer is None:
        missing = "The certificate of who signed is neither included nor among the trusted ones."
        checks.append(indeterminate(SIGNATURE, "signer_certificate_missing", missing))
        return SignatureFinding(tuple(checks), None, claimed, None, None)
    # 2, 3
    checks += _value(cms, signer)
    checks.append(names_its_signer(cms, signer, required=False))
    # 4
    stamp, token = _stamp(cms, beside)
    checks.append(stamp)
    # 5, 6
    return concluded(checks, signer, beside, claimed_at=claimed, token=token, embedded=cms.certificates)


def concluded(
    checks: list[Check],
    signer: x509.Certificate,
    around: Surroundings,
    *,
    claimed_at: datetime | None,
    token: TokenFinding | None,
    embedded: tuple[x509.Certificate, ...],
) -> SignatureFinding:
    """Choose the instant, judge the signer at it, and put all checks together: steps 5 and 6."""
    proven = token.at if token is not None and token.is_good else None
    instant = Instant(proven or claimed_at, is_proven=proven is not None)
    checks = [*checks, *judge_signer(signer, around, instant=instant, embedded=embedded)]
    by = None if token is None else token.signer
    return SignatureFinding(tuple(checks), signer, claimed_at, None if token is None else token.at, by)


def content_missing() -> Check:
    """Give the check for a detached signature, or a token, whose file is not there."""
    return indeterminate(
        INTEGRITY, "content_missing", "What was signed is another file, which is not among those given: give it too."
    )


def no_timestamp() -> Check:
    """Give the check for a signature without a timestamp: the instant is only claimed."""
    return valid(TIMESTAMP, "no_timestamp", "No timestamp: the signer alone says when it was signed.")


def _integrity(cms: ParsedCms, digest: DigestBy | None) -> Check:
    if digest is None:
        return content_missing()
    if digest(cms.digest_algorithm) == cms.message_digest:
        return valid(INTEGRITY, "ok", "The content is exactly what was signed.")
    return invalid(INTEGRITY, "digest_mismatch", "The content was changed after it was signed.")


def _value(cms: ParsedCms, signer: x509.Certificate) -> list[Check]:
    if not cms.is_signed_by(signer):
        return [signature_mismatch(signer)]
    weak = weak_algorithm(signer, (cms.digest_algorithm,))
    return [valid(SIGNATURE, "ok", f"Signed by {name_of(signer)}."), *([] if weak is None else [weak])]


def _stamp(cms: ParsedCms, around: Surroundings) -> tuple[Check, TokenFinding | None]:
    if cms.timestamp_token is None:
        return no_timestamp(), None
    return judge_embedded_token(
        cms.timestamp_token, digest_of(cms.signature), around, what="that the signature existed"
    )


def digest_of(data: bytes) -> DigestBy:
    """Give the digests of bytes, by algorithm name."""
    return lambda algorithm: new_hash(algorithm, data, usedforsecurity=False).digest()
