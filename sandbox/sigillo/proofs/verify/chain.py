"""The certificate chain: from a signer up to a certificate that is trusted, at the instant of the signature.

1. cryptography's path validation (RFC 5280 §6) builds and judges the path: names, signatures, dates of every
   certificate, authorities that may issue, path lengths, name constraints, critical extensions.
2. When it finds none, the certificates are walked by name, key id and signature, only to say what is wrong: an unknown
   issuer, an expired authority, an issuer that is no authority. The walk never makes anything valid.
3. Dates, when no instant is known, are judged at the signer's own first day, and the verdict says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import Criticality, ExtensionPolicy, PolicyBuilder, Store, VerificationError

from sigillo.domain.calendar import format_instant
from sigillo.domain.verdict import Check, Conclusion
from sigillo.proofs.verify.findings import CERTIFICATE_CHAIN, VALIDITY, indeterminate, invalid, valid
from sigillo.proofs.verify.trust import TrustList, distinct

E = TypeVar("E", bound=x509.ExtensionType)
Path = tuple[x509.Certificate, ...]
_LONGEST_PATH: Final = 8
_WEAK: Final = (hashes.MD5, hashes.SHA1)
_SMALLEST_RSA_BITS: Final = 2048
_CA_POLICY: Final = (
    ExtensionPolicy.permit_all()
    .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, None)
    .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, None)
)
_LEAF_POLICY: Final = ExtensionPolicy.permit_all()


@dataclass(frozen=True, slots=True)
class ChainFinding:
    """The path, signer first, as far as it was found; whether it ends in a trusted certificate; and the checks."""

    path: Path
    is_trusted: bool
    checks: tuple[Check, ...]


def judge_chain(
    signer: x509.Certificate, others: Iterable[x509.Certificate], trust: TrustList, *, at: datetime | None
) -> ChainFinding:
    """Judge the chain of ``signer`` at ``at`` (aware UTC; None: no instant is known), with what was found beside it."""
    pool = distinct([*trust.certificates, *others])
    moment = at or signer.not_valid_before_utc
    # 1
    path = _validated(signer, pool, trust.certificates, at=moment)
    if path is not None:
        return ChainFinding(path, True, (_trusted(path), _in_time(signer, at)))
    # 2
    walked = _walk(signer, pool, trust.certificates)
    dates = _dates(walked, moment) or _in_time(signer, at)
    return ChainFinding(walked, False, (_objection(walked, pool, trust, dates), dates))


def _validated(signer: x509.Certificate, pool: Path, trusted: Path, *, at: datetime) -> Path | None:
    if not trusted:
        return None
    try:
        policy = PolicyBuilder().store(Store(list(trusted))).time(at).max_chain_depth(_LONGEST_PATH)
        policy = policy.extension_policies(ca_policy=_CA_POLICY, ee_policy=_LEAF_POLICY)
        return tuple(policy.build_client_verifier().verify(signer, list(pool)).chain)
    except (VerificationError, ValueError, UnsupportedAlgorithm):
        return None


def _trusted(path: Path) -> Check:
    names = " ← ".join(name_of(certificate) for certificate in path)
    return valid(CERTIFICATE_CHAIN, "ok", f"The certificates lead to one that is trusted: {names}.")


def _in_time(signer: x509.Certificate, at: datetime | None) -> Check:
    if at is None:
        return indeterminate(
            VALIDITY,
            "time_unknown",
            "Nothing says when this was signed, so that nobody can tell whether the certificate was valid then.",
        )
    return valid(VALIDITY, "ok", f"Every certificate of the chain was valid at {format_instant(at)}.")


def _objection(walked: Path, pool: Path, trust: TrustList, dates: Check) -> Check:
    last = walked[-1]
    if last not in trust.certificates:
        return _unknown(last, pool, trust)
    refused = next(filter(None, map(_no_authority, walked[1:], range(len(walked)))), None)
    if refused is not None:
        return refused
    weak = next((c for c in walked[:-1] if is_weak_certificate(c)), None)
    if weak is not None:
        return indeterminate(
            CERTIFICATE_CHAIN,
            "weak_algorithm",
            f"The certificate of {name_of(weak)} is signed with an algorithm or a key too weak to be relied on.",
        )
    if dates.conclusion is Conclusion.INVALID:
        return valid(CERTIFICATE_CHAIN, "ok", f"The certificates lead to one that is trusted, {name_of(last)}.")
    return indeterminate(
        CERTIFICATE_CHAIN,
        "chain_refused",
        f"The certificates lead to {name_of(last)}, which is trusted, yet one breaks a rule of RFC 5280 on the way.",
    )


def _unknown(last: x509.Certificate, pool: Path, trust: TrustList) -> Check:
    if any(c != last and claims_issuer(last, c) for c in pool):
        return invalid(
            CERTIFICATE_CHAIN,
            "issuer_signature_mismatch",
            f"The certificate of {name_of(last)} says that {issuer_of(last)} issued it, whose key did not sign it.",
        )
    more = "" if trust.certificates else " No trusted certificate was given at all."
    return indeterminate(
        CERTIFICATE_CHAIN,
        "unknown_issuer",
        f"The issuer {issuer_of(last)} is not among the trusted certificates; nobody vouches for it.{more}",
    )


def _no_authority(certificate: x509.Certificate, below: int) -> Check | None:
    """What forbids a certificate to have issued the one below it, with ``below`` authorities between."""
    if not _may_issue(certificate):
        return invalid(
            CERTIFICATE_CHAIN,
            "not_an_authority",
            f"{name_of(certificate)} issued a certificate, yet its own does not allow it to issue any.",
        )
    constraints = extension_of(certificate, x509.BasicConstraints)
    if constraints is not None and constraints.path_length is not None and constraints.path_length < below:
        return invalid(
            CERTIFICATE_CHAIN,
            "path_too_long",
            f"{name_of(certificate)} allows {constraints.path_length} authorities below it, there are {below}.",
        )
    return None


def _may_issue(certificate: x509.Certificate) -> bool:
    constraints = extension_of(certificate, x509.BasicConstraints)
    usage = extension_of(certificate, x509.KeyUsage)
    return constraints is not None and constraints.ca and (usage is None or usage.key_cert_sign)


def _walk(signer: x509.Certificate, pool: Path, trusted: Path) -> Path:
    path = [signer]
    while path[-1] not in trusted and len(path) <= _LONGEST_PATH:
        issuer = next((c for c in pool if c not in path and issued(c, path[-1])), None)
        if issuer is None:
            break
        path.append(issuer)
    return tuple(path)


def issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Tell whether one certificate's key signed the other, and their names agree; never raises."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def claims_issuer(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Tell whether a certificate says, by name and key id, that the other one issued it."""
    if issuer.subject != certificate.issuer:
        return False
    stated = extension_of(certificate, x509.AuthorityKeyIdentifier)
    own = extension_of(issuer, x509.SubjectKeyIdentifier)
    if stated is None or own is None or stated.key_identifier is None:
        return True
    return stated.key_identifier == own.digest


def _dates(path: Sequence[x509.Certificate], at: datetime) -> Check | None:
    for index, certificate in enumerate(path):
        if at > certificate.not_valid_after_utc:
            code = "expired_issuer" if index else "expired_certificate"
            return _out_of_date(certificate, code, f"expired at {format_instant(certificate.not_valid_after_utc)}", at)
        if at < certificate.not_valid_before_utc:
            since = f"is valid only from {format_instant(certificate.not_valid_before_utc)}"
            return _out_of_date(certificate, "not_yet_valid", since, at)
    return None


def _out_of_date(certificate: x509.Certificate, code: str, said: str, at: datetime) -> Check:
    return invalid(
        VALIDITY, code, f"The certificate of {name_of(certificate)} {said}; this was signed at {format_instant(at)}."
    )


def is_weak_certificate(certificate: x509.Certificate) -> bool:
    """Tell whether a certificate is signed with MD5 or SHA-1, or has an RSA key below 2048 bits."""
    key = certificate.public_key()
    small = isinstance(key, rsa.RSAPublicKey) and key.key_size < _SMALLEST_RSA_BITS
    return small or isinstance(certificate.signature_hash_algorithm, _WEAK)


def is_self_issued(certificate: x509.Certificate) -> bool:
    """Tell whether subject and issuer are the same name."""
    return certificate.subject == certificate.issuer


def name_of(certificate: x509.Certificate) -> str:
    """Give the subject for people: its common name, else the whole name."""
    return readable(certificate.subject)


def issuer_of(certificate: x509.Certificate) -> str:
    """Give the issuer for people."""
    return readable(certificate.issuer)


def readable(name: x509.Name) -> str:
    """Give a name for people: its common name, else all of it."""
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else name.rfc4514_string()


def extension_of(certificate: x509.Certificate, kind: type[E]) -> E | None:
    """Give the value of an extension, None without it."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
