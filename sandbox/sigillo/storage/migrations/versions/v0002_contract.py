"""The contract: facts of the workspace itself in the journal; what webhooks, consents, keys, faults, alerts need."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from sigillo.domain.api_key import key_id

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COLUMNS = '"workspace", "seq", "ordinal", "index", "type", "at", "data", "digest"'
_WEBHOOKS = ("attempts", "deliveries", "webhook_places", "webhook_endpoints")
_LETTER = ("workspace", "ordinal"), ("letters.workspace", "letters.ordinal")
_HOUR_MS = 3_600_000
_SENT = (
    f"INSERT INTO tallies SELECT workspace, created_at / {_HOUR_MS}, service, 'sent', count(*) "  # noqa: S608 – a number
    "FROM letters GROUP BY 1, 2, 3"
)
_ENDED = (
    f"INSERT INTO tallies SELECT workspace, status_at / {_HOUR_MS}, service, outcome, count(*) "  # noqa: S608 – a number
    "FROM courses WHERE outcome IS NOT NULL GROUP BY 1, 2, 3, 4"
)
_WAITED = (
    "INSERT INTO waits SELECT workspace, (status_at - notified_at) / 1000, ordinal, "  # noqa: S608 – a number
    f"status_at / {_HOUR_MS}, service FROM courses WHERE outcome = 'accepted'"
)


def upgrade() -> None:
    """Let the journal hold facts that are about no letter."""
    _rebuild_events()
    _name_keys()
    _faults()
    _figures()
    _webhooks()
    _mail()


def downgrade() -> None:
    """Take the tables away, and with them the facts that are about no letter."""
    op.execute("DELETE FROM events WHERE ordinal = 0")
    _rebuild_events(ForeignKeyConstraint(*_LETTER))
    _unname_keys()
    op.drop_table("faults")
    for name in ("tallies", "waits", "alert_rules", "mail_places", *_WEBHOOKS):
        op.drop_table(name)
    for name in ("rules", "alerts_at"):
        op.drop_column("workspaces", name)


def _rebuild_events(*constraints: ForeignKeyConstraint) -> None:
    """Copy the journal into a table with or without its foreign key; SQLite cannot take one away in place."""
    op.rename_table("events", "events_before")
    op.drop_index("ix_events_type", "events_before")
    _events(*constraints)
    op.execute(f"INSERT INTO events ({_COLUMNS}) SELECT {_COLUMNS} FROM events_before")  # noqa: S608 – our own columns
    op.drop_table("events_before")
    op.create_index("ix_events_type", "events", ["workspace", "type", "seq"])


def _events(*constraints: ForeignKeyConstraint) -> Table:
    return op.create_table(
        "events",
        Column("workspace", Integer, nullable=False),
        Column("seq", BigInteger, nullable=False),
        Column("ordinal", Integer, nullable=False),
        Column("index", Integer, nullable=False),
        Column("type", Text, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("data", Text, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        PrimaryKeyConstraint("workspace", "seq"),
        UniqueConstraint("workspace", "ordinal", "index", name="uq_events_of_letter"),
        *constraints,
        sqlite_with_rowid=False,
    )


def _name_keys() -> None:
    """Give the keys there are a name, an id and every scope: that is what they could do so far."""
    found = _keys_apart()
    made = op.create_table(
        "api_keys",
        Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
        Column("ordinal", Integer, nullable=False),
        Column("id", Text, nullable=False, unique=True),
        Column("sha256", Text, nullable=False, unique=True),
        Column("name", Text, nullable=False),
        Column("scopes", Text, nullable=False),
        Column("starts", Text),
        Column("rate", Text),
        Column("created_at", BigInteger),
        Column("revoked_at", BigInteger),
        PrimaryKeyConstraint("workspace", "ordinal"),
    )
    for sha256, workspace, ordinal in found:
        named = {"id": key_id(sha256), "name": f"key {ordinal}", "scopes": "read send sandbox"}
        op.execute(made.insert().values(workspace=workspace, ordinal=ordinal, sha256=sha256, **named))


def _unname_keys() -> None:
    """Keep the hashes of the keys that are good, and nothing else of them."""
    op.execute("DELETE FROM api_keys WHERE revoked_at IS NOT NULL")
    found = _keys_apart()
    made = op.create_table(
        "api_keys",
        Column("sha256", Text, primary_key=True),
        Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
    )
    for sha256, workspace, _ in found:
        op.execute(made.insert().values(workspace=workspace, sha256=sha256))


def _keys_apart() -> list[tuple[str, int, int]]:
    """Take the table of keys away, and give hash, workspace and number in the workspace of each."""
    select = "SELECT sha256, workspace, row_number() OVER (PARTITION BY workspace ORDER BY rowid) FROM api_keys"
    found = [(row[0], row[1], row[2]) for row in op.get_bind().execute(text(select))]
    op.drop_table("api_keys")
    return found


def _mail() -> None:
    op.create_table(
        "mail_places",
        Column("workspace", Integer, ForeignKey("workspaces.key"), primary_key=True, autoincrement=False),
        Column("resets", Integer, nullable=False),
        Column("position", BigInteger, nullable=False),
    )


def _faults() -> None:
    op.create_table(
        "faults",
        Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
        Column("ordinal", Integer, nullable=False),
        Column("document", Text, nullable=False),
        Column("matched", Integer, nullable=False),
        Column("applied", Integer, nullable=False),
        Column("removed", Boolean(create_constraint=False), nullable=False),
        PrimaryKeyConstraint("workspace", "ordinal"),
    )


def _figures() -> None:
    """Make the tables of figures and alerts, and count the letters there are."""
    op.add_column("workspaces", Column("rules", Integer, nullable=False, server_default="0"))
    op.add_column("workspaces", Column("alerts_at", BigInteger))
    op.create_table(
        "tallies",
        Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
        Column("hour", Integer, nullable=False),
        Column("service", Text, nullable=False),
        Column("what", Text, nullable=False),
        Column("letters", Integer, nullable=False),
        PrimaryKeyConstraint("workspace", "hour", "service", "what"),
        sqlite_with_rowid=False,
    )
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
    op.create_table(
        "alert_rules",
        Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
        Column("id", Text, nullable=False),
        Column("document", Text, nullable=False),
        PrimaryKeyConstraint("workspace", "id"),
    )
    for statement in (_SENT, _ENDED, _WAITED):
        op.execute(statement)


def _webhooks() -> None:
    """Make the tables of endpoints, deliveries and attempts."""
    _webhook_endpoints()
    _deliveries()
    _delivery_indexes()
    _attempts()


def _webhook_endpoints() -> None:
    op.create_table(
        "webhook_endpoints",
        Column("workspace", Integer, ForeignKey("workspaces.key"), nullable=False),
        Column("ordinal", Integer, nullable=False),
        Column("id", Text, nullable=False),
        Column("url", Text, nullable=False),
        Column("secret", Text, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("description", Text),
        Column("event_types", Text),
        Column("letters_only", Boolean(create_constraint=False), nullable=False),
        Column("status", Text, nullable=False),
        Column("disabled_reason", Text),
        Column("disabled_at", BigInteger),
        Column("secrets_made", Integer, nullable=False),
        Column("previous_secret", Text),
        Column("previous_until_s", Double),
        Column("position", BigInteger, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("failing_since", BigInteger),
        Column("removed", Boolean(create_constraint=False), nullable=False),
        PrimaryKeyConstraint("workspace", "ordinal"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_webhook_endpoints_id", "webhook_endpoints", ["workspace", "id"])
    op.create_index(
        "ix_webhook_endpoints_url", "webhook_endpoints", ["workspace", "url"], sqlite_where=text("letters_only")
    )
    op.create_index(
        "ix_webhook_endpoints_readers",
        "webhook_endpoints",
        ["workspace", "ordinal"],
        sqlite_where=text("NOT letters_only"),
    )
    op.create_table(
        "webhook_places",
        Column("workspace", Integer, ForeignKey("workspaces.key"), primary_key=True),
        Column("sorted_to", BigInteger, nullable=False),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        Column("workspace", Integer, nullable=False),
        Column("number", Integer, nullable=False),
        Column("endpoint", Integer, nullable=False),
        Column("seq", BigInteger, nullable=False),
        Column("line", BigInteger, nullable=False),
        Column("event_id", Text, nullable=False),
        Column("event_type", Text, nullable=False),
        Column("subject_id", Text, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("status", Text, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("next_attempt_at", BigInteger),
        Column("settled_at", BigInteger),
        Column("answer_status", Integer),
        PrimaryKeyConstraint("workspace", "number"),
        ForeignKeyConstraint(("workspace", "endpoint"), ("webhook_endpoints.workspace", "webhook_endpoints.ordinal")),
        sqlite_with_rowid=False,
    )


def _delivery_indexes() -> None:
    op.create_index("ix_deliveries_endpoint", "deliveries", ["workspace", "endpoint", "seq"])
    op.create_index("ix_deliveries_subject", "deliveries", ["workspace", "subject_id", "number"])
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["workspace", "endpoint", "next_attempt_at", "number"],
        sqlite_where=text("status = 'pending'"),
    )
    op.create_index(
        "ix_deliveries_next",
        "deliveries",
        ["workspace", "next_attempt_at", "endpoint"],
        sqlite_where=text("status = 'pending'"),
    )
    op.create_index(
        "ix_deliveries_line",
        "deliveries",
        ["workspace", "endpoint", "line", "seq"],
        sqlite_where=text("status IN ('pending', 'waiting')"),
    )


def _attempts() -> None:
    op.create_table(
        "attempts",
        Column("workspace", Integer, nullable=False),
        Column("delivery", Integer, nullable=False),
        Column("number", Integer, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("sent_at", BigInteger, nullable=False),
        Column("status", Integer),
        Column("latency_ms", Double, nullable=False),
        Column("request_headers", Text, nullable=False),
        Column("headers", Text, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("error", Text),
        PrimaryKeyConstraint("workspace", "delivery", "number"),
        sqlite_with_rowid=False,
    )
