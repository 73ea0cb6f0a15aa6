"""The tables, for any database. Instants are integer milliseconds since the Unix epoch, digests 32 raw bytes.

A workspace has an integer key inside, so that keys of rows stay short. Its letters are counted by ``ordinal`` and its
journal by ``seq``, both from 1; a table that grows is in the order of (workspace, count): new rows go to the end.
"""

from __future__ import annotations

from sigillo.storage.schema.base import metadata
from sigillo.storage.schema.faults import faults
from sigillo.storage.schema.kpis import alert_rules, tallies, wait_bands, waits
from sigillo.storage.schema.letters import (
    answers,
    courses,
    events,
    files,
    letters,
    proofs,
    scenarios,
    short_files,
    tags,
)
from sigillo.storage.schema.mail import deferred_mails, mail_places
from sigillo.storage.schema.mailboxes import mail_folders, mail_headers, mail_messages, mailbox_places, mailboxes
from sigillo.storage.schema.webhooks import attempts, deliveries, webhook_endpoints, webhook_places
from sigillo.storage.schema.workspaces import api_keys, version, workspaces

__all__ = [
    "CONTENTS",
    "HEAD",
    "alert_rules",
    "answers",
    "api_keys",
    "attempts",
    "courses",
    "deferred_mails",
    "deliveries",
    "events",
    "faults",
    "files",
    "letters",
    "mail_folders",
    "mail_headers",
    "mail_messages",
    "mail_places",
    "mailbox_places",
    "mailboxes",
    "metadata",
    "proofs",
    "scenarios",
    "short_files",
    "tags",
    "tallies",
    "version",
    "wait_bands",
    "waits",
    "webhook_endpoints",
    "webhook_places",
    "workspaces",
]

HEAD = "0005"
"""The revision of `migrations/` that these tables are; the tests compare both."""

CONTENTS = (
    mail_headers,
    mail_messages,
    mail_folders,
    mailbox_places,
    attempts,
    deliveries,
    events,
    proofs,
    tags,
    courses,
    letters,
    files,
    short_files,
    answers,
    scenarios,
    faults,
    tallies,
    wait_bands,
    waits,
    alert_rules,
)
"""The tables that a reset empties, in an order that breaks no foreign key."""
