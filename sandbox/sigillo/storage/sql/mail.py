"""How far the mail relay has come, in ``mail_places``, and what it put off, in ``deferred_mails``."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from sigillo.application.ports.mail import Deferred, MailPlace
from sigillo.storage.schema import deferred_mails, mail_places
from sigillo.storage.sql.statements import Query, Scope, inserting, value

_D = deferred_mails.c
_MINE = mail_places.c.workspace == value("workspace_key")
_DEFERRED = _D.workspace == value("workspace_key")
_FIND = Query(select(mail_places.c.resets, mail_places.c.position).where(_MINE), ("workspace_key",))
_DROP = Query(delete(mail_places).where(_MINE), ("workspace_key",))
_ADD = inserting(mail_places)
_DROP_STALE = Query(delete(deferred_mails).where(_DEFERRED, _D.resets != value("reset")), ("workspace_key", "reset"))
_WAITING = Query(
    select(_D.resets, _D.position, _D.line, _D.tries)
    .where(_DEFERRED, _D.resets == value("reset"))
    .order_by(_D.position),
    ("workspace_key", "reset"),
)
_DEFER = Query(insert(deferred_mails).prefix_with("OR REPLACE"), ("workspace", "position", "resets", "line", "tries"))
_FORGET = Query(
    delete(deferred_mails).where(_DEFERRED, _D.position == value("its_position")), ("workspace_key", "its_position")
)


class SqlMail:
    """The place of one workspace, and what waits behind it."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def place(self) -> MailPlace | None:
        """Give the place, None before the relay was first seen."""
        row = self._scope.run(_FIND, self._scope.workspace).fetchone()
        return MailPlace(row[0], row[1]) if row else None

    def save(self, place: MailPlace) -> None:
        """Keep the place, and forget what was put off before a reset."""
        self._scope.run(_DROP, self._scope.workspace)
        self._scope.run(_ADD, self._scope.workspace, place.resets, place.position)
        self._scope.run(_DROP_STALE, self._scope.workspace, place.resets)

    def deferred(self, resets: int) -> list[Deferred]:
        """Give what was put off since that reset, by position."""
        return [Deferred(*row) for row in self._scope.run(_WAITING, self._scope.workspace, resets)]

    def defer(self, mail: Deferred) -> None:
        """Keep that a message waits, in place of what was known of it."""
        self._scope.run(_DEFER, self._scope.workspace, mail.position, mail.resets, mail.line, mail.tries)

    def settle(self, position: int) -> None:
        """Forget a message that waited."""
        self._scope.run(_FORGET, self._scope.workspace, position)
