"""The evidences and journals among documents that were given together."""

from __future__ import annotations

from sigillo.domain.errors import SigilloError
from sigillo.proofs import hardened_xml as xml
from sigillo.proofs.evidence_reading import EvidenceFacts, read_evidence
from sigillo.proofs.verify.claims import Told
from sigillo.proofs.verify.journal import MAX_JOURNAL_BYTES, JournalFinding, judge_journal
from sigillo.proofs.verify.material import Case, Document
from sigillo.proofs.verify.recognition import Format, recognise


def facts_of(document: Document) -> EvidenceFacts | None:
    """Give what a document says when it is an evidence that can be read, whether or not its seal holds."""
    return document.once(_facts)


def _facts(document: Document) -> EvidenceFacts | None:
    if recognise(document) is not Format.XML:
        return None
    try:
        return read_evidence(document.whole(xml.MAX_XML_BYTES))
    except SigilloError:
        return None


def fellows_of(document: Document, case: Case) -> list[Told]:
    """Give the other evidences of a case."""
    return [Told(other.name, facts) for other in case.others(document) if (facts := facts_of(other)) is not None]


def journal_files(document: Document, case: Case) -> tuple[Document, ...]:
    """Give the other documents of a case that are journals."""
    return tuple(other for other in case.others(document) if recognise(other) is Format.JOURNAL)


def journals_beside(document: Document, case: Case) -> list[JournalFinding]:
    """Give the journals of a case, recomputed."""
    return [judge_journal(file.whole(MAX_JOURNAL_BYTES), file.name) for file in journal_files(document, case)]
