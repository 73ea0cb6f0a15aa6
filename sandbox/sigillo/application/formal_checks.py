"""What the sender's provider checks before it accepts a message (RFC 6109 §3.1.1, §3.1.3), whoever handed it in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from sigillo.application.mail_drafts import Refusal
from sigillo.application.receipts import Arriving, Receipts
from sigillo.domain.errors import NotFound
from sigillo.domain.letter import Content, Letter
from sigillo.domain.pec.dialects import DIALECTS, Limits
from sigillo.domain.pec.dispatch import Dispatch, Role
from sigillo.domain.pec.formalities import CarriedFile, Envelope, Examined, reason, violations
from sigillo.domain.pec.posting import Posting


def refusal_of(examined: Examined, envelope: Envelope, limits: Limits, *, dialect: str) -> Refusal | None:
    """Give why a message is not accepted, in the words of the provider of a dialect; None when it is."""
    found = violations(examined, envelope, limits)
    if found:
        return Refusal(reason(found, DIALECTS[dialect].provider))
    return None if examined.virus is None else Refusal(examined.virus, is_virus=True)


class Inspection(Protocol):
    """Looks at letters that came by API as a provider looks at the messages that are made of them."""

    def refusal(self, letter: Letter, limits: Limits) -> Refusal | None:
        """Give why the message of a letter is not accepted."""


@dataclass(frozen=True, slots=True)
class FirstInspection:
    """Looks at names and sizes alone: what is refused for these is never put together."""

    def refusal(self, letter: Letter, limits: Limits) -> Refusal | None:
        """Give why the message of a letter is not accepted; only one with files can have a reason."""
        mail = letter.mail
        if mail is None or not has_files(letter):
            return None
        return refusal_of(_particulars(letter, mail.dispatch), _envelope(mail), limits, dialect=mail.dialect)


@dataclass(frozen=True, slots=True)
class LetterInspection:
    """Looks into files as well. The message is put together for it, which takes a while where they are large.

    ``known`` is what was examined already, with no transaction open; the verdict on it is given when the letter is
    taken in, by the sender's plan as it is then. A letter of other files is examined on the spot.
    """

    receipts: Receipts
    known: tuple[Content, Examined] | None = None

    def having_examined(self, letter: Letter, arriving: Arriving) -> LetterInspection:
        """Give it with what the message of a letter carries; ``arriving`` are files that are not kept yet."""
        try:
            message = self.receipts.original(letter, arriving)
        except NotFound:  # a reset took the bytes away: who takes the letter in says so
            return self
        return replace(self, known=(letter.content, self.receipts.post.examine(message)))

    def refusal(self, letter: Letter, limits: Limits) -> Refusal | None:
        """Give why the message of a letter is not accepted; only one with files can have a reason."""
        mail = letter.mail
        if mail is None or not has_files(letter):
            return None
        found = FirstInspection().refusal(letter, limits)
        if found is not None:
            return found
        return refusal_of(self._examined(letter), _envelope(mail), limits, dialect=mail.dialect)

    def _examined(self, letter: Letter) -> Examined:
        if self.known is not None and self.known[0] == letter.content:
            return self.known[1]
        return self.receipts.post.examine(self.receipts.original(letter))


def has_files(letter: Letter) -> bool:
    """Tell whether a letter is a PEC that came by API with files; what a mail client handed in was examined then."""
    mail = letter.mail
    return mail is not None and not mail.is_handed_in and any(part.file_id for part in letter.content.parts)


def _envelope(mail: Posting) -> Envelope:
    return Envelope(mail.dispatch.sender, tuple(one.address for one in mail.dispatch.recipients))


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
