"""XML documents: EN 319 522 evidences, and any other document with an enveloped XML signature.

1. The document is read by a hardened parser, whole.
2. Each signature in it is judged; without one, nothing is proven.
3. A document of this sandbox is spelled in one way only: what no signature covers was not changed either.
4. An evidence's statements are read from the very root that is signed.
5. Its parts are compared with the files given, its claim with the other evidences and the journals.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from lxml import etree

from sigillo.domain.calendar import format_instant
from sigillo.domain.errors import MalformedInput
from sigillo.domain.verdict import Check, Verdict
from sigillo.proofs import hardened_xml as xml
from sigillo.proofs.evidence import ERDS
from sigillo.proofs.evidence_reading import EvidenceFacts, PartyFacts, evidence_facts
from sigillo.proofs.verify.attested_content import judge_content
from sigillo.proofs.verify.claims import judge_claims
from sigillo.proofs.verify.evidences import fellows_of, journal_files, journals_beside
from sigillo.proofs.verify.findings import (
    EVIDENCE,
    FORMAT,
    INTEGRITY,
    SIGNATURE,
    about_entry,
    indeterminate,
    invalid,
    valid,
)
from sigillo.proofs.verify.material import Case, Document, Judgement, Vouched
from sigillo.proofs.verify.signatures import SignatureFinding
from sigillo.proofs.verify.signer import Surroundings
from sigillo.proofs.verify.xml_signature import DetachedDigest, judge_xml_signature, signatures_in
from sigillo.proofs.xades import is_exact

_EVIDENCE: Final = f"{{{ERDS}}}Evidence"


def judge_xml_file(document: Document, case: Case) -> Judgement:
    """Judge an XML document; the files given beside it may be its content."""
    # 1
    data = document.whole(xml.MAX_XML_BYTES)
    root = xml.parse(data, what="document")
    is_evidence = root.tag == _EVIDENCE
    form = "xml-evidence" if is_evidence else "xml"
    known = "an EN 319 522 evidence" if is_evidence else "an XML document"
    # 2
    findings = [
        judge_xml_signature(data, index, Surroundings(case.trust), detached=_detached(document, case))
        for index in range(len(signatures_in(root)))
    ]
    if not findings:
        unsigned = indeterminate(SIGNATURE, "unsigned", f"It is {known} without a signature: it proves nothing.")
        return Judgement(Verdict(document.name, form, (unsigned,)), is_bare=not is_evidence)
    checks = [valid(FORMAT, "ok", f"It is {known} with {len(findings)} signature(s)."), *_of(findings)]
    # 3
    if any(finding.is_sandbox for finding in findings):
        checks += _spelling(data)
    about = findings[0].about()
    if not is_evidence:
        return Judgement(Verdict(document.name, form, tuple(checks), about))
    return _judged_evidence(root, document, case, checks, about)


def _judged_evidence(
    root: etree._Element, document: Document, case: Case, checks: list[Check], about: dict[str, object]
) -> Judgement:
    # 4
    try:
        facts = evidence_facts(root)
    except MalformedInput as error:
        checks.append(invalid(EVIDENCE, "malformed", f"The evidence cannot be read: {error}"))
        return Judgement(Verdict(document.name, "xml-evidence", tuple(checks), about))
    checks.append(valid(EVIDENCE, "ok", f"It attests {_event(facts)} at {format_instant(facts.at)}."))
    # 5
    fellows = fellows_of(document, case)
    content = judge_content(facts, document, case, fellows=[told.facts for told in fellows])
    checks += content.checks
    checks += judge_claims(facts, fellows, journals_beside(document, case))
    about = {**about, **evidence_about(facts)}
    return Judgement(
        Verdict(document.name, "xml-evidence", tuple(checks), about),
        tuple(map(Vouched, (*content.found, *_own_journals(facts, document, case)))),
    )


def _own_journals(facts: EvidenceFacts, document: Document, case: Case) -> tuple[Document, ...]:
    """The journals that have the fact which this evidence attests."""
    digest = "" if facts.claim is None else facts.claim.fact_digest
    both = zip(journal_files(document, case), journals_beside(document, case), strict=True)
    return tuple(file for file, journal in both if journal.find(digest) is not None)


def evidence_about(facts: EvidenceFacts) -> dict[str, object]:
    """Say what an evidence is about, as JSON values; what it does not say is left out."""
    claim = facts.claim
    said: dict[str, object | None] = {
        "format": "evidence",
        "event": facts.event,
        "at": format_instant(facts.at),
        "number": facts.number,
        "sender": _party(facts.sender),
        "recipient": _party(facts.recipients[0]) if facts.recipients else None,
        "submitted_at": None if facts.submitted_at is None else format_instant(facts.submitted_at),
    }
    if claim is not None:
        said |= {
            "kind": claim.kind,
            "letter_id": claim.letter_id,
            "workspace_id": claim.workspace_id,
            "service": claim.service,
            "subject": claim.subject,
            "content_sha256": claim.content_sha256,
            "notified_at": None if claim.notified_at is None else format_instant(claim.notified_at),
            "expires_at": None if claim.expires_at is None else format_instant(claim.expires_at),
        }
    return {name: value for name, value in said.items() if value is not None}


def _of(findings: list[SignatureFinding]) -> Iterator[Check]:
    for number, finding in enumerate(findings, 1):
        for check in finding.checks:
            yield check if len(findings) == 1 else about_entry(f"signature {number}", check)


def _detached(document: Document, case: Case) -> DetachedDigest:
    def digest(uri: str, algorithm: str) -> bytes | None:
        found = next((other for other in case.others(document) if other.name == unquote(uri)), None)
        return None if found is None else found.digest(algorithm)

    return digest


def _spelling(data: bytes) -> Iterator[Check]:
    """What stands outside every signature: the spelling of the file, and the frame of the signature."""
    if not is_exact(data):
        yield invalid(
            INTEGRITY, "altered_outside_signature", "Bytes that no signature covers are not as the sandbox wrote them."
        )


def _event(facts: EvidenceFacts) -> str:
    return facts.event.rpartition("/")[2] if facts.claim is None else f"{facts.claim.kind} ({facts.claim.number})"


def _party(party: PartyFacts) -> str:
    named = party.company or party.name or ""
    return f"{named} <{party.email}>" if party.email else named
