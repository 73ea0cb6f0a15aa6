"""How far the mail relay has come, in memory."""

from __future__ import annotations

from sigillo.application.ports.mail import MailPlace
from sigillo.storage.undo import Table, UndoLog


class MemoryMail:
    """The place of one workspace."""

    def __init__(self, log: UndoLog) -> None:
        self._places: Table[str, MailPlace] = Table(log)

    def place(self) -> MailPlace | None:
        """Give the place, None before the relay was first seen."""
        return self._places.rows.get("relay")

    def save(self, place: MailPlace) -> None:
        """Keep the place."""
        self._places.put("relay", place)
