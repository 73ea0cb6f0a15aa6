"""The consents of a workspace in memory, read from among the letters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sigillo.application.ports.consents import ConsentFilter
from sigillo.domain.consent import KnownConsent
from sigillo.domain.letter import ConsentStatus, Status
from sigillo.storage.memory_rows import MemoryLetters

_STANDING = (ConsentStatus.REQUESTED, ConsentStatus.GIVEN, ConsentStatus.REVOKED)


class MemoryConsents:
    """The consents, read; they are written as letters are."""

    def __init__(self, letters: MemoryLetters) -> None:
        self._letters = letters

    def of_recipient(self, email: str) -> list[KnownConsent]:
        return [one for one in self._known(self._of(email)) if one.course.status in _STANDING]

    def waiting(self, email: str) -> list[str]:
        theirs = [ordinal for ordinal in sorted(self._letters.of_recipient(email)) if ordinal > 0]
        running = [self._letters.running.rows[each] for each in theirs]
        return [each.letter_id for each in running if each.course.status is Status.AWAITING_CONSENT]

    def page(self, wanted: ConsentFilter, *, limit: int, before: int | None) -> list[KnownConsent]:
        ordinals = self._letters.letters.rows if wanted.recipient is None else self._of(wanted.recipient)
        theirs = [each for each in ordinals if each < 0 and (before is None or each > -before)]
        fitting = (one for one in self._known(theirs) if wanted.status is None or one.course.status in wanted.status)
        return list(islice(fitting, limit))

    def _of(self, email: str) -> list[int]:
        return [ordinal for ordinal in self._letters.of_recipient(email) if ordinal < 0]

    def _known(self, ordinals: list[int]) -> Iterator[KnownConsent]:
        for each in sorted(ordinals):
            yield KnownConsent(self._letters.letters.rows[each], self._letters.running.rows[each].course)
