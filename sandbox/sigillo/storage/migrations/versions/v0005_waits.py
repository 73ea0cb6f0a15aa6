"""Waits in the order of the day, and added up over bands, so that percentiles of days, too, need no sorting."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Text, text

from sigillo.domain.kpi import day_of

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BAND_S = 14_400


def upgrade() -> None:
    """Sort the waits there are into days and bands."""
    op.rename_table("waits", "waits_before")
    op.create_table(
        "waits",
        Column("workspace", Integer, nullable=False),
        Column("day", Integer, nullable=False),
        Column("took_s", Integer, nullable=False),
        Column("hour", Integer, nullable=False),
        Column("service", Text, nullable=False),
        Column("letters", Integer, nullable=False),
        PrimaryKeyConstraint("workspace", "day", "took_s", "hour", "service"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wait_bands",
        Column("workspace", Integer, nullable=False),
        Column("day", Integer, nullable=False),
        Column("band", Integer, nullable=False),
        Column("service", Text, nullable=False),
        Column("letters", Integer, nullable=False),
        Column("sum_s", BigInteger, nullable=False),
        PrimaryKeyConstraint("workspace", "day", "band", "service"),
        sqlite_with_rowid=False,
    )
    _sort_into_days()
    _add_up()
    op.drop_table("waits_before")


def downgrade() -> None:
    """Give every letter a row again; which letter it was is not known any more, so they are numbered."""
    op.rename_table("waits", "waits_after")
    op.create_table(
        "waits",
        Column("workspace", Integer, nullable=False),
        Column("took_s", Integer, nullable=False),
        Column("ordinal", Integer, nullable=False),
        Column("hour", Integer, nullable=False),
        Column("service", Text, nullable=False),
        PrimaryKeyConstraint("workspace", "took_s", "ordinal"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO waits WITH RECURSIVE each_letter(workspace, took_s, hour, service, left) AS ("
        "SELECT workspace, took_s, hour, service, letters FROM waits_after UNION ALL "
        "SELECT workspace, took_s, hour, service, left - 1 FROM each_letter WHERE left > 1) "
        "SELECT workspace, took_s, row_number() OVER (PARTITION BY workspace ORDER BY took_s, hour, service), "
        "hour, service FROM each_letter"
    )
    op.drop_table("waits_after")
    op.drop_table("wait_bands")


def _sort_into_days() -> None:
    connection = op.get_bind()
    hours = [hour for (hour,) in connection.exec_driver_sql("SELECT DISTINCT hour FROM waits_before ORDER BY hour")]
    days = [{"of_hour": hour, "day": day_of(hour).toordinal()} for hour in hours]
    op.execute("CREATE TEMPORARY TABLE days_of_hours (hour INTEGER PRIMARY KEY, day INTEGER NOT NULL)")
    if days:
        connection.execute(text("INSERT INTO days_of_hours VALUES (:of_hour, :day)"), days)
    op.execute(
        "INSERT INTO waits SELECT workspace, day, took_s, hour, service, count(*) "
        "FROM waits_before JOIN days_of_hours USING (hour) GROUP BY 1, 2, 3, 4, 5"
    )
    op.execute("DROP TABLE days_of_hours")


def _add_up() -> None:
    op.execute(
        f"INSERT INTO wait_bands SELECT workspace, day, took_s / {_BAND_S}, service, "  # noqa: S608 – a number
        "sum(letters), sum(letters * took_s) FROM waits GROUP BY 1, 2, 3, 4"
    )
