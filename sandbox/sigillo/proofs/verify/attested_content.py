"""An evidence against the content it attests: the files given beside it, told apart by their digests.

1. Each part of the evidence is looked for among the files, by digest.
2. ``content.json``, where it is given, says the same of the parts as the evidence.
3. A part that is missing while a file of its name, or of its type, is there that nobody attests: a swapped attachment.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from mimetypes import MimeTypes
from typing import Final

from sigillo.domain.errors import MalformedInput
from sigillo.domain.verdict import Check
from sigillo.proofs.evidence import MANIFEST_NAME
from sigillo.proofs.evidence_reading import EvidenceFacts, PartFacts
from sigillo.proofs.verify.findings import CONTENT, indeterminate, invalid, valid
from sigillo.proofs.verify.material import Case, Document
from sigillo.proofs.verify.recognition import proves_nothing
from sigillo.proofs.verify.xml_algorithms import DIGEST_NAMES

_TYPES: Final = MimeTypes()  # the library's own table, not the machine's


@dataclass(frozen=True, slots=True)
class ContentFinding:
    """The checks, and the files that are parts of what is attested."""

    checks: tuple[Check, ...]
    found: tuple[Document, ...]


def judge_content(
    facts: EvidenceFacts, document: Document, case: Case, *, fellows: Sequence[EvidenceFacts]
) -> ContentFinding:
    """Compare an evidence's parts with the files given; files that ``fellows``, other evidences, attest are theirs."""
    # 1
    by_part = [(part, _given(part, document, case)) for part in facts.parts]
    found = tuple(dict.fromkeys(given for _, given in by_part if given is not None))
    missing = [part for part, given in by_part if given is None]
    # 2
    wrong = [*_manifest(facts, by_part)]
    # 3
    theirs = [given for fellow in fellows for part in fellow.parts if (given := _given(part, document, case))]
    rest = [other for other in case.others(document) if other not in (*found, *theirs)]
    wrong += [swapped for part in missing if (swapped := _swapped(part, rest))]
    if wrong:
        return ContentFinding(tuple(wrong), found)
    return ContentFinding((_summary(found, missing),), found)


def _given(part: PartFacts, document: Document, case: Case) -> Document | None:
    if part.digest is None or part.algorithm not in DIGEST_NAMES:
        return None
    return case.with_digest(DIGEST_NAMES[part.algorithm], bytes.fromhex(part.digest), but=document)


def _swapped(part: PartFacts, rest: Sequence[Document]) -> Check | None:
    """What stands in a missing part's place: a file of the same name, else one of the same type."""
    named = next((document for document in rest if _last(document.name) == _last(part.name)), None)
    alike = next((document for document in rest if _is_alike(document, part)), None)
    found = named or alike
    if found is None:
        return None
    return invalid(
        CONTENT,
        "content_mismatch",
        f"{found.name} is not the file that was sent as {part.name!r}: it was changed or swapped.",
    )


def _is_alike(document: Document, part: PartFacts) -> bool:
    if part.name == MANIFEST_NAME or not proves_nothing(document):
        return False
    return _TYPES.guess_type(_last(document.name))[0] == part.media_type


def _last(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]


def _manifest(facts: EvidenceFacts, by_part: Sequence[tuple[PartFacts, Document | None]]) -> list[Check]:
    given = next((document for part, document in by_part if part.name == MANIFEST_NAME and document), None)
    if given is None or facts.claim is None:
        return []
    if given.digest("sha256").hex() != facts.claim.content_sha256:
        said = f"{given.name} is not the content that the evidence's claim names."
        return [invalid(CONTENT, "content_mismatch", said)]
    listed = {(part.name, part.digest) for part in facts.parts if part.name != MANIFEST_NAME}
    try:
        same = listed == _listed(given.whole(1 << 20))
    except (MalformedInput, ValueError, KeyError, TypeError, RecursionError):
        return [indeterminate(CONTENT, "manifest_unreadable", f"{given.name} is not a list of contents.")]
    said = f"{given.name} lists other files than the evidence."
    return [] if same else [invalid(CONTENT, "content_mismatch", said)]


def _listed(data: bytes) -> set[tuple[str, str | None]]:
    return {(str(part["name"]), str(part["sha256"])) for part in json.loads(data)["parts"]}


def _summary(found: Sequence[Document], missing: Sequence[PartFacts]) -> Check:
    if not found:
        return valid(CONTENT, "content_not_given", "The files that were sent were not given: they are not compared.")
    absent = ", ".join(repr(part.name) for part in missing if part.name != MANIFEST_NAME)
    if absent:
        said = f"{len(found)} of the files that were sent are here and unchanged; not given: {absent}."
        return valid(CONTENT, "content_incomplete", said)
    return valid(CONTENT, "ok", "The files that were sent are here and unchanged.")
