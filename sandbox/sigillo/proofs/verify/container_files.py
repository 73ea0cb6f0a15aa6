"""ASiC-E containers (EN 319 162-1), with CAdES seals over manifests or XAdES signatures over the files.

1. The container is opened, bounded, refusing what two readers could understand differently.
2. Each signature in ``META-INF/`` is judged: over the bytes of its manifest, or over the files it names.
3. Every file outside ``META-INF/`` is vouched for by a signature, each digest fits, and no file is missing.
4. A container of this sandbox has one layout: not a byte of what no signature covers was changed.
5. The proofs inside are judged as documents, the other files inside serving as their content.
6. In a sandbox container each content file is attested, and what is attested is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sigillo.domain.verdict import Check, Conclusion, Verdict
from sigillo.proofs.asice import ASIC_MANIFEST_NAME, MANIFEST_NAME, SIGNATURE_NAME, Packed, open_document_manifest
from sigillo.proofs.asice_reading import AsiceContents, open_asice, read_manifest
from sigillo.proofs.verify.container_signatures import Sealing, sealings
from sigillo.proofs.verify.evidences import facts_of
from sigillo.proofs.verify.findings import (
    CLAIMS,
    CONTENT,
    EVIDENCE,
    FORMAT,
    INTEGRITY,
    SIGNATURE,
    about_entry,
    indeterminate,
    invalid,
    valid,
)
from sigillo.proofs.verify.material import Case, Document, Judgement
from sigillo.proofs.verify.recognition import Format, recognise
from sigillo.proofs.verify.xml_files import evidence_about

CONTENT_FOLDER: Final = "content/"
_DEEPEST: Final = 1
_OWN_META: Final = {MANIFEST_NAME, ASIC_MANIFEST_NAME, SIGNATURE_NAME}
_ABSENT: Final = ("content_incomplete", "content_not_given")
# What is said of a journal that nothing but its own digests holds together: in a container the seal does.
_LEFT_TO_THE_SEAL: Final = ("unsigned", "attested_in_part")


def judge_container(document: Document, case: Case) -> Judgement:
    """Judge a container with everything inside."""
    if case.depth > _DEEPEST:
        said = indeterminate(FORMAT, "too_deep", "A container in a container in a container is not opened.")
        return Judgement(Verdict(document.name, "asice", (said,)))
    # 1
    file = document.seekable()
    contents = open_asice(file)
    inner = case.inside(tuple(_entry(contents, name) for name in contents.data_names))
    # 2
    found = sealings(contents, inner)
    checks = [valid(FORMAT, "ok", f"It is an ASiC-E container of {len(contents.data_names)} files.")]
    if not found:
        checks.append(indeterminate(SIGNATURE, "unsigned", "Nothing in the container signs it: it proves nothing."))
    checks += _of(found)
    # 3
    checks += _vouched(contents, found)
    is_sandbox = any(sealing.finding.is_sandbox for sealing in found)
    # 4
    if is_sandbox and not _is_untouched(contents):
        checks.append(
            invalid(
                INTEGRITY,
                "altered_outside_signature",
                "Bytes that no signature covers are not as the sandbox wrote them.",
            )
        )
    # 5, 6
    inside = _inside(inner, is_sandbox)
    checks += inside.checks
    about = {"format": "container", **(found[0].finding.about() if found else {}), **inside.about}
    return Judgement(Verdict(document.name, "asice", tuple(checks), about))


def _entry(contents: AsiceContents, name: str) -> Document:
    return Document(name, contents.size(name), lambda: contents.chunks(name))


def _of(found: list[Sealing]) -> Iterator[Check]:
    for sealing in found:
        for check in sealing.finding.checks:
            yield check if len(found) == 1 else about_entry(sealing.name, check)


def _vouched(contents: AsiceContents, found: list[Sealing]) -> Iterator[Check]:
    """Whether each file is the one that was sealed, whether one is missing, and whether one was put in."""
    for sealing in found:
        yield from sealing.mismatches
    covered = {name for sealing in found for name in sealing.covered}
    are_read = bool(found) and all(sealing.is_read for sealing in found)
    for name in contents.data_names:
        if are_read and name not in covered:
            yield invalid(INTEGRITY, "extra_entry", f"{name} was put into the container: no signature covers it.")


def _is_untouched(contents: AsiceContents) -> bool:
    if not contents.is_exact or {name for name in contents.names if name not in contents.data_names} != _OWN_META:
        return False
    references = read_manifest(contents.read(ASIC_MANIFEST_NAME)).references
    packed = [Packed(each.name, each.media_type or "", contents.size(each.name), each.digest) for each in references]
    return contents.read(MANIFEST_NAME) == open_document_manifest(packed)


@dataclass(frozen=True, slots=True)
class _Inside:
    """What the proofs inside say."""

    checks: tuple[Check, ...]
    about: dict[str, object]


def _inside(inner: Case, is_sandbox: bool) -> _Inside:
    proofs = [entry for entry in inner.documents if _is_proof(entry, is_sandbox)]
    judged = inner.judge_all(inner)
    by_document = list(zip(inner.documents, judged, strict=True))
    checks = [check for entry, each in by_document if entry in proofs for check in _summed(entry, each)]
    evidences = [(entry, facts) for entry in proofs if (facts := facts_of(entry)) is not None]
    if is_sandbox and evidences:
        vouched = [one.document for each in judged for one in each.vouched]
        checks += [_foreign(entry) for entry in inner.documents if _is_content(entry) and entry not in vouched]
    about = evidence_about(evidences[-1][1]) if evidences else {}
    return _Inside(tuple(checks), {**about, "format": "container", "proofs": [entry.name for entry in proofs]})


def _is_proof(entry: Document, is_sandbox: bool) -> bool:
    """What is judged inside: never the sender's own files, and in other providers' containers the evidences."""
    if _is_content(entry):
        return False
    return recognise(entry) is not Format.OTHER if is_sandbox else facts_of(entry) is not None


def _is_content(entry: Document) -> bool:
    return entry.name.startswith(CONTENT_FOLDER)


def _summed(entry: Document, judged: Judgement) -> Iterator[Check]:
    verdict = judged.verdict
    absent = [check for check in verdict.checks if check.code in _ABSENT]
    if absent and verdict.conclusion is Conclusion.VALID:
        yield invalid(CONTENT, "missing_entry", f"{entry.name}: a file that it attests is not in the container.")
    elif verdict.conclusion is Conclusion.VALID:
        yield valid(EVIDENCE, "ok", f"{entry.name} is valid.")
    for check in verdict.checks:
        if check.code in _LEFT_TO_THE_SEAL:
            yield valid(CLAIMS, "ok", f"{entry.name} is whole; what no evidence attests, the container's seal covers.")
        elif check.conclusion is not Conclusion.VALID:
            yield about_entry(entry.name, check)


def _foreign(entry: Document) -> Check:
    return invalid(CONTENT, "content_mismatch", f"{entry.name} is attested by no evidence of the container.")
