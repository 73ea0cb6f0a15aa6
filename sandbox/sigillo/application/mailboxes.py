"""Mailboxes: made, changed, removed, and opened with a password."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace

from sigillo.application.idempotency import Answered, Once, answer_once
from sigillo.application.mail_contents import empty, furnish
from sigillo.application.mail_sync import deliver
from sigillo.application.ports.entropy import Entropy
from sigillo.application.ports.storage import Answer, Store, Transaction
from sigillo.application.ports.wall import Wall
from sigillo.application.simulation import catch_up
from sigillo.application.unset import UNSET, Unset, chosen
from sigillo.domain.errors import Conflict, FieldError, Invalid, NotFound
from sigillo.domain.ids import Lot
from sigillo.domain.mailbox import (
    DEFAULT_DIALECT,
    DEFAULT_QUOTA_BYTES,
    MOST_MAILBOXES,
    Box,
    Mailbox,
    MailboxSettings,
    OrdinaryMail,
    derived_password,
    mailbox_id,
    usual_ordinary_mail,
)
from sigillo.domain.mailbox_mail import watched
from sigillo.domain.password import SALT_BYTES, Password, password_errors
from sigillo.domain.pec.dialects import DIALECTS, Limits
from sigillo.domain.pec.dispatch import require_address
from sigillo.domain.pec_addresses import domain_dialect
from sigillo.domain.workspace import Workspace

_PASSWORD_BYTES = 18
_DECOY = Password(salt=b"sixteen bytes...", key=bytes(32))  # no password has this key; trying one takes as long
MailboxReply = Callable[[Mailbox], Answer]


@dataclass(frozen=True, slots=True)
class MailboxDraft:
    """A mailbox that somebody wants; what is None is made (``password``) or follows the dialect, that its domain."""

    address: str
    password: str | None = None
    dialect: str | None = None
    quota_bytes: int = DEFAULT_QUOTA_BYTES
    ordinary_mail: OrdinaryMail | None = None
    notify_address: str | None = None
    forward_to: str | None = None
    archive: bool = False
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class MailboxChanges:
    """What to change of a mailbox; what is UNSET stays. ``limits`` None goes back to those of the dialect."""

    password: str | Unset = UNSET
    quota_bytes: int | Unset = UNSET
    ordinary_mail: OrdinaryMail | Unset = UNSET
    notify_address: str | Unset | None = UNSET
    forward_to: str | Unset | None = UNSET
    archive: bool | Unset = UNSET
    limits: Limits | Unset | None = UNSET


@dataclass(frozen=True, slots=True)
class MadeMailbox:
    """A mailbox's answer; ``password`` is one that was made, None where it was chosen or told by an earlier answer."""

    answered: Answered
    password: str | None


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """The mailboxes of all workspaces; an address is at most one's."""

    store: Store
    wall: Wall
    entropy: Entropy

    def authenticate(self, address: str, password: str) -> Box | None:
        """Give the mailbox that an address and its password open, or None; takes as long for an unknown address."""
        found = self.store.mailbox_at(address.lower())
        good = (found.password if found else _DECOY).matches(password)
        return found.box if found is not None and good else None

    def add(
        self, workspace_id: str, draft: MailboxDraft, *, reply: MailboxReply, once: Once | None = None
    ) -> MadeMailbox:
        """Make a mailbox for the mail from now on; raises :class:`Invalid`, and :class:`Conflict` ``address_taken``.

        The answer that is kept under an idempotency key has no password in it.
        """
        _require_good(draft)
        made: list[str] = []
        with self.store.writing(workspace_id) as tx:
            answered = answer_once(tx, once, lambda: reply(self._add(tx, draft, made)))
        return MadeMailbox(answered, made[0] if made else None)

    def get(self, workspace_id: str, address: str) -> Mailbox:
        """Give the mailbox at an address; raises :class:`NotFound`."""
        with self.store.reading(workspace_id) as tx:
            return find_mailbox(tx, address)

    def page(self, workspace_id: str, *, limit: int, before: int | None) -> list[Mailbox]:
        """Give at most ``limit`` mailboxes, newest first, of ordinals below ``before``."""
        with self.store.reading(workspace_id) as tx:
            return tx.mailboxes.page(limit=limit, before=before)

    def change(self, workspace_id: str, address: str, changes: MailboxChanges) -> Mailbox:
        """Change a mailbox and give it; raises :class:`NotFound` and :class:`Invalid`."""
        _require_good_changes(changes)
        with self.store.writing(workspace_id) as tx:
            catch_up(tx, self.wall())
            deliver(tx)  # what came until now comes as it was wanted until now
            changed = self._changed(tx.workspace, find_mailbox(tx, address), changes)
            changed = replace(changed, settings=watched(changed.settings, tx.events.last()))
            tx.mailboxes.save(changed)
        return changed

    def remove(self, workspace_id: str, address: str) -> None:
        """Forget a mailbox with everything in it; what it sent on until now stays. Raises :class:`NotFound`."""
        with self.store.writing(workspace_id) as tx:
            catch_up(tx, self.wall())
            deliver(tx)  # what came until now goes where it was to be forwarded
            gone = find_mailbox(tx, address)
            empty(tx, gone)
            tx.mailboxes.remove(gone.ordinal, replace(gone.tenure, until=tx.events.last()))

    def _add(self, tx: Transaction, draft: MailboxDraft, made: list[str]) -> Mailbox:
        now = catch_up(tx, self.wall())
        ordinal = tx.mailboxes.count() + 1
        if ordinal > MOST_MAILBOXES:
            detail = f"A workspace makes at most {MOST_MAILBOXES:,} mailboxes, those that were removed included."
            raise Conflict(detail, code="too_many_mailboxes")
        workspace, dialect = tx.workspace, _dialect(tx, draft)
        if draft.password is None:
            made.append(self._made_password(workspace, ordinal))
        mailbox = Mailbox(
            ordinal=ordinal,
            id=mailbox_id(workspace.lot, ordinal),
            workspace_id=workspace.id,
            address=draft.address.lower(),
            dialect=dialect,
            password=self._kept(workspace, ordinal, 1, draft.password or made[0]),
            created_at=now,
            settings=_settings(draft, dialect),
            quota_bytes=draft.quota_bytes,
        )
        deliver(tx)
        last = tx.events.last()
        since = replace(mailbox.settings, made_after=last, made_after_letter=workspace.letters)
        mailbox = replace(mailbox, settings=watched(since, last))
        tx.mailboxes.add(mailbox)
        return furnish(tx, mailbox)

    def _changed(self, workspace: Workspace, mailbox: Mailbox, changes: MailboxChanges) -> Mailbox:
        before = mailbox.settings
        settings = replace(
            before,
            ordinary_mail=chosen(changes.ordinary_mail, before.ordinary_mail),
            notify_address=chosen(changes.notify_address, before.notify_address),
            forward_to=chosen(changes.forward_to, before.forward_to),
            archive=chosen(changes.archive, before.archive),
            limits=chosen(changes.limits, before.limits),
        )
        mailbox = replace(mailbox, settings=settings, quota_bytes=chosen(changes.quota_bytes, mailbox.quota_bytes))
        if isinstance(changes.password, Unset):
            return mailbox
        number = mailbox.passwords + 1
        kept = self._kept(workspace, mailbox.ordinal, number, changes.password)
        return replace(mailbox, password=kept, passwords=number)

    def _made_password(self, workspace: Workspace, ordinal: int) -> str:
        """Give a new password: it follows from the seed in a sandbox, and from chance when live."""
        if workspace.is_test:
            return derived_password(workspace.lot, ordinal, 1)
        return urlsafe_b64encode(self.entropy(_PASSWORD_BYTES)).decode()

    def _kept(self, workspace: Workspace, ordinal: int, number: int, password: str) -> Password:
        salt = _salt(workspace.lot, ordinal, number) if workspace.is_test else self.entropy(SALT_BYTES)
        return Password.of(password, salt=salt)


def find_mailbox(tx: Transaction, address: str) -> Mailbox:
    """Give the workspace's mailbox at an address, whatever its case; raises :class:`NotFound`."""
    found = tx.mailboxes.find(address.lower())
    if found is None:
        raise NotFound(f"There is no mailbox {address[:80]!r} in this workspace.")
    return found


def rewind_mailboxes(tx: Transaction) -> None:
    """Begin again with every mailbox, after everything was cleared: empty, with its first folders."""
    tx.mailboxes.forget_past()
    for mailbox in tx.mailboxes.page(limit=MOST_MAILBOXES, before=None):
        begun = replace(mailbox.settings, made_after=0, watches=(), made_after_letter=0, promised_bytes=0)
        settings = watched(begun, 0)
        furnish(tx, replace(mailbox, settings=settings, last_uid=0, used_bytes=0))


def _dialect(tx: Transaction, draft: MailboxDraft) -> str:
    """Give the dialect that a domain's one provider speaks; raises :class:`Invalid` where another one is wanted."""
    domain = draft.address.rpartition("@")[2].lower()
    there = domain_dialect(domain) or tx.mailboxes.dialect_of(domain)
    wanted = draft.dialect or there or DEFAULT_DIALECT
    if there not in (None, wanted):
        detail = f"The provider of {domain} speaks {there} already: leave `dialect` out, or choose another domain."
        raise Invalid([FieldError("/dialect", "dialect_of_domain", detail)])
    return wanted


def _settings(draft: MailboxDraft, dialect: str) -> MailboxSettings:
    return MailboxSettings(
        ordinary_mail=draft.ordinary_mail or usual_ordinary_mail(dialect),
        notify_address=draft.notify_address,
        forward_to=draft.forward_to,
        archive=draft.archive,
        limits=draft.limits,
    )


def _require_good(draft: MailboxDraft) -> None:
    errors = [
        *_address_errors(draft.address, "/address"),
        *_address_errors(draft.notify_address, "/notify_address"),
        *_address_errors(draft.forward_to, "/forward_to"),
        *(password_errors(draft.password, "/password") if draft.password is not None else ()),
    ]
    if draft.dialect not in (None, *DIALECTS):
        errors.append(FieldError("/dialect", "unknown_dialect", f"A dialect is one of {', '.join(DIALECTS)}."))
    if errors:
        raise Invalid(errors)


def _require_good_changes(changes: MailboxChanges) -> None:
    errors = [
        *_address_errors(chosen(changes.notify_address, None), "/notify_address"),
        *_address_errors(chosen(changes.forward_to, None), "/forward_to"),
        *(() if isinstance(changes.password, Unset) else password_errors(changes.password, "/password")),
    ]
    if errors:
        raise Invalid(errors)


def _address_errors(address: str | None, pointer: str) -> tuple[FieldError, ...]:
    if address is None:
        return ()
    try:
        require_address(address, pointer)
    except Invalid as invalid:
        return invalid.errors
    return ()


def _salt(lot: Lot, ordinal: int, number: int) -> bytes:
    return lot.child("mailbox salt", ordinal, number).key[:SALT_BYTES]
