"""The signer: whether its certificate is to be believed at the instant, and may do what it did.

1. The chain, and the dates of its certificates, at the proven instant.
2. Revocation, from the lists and OCSP responses that were given or embedded.
3. What the certificate allows: to seal (RFC 5280 §4.2.1.3), or to stamp time and nothing else (RFC 3161 §2.3).
4. Certificates beside that the chain does without: nobody signs the bag they travel in, so each must be whole.
5. The policy: whether this comes from a sandbox.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from sigillo.domain.verdict import Check
from sigillo.proofs.policies import ARC
from sigillo.proofs.verify.chain import claims_issuer, extension_of, is_weak_certificate, issued, judge_chain, name_of
from sigillo.proofs.verify.findings import (
    CERTIFICATE_CHAIN,
    POLICY,
    SIGNATURE,
    indeterminate,
    invalid,
    valid,
)
from sigillo.proofs.verify.revocation import Instant, Lists, judge_revocation
from sigillo.proofs.verify.trust import TrustList

_STAMPING: Final = (ExtendedKeyUsageOID.TIME_STAMPING,)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands beside a signature: trust, further certificates of the document, and its revocation lists."""

    trust: TrustList
    certificates: tuple[x509.Certificate, ...] = ()
    lists: Lists = field(default_factory=Lists)


def judge_signer(
    certificate: x509.Certificate,
    around: Surroundings,
    *,
    instant: Instant,
    embedded: tuple[x509.Certificate, ...] = (),
) -> tuple[Check, ...]:
    """Judge a signer's certificate at the instant of its signature; a timestamp unit's when the instant is its own.

    ``embedded`` are the certificates that stand in the signature itself.
    """
    # 1
    chain = judge_chain(certificate, around.certificates, around.trust, at=instant.at)
    # 2
    lists = around.lists.with_more(Lists(around.trust.crls))
    authorities = (*around.trust.certificates, *around.certificates)
    revocation = judge_revocation(chain.path, lists, authorities=authorities, instant=instant)
    # 3
    purpose = _stamping(certificate) if instant.is_own else _sealing(certificate)
    # 4
    spare = _altered([each for each in embedded if each not in chain.path], around, strictly=is_sandbox(certificate))
    # 5
    return (*chain.checks, *purpose, *spare, revocation, _policy(certificate))


def weak_algorithm(certificate: x509.Certificate, digests: Iterable[str]) -> Check | None:
    """Tell of a digest or a key that is too weak to be relied on (SHA-1, RSA below 2048 bits), None without."""
    if "sha1" in digests:
        return indeterminate(
            SIGNATURE, "weak_algorithm", "This was signed with SHA-1, with which two documents can share one signature."
        )
    if is_weak_certificate(certificate):
        return indeterminate(
            SIGNATURE,
            "weak_algorithm",
            f"The key of {name_of(certificate)}, or the signature on its certificate, is too weak to be relied on.",
        )
    return None


def is_sandbox(certificate: x509.Certificate) -> bool:
    """Tell whether a certificate names a policy of this sandbox."""
    return any(oid.startswith(f"{ARC}.") for oid in _policies(certificate))


def _sealing(certificate: x509.Certificate) -> tuple[Check, ...]:
    usage = extension_of(certificate, x509.KeyUsage)
    if usage is None or usage.digital_signature or usage.content_commitment:
        return ()
    return (
        invalid(
            CERTIFICATE_CHAIN,
            "wrong_key_usage",
            f"The certificate of {name_of(certificate)} is not for signing documents.",
        ),
    )


def _stamping(certificate: x509.Certificate) -> tuple[Check, ...]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        extension = None
    if extension is not None and extension.critical and tuple(extension.value) == _STAMPING:
        return ()
    return (
        invalid(
            CERTIFICATE_CHAIN,
            "not_a_timestamp_authority",
            f"The certificate of {name_of(certificate)} is not made for stamping time and nothing else.",
        ),
    )


def _altered(spare: Sequence[x509.Certificate], around: Surroundings, *, strictly: bool) -> tuple[Check, ...]:
    """One that nobody at hand issued was changed, if its issuer is at hand, or if the sandbox put it there."""
    known = (*around.trust.certificates, *around.certificates)
    for certificate in spare:
        fits = any(issued(other, certificate) for other in known)
        if not fits and (strictly or any(claims_issuer(certificate, other) for other in known)):
            said = f"The certificate of {name_of(certificate)} that lies beside the signature was changed."
            return (invalid(CERTIFICATE_CHAIN, "certificate_altered", said),)
    return ()


def _policy(certificate: x509.Certificate) -> Check:
    if is_sandbox(certificate):
        return valid(POLICY, "sandbox", "Made in a Sigillo SANDBOX: not qualified, no legal value.")
    return valid(
        POLICY,
        "not_sandbox",
        f"{name_of(certificate)} is no Sigillo sandbox; whether it is a qualified service stands in the trusted lists.",
    )


def _policies(certificate: x509.Certificate) -> tuple[str, ...]:
    stated = extension_of(certificate, x509.CertificatePolicies)
    return tuple(information.policy_identifier.dotted_string for information in stated or ())
