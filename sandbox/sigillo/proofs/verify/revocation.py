"""Revocation: whether an issuer took a certificate of the chain back before it signed.

1. Lists (CRL) and answers (OCSP) come from the document or with the trusted certificates; nothing is fetched. One that
   the issuer did not sign spoils the verdict, and so does one that cannot be read.
2. A certificate revoked at or before the instant of the signature is told, and is invalid.
3. A certificate revoked later is good when the instant is proven. When it is only claimed, whoever stole the key
   could have claimed it too (EN 319 102-1, REVOKED_NO_POE): nobody can tell. A timestamp unit proves its own instants,
   so that later revocation leaves its tokens good only when it was for a harmless reason (RFC 3161 §4).
4. Having no list spoils no verdict, since few documents carry one; it is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, pairwise
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import ocsp

from sigillo.domain.calendar import format_instant
from sigillo.domain.verdict import Check
from sigillo.proofs.verify.chain import Path, extension_of, issuer_of, name_of, readable
from sigillo.proofs.verify.findings import REVOCATION, indeterminate, invalid, valid
from sigillo.proofs.verify.status_answers import Credence, answers_about, read_answers
from sigillo.proofs.verify.trust import distinct, distinct_lists

Crl = x509.CertificateRevocationList
_HARMLESS: Final = (
    x509.ReasonFlags.affiliation_changed,
    x509.ReasonFlags.superseded,
    x509.ReasonFlags.cessation_of_operation,
)


@dataclass(frozen=True, slots=True)
class Lists:
    """The revocation lists and OCSP responses that were found; ``broken`` and ``unread`` count unreadable ones."""

    crls: tuple[Crl, ...] = ()
    answers: tuple[ocsp.OCSPResponse, ...] = ()
    broken: int = 0
    unread: int = 0

    def with_more(self, more: Lists) -> Lists:
        """Give both together, the own ones first."""
        return Lists(
            (*self.crls, *more.crls),
            (*self.answers, *more.answers),
            self.broken + more.broken,
            self.unread + more.unread,
        )


@dataclass(frozen=True, slots=True)
class Instant:
    """When a signature was made (``at``, None: unknown), and who says so: ``is_proven`` when not the signer alone.

    ``is_own`` tells of a timestamp, whose signer says the instant and proves it by that.
    """

    at: datetime | None
    is_proven: bool = False
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    """What an issuer says of a certificate: revoked ``since``, or not (None); it holds ``until``, None without end."""

    certificate: x509.Certificate
    since: datetime | None
    reason: x509.ReasonFlags | None
    until: datetime | None


def read_lists(crls: Iterable[bytes], answers: Iterable[bytes] = ()) -> Lists:
    """Read revocation lists and OCSP responses from DER."""
    found, broken = [], 0
    for der in crls:
        try:
            crl = x509.load_der_x509_crl(der)
            _ = (crl.issuer, crl.last_update_utc, crl.next_update_utc, crl.extensions, len(crl))
        except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension):
            broken += 1
        else:
            found.append(crl)
    responses, unread = read_answers(answers)
    return Lists(distinct_lists(found), responses, broken, unread)


def judge_revocation(path: Path, lists: Lists, *, authorities: Sequence[x509.Certificate], instant: Instant) -> Check:
    """Judge every certificate of a path; ``authorities`` may have issued its last one, or the lists."""
    # 1
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
    words = [*_listed(path, good), *_answered(path, lists.answers, Credence.BELIEVED)]
    # 2, 3, 4
    told = next(chain(_revoked(words, instant), _doubtful(path, lists), _revoked_later(words, instant)), None)
    return told or _absent(path, words, instant.at)


def _listed(path: Path, crls: Iterable[Crl]) -> Iterator[_Word]:
    for certificate in path:
        for crl in crls:
            entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if crl.issuer != certificate.issuer:
                continue
            if entry is not None:
                yield _Word(certificate, entry.revocation_date_utc, _reason(entry), None)
            elif not _is_partial(crl):
                yield _Word(certificate, None, None, crl.next_update_utc)


def _answered(path: Path, answers: Sequence[ocsp.OCSPResponse], credence: Credence) -> Iterator[_Word]:
    for certificate, issuer in pairwise(path):
        for answer in answers_about(certificate, issuer, answers):
            if answer.credence is credence:
                yield _Word(certificate, answer.since, answer.reason, answer.until or answer.at)


def _revoked(words: Iterable[_Word], instant: Instant) -> Iterator[Check]:
    for word in words:
        if word.since is not None and instant.at is not None and word.since <= instant.at:
            who = name_of(word.certificate)
            said = f"{issuer_of(word.certificate)} revoked the certificate of {who} at {format_instant(word.since)}"
            yield invalid(REVOCATION, "revoked", f"{said}, before this was signed.")


def _doubtful(path: Path, lists: Lists) -> Iterator[Check]:
    if any(_answered(path, lists.answers, Credence.FORGED)):
        said = "An OCSP response beside the signature is not signed by whom it names: it was changed."
        yield invalid(REVOCATION, "ocsp_signature_mismatch", said)
    if lists.unread or any(_answered(path, lists.answers, Credence.UNKNOWN)):
        yield indeterminate(
            REVOCATION,
            "ocsp_not_read",
            "An OCSP response beside the signature cannot be read or believed: it may tell of a revocation.",
        )


def _revoked_later(words: Iterable[_Word], instant: Instant) -> Iterator[Check]:
    for word in words:
        harmless = word.reason in _HARMLESS if instant.is_own else instant.is_proven
        if word.since is not None and not harmless:
            who = name_of(word.certificate)
            said = f"{issuer_of(word.certificate)} revoked the certificate of {who} at {format_instant(word.since)}"
            yield indeterminate(
                REVOCATION,
                "revoked_later",
                f"{said}, and that this was signed before, nobody but the signer says: the key may have been stolen.",
            )


def _absent(path: Path, words: Sequence[_Word], at: datetime | None) -> Check:
    last = path[-1]
    asked = [c for c in path if c.issuer != c.subject] or [last]
    missing = [c for c in asked if not any(_covers(word, c, at) for word in words)]
    if missing:
        names = ", ".join(name_of(c) for c in missing)
        return valid(
            REVOCATION,
            "no_revocation_data",
            f"No revocation list of the time was given for {names}: a revocation would not be seen here.",
        )
    return valid(REVOCATION, "ok", "No certificate of the chain was revoked when this was signed.")


def _covers(word: _Word, certificate: x509.Certificate, at: datetime | None) -> bool:
    return word.certificate == certificate and (at is None or word.until is None or at <= word.until)


def _is_partial(crl: Crl) -> bool:
    """Tell of a list that may leave a revoked certificate out: a delta, or one of a part of the certificates."""
    return any(extension.critical for extension in crl.extensions)


def _reason(entry: x509.RevokedCertificate) -> x509.ReasonFlags | None:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return None


def _signed(crl: Crl, authority: x509.Certificate) -> bool:
    usage = extension_of(authority, x509.KeyUsage)
    if crl.issuer != authority.subject or (usage is not None and not usage.crl_sign):
        return False
    try:
        return crl.is_signature_valid(authority.public_key())  # type: ignore[arg-type] # unfit keys raise TypeError
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False
