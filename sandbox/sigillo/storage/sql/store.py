"""The store: one connection that writes, as many as needed that read, each reader on a snapshot of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from sqlalchemy import select

from sigillo.application.ports.storage import Transaction
from sigillo.domain.api_key import ApiKey
from sigillo.domain.errors import Conflict, SigilloError
from sigillo.domain.mailbox import Mailbox
from sigillo.domain.workspace import Workspace
from sigillo.storage import codec
from sigillo.storage.lock import FolderLock
from sigillo.storage.schema import workspaces
from sigillo.storage.sql.keys import KEY_OF, key_value
from sigillo.storage.sql.mailboxes import MAILBOX_AT, mailbox_value
from sigillo.storage.sql.papers import SHORT_BYTES
from sigillo.storage.sql.sqlite import BEGIN_READING, BEGIN_WRITING, Connection, connect, translated
from sigillo.storage.sql.statements import Query, inserting, text_of
from sigillo.storage.sql.transaction import FIND_WORKSPACE, STATE, SqlTransaction
from sigillo.storage.sql.upgrade import bring_to_head
from sigillo.storage.turns import FairLock

_Kind = type[BaseException] | None
_Committed = Callable[[str], None]
_OWNER_ONLY = 0o700
_WORKSPACES = Query(select(*STATE).order_by(workspaces.c.id), ())
_ADD_WORKSPACE = inserting(workspaces)


class SqlStore:
    """Everything but blobs, in one SQLite file. Safe to use from any thread."""

    def __init__(self, path: Path, writer: Connection, lock: FolderLock, committed: _Committed) -> None:
        """Use :meth:`open`."""
        self._path = path
        self._writer = writer
        self._folder_lock = lock
        self._lock = FairLock()
        self._committed = committed
        self._readers: deque[Connection] = deque()

    @classmethod
    def open(cls, where: str | Path, *, committed: _Committed = lambda _: None) -> SqlStore:
        """Open the database ``sigillo.db`` of a data folder, or the file of a ``sqlite:///`` URL; make or migrate it.

        ``committed`` is called with the id of the workspace after each transaction that was kept. What is made here is
        for its owner alone: letters, and the secrets that webhooks are signed with, are in it.

        Raises :class:`SigilloError` when another process has the folder open (``data_folder_in_use``) or a newer
        version wrote it (``database_too_new``), :class:`StorageFull` when there is no room.
        """
        path = _path(where)
        path.parent.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
        lock = FolderLock(path.parent / "sigillo.lock")
        writer: Connection | None = None
        try:
            path.touch(mode=_OWNER_ONLY & 0o666)  # what it logs ahead of itself gets the same mode
            writer = connect(path, writer=True)
            bring_to_head(writer)
        except BaseException as error:
            if writer is not None:
                writer.close()
            lock.release()
            _raise(error)
            raise
        return cls(path, writer, lock, committed)

    def writing(self, workspace_id: str) -> AbstractContextManager[Transaction]:
        """Open a transaction that commits at the end of the block, or rolls back when it raises."""
        return _Writing(self._writer, self._lock, workspace_id, self._committed)

    def try_writing(self, workspace_id: str) -> AbstractContextManager[Transaction | None]:
        """Open a transaction like :meth:`writing`, or give None at once when another one is being written."""
        return _TryWriting(self._writer, self._lock, workspace_id, self._committed)

    def reading(self, workspace_id: str) -> AbstractContextManager[Transaction]:
        """Open a snapshot to read."""
        return _Reading(self, workspace_id)

    def add_workspace(self, workspace: Workspace) -> None:
        """Keep a new workspace; raises :class:`~sigillo.domain.errors.Conflict` when its id exists."""
        with self._lock, _Immediate(self._writer) as connection:
            if connection.execute(text_of(FIND_WORKSPACE), (workspace.id,)).fetchone():
                raise Conflict(f"There is a workspace {workspace.id} already.")
            connection.execute(text_of(_ADD_WORKSPACE), (None, *codec.workspace_row(workspace)))

    def workspaces(self) -> list[Workspace]:
        """Give every workspace, in order of id."""
        return [codec.workspace_value(row) for row in self._read(_WORKSPACES)]

    def key_of(self, key_sha256: str) -> ApiKey | None:
        """Give the API key with this hex hash, of any workspace, or None."""
        rows = self._read(KEY_OF, key_sha256)
        return key_value(rows[0]) if rows else None

    def mailbox_at(self, address: str) -> Mailbox | None:
        """Give the mailbox at an address, of any workspace, or None."""
        rows = self._read(MAILBOX_AT, address)
        return mailbox_value(rows[0]) if rows else None

    def short_bytes(self, sha256: str) -> bytes | None:
        """Give the bytes of a short file, of any workspace, or None."""
        rows = self._read(SHORT_BYTES, sha256)
        return rows[0][0] if rows else None

    def close(self) -> None:
        """Let go of files and connections; transactions must have ended."""
        with self._lock:
            while self._readers:
                self._readers.pop().close()
            self._writer.close()
            self._folder_lock.release()

    def lend_reader(self) -> Connection:
        """Give a connection that nobody uses; :meth:`take_back` keeps it for the next."""
        try:
            return self._readers.pop()
        except IndexError:
            return connect(self._path, writer=False)

    def take_back(self, reader: Connection) -> None:
        """Keep a connection for the next reader."""
        self._readers.append(reader)

    def _read(self, query: Query, *values: object) -> list[codec.Row]:
        reader = self.lend_reader()
        try:
            return reader.execute(text_of(query), values).fetchall()
        finally:
            self.take_back(reader)


class _Immediate:
    """A write transaction on a connection whose lock is held."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __enter__(self) -> Connection:
        try:
            self._connection.execute(BEGIN_WRITING)
        except Exception as error:
            _raise(error)
            raise
        return self._connection

    def __exit__(self, kind: _Kind, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            try:
                self._connection.execute("COMMIT")
            except BaseException as failure:
                self._roll_back()
                _raise(failure)
                raise
        else:
            self._roll_back()
            _raise(error)

    def _roll_back(self) -> None:
        """Undo, unless SQLite has done so by itself, as it may when the disk is full."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


class _Writing:
    """A transaction of the one writer: waits for its turn when the block is entered."""

    __slots__ = ("_committed", "_immediate", "_lock", "_transaction", "_workspace_id")

    def __init__(self, connection: Connection, lock: FairLock, workspace_id: str, committed: _Committed) -> None:
        self._transaction: SqlTransaction | None = None
        self._committed = committed
        self._immediate = _Immediate(connection)
        self._lock = lock
        self._workspace_id = workspace_id

    def __enter__(self) -> Transaction:
        self._lock.acquire()
        return self._begin()

    def _begin(self) -> Transaction:
        try:
            connection = self._immediate.__enter__()
            try:
                self._transaction = SqlTransaction(connection, self._workspace_id)
                return self._transaction
            except BaseException as error:
                self._immediate.__exit__(type(error), error, None)
                raise
        except BaseException:
            self._lock.release()
            raise

    def __exit__(self, kind: _Kind, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if error is None and self._transaction is not None:
                self._finish(self._transaction)
            self._immediate.__exit__(kind, error, trace)
        finally:
            self._lock.release()
        if error is None:
            self._committed(self._workspace_id)

    def _finish(self, transaction: SqlTransaction) -> None:
        try:
            transaction.finish()
        except BaseException as error:
            self._immediate.__exit__(type(error), error, None)
            raise


class _TryWriting:
    """Like :class:`_Writing`, but gives None instead of waiting."""

    __slots__ = ("_held", "_lock", "_writing")

    def __init__(self, connection: Connection, lock: FairLock, workspace_id: str, committed: _Committed) -> None:
        self._writing = _Writing(connection, lock, workspace_id, committed)
        self._lock = lock
        self._held = False

    def __enter__(self) -> Transaction | None:
        if not self._lock.acquire(blocking=False):
            return None
        transaction = self._writing._begin()
        self._held = True
        return transaction

    def __exit__(self, kind: _Kind, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._held:
            self._writing.__exit__(kind, error, trace)


class _Reading:
    """A snapshot, taken when the block is entered, on a connection that goes back to the store after it."""

    __slots__ = ("_connection", "_store", "_workspace_id")

    def __init__(self, store: SqlStore, workspace_id: str) -> None:
        self._store = store
        self._workspace_id = workspace_id

    def __enter__(self) -> Transaction:
        self._connection = self._store.lend_reader()
        try:
            self._connection.execute(BEGIN_READING)
            return SqlTransaction(self._connection, self._workspace_id)
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def __exit__(self, kind: _Kind, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        self._store.take_back(self._connection)


def _path(where: str | Path) -> Path:
    if isinstance(where, Path) or "://" not in where:
        return Path(where) / "sigillo.db"
    scheme, _, path = where.partition("://")
    if scheme != "sqlite" or not path.startswith("/"):
        raise SigilloError(
            f"The database {scheme}:// is not known here: give a folder, or sqlite:///path/to/file.db.",
            code="unsupported_database",
        )
    return Path(path.removeprefix("/"))


def _raise(error: BaseException) -> None:
    ours = translated(error)
    if ours is not None:
        raise ours from error
