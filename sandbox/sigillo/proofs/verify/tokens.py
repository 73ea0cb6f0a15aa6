"""RFC 3161 tokens judged: what is stamped, by whom, when.

1. The imprint is the digest of the thing at hand; else the token belongs to another file.
2. The signed message digest is that of the TSTInfo, so that instant and imprint are what was signed.
3. The signature over the signed attributes, with the key of the certificate that the token names.
4. The certificate that signed is the one whose hash is signed (RFC 5816): required of a token.
5. The signer: chain, dates, purpose, revocation, policy, all at the token's own instant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from sigillo.domain.calendar import format_instant
from sigillo.domain.verdict import Check
from sigillo.proofs.reading import ParsedCms, ParsedToken, read_token
from sigillo.proofs.schemes import MalformedCms
from sigillo.proofs.verify.chain import name_of
from sigillo.proofs.verify.findings import (
    INTEGRITY,
    SIGNATURE,
    SIGNING_CERTIFICATE,
    TIMESTAMP,
    indeterminate,
    invalid,
    is_good,
    summed_up,
    unreadable,
    valid,
)
from sigillo.proofs.verify.revocation import Instant, read_lists
from sigillo.proofs.verify.signer import Surroundings, judge_signer, weak_algorithm

DigestBy = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class TokenFinding:
    """The checks of a token; ``at`` is its instant, and ``is_good`` whether it may be relied on."""

    checks: tuple[Check, ...]
    at: datetime
    signer: x509.Certificate | None
    is_good: bool


def judge_token(token: ParsedToken, digest: DigestBy | None, around: Surroundings) -> TokenFinding:
    """Judge a token over the thing whose digest ``digest`` gives by algorithm name; None leaves the imprint out."""
    cms = token.cms
    lists = read_lists(cms.crls, cms.answers).with_more(around.lists)
    beside = Surroundings(around.trust, (*cms.certificates, *around.certificates), lists)
    signer = find_signer(cms, beside)
    # 1, 2
    checks = [] if digest is None else [_imprint(token, digest)]
    checks.append(_stated(token))
    # 3, 4, 5
    checks += _signed(token, signer, beside)
    return TokenFinding(tuple(checks), token.gen_time, signer, is_good(checks))


def judge_embedded_token(
    der: bytes, digest: DigestBy, around: Surroundings, *, what: str
) -> tuple[Check, TokenFinding | None]:
    """Judge the token inside a signature as one check named ``timestamp``; ``what`` it should stamp, for people."""
    try:
        token = read_token(der)
    except MalformedCms as error:
        return unreadable(error, TIMESTAMP, prefix="timestamp_"), None
    finding = judge_token(token, digest, around)
    if not finding.is_good:
        return summed_up(finding.checks, TIMESTAMP, prefix="timestamp_", whose="The timestamp"), finding
    who = "" if finding.signer is None else f" by {name_of(finding.signer)}"
    return valid(TIMESTAMP, "ok", f"A trusted timestamp{who} proves {what} at {format_instant(finding.at)}."), finding


def find_signer(cms: ParsedCms, around: Surroundings) -> x509.Certificate | None:
    """Give the certificate that a signature names, from itself, from its surroundings, or from those trusted."""
    if cms.signer is not None:
        return cms.signer
    known = (*around.certificates, *around.trust.certificates)
    return next((certificate for certificate in known if cms.signer_id.matches(certificate)), None)


def _imprint(token: ParsedToken, digest: DigestBy) -> Check:
    if digest(token.imprint_algorithm) == token.imprint:
        return valid(INTEGRITY, "ok", f"It stamps exactly what is at hand, at {format_instant(token.gen_time)}.")
    return invalid(
        INTEGRITY, "token_of_another_file", "It belongs to another file: the digest it stamps is not that of this one."
    )


def _stated(token: ParsedToken) -> Check:
    if token.content_is_signed():
        return valid(INTEGRITY, "ok", "What the token says is what was signed.")
    return invalid(INTEGRITY, "digest_mismatch", "What the token says was changed after it was signed.")


def _signed(token: ParsedToken, signer: x509.Certificate | None, around: Surroundings) -> list[Check]:
    cms = token.cms
    if signer is None:
        return [
            indeterminate(SIGNATURE, "signer_certificate_missing", "The certificate of who signed is not included.")
        ]
    if not cms.is_signed_by(signer):
        return [signature_mismatch(signer)]
    checks = [valid(SIGNATURE, "ok", f"Signed by {name_of(signer)}.")]
    weak = weak_algorithm(signer, (cms.digest_algorithm, token.imprint_algorithm))
    checks += [] if weak is None else [weak]
    checks.append(names_its_signer(cms, signer, required=True))
    instant = Instant(token.gen_time, is_own=True)
    return [*checks, *judge_signer(signer, around, instant=instant, embedded=cms.certificates)]


def signature_mismatch(signer: x509.Certificate) -> Check:
    """Give the check for a signature value that does not fit what it should have signed."""
    return invalid(
        SIGNATURE,
        "signature_mismatch",
        f"The signature does not fit: what {name_of(signer)} signed, or the signature itself, was changed.",
    )


def names_its_signer(cms: ParsedCms, signer: x509.Certificate, *, required: bool) -> Check:
    """Check the signed hash of the signer's certificate; without one a plain CMS signature is still one."""
    if cms.names(signer):
        return valid(SIGNING_CERTIFICATE, "ok", "The signature names the very certificate that made it.")
    if cms.ess is not None:
        return invalid(
            SIGNING_CERTIFICATE,
            "signing_certificate_mismatch",
            f"The signature names another certificate than the one included for {name_of(signer)}.",
        )
    if required:
        return invalid(
            SIGNING_CERTIFICATE, "signing_certificate_absent", "It does not say which certificate signed it."
        )
    return valid(
        SIGNING_CERTIFICATE,
        "signing_certificate_absent",
        "The signature does not name its certificate: a plain signature, not an advanced one (CAdES).",
    )
