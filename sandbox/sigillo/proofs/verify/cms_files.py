"""Files that are a CMS structure: detached and attached signatures (P7S, P7M), and RFC 3161 tokens (TST, TSR).

1. What it is: a token says so by its content type; an answer of a timestamp authority may hold none.
2. The content: inside, or else the given file whose digest is the signed one.
3. The signature, or the token, over it.
"""

from __future__ import annotations

from typing import Final

from sigillo.domain.calendar import format_instant
from sigillo.domain.verdict import Check, Verdict
from sigillo.proofs.ber import in_der
from sigillo.proofs.reading import ParsedCms, ParsedToken, read_signed_data, read_token
from sigillo.proofs.schemes import MalformedCms
from sigillo.proofs.timestamps import TST_INFO, StatusInfo
from sigillo.proofs.verify.chain import name_of
from sigillo.proofs.verify.findings import FORMAT, INTEGRITY, indeterminate, invalid, unreadable, valid
from sigillo.proofs.verify.material import Case, Document, Judgement, Vouched
from sigillo.proofs.verify.recognition import Format, cms_bytes, recognise, refusal_in
from sigillo.proofs.verify.signatures import content_missing, digest_of, judge_signature
from sigillo.proofs.verify.signer import Surroundings, is_sandbox
from sigillo.proofs.verify.tokens import judge_token

_INDEFINITE: Final = b"\x30\x80"


def judge_cms_file(document: Document, case: Case) -> Judgement:
    """Judge a CMS file; the files given beside it may be its content."""
    data = cms_bytes(document.whole())
    refusal = refusal_in(data)
    if refusal is not None:
        return Judgement(Verdict(document.name, "tst", (_refused(refusal),)))
    try:
        data = in_der(data) if data.startswith(_INDEFINITE) else data
        cms = read_signed_data(data)
        # 1
        token = read_token(data) if cms.content_type == TST_INFO.dotted_string else None
    except MalformedCms as error:
        return Judgement(Verdict(document.name, "cms", (unreadable(error),)))
    return _judged_signature(document, cms, case) if token is None else _judged_token(document, token, case)


def _refused(status: StatusInfo) -> Check:
    reason = " ".join(status.status_string or ()) or "no reason is given."
    said = f"The timestamp authority answered without a token (status {status.status}): {reason} It proves nothing."
    return indeterminate(FORMAT, "timestamp_refused", said)


def _judged_signature(document: Document, cms: ParsedCms, case: Case) -> Judgement:
    form = "p7s" if cms.content is None else "p7m"
    # 2
    found = case.with_digest(cms.digest_algorithm, cms.message_digest, but=document) if cms.content is None else None
    digest = digest_of(cms.content) if cms.content is not None else None if found is None else found.digest
    # 3
    finding = judge_signature(cms, digest, Surroundings(case.trust))
    checks = [valid(FORMAT, "ok", "A CMS signature."), *_named_content(finding.checks, cms, found, document, case)]
    about = {"format": "signature", **finding.about(), **_names(found)}
    return Judgement(Verdict(document.name, form, tuple(checks), about), () if found is None else (Vouched(found),))


def _named_content(
    checks: tuple[Check, ...], cms: ParsedCms, found: Document | None, document: Document, case: Case
) -> tuple[Check, ...]:
    """A detached signature beside files of which none is what it signs: the content was changed, or is another."""
    files = _candidates(document, case)
    if cms.content is not None or found is not None or not files:
        return checks
    names = ", ".join(file.name for file in files)
    changed = invalid(
        INTEGRITY, "digest_mismatch", f"It signs none of the files given ({names}), or what it signed was changed."
    )
    return tuple(changed if check == content_missing() else check for check in checks)


def _judged_token(document: Document, token: ParsedToken, case: Case) -> Judgement:
    # 2
    found = case.with_digest(token.imprint_algorithm, token.imprint, but=document)
    files = _candidates(document, case)
    # 3
    finding = judge_token(token, None if found is None else found.digest, Surroundings(case.trust))
    checks = [valid(FORMAT, "ok", "An RFC 3161 timestamp token."), *finding.checks]
    if found is None:
        checks.append(_another_file(files) if files else content_missing())
    about: dict[str, object] = {"format": "timestamp", "timestamped_at": format_instant(token.gen_time)}
    if finding.signer is not None:
        about |= {"timestamped_by": name_of(finding.signer), "sandbox": is_sandbox(finding.signer)}
    vouched = () if found is None else (Vouched(found),)
    return Judgement(Verdict(document.name, "tst", tuple(checks), {**about, **_names(found)}), vouched)


def _another_file(files: tuple[Document, ...]) -> Check:
    names = ", ".join(file.name for file in files)
    said = f"This token is of another file: it stamps none of those given ({names})."
    return invalid(INTEGRITY, "token_of_another_file", said)


def _candidates(document: Document, case: Case) -> tuple[Document, ...]:
    return tuple(other for other in case.others(document) if recognise(other) is not Format.CMS)


def _names(found: Document | None) -> dict[str, object]:
    return {} if found is None else {"content": found.name}
