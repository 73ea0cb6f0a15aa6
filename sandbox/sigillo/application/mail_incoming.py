"""Mail that comes in from outside, played by whoever tests (RFC 6109 §3.2.2).

1. A transport envelope of a provider that the workspace trusts, with a signature that holds, is delivered as it stands.
2. Everything else is no PEC: as the mailbox's owner chose it is refused, or wrapped in an anomaly envelope.
3. What comes in is kept where it belongs, archived and forwarded to a mailbox as all new mail.
4. The journal notes it, which tells whom the mailbox's owner wants told (:mod:`sigillo.domain.mailbox_mail`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from sigillo.application.announcements import announce
from sigillo.application.idempotency import Answered, Once, answer_once, earlier_answer
from sigillo.application.mail_contents import News, put, special_folder
from sigillo.application.mail_folders import require_room
from sigillo.application.mail_reading import MailReading, summary_of
from sigillo.application.mail_sync import copies, deliver
from sigillo.application.mail_views import Listed, message_id_of
from sigillo.application.mailboxes import find_mailbox
from sigillo.application.ports.sealing import Sealers, Verifier
from sigillo.application.ports.storage import Answer, Store, Transaction
from sigillo.application.ports.wall import Wall
from sigillo.application.simulation import catch_up
from sigillo.application.workspaces import require_sandbox
from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.events import EventType
from sigillo.domain.mail_folder import INBOX, Kept, MessageKind, Source
from sigillo.domain.mailbox import Mailbox, OrdinaryMail
from sigillo.domain.pec import notices
from sigillo.domain.pec.certification import Kind
from sigillo.domain.pec.dialects import DIALECTS
from sigillo.domain.pec.dispatch import Addressee, Dispatch, Office, is_address, one_line
from sigillo.domain.pec.found import FoundMail
from sigillo.domain.pec.lines import with_crlf
from sigillo.domain.verdict import Conclusion
from sigillo.domain.workspace import Workspace

_TOKEN = 20
_LONGEST_SENDER = 254  # an address, RFC 5321 §4.5.3.1.3
_NO_PEC = "messaggio di posta ordinaria, non proveniente da un gestore di posta certificata"
_BROKEN = "la firma della busta di trasporto non è verificabile"
IncomingReply = Callable[[Mailbox, Listed], Answer]


@dataclass(frozen=True, slots=True)
class Incoming:
    """Takes mail in for the mailboxes of any sandbox."""

    store: Store
    wall: Wall
    reading: MailReading
    sealers: Sealers
    verifier: Verifier

    def receive(
        self, workspace_id: str, address: str, raw: bytes, *, reply: IncomingReply, once: Once | None = None
    ) -> Answered:
        """Take a message in and answer with what lies in INBOX then.

        Raises NotFound, :class:`Invalid` where the mailbox refuses ordinary mail, MailboxFull, and Forbidden in a live
        workspace.
        """
        with self.store.reading(workspace_id) as tx:
            require_sandbox(tx.workspace)
            earlier = earlier_answer(tx, once)
            if earlier is not None:
                return earlier
            workspace, mailbox = tx.workspace, find_mailbox(tx, address)
        found = self.reading.post.read(raw)
        is_certified = found.kind is Kind.TRANSPORT and found.depth == 0
        error = None if is_certified and self._holds(workspace, raw) else _BROKEN if is_certified else _NO_PEC
        if error is not None and mailbox.settings.ordinary_mail is OrdinaryMail.REFUSE:
            why = "nobody can verify its envelope's signature" if is_certified else "no provider of PEC sent it"
            detail = f"The mailbox {mailbox.address} takes no ordinary mail, and this is some: {why}."
            raise Invalid([FieldError("/message", "ordinary_mail_refused", detail)])
        with self.store.writing(workspace_id) as tx:
            return answer_once(tx, once, lambda: reply(*self._kept(tx, address, raw, found, error)))

    def _holds(self, workspace: Workspace, raw: bytes) -> bool:
        trust = [self.sealers.of(workspace).trust().root_pem]
        return self.verifier.verify([("message.eml", BytesIO(raw))], trust)[0].conclusion is Conclusion.VALID

    def _kept(
        self, tx: Transaction, address: str, raw: bytes, found: FoundMail, error: str | None
    ) -> tuple[Mailbox, Listed]:
        now = catch_up(tx, self.wall())
        deliver(tx)
        mailbox = find_mailbox(tx, address)
        whole = (
            with_crlf(raw) if error is None else self._wrapped(tx.workspace, mailbox, raw, found, error=error, at=now)
        )
        require_room(mailbox, len(whole) + mailbox.settings.promised_bytes)
        news = News(
            kind=MessageKind.TRANSPORT if error is None else MessageKind.ANOMALY,
            flags=(),
            internal_at=now,
            size_bytes=len(whole),
            counted_bytes=len(whole),
            source=Source(self.reading.blobs.put(whole).sha256),
            summary=summary_of(self.reading.post.read(whole).face),
        )
        uid = 0
        for there, name, one in copies(mailbox, INBOX, news):
            box = tx.mailboxes.find(there)
            if box is not None:
                box, folder = special_folder(tx, box, name)
                uids = put(tx, box, folder, [one])[1]
                uid = uid or uids[0]
        kept = tx.mail_messages.of_uids(mailbox.ordinal, [uid])[0]
        announce(tx, EventType.MAILBOX_RECEIVED, _told(mailbox, kept, found), at=now)
        return mailbox, Listed(message_id_of(mailbox, uid), kept, INBOX, None)

    def _wrapped(
        self, workspace: Workspace, mailbox: Mailbox, raw: bytes, found: FoundMail, *, error: str, at: datetime
    ) -> bytes:
        domain = mailbox.address.rpartition("@")[2]
        by = Office(domain, DIALECTS[mailbox.dialect])
        sender = found.face.sender
        dispatch = Dispatch(
            sender=sender if is_address(sender) else f"mittente-sconosciuto@{domain}",
            recipients=(Addressee(mailbox.address),),
            subject=found.face.subject,
            identifier=f"anomalia.{mailbox.id[-_TOKEN:]}.{mailbox.last_uid + 1}@{domain}",
        )
        said = notices.anomalous(dispatch, by, at=at, error=error)
        return self.reading.post.anomaly(said, by=by, workspace=workspace, original=raw)


def _told(mailbox: Mailbox, kept: Kept, found: FoundMail) -> dict[str, object]:
    """Give what the journal says of a message that came in: all that follows from it later, but the bytes."""
    certified = found.certification if kept.stored.kind is MessageKind.TRANSPORT else None
    sender = found.face.sender if certified is None else certified.sender
    told = {
        "address": mailbox.address,
        "message_id": message_id_of(mailbox, kept.stored.uid),
        "kind": kept.stored.kind.value,
        "sender": one_line(sender)[:_LONGEST_SENDER],
        "subject": kept.summary.subject,
    }
    return {"mailbox": told, "sha256": kept.source.sha256}
