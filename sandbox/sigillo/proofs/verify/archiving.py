"""Proofs of this sandbox that somebody archived: PAdES-B-LTA (EN 319 142-1 §5.4.3, ISO 32000-2 §12.8.4 and §12.8.5).

A proof is sealed once, over the whole file. An archive may add to it, in revisions of its own, and nothing else may be:

1. What stands first is the seal. It covers the whole file, or everything but validation data (a security store) and
   document timestamps: the difference of the revisions says so (``pdf_revisions``).
2. Whatever else is signed is a document timestamp. A broken one is as bad as a broken seal; one of somebody unknown
   takes nothing from the proof, which does not need it, so it is told and no more.
3. After the last revision nothing follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sigillo.domain.calendar import format_instant
from sigillo.domain.verdict import Check, Conclusion
from sigillo.proofs.verify.chain import name_of
from sigillo.proofs.verify.findings import INTEGRITY, TIMESTAMP, gravest, invalid, is_good, valid
from sigillo.proofs.verify.signatures import SignatureFinding

_END: Final = re.compile(rb"startxref\s+[0-9]+\s+%%EOF\s*\Z")
_LONGEST_END: Final = 1024
_COVERED: Final = ("whole_file", "validation_data_added")


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature of a PDF, in the order of the revisions; ``is_stamp`` says that it is a document timestamp."""

    finding: SignatureFinding
    is_stamp: bool


def is_proof(signatures: Sequence[Signed]) -> bool:
    """Tell whether this sandbox sealed the document; a timestamp of it on a stranger's document alone does not."""
    return any(each.finding.is_sandbox and (not each.is_stamp or number == 0) for number, each in enumerate(signatures))


def without_archive(signatures: Sequence[Signed]) -> list[Signed]:
    """Give the signatures of a proof, each good or unknown archive timestamp with one check in place of its own."""
    return [_told(each) if number and each.is_stamp else each for number, each in enumerate(signatures)]


def judge_archiving(data: bytes, signatures: Sequence[Signed]) -> Iterator[Check]:
    """Give what is wrong with what was added to a proof; nothing where it is whole, or only archived."""
    seal, *later = signatures
    # 1, 2
    if not _codes(seal) & set(_COVERED) or not all(each.is_stamp for each in later):
        said = (
            "A sandbox proof is sealed once and whole, and may only be archived; something else was added to this file."
        )
        yield invalid(INTEGRITY, "not_covered", said)
    # 3
    elif "whole_file" not in _codes(signatures[-1]) and not _END.search(data[-_LONGEST_END:]):
        yield invalid(INTEGRITY, "not_covered", "Something stands after the end of the last revision of the PDF.")
    if not data.startswith(b"%PDF-"):
        yield invalid(INTEGRITY, "altered_outside_signature", "Something stands before the beginning of the PDF.")


def _told(stamp: Signed) -> Signed:
    finding = stamp.finding
    if finding.stamped_at is None or any(each.conclusion is Conclusion.INVALID for each in finding.checks):
        return stamp
    who = "somebody whose certificate is not included" if finding.signer is None else name_of(finding.signer)
    said = f"It was archived after it was sealed: {who} added a timestamp over the whole file at"
    said = f"{said} {format_instant(finding.stamped_at)}."
    if is_good(finding.checks):
        told = valid(TIMESTAMP, "archive_timestamp", said)
    else:
        open_ = f"Whether it can be relied on is open, and the proof does not need it: {gravest(finding.checks).detail}"
        told = valid(TIMESTAMP, "archive_timestamp_open", f"{said} {open_}")
    coverage = [each for each in finding.checks if each.code in _COVERED]
    return replace(stamp, finding=replace(finding, checks=(*coverage, told)))


def _codes(signed: Signed) -> set[str]:
    return {check.code for check in signed.finding.checks}
