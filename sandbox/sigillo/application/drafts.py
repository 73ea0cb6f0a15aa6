"""A letter before it is one, and everything that is wrong with it, said at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from sigillo.application.catalogue import Chosen, choose
from sigillo.application.mail_drafts import (
    HandedMail,
    Other,
    PlaceOf,
    Refusal,
    Routed,
    mail_warnings,
    routed,
    sender_errors,
)
from sigillo.domain.calendar import format_instant
from sigillo.domain.consent import NOTHING_HELD, Held
from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.letter import Consent, Content, Part, Recipient, RecipientKind, Sender
from sigillo.domain.markup import HTML, active_parts
from sigillo.domain.pec.certification import ReceiptType
from sigillo.domain.pec.dispatch import Role
from sigillo.domain.pec_arrivals import message_bytes
from sigillo.domain.scenario import Scenario
from sigillo.domain.services import LETTER_SERVICES
from sigillo.domain.services.pec import PEC
from sigillo.domain.workspace import StoredFile, Workspace

MAX_CONTENT_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ConsentDraft:
    """A consent that the sender says to hold, and the uploaded file that shows it, if any."""

    obtained_at: datetime
    evidence_file_id: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants sent. ``ask_consent`` False refuses an individual without a consent rather than ask.

    Of a PEC: ``role`` is the first recipient's and ``others`` are those beside, ``handed`` the message as a mail client
    gave it, and ``refusal`` why the provider does not accept it (RFC 6109 §3.1.1).
    """

    service: str
    recipient: Recipient
    subject: str
    sender: Sender | None = None
    text: str | None = None
    text_media_type: str = "text/plain"
    file_ids: tuple[str, ...] = ()
    reference: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    scenario: str | None = None
    webhook_url: str | None = None
    consent: ConsentDraft | None = None
    ask_consent: bool = True
    role: Role = Role.TO
    others: tuple[Other, ...] = ()
    receipt_type: ReceiptType = ReceiptType.COMPLETE
    handed: HandedMail | None = None
    refusal: Refusal | None = None

    @property
    def recipients(self) -> tuple[Other, ...]:
        """Give all recipients of a PEC, the first one first."""
        return (Other(self.recipient, self.role, "/recipient"), *self.others)

    @property
    def needs_consent(self) -> bool:
        """Tell whether the recipient must consent (CPCE L. 100), unless the sender has their consent from before."""
        is_asked = LETTER_SERVICES[self.service].consent_days > 0
        return is_asked and self.recipient.kind is RecipientKind.INDIVIDUAL and self.consent is None


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft with everything it names resolved, and what its sender should know.

    ``consent`` is the one that it declares, with ``evidence`` to show it; ``held`` what the sender has from before;
    ``routed`` are all recipients of a PEC, the first one first.
    """

    draft: Draft
    content: Content
    consent: Consent | None
    evidence: StoredFile | None
    held: Held
    chosen: Chosen
    warnings: tuple[FieldError, ...]
    routed: tuple[Routed, ...] = ()

    @property
    def needs_consent(self) -> bool:
        """Tell whether the recipient must still consent."""
        return self.draft.needs_consent and self.held.given is None


def check(
    draft: Draft,
    *,
    workspace: Workspace,
    now: datetime,
    files: Sequence[StoredFile],
    scenarios: Mapping[str, Scenario],
    held: Held = NOTHING_HELD,
    place: PlaceOf | None = None,
) -> Checked:
    """Resolve a draft against the workspace; ``files`` are those of its file ids that exist.

    ``held`` is what the sender has of an individual's consent from before; ``place`` tells, for a PEC alone, what there
    is at an address.

    Raises :class:`Invalid` with every error found.
    """
    known = {file.id: file for file in files}
    errors = [*_content_errors(draft, known), *_consent_errors(draft, files, now, held), *service_errors(draft)]
    content = _content(draft, known)
    routed = _routed(draft, scenarios, place, errors, content) if place is not None else ()
    chosen = _chosen(draft, workspace, scenarios, errors) if place is None else routed[0].chosen if routed else None
    if chosen is None or errors:
        raise Invalid(errors)
    evidence = known.get(draft.consent.evidence_file_id or "") if draft.consent else None
    posted = mail_warnings(draft.recipients, routed, field=draft.scenario)
    warnings = tuple(posted if routed else _warnings(draft, scenarios, chosen, held))
    return Checked(draft, content, _consent(draft, evidence), evidence, held, chosen, warnings, routed)


def _routed(
    draft: Draft, scenarios: Mapping[str, Scenario], place: PlaceOf, errors: list[FieldError], content: Content
) -> tuple[Routed, ...]:
    if draft.refusal is None:
        errors.extend(sender_errors(draft.sender, draft.recipients, place))
    try:
        size = message_bytes(content, is_handed_in=draft.handed is not None)
        return routed(draft.recipients, field=draft.scenario, scenarios=scenarios, place=place, message_bytes=size)
    except Invalid as invalid:
        errors.extend(invalid.errors)
        return ()


def _file_errors(file_ids: Sequence[str], known: Mapping[str, StoredFile]) -> Iterator[FieldError]:
    for i, file_id in enumerate(file_ids):
        if file_id not in known:
            detail = f"There is no file {file_id[:40]!r} in this workspace; upload it with POST /v1/files."
            yield FieldError(f"/file_ids/{i}", "unknown_file", detail)
        elif file_id in file_ids[:i]:
            yield FieldError(f"/file_ids/{i}", "duplicate_file", f"{file_id} is listed twice; leave it once.")


def _content_errors(draft: Draft, known: Mapping[str, StoredFile]) -> Iterator[FieldError]:
    yield from _file_errors(draft.file_ids, known)
    if draft.text is None and not draft.file_ids:
        yield FieldError(
            "/content", "nothing_to_send", "Give `content`, `file_ids` or files: there is nothing to send."
        )
    if draft.text is not None and draft.text_media_type == HTML:
        active = active_parts(draft.text)
        if active:
            detail = f"HTML content must not act or fetch; take out {', '.join(active[:5])}."
            yield FieldError("/content", "active_content", detail)
    total = sum(known[i].size for i in draft.file_ids if i in known) + len((draft.text or "").encode())
    if total > MAX_CONTENT_BYTES:
        detail = f"The files of a letter may have {MAX_CONTENT_BYTES} bytes in all; these have {total}."
        yield FieldError("/file_ids", "content_too_large", detail)


def _consent_errors(draft: Draft, files: Sequence[StoredFile], now: datetime, held: Held) -> Iterator[FieldError]:
    if draft.needs_consent and not draft.ask_consent and held.given is None:
        detail = (
            "An individual must have consented to electronic registered mail (CPCE L. 100): "
            "give consent.obtained_at, or leave ask_consent true to have the consent asked for."
        )
        yield FieldError("/consent", "consent_required", detail)
    yield from declared_errors(draft.consent, files, now=now, held=held, at="/consent")


def declared_errors(
    declared: ConsentDraft | None, files: Sequence[StoredFile], *, now: datetime, held: Held, at: str
) -> Iterator[FieldError]:
    """Give what is wrong with a consent that the sender says to hold; ``at`` is where its fields stand."""
    if declared is None:
        return
    if declared.obtained_at > now:
        detail = f"A consent cannot lie in the future; the workspace's clock stands at {format_instant(now)}."
        yield FieldError(f"{at}/obtained_at", "in_the_future", detail)
    withdrawn_at = held.withdrawn_at
    if withdrawn_at is not None and declared.obtained_at <= withdrawn_at:
        detail = f"The recipient revoked their consent on {format_instant(withdrawn_at)}: only a later one holds."
        yield FieldError(f"{at}/obtained_at", "consent_revoked", detail)
    evidence = declared.evidence_file_id
    if evidence is not None and all(file.id != evidence for file in files):
        detail = f"There is no file {evidence[:40]!r} in this workspace; upload it with POST /v1/files."
        yield FieldError(f"{at}/evidence_file_id", "unknown_file", detail)


def service_errors(draft: Draft) -> Iterator[FieldError]:
    """Give what the letter's service does not know."""
    if draft.service == PEC.name:
        if draft.consent is not None:
            yield FieldError("/consent", "not_for_pec", "A PEC needs no consent: take `consent` out.")
        return
    for other in draft.others:
        detail = f"An {draft.service} goes to one recipient: send another letter, or a pec."
        yield FieldError(other.pointer, "only_for_pec", detail)
    if draft.receipt_type is not ReceiptType.COMPLETE:
        yield FieldError("/receipt_type", "only_for_pec", "Only a PEC has receipts of several types: take it out.")


def _chosen(
    draft: Draft, workspace: Workspace, scenarios: Mapping[str, Scenario], errors: list[FieldError]
) -> Chosen | None:
    try:
        chosen = choose(
            scenarios,
            draft.recipient,
            service=draft.service,
            field=draft.scenario,
            default=workspace.default_scenario,
        )
    except Invalid as invalid:
        errors.extend(invalid.errors)
        return None
    if chosen.scenario.asks_consent and not draft.needs_consent:
        detail = (
            f"The scenario {chosen.scenario.name!r} plays an individual who is asked to consent: "
            "set recipient.kind to individual and leave consent out."
        )
        errors.append(FieldError("/recipient/kind", "scenario_needs_individual", detail))
    return chosen


def _content(draft: Draft, known: Mapping[str, StoredFile]) -> Content:
    files = [known[i] for i in draft.file_ids if i in known]  # an unknown one is refused
    parts = [Part(f.name, f.media_type, f.size, f.sha256, f.id) for f in files]
    if draft.text is not None:
        data = draft.text.encode()
        name = "content.html" if draft.text_media_type == HTML else "content.txt"
        parts.insert(0, Part(name, draft.text_media_type, len(data), sha256(data).hexdigest()))
    return Content(draft.text, tuple(parts))


def _consent(draft: Draft, evidence: StoredFile | None) -> Consent | None:
    if draft.consent is None:
        return None
    return Consent(draft.consent.obtained_at, evidence.id if evidence else None, evidence.sha256 if evidence else None)


def _warnings(draft: Draft, scenarios: Mapping[str, Scenario], chosen: Chosen, held: Held) -> Iterator[FieldError]:
    if draft.needs_consent:
        yield _consent_warning(held)
    if chosen.scenario.asks_consent and held.given is not None:
        detail = f"The scenario {chosen.text!r} is about the consent, which is there already: that part is not played."
        yield FieldError("/scenario", "consent_not_played", detail)
    local, _, domain = draft.recipient.email.rpartition("@")
    names_one = draft.scenario is None and local.partition("+")[0] in scenarios
    if names_one and domain.endswith(".test") and domain != f"{draft.service}.test":
        detail = f"At {domain} the address names no scenario of {draft.service}: {chosen.text!r} is played."
        yield FieldError("/recipient/email", "scenario_not_taken", detail)


def _consent_warning(held: Held) -> FieldError:
    """Say which consent the letter would go under: one from before, one asked for before, or one still to ask for."""
    if held.given is not None:
        given = held.given
        since = format_instant(given.obtained_at or given.item.created_at)
        detail = f"The consent {given.item.id}, obtained on {since}, is used: the individual is not asked again."
        return FieldError("/consent", "consent_reused", detail)
    if held.asked is not None:
        detail = f"The individual was asked already: the letter waits for the answer to {held.asked.item.id}."
        return FieldError("/consent", "consent_awaited", detail)
    detail = "The individual is asked to consent first; the letter is deposited once they have (CPCE L. 100)."
    return FieldError("/consent", "consent_will_be_asked", detail)
