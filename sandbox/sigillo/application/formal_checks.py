"""What the sender's provider checks before it accepts a message (RFC 6109 §3.1.1, §3.1.3), whoever handed it in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sigillo.application.mail_drafts import Refusal
from sigillo.application.receipts import Receipts
from sigillo.domain.letter import Letter
from sigillo.domain.pec.dialects import DIALECTS, Limits
from sigillo.domain.pec.dispatch import Dispatch, Role
from sigillo.domain.pec.formalities import CarriedFile, Envelope, Examined, reason, violations


def refusal_of(examined: Examined, envelope: Envelope, limits: Limits, *, dialect: str) -> Refusal | None:
    """Give why a message is not accepted, in the words of the provider of a dialect; None when it is."""
    found = violations(examined, envelope, limits)
    if found:
        return Refusal(reason(found, DIALECTS[dialect].provider))
    return None if examined.virus is None else Refusal(examined.virus, is_virus=True)


@dataclass(frozen=True, slots=True)
class LetterInspection:
    """Looks at letters that came by API as a provider looks at the messages that are made of them."""

    receipts: Receipts

    def refusal(self, letter: Letter, limits: Limits) -> Refusal | None:
        """Give why the message of a letter is not accepted; only one with files can have a reason."""
        mail = letter.mail
        if mail is None or mail.is_handed_in or all(part.file_id is None for part in letter.content.parts):
            return None
        envelope = Envelope(mail.dispatch.sender, tuple(one.address for one in mail.dispatch.recipients))
        # By names and sizes first: what is refused for its size is never put together.
        found = refusal_of(_particulars(letter, mail.dispatch), envelope, limits, dialect=mail.dialect)
        if found is not None:
            return found
        examined = self.receipts.post.examine(self.receipts.original(letter))
        return refusal_of(examined, envelope, limits, dialect=mail.dialect)


def _particulars(letter: Letter, sent: Dispatch) -> Examined:
    named = {role: tuple((one.address, one.address) for one in sent.recipients if one.role is role) for role in Role}
    examined = Examined(
        senders=((letter.sender.name, sent.sender),),
        to=named[Role.TO],
        cc=named[Role.CC],
        has_hidden=False,
        subject=sent.subject,
        size_bytes=sum(part.size for part in letter.content.parts) * 4 // 3,
    )
    return replace(examined, files=tuple(CarriedFile(part.name) for part in letter.content.parts))
