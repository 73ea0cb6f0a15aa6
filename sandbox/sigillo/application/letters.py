"""Sending letters and playing their recipients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from sigillo.application.addresses import keep_address
from sigillo.application.consent_items import (
    awaiting,
    consent_of_letter,
    first_step,
    item_with_letter,
    keep,
    keep_moved,
    moved,
)
from sigillo.application.drafts import Checked, Draft, check
from sigillo.application.files import Arrival, Received, keep_named, named_files
from sigillo.application.formal_checks import FirstInspection, LetterInspection
from sigillo.application.idempotency import Answered, Once, answer_once, earlier_answer
from sigillo.application.mail_sync import deliver
from sigillo.application.ports.entropy import Entropy
from sigillo.application.ports.storage import Answer, Running, Store, Transaction
from sigillo.application.ports.wall import Wall
from sigillo.application.posting import Behind, Delivering, deliver_at_once, leave, place_of, posted, promise
from sigillo.application.scenarios import ScenarioShelf
from sigillo.application.simulation import catch_up
from sigillo.application.steps import Step, begin
from sigillo.application.tallying import count_sent, settle
from sigillo.domain.consent import NOTHING_HELD, Held, held_by
from sigillo.domain.errors import Conflict, Invalid, NotFound
from sigillo.domain.ids import letter_id, sending_number
from sigillo.domain.letter import Course, Letter, RecipientKind
from sigillo.domain.scenario import Scenario
from sigillo.domain.services import LETTER_SERVICES
from sigillo.domain.services.pec import PEC
from sigillo.domain.services.table import Move
from sigillo.domain.timeline import Plan, plan
from sigillo.domain.workspace import StoredFile, Workspace

ACTIONS: Mapping[str, Move] = {
    "open": Move.OPEN,
    "accept": Move.ACCEPT,
    "refuse": Move.REFUSE,
    "consent": Move.GIVE_CONSENT,
    "refuse_consent": Move.REFUSE_CONSENT,
    "fail_identity": Move.FAIL_IDENTITY,
}

Reply = Callable[[Letter, Course], Answer]
Refusal = Invalid | Conflict


@dataclass(frozen=True, slots=True)
class Order:
    """One letter to take in, how to answer it, and its idempotency key."""

    draft: Draft
    reply: Reply
    once: Once | None = None


@dataclass(frozen=True, slots=True)
class Letters:
    """The commands on letters of any workspace."""

    store: Store
    wall: Wall
    shelf: ScenarioShelf
    entropy: Entropy
    inspection: LetterInspection

    def submit(
        self,
        workspace_id: str,
        draft: Draft,
        *,
        reply: Reply,
        once: Once | None = None,
        uploads: Sequence[Received] = (),
    ) -> Answered:
        """Take a letter in: number it, append its first facts, plan what follows, and answer. One transaction.

        ``uploads`` are files that came with the letter; they follow the draft's file ids. Those of a PEC are examined
        before, with no transaction open. Raises :class:`~sigillo.domain.errors.Invalid` with all errors; nothing is
        kept then.
        """
        letters = self
        if draft.service == PEC.name and draft.handed is None and (draft.file_ids or uploads):
            with self.store.reading(workspace_id) as tx:
                earlier = earlier_answer(tx, once)
                letter = None if earlier is not None else self._previewed(tx, draft, uploads)
            if earlier is not None:
                return earlier
            if letter is not None:
                arriving = {each.receiver.blob().sha256: each.receiver for each in uploads}
                letters = replace(self, inspection=self.inspection.having_examined(letter, arriving))
        with self.store.writing(workspace_id) as tx:
            return answer_once(tx, once, lambda: reply(*letters._submit(tx, draft, uploads)))

    def _previewed(self, tx: Transaction, draft: Draft, uploads: Sequence[Received]) -> Letter | None:
        """Give the letter, of several the first, as it would be taken in now; None where nothing is to be examined."""
        now = tx.workspace.clock.now(self.wall())
        draft, arriving = _with_uploads(tx.workspace, draft, uploads, now)
        try:
            checked = self._check(tx, draft, now, arriving, delivering=leave)
        except Invalid:
            return None
        letter, step = posted(checked, tx.workspace, now, place_of(tx, leave), FirstInspection())[0]
        return None if step.running.course.is_over else letter

    def submit_now(self, workspace_id: str, orders: Sequence[Order]) -> list[Answered | Refusal] | None:
        """Take letters in that came at the same time, in one transaction; None at once where it would wait.

        It would while somebody else writes, and where much may have fallen due, as the clock runs, or is to be
        delivered into mailboxes before it is known whether one is full. So it would for a PEC with files, whose message
        is put together and examined. A letter that is refused is refused before anything of it is written, so that the
        others are taken in all the same.
        """
        if any(order.draft.service == PEC.name and order.draft.file_ids for order in orders):
            return None
        try:
            with self.store.try_writing(workspace_id) as tx:
                if tx is None or tx.workspace.clock.speed:
                    return None
                return [self._taken(tx, order) for order in orders]
        except Behind:
            return None

    def _taken(self, tx: Transaction, order: Order) -> Answered | Refusal:
        try:
            return answer_once(tx, order.once, lambda: order.reply(*self._submit(tx, order.draft, (), deliver_at_once)))
        except (Invalid, Conflict) as refusal:
            return refusal

    def validate(self, workspace_id: str, draft: Draft) -> Checked:
        """Check a draft as sending it would, and send nothing; never waits for who writes."""
        if draft.service == PEC.name:
            self._deliver_now(workspace_id)
        with self.store.reading(workspace_id) as tx:
            return self._check(tx, draft, tx.workspace.clock.now(self.wall()), delivering=leave)

    def _deliver_now(self, workspace_id: str) -> None:
        """Deliver mail, so that it is seen which mailboxes are full; nothing where that would wait."""
        with suppress(Behind), self.store.try_writing(workspace_id) as tx:
            if tx is not None:
                deliver_at_once(tx)

    def hand_in(self, tx: Transaction, draft: Draft, message: Arrival, delivering: Delivering) -> tuple[Letter, Course]:
        """Take a message of a mail client in, within a transaction; give its first letter. Raises as :meth:`submit`."""
        return self._submit(tx, draft, [message], delivering)

    def cancel(self, workspace_id: str, letter_id: str, *, reply: Reply, once: Once | None = None) -> Answered:
        """Withdraw a letter before its recipient was notified; raises IllegalMove after."""
        return self._move(workspace_id, letter_id, Move.CANCEL, reply=reply, once=once)

    def act(
        self, workspace_id: str, letter_id: str, action: str, *, reply: Reply, once: Once | None = None
    ) -> Answered:
        """Play the recipient: one of :data:`ACTIONS`; raises IllegalMove when it is not their turn."""
        return self._move(workspace_id, letter_id, ACTIONS[action], reply=reply, once=once)

    def _move(self, workspace_id: str, letter_id: str, move: Move, *, reply: Reply, once: Once | None) -> Answered:
        with self.store.writing(workspace_id) as tx:
            return answer_once(tx, once, lambda: reply(*self._moved(tx, letter_id, move)))

    def _moved(self, tx: Transaction, letter_id: str, move: Move) -> tuple[Letter, Course]:
        now = catch_up(tx, self.wall())
        letter, running = find(tx, letter_id)
        steps = moved(tx, letter, running, move=move, at=now)
        keep_moved(tx, steps, were_over=running.course.is_over)
        return letter, steps[-1].running.course

    def _submit(
        self, tx: Transaction, draft: Draft, uploads: Sequence[Arrival], delivering: Delivering = deliver
    ) -> tuple[Letter, Course]:
        now = catch_up(tx, self.wall())
        if not uploads:
            return self._begin(tx, self._check(tx, draft, now, delivering=delivering), now)
        draft, arriving = _with_uploads(tx.workspace, draft, uploads, now)
        checked = self._check(tx, draft, now, arriving, delivering=delivering)
        keep_named(tx, uploads, arriving)
        return self._begin(tx, checked, now)

    def _begin(self, tx: Transaction, checked: Checked, now: datetime) -> tuple[Letter, Course]:
        if checked.routed:
            return self._posted(tx, checked, now)
        workspace = replace(tx.workspace, letters=tx.workspace.letters + 1)
        letter = _letter(checked, workspace.letters, tx, now)
        planned = _planned(checked, letter, tx)
        consent = item_with_letter(checked, letter, workspace)
        if consent is not None:
            keep(tx, consent, first_step(consent, planned))
        done = _begun(letter, checked.chosen.scenario, planned, needs_consent=checked.needs_consent)
        self._keep(tx, letter, done)
        tx.save_workspace(workspace)
        return letter, done.running.course

    def _posted(self, tx: Transaction, checked: Checked, now: datetime) -> tuple[Letter, Course]:
        """Take a PEC in: a letter for each recipient; give the first one's."""
        begun = posted(checked, tx.workspace, now, place_of(tx), self.inspection)
        for letter, done in begun:
            self._keep(tx, letter, done)
            promise(tx, letter, done)
        tx.save_workspace(replace(tx.workspace, letters=begun[-1][0].ordinal))
        return begun[0][0], begun[0][1].running.course

    def _keep(self, tx: Transaction, letter: Letter, done: Step) -> None:
        if letter.webhook_url is not None:
            keep_address(tx, letter.webhook_url, wall_s=self.wall(), entropy=self.entropy)
        tx.letters.add(letter, done.running)
        tx.events.append([(letter.ordinal, event) for event in done.events])
        count_sent(tx, letter.service, letter.created_at)
        if done.running.course.is_over:
            settle(tx, done.running)

    def _check(
        self,
        tx: Transaction,
        draft: Draft,
        now: datetime,
        arriving: Sequence[StoredFile] = (),
        *,
        delivering: Delivering = deliver,
    ) -> Checked:
        evidence = draft.consent.evidence_file_id if draft.consent else None
        named = [*draft.file_ids, *([evidence] if evidence else [])]
        come = {file.id for file in arriving}
        kept = [each for each in named if each not in come]
        files = [*(tx.files.find(kept) if kept else ()), *arriving]
        held = _held(tx, draft)
        place = place_of(tx, delivering) if draft.service == PEC.name else None
        known = self.shelf.known(tx)
        return check(draft, workspace=tx.workspace, now=now, files=files, scenarios=known, held=held, place=place)


def find(tx: Transaction, letter_id: str) -> tuple[Letter, Running]:
    """Give a letter and where it stands; raises :class:`NotFound`, for a consent too."""
    found = tx.letters.find(letter_id)
    if found is None or found[0].service not in LETTER_SERVICES:
        raise NotFound(f"There is no letter {letter_id[:40]!r} in this workspace.")
    return found


def _with_uploads(
    workspace: Workspace, draft: Draft, uploads: Sequence[Arrival], now: datetime
) -> tuple[Draft, list[StoredFile]]:
    """Give a draft that names the files that came with it, and what these will be once they are kept."""
    arriving = named_files(workspace, uploads, now)
    return replace(draft, file_ids=(*draft.file_ids, *(file.id for file in arriving))), arriving


def _letter(checked: Checked, ordinal: int, tx: Transaction, now: datetime) -> Letter:
    draft, workspace = checked.draft, tx.workspace
    return Letter(
        id=letter_id(workspace.lot, ordinal),
        workspace_id=workspace.id,
        ordinal=ordinal,
        number=sending_number(workspace.lot, ordinal, service=draft.service),
        service=draft.service,
        sender=draft.sender or workspace.sender,
        recipient=draft.recipient,
        subject=draft.subject,
        content=checked.content,
        created_at=now,
        scenario=checked.chosen.text,
        consent=consent_of_letter(checked, workspace, ordinal),
        reference=draft.reference,
        metadata=draft.metadata,
        tags=draft.tags,
        webhook_url=draft.webhook_url,
    )


def _held(tx: Transaction, draft: Draft) -> Held:
    """Give what the sender has of an individual's consent from before; a professional's is not looked for."""
    if draft.recipient.kind is not RecipientKind.INDIVIDUAL:
        return NOTHING_HELD
    return held_by(draft.sender or tx.workspace.sender, tx.consents.of_recipient(draft.recipient.email))


def _planned(checked: Checked, letter: Letter, tx: Transaction) -> Plan:
    planned = plan(checked.chosen.scenario, tx.workspace.lot.child("plan", letter.ordinal))
    if checked.needs_consent and checked.held.asked is not None:
        return awaiting(tx, checked.held.asked, planned, letter.created_at)
    return planned


def _begun(letter: Letter, scenario: Scenario, planned: Plan, *, needs_consent: bool) -> Step:
    if scenario.rejected:
        return begin(letter, planned, Move.REJECT, reason=scenario.deposit_reason)
    return begin(letter, planned, Move.ASK_CONSENT if needs_consent else Move.DEPOSIT)
