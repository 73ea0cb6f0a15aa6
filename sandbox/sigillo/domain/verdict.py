"""What a verification found: one verdict, the checks behind it in plain words, and what the document is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Conclusion(StrEnum):
    """The three verdicts of ETSI EN 319 102-1, by their everyday names."""

    VALID = "valid"
    INVALID = "invalid"
    INDETERMINATE = "indeterminate"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. ``code`` is stable (``digest_mismatch``), ``detail`` says it in plain words."""

    name: str
    conclusion: Conclusion
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result for one document. ``about`` names what it attests: kind, number, parties, instants (JSON values)."""

    document: str
    format: str
    checks: tuple[Check, ...]
    about: Mapping[str, object] = field(default_factory=dict)

    @property
    def conclusion(self) -> Conclusion:
        """Give the worst of the checks; no check at all tells nothing."""
        return worst(check.conclusion for check in self.checks)


def worst(conclusions: Iterable[Conclusion]) -> Conclusion:
    """Give INVALID when any is, else INDETERMINATE when any is or there is none, else VALID."""
    found = set(conclusions)
    if Conclusion.INVALID in found:
        return Conclusion.INVALID
    return Conclusion.VALID if found == {Conclusion.VALID} else Conclusion.INDETERMINATE
