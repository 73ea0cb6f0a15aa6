"""How far the mail relay has come and what it put off, in memory."""

from __future__ import annotations

from sigillo.application.ports.mail import Deferred, MailPlace
from sigillo.storage.undo import Table, UndoLog


class MemoryMail:
    """The place of one workspace, and what waits behind it."""

    def __init__(self, log: UndoLog) -> None:
        self._places: Table[str, MailPlace] = Table(log)
        self._deferred: Table[int, Deferred] = Table(log)

    def place(self) -> MailPlace | None:
        """Give the place, None before the relay was first seen."""
        return self._places.rows.get("relay")

    def save(self, place: MailPlace) -> None:
        """Keep the place, and forget what was put off before a reset."""
        self._places.put("relay", place)
        for mail in list(self._deferred.rows.values()):
            if mail.resets != place.resets:
                self.settle(mail.position)

    def deferred(self, resets: int) -> list[Deferred]:
        """Give what was put off since that reset, by position."""
        return sorted((each for each in self._deferred.rows.values() if each.resets == resets), key=_position)

    def defer(self, mail: Deferred) -> None:
        """Keep that a message waits."""
        self._deferred.put(mail.position, mail)

    def settle(self, position: int) -> None:
        """Forget a message that waited."""
        self._deferred.drop(position)


def _position(mail: Deferred) -> int:
    return mail.position
