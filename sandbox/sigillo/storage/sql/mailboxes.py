"""Mailboxes and their folders, in ``mailboxes`` and ``mail_folders``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import ColumnElement, delete, func, literal_column, select, update

from sigillo.domain.mail_folder import Folder
from sigillo.domain.mailbox import AddressTaken, Mailbox, MailboxSettings, OrdinaryMail, Tenure, Watch, Watcher
from sigillo.domain.password import Password
from sigillo.domain.pec.dialects import Limits
from sigillo.storage.codec import Row, to_instant, to_json, to_ms
from sigillo.storage.schema import mail_folders, mail_messages, mailboxes, workspaces
from sigillo.storage.sql.sqlite import IntegrityError
from sigillo.storage.sql.statements import NO_OFFSET, Query, Scope, inserting, value

_M, _F, _L = mailboxes.c, mail_folders.c, mail_messages.c
_BEYOND = 2**62
_COLUMNS = tuple(column for column in mailboxes.c if column.name not in ("workspace", "domain"))
_STATE = (_M.dialect, _M.password, _M.settings, _M.quota_bytes, _M.passwords, _M.last_uid, _M.folders, _M.used_bytes)
_HERE = _M.workspace == value("workspace_key")
_THERE = _M.address.is_not(None)
_ADD = inserting(mailboxes)
_COUNT = Query(select(func.max(_M.ordinal)).where(_HERE), ("workspace_key",))
_AT = Query(select(*_COLUMNS).where(_HERE, _M.ordinal == value("number"), _THERE), ("workspace_key", "number"))
_FIND = Query(select(*_COLUMNS).where(_HERE, _M.address == value("at")), ("workspace_key", "at"))
_PAGE = Query(
    select(*_COLUMNS)
    .where(_HERE, _M.ordinal < value("before"), _THERE)
    .order_by(_M.ordinal.desc())
    .limit(value("limit"))
    .offset(NO_OFFSET),
    ("workspace_key", "before", "limit"),
)
_OF_DOMAIN = Query(
    select(_M.dialect)
    .where(_HERE, _M.domain == value("at"))
    .order_by(_M.ordinal)
    .limit(literal_column("1"))
    .offset(NO_OFFSET),
    ("workspace_key", "at"),
)
_WATCHED = Query(
    select(*_COLUMNS).where(_HERE, _THERE, _M.settings.not_like(value("unwatched"))).order_by(_M.ordinal),
    ("workspace_key", "unwatched"),
)
_UNWATCHED = '%"watches":[]%'  # no text between quotes can hold it: JSON escapes them
_SAVE = Query(
    update(mailboxes)
    .values({column: value(f"new_{column.name}") for column in _STATE})
    .where(_HERE, _M.ordinal == value("number")),
    (*(f"new_{column.name}" for column in _STATE), "workspace_key", "number"),
)
_REMOVE = Query(
    update(mailboxes)
    .values(
        address=value("no_address"),
        domain=value("no_domain"),
        password=value("no_password"),
        settings=value("tenure"),
    )
    .where(_HERE, _M.ordinal == value("number")),
    ("no_address", "no_domain", "no_password", "tenure", "workspace_key", "number"),
)
_PAST = Query(
    select(_M.settings).where(_HERE, _M.address.is_(None), _M.settings.like(value("tenures"))).order_by(_M.ordinal),
    ("workspace_key", "tenures"),
)
_TENURES = '{"address":%'
_FORGET_PAST = Query(
    update(mailboxes).values(settings=value("nothing")).where(_HERE, _M.address.is_(None)),
    ("nothing", "workspace_key"),
)
MAILBOX_AT = Query(
    select(workspaces.c.id, *_COLUMNS)
    .join_from(mailboxes, workspaces, _M.workspace == workspaces.c.key)
    .where(_M.address == value("at")),
    ("at",),
)
"""The mailbox at an address, of any workspace, for :func:`mailbox_value`."""

_FOLDER = tuple(mail_folders.c)[2:]
_ITS = (_F.workspace == value("workspace_key")) & (_F.mailbox == value("box"))
_ADD_FOLDER = inserting(mail_folders)
_FOLDERS = Query(select(*_FOLDER).where(_ITS).order_by(_F.number), ("workspace_key", "box"))
_SAVE_FOLDER = Query(
    update(mail_folders)
    .values({column: value(f"new_{column.name}") for column in _FOLDER[1:]})
    .where(_ITS, _F.number == value("n")),
    (*(f"new_{column.name}" for column in _FOLDER[1:]), "workspace_key", "box", "n"),
)
_REMOVE_FOLDER = Query(delete(mail_folders).where(_ITS, _F.number == value("n")), ("workspace_key", "box", "n"))
_FORGET_FOLDERS = Query(delete(mail_folders).where(_ITS), ("workspace_key", "box"))
_SEEN: ColumnElement[int] = literal_column("1")
_NONE: ColumnElement[int] = literal_column("0")
_COUNTS = Query(
    select(
        func.count(),
        func.count().filter(_L.flags.bitwise_and(_SEEN) == _NONE),
        func.count().filter(_L.uid > value("beyond")),
    ).where(_L.workspace == value("workspace_key"), _L.mailbox == value("box"), _L.folder == value("n")),
    ("beyond", "workspace_key", "box", "n"),
)


class SqlMailboxes:
    """The mailboxes of the workspace."""

    __slots__ = ("_dialects", "_found", "_scope")

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._found: dict[int | str, Mailbox | None] = {}  # what this transaction read and nobody changed since
        self._dialects: dict[str, str | None] = {}

    def add(self, mailbox: Mailbox) -> None:
        """Keep a new one; raise :class:`AddressTaken` where any workspace has its address."""
        self._forget()
        domain = mailbox.address.rpartition("@")[2]
        first = (mailbox.ordinal, mailbox.id, mailbox.address, domain)
        dialect, password, *rest = _state(mailbox)
        try:
            self._scope.run(_ADD, self._scope.workspace, *first, dialect, password, to_ms(mailbox.created_at), *rest)
        except IntegrityError:
            raise AddressTaken(mailbox.address) from None

    def count(self) -> int:
        """Give how many were ever made."""
        last: int | None = self._scope.run(_COUNT, self._scope.workspace).fetchone()[0]
        return last or 0

    def at(self, ordinal: int) -> Mailbox | None:
        """Give the one with an ordinal, or None."""
        return self._one(_AT, ordinal)

    def find(self, address: str) -> Mailbox | None:
        """Give the one at an address, or None."""
        return self._one(_FIND, address)

    def page(self, *, limit: int, before: int | None) -> list[Mailbox]:
        """Give mailboxes, newest first."""
        rows = self._scope.run(_PAGE, self._scope.workspace, _BEYOND if before is None else before, limit)
        return [mailbox_value((self._scope.workspace_id, *row)) for row in rows]

    def dialect_of(self, domain: str) -> str | None:
        """Give the dialect of the oldest at a mail domain."""
        if domain not in self._dialects:
            row = self._scope.run(_OF_DOMAIN, self._scope.workspace, domain).fetchone()
            self._dialects[domain] = None if row is None else row[0]
        return self._dialects[domain]

    def watched(self) -> list[Mailbox]:
        """Give those whose new mail some address hears of, or did."""
        rows = self._scope.run(_WATCHED, self._scope.workspace, _UNWATCHED)
        return [mailbox_value((self._scope.workspace_id, *row)) for row in rows]

    def save(self, mailbox: Mailbox) -> None:
        """Keep how it stands now."""
        self._forget()
        self._scope.run(_SAVE, *_state(mailbox), self._scope.workspace, mailbox.ordinal)

    def remove(self, ordinal: int, tenure: Tenure) -> None:
        """Forget one; its ordinal stays, and its tenure in place of its settings."""
        self._forget()
        self._scope.run(_REMOVE, None, None, "", to_json(asdict(tenure)), self._scope.workspace, ordinal)

    def past(self) -> list[Tenure]:
        """Give the tenures of those that were removed."""
        rows = self._scope.run(_PAST, self._scope.workspace, _TENURES)
        return [_tenure(row[0]) for row in rows]

    def forget_past(self) -> None:
        """Forget those tenures."""
        self._scope.run(_FORGET_PAST, "{}", self._scope.workspace)

    def _one(self, query: Query, which: int | str) -> Mailbox | None:
        if which not in self._found:
            row = self._scope.run(query, self._scope.workspace, which).fetchone()
            found = None if row is None else mailbox_value((self._scope.workspace_id, *row))
            self._found[which] = found
            if found is not None:
                self._found[found.ordinal] = self._found[found.address] = found
        return self._found[which]

    def _forget(self) -> None:
        self._found.clear()
        self._dialects.clear()


class SqlFolders:
    """The folders of the workspace's mailboxes."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, mailbox: int, folder: Folder) -> None:
        """Keep a new folder."""
        self._scope.run(_ADD_FOLDER, self._scope.workspace, mailbox, folder.number, *_folder_state(folder))

    def all(self, mailbox: int) -> list[Folder]:
        """Give the folders of a mailbox, by number."""
        return [_folder_value(row) for row in self._scope.run(_FOLDERS, self._scope.workspace, mailbox)]

    def save(self, mailbox: int, folder: Folder) -> None:
        """Keep how a folder stands now."""
        self._scope.run(_SAVE_FOLDER, *_folder_state(folder), self._scope.workspace, mailbox, folder.number)

    def remove(self, mailbox: int, number: int) -> None:
        """Forget a folder."""
        self._scope.run(_REMOVE_FOLDER, self._scope.workspace, mailbox, number)

    def forget(self, mailbox: int) -> None:
        """Forget every folder of a mailbox."""
        self._scope.run(_FORGET_FOLDERS, self._scope.workspace, mailbox)

    def counts(self, mailbox: int, number: int, *, beyond: int) -> tuple[int, int, int]:
        """Give how many messages a folder has, how many are unseen, and how many lie beyond a uid."""
        row = self._scope.run(_COUNTS, beyond, self._scope.workspace, mailbox, number).fetchone()
        return row[0], row[1], row[2]


def mailbox_value(row: Row) -> Mailbox:
    """Give the mailbox of a row: the id of its workspace and the columns after it."""
    workspace_id, ordinal, mailbox_id, address, dialect, password, created_at, settings, *numbers = row
    quota_bytes, passwords, last_uid, folders, used_bytes = numbers
    return Mailbox(
        ordinal=ordinal,
        id=mailbox_id,
        workspace_id=workspace_id,
        address=address,
        dialect=dialect,
        password=Password.read(password),
        created_at=to_instant(created_at),
        settings=_settings(settings),
        quota_bytes=quota_bytes,
        passwords=passwords,
        last_uid=last_uid,
        folders=folders,
        used_bytes=used_bytes,
    )


@lru_cache(maxsize=256)
def _tenure(text: str) -> Tenure:
    told = orjson.loads(text)
    return Tenure(**{**told, "watches": _watches(told)})


def _watches(told: Mapping[str, Any]) -> tuple[Watch, ...]:
    return tuple(Watch(**{**one, "watcher": Watcher(one["watcher"])}) for one in told.get("watches", ()))


def _settings(text: str) -> MailboxSettings:
    told = orjson.loads(text)
    limits = told["limits"]
    if limits is not None:
        limits = Limits(**{**limits, "blocked_extensions": tuple(limits["blocked_extensions"])})
    read = {"ordinary_mail": OrdinaryMail(told["ordinary_mail"]), "limits": limits, "watches": _watches(told)}
    return MailboxSettings(**{**told, **read})


def _state(mailbox: Mailbox) -> Row:
    return (
        mailbox.dialect,
        mailbox.password.text,
        to_json(asdict(mailbox.settings)),
        mailbox.quota_bytes,
        mailbox.passwords,
        mailbox.last_uid,
        mailbox.folders,
        mailbox.used_bytes,
    )


def _folder_state(folder: Folder) -> Row:
    return (
        folder.name,
        folder.uid_validity,
        folder.is_subscribed,
        folder.special_use,
        folder.last_uid,
        folder.noticed_uid,
    )


def _folder_value(row: Row) -> Folder:
    number, name, uid_validity, is_subscribed, special_use, last_uid, noticed_uid = row
    return Folder(number, name, uid_validity, bool(is_subscribed), special_use, last_uid, noticed_uid)
