"""A mailbox in a data folder, with as many messages as wanted, and messages to hand in. All of it made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sigillo.application.mailboxes import MailboxDraft
from sigillo.application.ports.storage import Answer
from sigillo.bootstrap import build
from sigillo.cli.bench.servers import KEY
from sigillo.config import DEFAULT_SEED
from sigillo.domain.mail_folder import FLAGGED, INBOX, SEEN, Kept, MessageKind, Source, Stored, Summary

ADDRESS, TO = "ufficio@banco.example", "deliver@pec.test"
PASSWORD = "una parola che misura"  # noqa: S105 -- of a mailbox in a folder that is thrown away
_START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_STEP = timedelta(minutes=1)
_BYTES = 6_000
_AT_ONCE = 10_000


def message(number: int) -> bytes:
    """Give a message of about two kilobytes that no other number gives."""
    head = f"From: {ADDRESS}\r\nTo: {TO}\r\nSubject: Pratica {number}\r\nMessage-ID: <{number}@banco.example>\r\n"
    date = "Date: Mon, 05 Jan 2026 09:00:00 +0100\r\n"
    return f"{head}{date}\r\n".encode() + b"\r\n".join([b"Si trasmette quanto in oggetto. " * 2] * 28)


def certificate(target: Path) -> None:
    """Write the key and certificates that our own server has, as PEM, for a peer."""
    from sigillo.proofs.server_certificate import server_pem

    sandbox = build(data=None)
    workspace_id = sandbox.workspaces.ensure("demo", seed=DEFAULT_SEED, key=KEY)
    target.write_bytes(server_pem(sandbox.workspaces.get(workspace_id), ["localhost"]))


def furnished(folder: Path, count: int) -> None:
    """Make the first workspace's mailbox in a data folder, with ``count`` messages in its INBOX."""
    sandbox = build(data=folder)
    workspace_id = sandbox.workspaces.ensure("demo", seed=DEFAULT_SEED, key=KEY)
    draft = MailboxDraft(ADDRESS, password=PASSWORD)
    sandbox.mailboxes.add(workspace_id, draft, reply=lambda made: Answer("", 201, {}, b"{}"))
    box = sandbox.mailboxes.get(workspace_id, ADDRESS)
    for first in range(1, count + 1, _AT_ONCE):
        with sandbox.store.writing(workspace_id) as tx:
            (inbox,) = (folder for folder in tx.mail_folders.all(box.ordinal) if folder.name == INBOX)
            last = min(first + _AT_ONCE - 1, count)
            tx.mail_messages.add(box.ordinal, [_kept(inbox.number, uid) for uid in range(first, last + 1)])
            tx.mail_folders.save(box.ordinal, replace(inbox, last_uid=last))
            tx.mailboxes.save(replace(sandbox.mailboxes.get(workspace_id, ADDRESS), last_uid=last))
    sandbox.close()


def _kept(folder: int, uid: int) -> Kept:
    flags = ((SEEN,), (), (SEEN, FLAGGED))[uid % 3]
    stored = Stored(uid, MessageKind.MESSAGE, flags, _START + uid * _STEP, _BYTES)
    summary = Summary(
        sender=f"Mittente {uid % 97} <mittente{uid % 97}@pec.example>",
        to=ADDRESS,
        subject=f"ACCETTAZIONE: pratica {uid % 100}",
        message_id=f"{uid}@pec.example",
        sent_at=stored.internal_at,
    )
    return Kept(folder, stored, _BYTES, Source(sha256=f"{uid:064x}"), summary)
