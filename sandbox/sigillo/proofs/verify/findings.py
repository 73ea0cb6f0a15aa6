"""Checks in the making: the fixed list of names, and three words for the three conclusions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from sigillo.domain.errors import SigilloError
from sigillo.domain.verdict import Check, Conclusion

FORMAT: Final = "format"
INTEGRITY: Final = "integrity"
SIGNATURE: Final = "signature"
CERTIFICATE_CHAIN: Final = "certificate_chain"
VALIDITY: Final = "validity"
REVOCATION: Final = "revocation"
SIGNING_CERTIFICATE: Final = "signing_certificate"
TIMESTAMP: Final = "timestamp"
POLICY: Final = "policy"
EVIDENCE: Final = "evidence"
CONTENT: Final = "content"
CLAIMS: Final = "claims"
NAMES: Final = (
    FORMAT,
    INTEGRITY,
    SIGNATURE,
    CERTIFICATE_CHAIN,
    VALIDITY,
    REVOCATION,
    SIGNING_CERTIFICATE,
    TIMESTAMP,
    POLICY,
    EVIDENCE,
    CONTENT,
    CLAIMS,
)
_UNSUPPORTED: Final = ("unsupported_cms", "unsupported_signature")
_LONGEST_DETAIL: Final = 600
_SEVERITY: Final = (Conclusion.INVALID, Conclusion.INDETERMINATE, Conclusion.VALID)


def valid(name: str, code: str, detail: str) -> Check:
    """Give a check that found nothing wrong; ``code`` is ``ok`` or says what is worth knowing."""
    return Check(name, Conclusion.VALID, code, plain(detail))


def invalid(name: str, code: str, detail: str) -> Check:
    """Give a check that found something wrong."""
    return Check(name, Conclusion.INVALID, code, plain(detail))


def indeterminate(name: str, code: str, detail: str) -> Check:
    """Give a check that could not be made, and why."""
    return Check(name, Conclusion.INDETERMINATE, code, plain(detail))


def unreadable(error: SigilloError, name: str = FORMAT, *, prefix: str = "") -> Check:
    """Give the check for what cannot be read: broken, or perhaps good, but of a kind that nothing here reads."""
    if error.code in _UNSUPPORTED:
        return indeterminate(name, f"{prefix}unsupported_signature", error.detail)
    return invalid(name, f"{prefix}malformed", error.detail)


def plain(text: str) -> str:
    """Make a sentence harmless to print: documents' own words may stand in it, of any length and any characters."""
    shown = " ".join(text.split())
    if not shown.isprintable():
        shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in shown)
    return shown if len(shown) <= _LONGEST_DETAIL else shown[: _LONGEST_DETAIL - 1] + "…"


def gravest(checks: Iterable[Check]) -> Check:
    """Give the first of the gravest checks; ValueError when there is none."""
    return min(checks, key=lambda check: _SEVERITY.index(check.conclusion))


def is_good(checks: Iterable[Check]) -> bool:
    """Tell whether every check is valid."""
    return all(check.conclusion is Conclusion.VALID for check in checks)


def about_entry(entry: str, check: Check) -> Check:
    """Give the check again, saying which entry of a container, or which signature, it is about."""
    return replace(check, detail=plain(f"{entry}: {check.detail}"))


def summed_up(checks: Iterable[Check], name: str, *, prefix: str, whose: str) -> Check:
    """Fold many checks into one named ``name``: the gravest speaks, its code with the prefix, unless all are good."""
    worst = gravest(checks)
    code = worst.code if worst.code.startswith((prefix, "token_")) else f"{prefix}{worst.code}"
    return Check(name, worst.conclusion, code, plain(f"{whose}: {worst.detail}"))
