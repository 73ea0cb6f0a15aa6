"""E-mails: PEC envelopes and receipts of any provider, and S/MIME messages of anybody (RFC 6109, RFC 5751).

1. The message is read; one that nobody signed proves nothing.
2. The signature: over the part beside it, line ends as mail has them, or over what is inside it.
3. Who signed is who it comes from.
4. PEC: the certification against the header fields and the message inside.
5. The files and messages beside: what of them it vouches for.
"""

from __future__ import annotations

from typing import Final

from sigillo.domain.pec.found import FoundMail, MailSignature
from sigillo.domain.pec.lines import with_crlf
from sigillo.domain.verdict import Check, Verdict
from sigillo.proofs.ber import in_der
from sigillo.proofs.reading import ParsedCms, read_signed_data
from sigillo.proofs.schemes import MalformedCms, UnsupportedCms
from sigillo.proofs.verify.findings import FORMAT, INTEGRITY, SIGNATURE, indeterminate, invalid, unreadable, valid
from sigillo.proofs.verify.mail_claims import ReadMail, judge_certification, judge_sender
from sigillo.proofs.verify.mail_copies import judge_files
from sigillo.proofs.verify.mail_words import about_mail, name_of_mail
from sigillo.proofs.verify.material import Case, Document, Judgement
from sigillo.proofs.verify.recognition import Format
from sigillo.proofs.verify.signatures import SignatureFinding, digest_of, judge_signature
from sigillo.proofs.verify.signer import Surroundings

_FORM: Final = Format.MAIL.value


def judge_mail_file(document: Document, case: Case, read_mail: ReadMail) -> Judgement:
    """Judge an e-mail; files given beside it may be what it carried."""
    # 1
    found = read_mail(document.whole())
    about = about_mail(found)
    if found.signature is None:
        return Judgement(Verdict(document.name, _FORM, (_unsigned(found),), about), is_bare=not found.is_pec)
    # 2
    try:
        finding = _judged(found, found.signature, case)
    except MalformedCms as error:
        return Judgement(Verdict(document.name, _FORM, (unreadable(error),), about))
    checks: list[Check] = [valid(FORMAT, "ok", name_of_mail(found)), *finding.checks]
    if found.has_bare_parts:
        bare = "Parts of this message stand outside of what is signed, as a mailing list's footer: anybody wrote them."
        checks.append(indeterminate(INTEGRITY, "unsigned_parts", bare))
    # 3
    if finding.signer is not None:
        checks.append(judge_sender(found, finding.signer))
    # 4
    checks += judge_certification(found)
    # 5
    compared, vouched = judge_files(found, document, case, read_mail)
    about |= {name: value for name, value in finding.about().items() if name != "format"}
    return Judgement(Verdict(document.name, _FORM, (*checks, *compared), about), vouched)


def opaque_content(cms: bytes) -> bytes | None:
    """Give what is inside an attached signature, unjudged; None for anything else."""
    try:
        return read_cms(cms).content
    except MalformedCms:
        return None


def read_cms(data: bytes) -> ParsedCms:
    """Read a signature in DER, or in BER as others write it. Raises MalformedCms."""
    try:
        return read_signed_data(data)
    except UnsupportedCms:
        raise
    except MalformedCms as error:
        try:
            der = in_der(data)
        except MalformedCms:
            raise error from None
        return read_signed_data(der)


def _unsigned(found: FoundMail) -> Check:
    if found.is_encrypted:
        sealed = "It is encrypted, or a kind of S/MIME that is not opened here: give it as its recipient reads it."
        return indeterminate(FORMAT, "encrypted", sealed)
    if found.is_pec:
        return invalid(
            SIGNATURE,
            "not_signed",
            f"{name_of_mail(found)} Yet no provider signed it: anybody can write such a message.",
        )
    return indeterminate(SIGNATURE, "not_signed", "An e-mail that nobody signed: it proves nothing by itself.")


def _judged(found: FoundMail, signature: MailSignature, case: Case) -> SignatureFinding:
    cms = read_cms(signature.cms)
    content = cms.content if signature.content is None else _as_signed(cms, signature.content)
    digest = None if content is None else digest_of(content)
    return judge_signature(cms, digest, Surroundings(case.trust), claimed_at=found.face.at)


def _as_signed(cms: ParsedCms, content: bytes) -> bytes:
    """Give the content with the line ends that were signed: a message saved in a file often has others."""
    as_mail = with_crlf(content)
    fits = digest_of(content)(cms.digest_algorithm) == cms.message_digest
    return content if fits else as_mail
