"""PDF documents with signatures or document timestamps (PAdES, ISO 32000-1 §12.8, EN 319 142-1).

1. The file is opened; what is broken, or needs a password, is said. It must begin and end as a PDF does.
2. Its signatures are found; without one, it proves nothing.
3. What each covers: the whole file, or its revision with nothing but validation data after it.
4. Each signature, judged as any CMS signature over what it covers, with the certificates and lists of the DSS.
5. A document of this sandbox bears one seal, over the whole file; it may have been archived since (``archiving``).
6. What its page says, its keywords say again: they are compared with the evidences given beside it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.crypt.api import PdfMacStatus
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from sigillo.domain.errors import MalformedInput
from sigillo.domain.verdict import Check, Verdict
from sigillo.proofs.certificates import read_certificate
from sigillo.proofs.page_claim import read_keywords
from sigillo.proofs.reading import read_signed_data, read_token
from sigillo.proofs.verify.archiving import Signed, is_proof, judge_archiving, without_archive
from sigillo.proofs.verify.evidences import fellows_of
from sigillo.proofs.verify.findings import (
    FORMAT,
    SIGNATURE,
    about_entry,
    indeterminate,
    unreadable,
    valid,
)
from sigillo.proofs.verify.material import Case, Document, Judgement
from sigillo.proofs.verify.page_claims import judge_page
from sigillo.proofs.verify.pdf_revisions import Covered, covered, judge_coverage, pdf_name, pdf_value
from sigillo.proofs.verify.revocation import read_lists
from sigillo.proofs.verify.signatures import SignatureFinding, judge_signature
from sigillo.proofs.verify.signer import Surroundings
from sigillo.proofs.verify.tokens import judge_token

# Whatever pyHanko finds odd becomes a check; its own account of it, traceback and all, is for nobody here.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)

_STAMP: Final = "/ETSI.RFC3161"
_SUPPORTED: Final = ("/ETSI.CAdES.detached", "/adbe.pkcs7.detached")
_MOST_SIGNATURES: Final = 50
_MOST_STORED: Final = 200


def judge_pdf_file(document: Document, case: Case) -> Judgement:
    """Judge a PDF; anything that its parser cannot follow is ``malformed``."""
    # 1
    data = document.whole()
    reader = PdfFileReader(BytesIO(data), strict=False)
    if not _opens(reader):
        said = "The PDF is encrypted: what is signed cannot be read without its password."
        return _only(document, indeterminate(FORMAT, "encrypted", said))
    # 2
    found = list(reader.embedded_signatures)[:_MOST_SIGNATURES]
    if not found:
        unsigned = indeterminate(SIGNATURE, "unsigned", "It is a PDF without a signature: it proves nothing.")
        return Judgement(Verdict(document.name, "pdf", (unsigned,)), is_bare=True)
    around = _with_store(reader, case)
    # 3, 4
    judged = [Signed(_judged(data, embedded, around), _kind(embedded) == _STAMP) for embedded in found]
    is_ours = is_proof(judged)
    shown = without_archive(judged) if is_ours else judged
    checks = [valid(FORMAT, "ok", f"It is a PDF with {len(found)} signature(s)."), *_of(found, shown)]
    # 5
    if is_ours:
        checks += judge_archiving(data, judged)
        # 6
        page = read_keywords(_info(reader, "/Keywords"))
        checks += judge_page(document.name, page, fellows_of(document, case)) if page else ()
    about = {"format": "pdf", **judged[0].finding.about(), **_described(reader)}
    return Judgement(Verdict(document.name, "pdf", tuple(checks), about))


def _opens(reader: PdfFileReader) -> bool:
    """Whether a PDF can be read; many are encrypted against printing or copying only, and open without a password."""
    if not reader.encrypted:
        return True
    with suppress(PdfError, ValueError, KeyError, TypeError):
        opened = reader.decrypt("")
        # A file whose own seal (ISO/TS 32004) does not fit did open: what is wrong with it is told by reading it.
        return opened.status is not AuthStatus.FAILED or opened.mac_status is PdfMacStatus.FAILED
    return False


def _judged(data: bytes, embedded: EmbeddedPdfSignature, around: Surroundings) -> SignatureFinding:
    kind = _kind(embedded)
    if kind not in (*_SUPPORTED, _STAMP):
        said = f"A signature of the kind {kind[:60]!r} is not supported."
        return SignatureFinding((indeterminate(FORMAT, "unsupported_signature", said),), None, None, None, None)
    try:
        here = covered(data, embedded)
        coverage = judge_coverage(here, embedded)
        finding = _stamp(here, around) if kind == _STAMP else _signature(here, embedded, around)
    except MalformedInput as error:
        return SignatureFinding((unreadable(error),), None, None, None, None)
    return SignatureFinding(
        (coverage, *finding.checks), finding.signer, finding.claimed_at, finding.stamped_at, finding.stamped_by
    )


def _signature(here: Covered, embedded: EmbeddedPdfSignature, around: Surroundings) -> SignatureFinding:
    parsed = read_signed_data(here.contents, zero_padded=True)
    return judge_signature(parsed, here.digest, around, claimed_at=_claimed(embedded))


def _stamp(here: Covered, around: Surroundings) -> SignatureFinding:
    finding = judge_token(read_token(here.contents, zero_padded=True), here.digest, around)
    return SignatureFinding(finding.checks, finding.signer, None, finding.at, finding.signer)


def _claimed(embedded: EmbeddedPdfSignature) -> datetime | None:
    """The dictionary's ``/M``: a time without a zone says nothing that can be compared."""
    at = embedded.self_reported_timestamp if "/M" in embedded.sig_object else None
    return None if at is None or at.tzinfo is None else at.astimezone(UTC)


def _kind(embedded: EmbeddedPdfSignature) -> str:
    return pdf_name(embedded.sig_object, "/SubFilter")


def _of(found: list[EmbeddedPdfSignature], judged: list[Signed]) -> Iterator[Check]:
    for embedded, signed in zip(found, judged, strict=True):
        for check in signed.finding.checks:
            yield check if len(found) == 1 else about_entry(f"signature {embedded.field_name}", check)


def _with_store(reader: PdfFileReader, case: Case) -> Surroundings:
    """The Document Security Store (EN 319 142-1 §5.4): certificates, revocation lists and OCSP responses."""
    store = pdf_value(reader.root, "/DSS")
    if not isinstance(store, generic.DictionaryObject):
        return Surroundings(case.trust)
    certificates = []
    for der in _streams(store, "/Certs"):
        with suppress(MalformedInput):
            certificates.append(read_certificate(der))
    lists = read_lists(_streams(store, "/CRLs"), _streams(store, "/OCSPs"))
    return Surroundings(case.trust, tuple(certificates), lists)


def _streams(store: generic.DictionaryObject, key: str) -> Iterator[bytes]:
    found = pdf_value(store, key)
    if not isinstance(found, generic.ArrayObject):
        return
    for index in range(min(len(found), _MOST_STORED)):
        stream = found[index]
        if isinstance(stream, generic.StreamObject):
            yield stream.data


def _described(reader: PdfFileReader) -> dict[str, object]:
    """The title that the PDF bears, for people."""
    title = _info(reader, "/Title")
    return {"title": title} if title else {}


def _info(reader: PdfFileReader, key: str) -> str:
    """An entry of the document's information, "" without it."""
    with suppress(PdfError, ValueError, KeyError, TypeError, AttributeError):
        info = reader.trailer_view["/Info"]
        if isinstance(info, generic.DictionaryObject) and key in info:
            return str(info[key])
    return ""


def _only(document: Document, check: Check) -> Judgement:
    return Judgement(Verdict(document.name, "pdf", (check,)))
