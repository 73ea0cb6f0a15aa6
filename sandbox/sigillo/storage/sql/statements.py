"""Statements: written in SQLAlchemy Core, compiled once, run on the driver with plain tuples.

Executing through SQLAlchemy's connection costs more than SQLite's own work for the small statements used here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, Table, bindparam, insert, literal_column
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter, ClauseElement

from sigillo.storage.codec import Row
from sigillo.storage.sql.sqlite import DIALECT, Connection, Cursor

NO_OFFSET: ColumnElement[int] = literal_column("0")  # SQLite's compiler would make the missing offset one more value


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A Core statement and the names of its values in the order in which they are given."""

    core: Executable
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """A connection inside a transaction, in the workspace with this inner key and this id."""

    connection: Connection
    workspace: int
    workspace_id: str

    def run(self, query: Query, *values: object) -> Cursor:
        """Run a statement once."""
        return self.connection.execute(text_of(query), values)

    def run_many(self, query: Query, rows: list[Row]) -> None:
        """Run a statement for each row."""
        self.connection.executemany(text_of(query), rows)


@lru_cache(maxsize=512)
def text_of(query: Query) -> str:
    """Give the SQL text with positional parameters; raise RuntimeError when their order is not that of the names."""
    assert isinstance(query.core, ClauseElement)
    compiled = query.core.compile(dialect=DIALECT)
    assert isinstance(compiled, SQLCompiler)
    if tuple(compiled.positiontup or ()) != query.names:
        raise RuntimeError(f"values are {query.names} but the statement takes {compiled.positiontup}: {compiled}")
    return str(compiled)


def inserting(table: Table) -> Query:
    """Give the insertion of a whole row."""
    return Query(insert(table), tuple(table.columns.keys()))


def inserting_at_once(table: Table, rows: int) -> Query:
    """Give the insertion of so many whole rows in one statement, their values one row after the other."""
    columns = table.columns.keys()
    core = insert(table).values([{name: value(f"{name}_{row}") for name in columns} for row in range(rows)])
    return Query(core, tuple(f"{name}_{row}" for row in range(rows) for name in columns))


def value(name: str) -> BindParameter[object]:
    """Give a named value of a statement."""
    return bindparam(name, required=False)
