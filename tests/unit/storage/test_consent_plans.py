"""The questions about consents follow an index, and those about letters still do, however many there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from sigillo.storage.sql import SqlStore, consents, letters
from sigillo.storage.sql.sqlite import connect
from sigillo.storage.sql.statements import Query, text_of


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (consents._OF_RECIPIENT, "ix_letters_recipient (workspace=? AND recipient=? AND ordinal<?)"),
        (consents._WAITING, "ix_letters_recipient (workspace=? AND recipient=? AND ordinal>?)"),
        (
            consents._page(("recipient",)),
            "ix_letters_recipient (workspace=? AND recipient=? AND ordinal>? AND ordinal<?)",
        ),
        (letters._page(("status",)), "ix_courses_status (workspace=? AND status=? AND ordinal<?)"),
        (consents._page(("status",)), "ix_courses_status (workspace=? AND status=? AND ordinal>?)"),
    ],
)
def test_an_index_finds_them_in_order(tmp_path: Path, query: Query, index: str) -> None:
    """Each question is one search in an index that gives the rows in their order: nothing is scanned or sorted."""
    SqlStore.open(tmp_path).close()
    connection = connect(tmp_path / "sigillo.db", writer=True)
    rows = connection.execute(f"EXPLAIN QUERY PLAN {text_of(query)}", (1,) * len(query.names)).fetchall()
    connection.close()
    steps = [row[3] for row in rows]
    assert index in steps[0]
    assert not [step for step in steps if step.startswith(("SCAN", "USE TEMP"))]
