"""Revocation: whether an issuer took a certificate of the chain back before it signed.

Lists come from the document (CMS, DSS) or with the trusted certificates; nothing is fetched. Having no list spoils no
verdict, since few documents carry one; it is said. Having a list that its issuer did not sign does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from sigillo.domain.calendar import format_instant
from sigillo.domain.verdict import Check
from sigillo.proofs.verify.chain import Path, extension_of, issuer_of, name_of, readable
from sigillo.proofs.verify.findings import REVOCATION, invalid, valid
from sigillo.proofs.verify.trust import distinct, distinct_lists

Crl = x509.CertificateRevocationList


@dataclass(frozen=True, slots=True)
class Lists:
    """The revocation lists that were found; ``broken`` counts those that cannot be read."""

    crls: tuple[Crl, ...]
    broken: int = 0


def read_crls(ders: Iterable[bytes]) -> Lists:
    """Read revocation lists from DER."""
    found, broken = [], 0
    for der in ders:
        try:
            crl = x509.load_der_x509_crl(der)
            _ = (crl.issuer, crl.last_update_utc, crl.next_update_utc, crl.extensions, len(crl))
        except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension):
            broken += 1
        else:
            found.append(crl)
    return Lists(distinct_lists(found), broken)


def judge_revocation(
    path: Path, lists: Lists, *, authorities: Sequence[x509.Certificate], at: datetime | None
) -> Check:
    """Judge every certificate of a path at ``at``; ``authorities`` may have issued its last one, or the lists."""
    if lists.broken:
        return invalid(REVOCATION, "malformed_crl", "A revocation list beside the signature cannot be read.")
    known = distinct([*authorities, *path])
    names = {certificate.subject for certificate in known}
    good = [crl for crl in lists.crls if any(_signed(crl, authority) for authority in known)]
    # A list of an authority that nobody here knows says nothing about this chain.
    false = next((crl for crl in lists.crls if crl.issuer in names and crl not in good), None)
    if false is not None:
        who = readable(false.issuer)
        return invalid(REVOCATION, "crl_signature_mismatch", f"The revocation list of {who} is not signed by it.")
    return next(_revoked(path, good, at), None) or _absent(path, good, at)


def _revoked(path: Path, crls: Iterable[Crl], at: datetime | None) -> Iterator[Check]:
    for certificate in path:
        for crl in crls:
            entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if crl.issuer == certificate.issuer and entry is not None:
                since = entry.revocation_date_utc
                if at is None or since <= at:
                    yield invalid(
                        REVOCATION,
                        "revoked",
                        f"{issuer_of(certificate)} revoked the certificate of {name_of(certificate)} at "
                        f"{format_instant(since)}, before this was signed.",
                    )


def _absent(path: Path, crls: Iterable[Crl], at: datetime | None) -> Check:
    last = path[-1]
    asked = [c for c in path if c.issuer != c.subject] or [last]
    missing = [c for c in asked if not any(_covers(crl, c, at) for crl in crls)]
    if missing:
        names = ", ".join(name_of(c) for c in missing)
        return valid(
            REVOCATION,
            "no_revocation_data",
            f"No revocation list of the time was given for {names}: a revocation would not be seen here.",
        )
    return valid(REVOCATION, "ok", "No certificate of the chain was revoked when this was signed.")


def _covers(crl: Crl, certificate: x509.Certificate, at: datetime | None) -> bool:
    ends = crl.next_update_utc
    return crl.issuer == certificate.issuer and (at is None or ends is None or at <= ends)


def _signed(crl: Crl, authority: x509.Certificate) -> bool:
    usage = extension_of(authority, x509.KeyUsage)
    if crl.issuer != authority.subject or (usage is not None and not usage.crl_sign):
        return False
    try:
        return crl.is_signature_valid(authority.public_key())  # type: ignore[arg-type] # unfit keys raise TypeError
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False
