"""How far the mail relay has come, in ``mail_places``."""

from __future__ import annotations

from sqlalchemy import delete, select

from sigillo.application.ports.mail import MailPlace
from sigillo.storage.schema import mail_places
from sigillo.storage.sql.statements import Query, Scope, inserting, value

_MINE = mail_places.c.workspace == value("workspace_key")
_FIND = Query(select(mail_places.c.resets, mail_places.c.position).where(_MINE), ("workspace_key",))
_DROP = Query(delete(mail_places).where(_MINE), ("workspace_key",))
_ADD = inserting(mail_places)


class SqlMail:
    """The place of one workspace."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def place(self) -> MailPlace | None:
        """Give the place, None before the relay was first seen."""
        row = self._scope.run(_FIND, self._scope.workspace).fetchone()
        return MailPlace(row[0], row[1]) if row else None

    def save(self, place: MailPlace) -> None:
        """Keep the place."""
        self._scope.run(_DROP, self._scope.workspace)
        self._scope.run(_ADD, self._scope.workspace, place.resets, place.position)
