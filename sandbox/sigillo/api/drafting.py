"""From the wire to a draft, with everything that is wrong told at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sigillo.api.desk import Desk
from sigillo.api.letter_text import RECEIPT_TYPES
from sigillo.api.mending import StandIns, further
from sigillo.api.shape import try_shape
from sigillo.api.webhook_addresses import address_problems
from sigillo.api.wire.letters import LetterIn, RecipientIn
from sigillo.application.drafts import ConsentDraft, Draft
from sigillo.application.mail_drafts import Other
from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.letter import Recipient, RecipientKind, Sender
from sigillo.domain.markup import media_type_of
from sigillo.domain.pec.dispatch import Role
from sigillo.domain.services.pec import PEC

_STAND_INS: StandIns = {
    "/service": "lre",
    "/recipient": {"name": "-", "email": "-@example.com"},
    "/recipient/name": "-",
    "/recipient/email": "-@example.com",
    "/subject": "-",
    "/sender/name": "-",
    "/sender/email": "-@example.com",
    "/consent/obtained_at": "2000-01-01T00:00:00Z",
    "/content": "-",
    "/to": [],
    "/cc": [],
    "/receipt_type": "complete",
}
_RECEIPT_TYPES = {name: kind for kind, name in RECEIPT_TYPES.items()}


def draft_of(
    desk: Desk, workspace_id: str, raw: object, *, beside: Sequence[FieldError] = (), files_follow: bool = False
) -> Draft:
    """Give the draft that a document says; raises :class:`Invalid` with every error, those of names included.

    ``beside`` are errors found in what came along; ``files_follow`` says that files did.
    """
    shaped, problems = try_shape(LetterIn, raw)
    problems += [*_url_problems(desk, workspace_id, raw, problems), *name_problems(raw), *beside]
    if shaped is None or problems:

        def check(letter: LetterIn) -> None:
            desk.sandbox.letters.validate(workspace_id, _draft(letter))

        found = further(LetterIn, raw, problems, check=check, stand_ins=_STAND_INS)
        raise Invalid([*problems, *(one for one in found if not (files_follow and one.code == "nothing_to_send"))])
    return _draft(shaped)


def _draft(letter: LetterIn) -> Draft:
    text = letter.content
    return Draft(
        service=letter.service,
        recipient=_recipient(letter.recipient),
        subject=letter.subject,
        sender=Sender(letter.sender.name, letter.sender.email, letter.sender.company) if letter.sender else None,
        text=text,
        text_media_type=letter.content_type or media_type_of(text or ""),
        file_ids=tuple(letter.file_ids),
        reference=letter.reference,
        metadata=letter.metadata,
        tags=tuple(letter.tags),
        scenario=letter.scenario,
        webhook_url=letter.webhook_url,
        consent=ConsentDraft(letter.consent.obtained_at, letter.consent.evidence_file_id) if letter.consent else None,
        ask_consent=letter.ask_consent,
        others=tuple(_others(letter)),
        receipt_type=_RECEIPT_TYPES[letter.receipt_type],
    )


def _others(letter: LetterIn) -> Iterator[Other]:
    for role, field in ((Role.TO, letter.to), (Role.CC, letter.cc)):
        for i, one in enumerate(field):
            to = Recipient(RecipientKind.PROFESSIONAL, one.name or one.email, one.email)
            yield Other(to, role, f"/{role.value}/{i}")


def _recipient(to: RecipientIn) -> Recipient:
    return Recipient(RecipientKind(to.kind), to.full_name, to.email, to.company)


def _url_problems(desk: Desk, workspace_id: str, raw: object, found: Sequence[FieldError]) -> list[FieldError]:
    """Give why the letter's ``webhook_url`` will never be called, unless it is no URL in the first place."""
    url = raw.get("webhook_url") if isinstance(raw, dict) else None
    if not isinstance(url, str) or any(one.pointer == "/webhook_url" for one in found):
        return []
    return address_problems(desk, workspace_id, url, pointer="/webhook_url")


def _is_pec(raw: object) -> bool:
    return isinstance(raw, dict) and raw.get("service") == PEC.name


def name_problems(raw: object) -> list[FieldError]:
    """Give what is wrong between the fields of a recipient's name, whatever else is wrong."""
    recipient = raw.get("recipient") if isinstance(raw, dict) else None
    if not isinstance(recipient, dict) or recipient.get("name") is not None or _is_pec(raw):
        return []
    missing = [name for name in ("first_name", "last_name") if recipient.get(name) is None]
    if len(missing) == 1:
        return [FieldError(f"/recipient/{missing[0]}", "missing", f"{missing[0]} is missing: add it, or give `name`.")]
    detail = "The recipient has no name: give `name`, or `first_name` and `last_name`."
    return [FieldError("/recipient/name", "missing", detail)] if missing else []
