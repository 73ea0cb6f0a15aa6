"""API keys, in ``api_keys``: their hashes, and what each may do."""

from __future__ import annotations

from sqlalchemy import func, select, update

from sigillo.domain.api_key import ApiKey, Scope
from sigillo.domain.errors import Conflict
from sigillo.domain.rate import Rate
from sigillo.storage.codec import Row, to_instant, to_ms
from sigillo.storage.schema import api_keys, workspaces
from sigillo.storage.sql.sqlite import IntegrityError
from sigillo.storage.sql.statements import NO_OFFSET, Query, inserting, value
from sigillo.storage.sql.statements import Scope as Inside

_COLUMNS = tuple(api_keys.c)[1:]
_ADD = inserting(api_keys)
_COUNT = Query(
    select(func.count()).select_from(api_keys).where(api_keys.c.workspace == value("workspace_key")),
    ("workspace_key",),
)
_FIND = Query(
    select(*_COLUMNS).where(api_keys.c.workspace == value("workspace_key"), api_keys.c.id == value("id")),
    ("workspace_key", "id"),
)
_PAGE = Query(
    select(*_COLUMNS)
    .where(api_keys.c.workspace == value("workspace_key"), api_keys.c.ordinal < value("before"))
    .order_by(api_keys.c.ordinal.desc())
    .limit(value("limit"))
    .offset(NO_OFFSET),
    ("workspace_key", "before", "limit"),
)
_REVOKE = Query(
    update(api_keys)
    .values(revoked_at=value("revoked"))
    .where(api_keys.c.workspace == value("workspace_key"), api_keys.c.ordinal == value("number")),
    ("revoked", "workspace_key", "number"),
)
KEY_OF = Query(
    select(workspaces.c.id, *_COLUMNS)
    .join_from(api_keys, workspaces, api_keys.c.workspace == workspaces.c.key)
    .where(api_keys.c.sha256 == value("sha256")),
    ("sha256",),
)
"""A key by its hash, of any workspace, for :func:`key_value`."""
_BEYOND = 2**62


class SqlKeys:
    """The keys of the workspace."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Inside) -> None:
        self._scope = scope

    def add(self, key: ApiKey) -> None:
        """Keep a new key; raise :class:`Conflict` when its hash is kept already."""
        try:
            self._scope.run(_ADD, self._scope.workspace, *_key_row(key))
        except IntegrityError:
            raise Conflict(f"The API key {key.id} is kept already.") from None

    def count(self) -> int:
        """Give how many there are."""
        count: int = self._scope.run(_COUNT, self._scope.workspace).fetchone()[0]
        return count

    def find(self, key_id: str) -> ApiKey | None:
        """Give a key, or None."""
        row = self._scope.run(_FIND, self._scope.workspace, key_id).fetchone()
        return key_value((self._scope.workspace_id, *row)) if row else None

    def page(self, *, limit: int, before: int | None) -> list[ApiKey]:
        """Give keys, newest first."""
        rows = self._scope.run(_PAGE, self._scope.workspace, _BEYOND if before is None else before, limit)
        return [key_value((self._scope.workspace_id, *row)) for row in rows]

    def save(self, key: ApiKey) -> None:
        """Keep when a key was revoked."""
        self._scope.run(_REVOKE, to_ms(key.revoked_at), self._scope.workspace, key.ordinal)


def key_value(row: Row) -> ApiKey:
    """Give the key of a row: the id of its workspace and the columns after it."""
    workspace_id, ordinal, key_id, sha256, name, scopes, starts, rate, created_at, revoked_at = row
    return ApiKey(
        id=key_id,
        workspace_id=workspace_id,
        ordinal=ordinal,
        sha256=sha256,
        name=name,
        scopes=tuple(Scope(one) for one in scopes.split()),
        starts=starts,
        created_at=None if created_at is None else to_instant(created_at),
        rate=None if rate is None else Rate.parse(rate),
        revoked_at=None if revoked_at is None else to_instant(revoked_at),
    )


def _key_row(key: ApiKey) -> Row:
    return (
        key.ordinal,
        key.id,
        key.sha256,
        key.name,
        " ".join(key.scopes),
        key.starts,
        None if key.rate is None else str(key.rate),
        to_ms(key.created_at),
        to_ms(key.revoked_at),
    )
