"""The verifier: documents in, verdicts out.

1. What is trusted is read; nothing is trusted by default.
2. Each document is recognised by its bytes and judged by the judge of its format, the others serving as content.
3. Files that prove nothing themselves, but are content that another document vouches for, are said to be that.

Nothing that a document holds makes it raise: a library that stumbles over hostile bytes is a verdict as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import BinaryIO, Final

from sigillo.domain.errors import SigilloError, TooLarge
from sigillo.domain.verdict import Check, Conclusion, Verdict
from sigillo.proofs.verify.cms_files import judge_cms_file
from sigillo.proofs.verify.container_files import judge_container
from sigillo.proofs.verify.findings import CONTENT, FORMAT, indeterminate, invalid, unreadable, valid
from sigillo.proofs.verify.journal_files import judge_journal_file
from sigillo.proofs.verify.mail_claims import ReadMail
from sigillo.proofs.verify.mail_files import judge_mail_file
from sigillo.proofs.verify.material import Case, Document, Judgement, document_of
from sigillo.proofs.verify.pdf_files import judge_pdf_file
from sigillo.proofs.verify.recognition import Format, proves_nothing, recognise
from sigillo.proofs.verify.trust import read_trust
from sigillo.proofs.verify.xml_files import judge_xml_file

Judge = Callable[[Document, Case], Judgement]


def judge_other(document: Document, _: Case) -> Judgement:
    """Judge what is in none of the known formats."""
    known = "PDF, XML evidence, ASiC-E, CMS signature (P7S, P7M), signed e-mail (EML) or RFC 3161 token (TST)"
    if not document.size:
        check = indeterminate(FORMAT, "unsupported_format", "The file is empty.")
    else:
        check = indeterminate(FORMAT, "unsupported_format", f"This is no {known}: it proves nothing by itself.")
    return Judgement(Verdict(document.name, Format.OTHER.value, (check,)), is_bare=True)


JUDGES: Final[Mapping[Format, Judge]] = MappingProxyType(
    {
        Format.PDF: judge_pdf_file,
        Format.XML: judge_xml_file,
        Format.ASICE: judge_container,
        Format.CMS: judge_cms_file,
        Format.JOURNAL: judge_journal_file,
        Format.OTHER: judge_other,
    }
)


@dataclass(frozen=True, slots=True)
class Verification:
    """Judges documents, ours and strangers' (the port ``Verifier``); ``read_mail`` reads an e-mail, whatever it is."""

    read_mail: ReadMail

    def verify(self, documents: Sequence[tuple[str, BinaryIO]], trust_pem: Sequence[str]) -> list[Verdict]:
        """Judge each document (name, bytes that can seek) against trusted certificates and CRLs in PEM.

        MalformedInput when the trusted PEM cannot be read; never raises for what a document holds.
        """
        # 1
        trust = read_trust(trust_pem)
        case = Case(tuple(document_of(name, file) for name, file in documents), trust, self.judge_all)
        # 2, 3
        judged = self.judge_all(case)
        return [judgement.verdict for judgement in judged]

    def judge_all(self, case: Case) -> list[Judgement]:
        """Judge each document of a case, in order."""
        # 2
        judged = [self._judge(document, case) for document in case.documents]
        # 3
        return with_content(case, judged)

    def _judge(self, document: Document, case: Case) -> Judgement:
        kind = recognise(document)
        try:
            if kind is Format.MAIL:
                return judge_mail_file(document, case, self.read_mail)
            return JUDGES.get(kind, judge_other)(document, case)
        except TooLarge as error:
            check = indeterminate(FORMAT, "too_large", str(error))
        except SigilloError as error:
            check = unreadable(error)
        except Exception as error:  # noqa: BLE001 - whatever a parser raises on hostile bytes is a verdict
            check = invalid(FORMAT, "malformed", f"It cannot be read: {type(error).__name__}: {error}")
        return Judgement(Verdict(document.name, kind.value, (check,)), is_bare=proves_nothing(document))


def with_content(case: Case, judged: Sequence[Judgement]) -> list[Judgement]:
    """Replace the verdicts of files that prove nothing themselves, but that a fellow document vouches for."""
    by_document = dict(zip(map(id, case.documents), judged, strict=True))
    return [_as_content(document, by_document[id(document)], judged) for document in case.documents]


def _as_content(document: Document, own: Judgement, judged: Sequence[Judgement]) -> Judgement:
    vouching = [(each.verdict, one.extent) for each in judged for one in each.vouched if one.document is document]
    known = tuple(check for check in own.verdict.checks if check.conclusion is Conclusion.VALID)
    if not own.is_bare or not vouching:
        return own
    good = [each for each in vouching if each[0].conclusion is Conclusion.VALID]
    best, extent = next((each for each in good if each[1] is None), (*good, *vouching)[0])
    form = Format.JOURNAL.value if own.verdict.format == Format.JOURNAL.value else "content"
    verdict = Verdict(document.name, form, (*known, _attested(best, extent)), {"attested_by": best.document})
    return replace(own, verdict=verdict)


def _attested(by: Verdict, extent: str | None) -> Check:
    if by.conclusion is Conclusion.VALID and extent is not None:
        return valid(CONTENT, "attested_in_part", f"{by.document} vouches {extent}.")
    if by.conclusion is Conclusion.VALID:
        return valid(CONTENT, "attested", f"{by.document} vouches for it: not a byte was changed.")
    return indeterminate(
        CONTENT,
        "attested_in_vain",
        f"{by.document} vouches for it, yet that document's own verdict is {by.conclusion.value}.",
    )
