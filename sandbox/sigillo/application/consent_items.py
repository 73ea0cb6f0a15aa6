"""The items that keep consents: made on their own or with a letter, and moved together with the letters that wait.

A consent has the ordinal of the letter it was made with, or would have been, below zero: so it takes no number from
the letters after it, and every list of letters passes it by.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sigillo.application.drafts import Checked
from sigillo.application.ports.storage import Running, Transaction
from sigillo.application.steps import Step, begin, step
from sigillo.application.tallying import settle
from sigillo.domain.consent import SUBJECT, KnownConsent, declaration_content, request_content
from sigillo.domain.errors import NotFound
from sigillo.domain.ids import consent_id, sending_number
from sigillo.domain.letter import (
    Consent,
    ConsentStatus,
    Content,
    Letter,
    Part,
    Recipient,
    RecipientKind,
    Sender,
)
from sigillo.domain.services.consent import CONSENT
from sigillo.domain.services.table import Move
from sigillo.domain.timeline import Plan
from sigillo.domain.workspace import StoredFile, Workspace

ANSWERS = frozenset({Move.GIVE_CONSENT, Move.REFUSE_CONSENT})
_DECLARED = "declared"  # in the place of a scenario: nothing is played
_NO_PLAN = Plan(None, 0, (), ())


@dataclass(frozen=True, slots=True)
class ConsentTerms:
    """Whose consent to whom, and what the sender calls it by."""

    sender: Sender
    recipient: Recipient
    reference: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


def asked_item(workspace: Workspace, ordinal: int, terms: ConsentTerms, *, at: datetime, scenario: str) -> Letter:
    """Give the item of a consent that is asked for; ``ordinal`` is that of the letter it goes with, from 1."""
    content = request_content(terms.sender, terms.recipient)
    return _item(workspace, ordinal, terms, content=content, at=at, scenario=scenario)


def declared_item(
    workspace: Workspace,
    ordinal: int,
    terms: ConsentTerms,
    *,
    at: datetime,
    obtained_at: datetime,
    evidence: StoredFile | None,
) -> Letter:
    """Give the item of a consent that the sender holds already, with the file that shows it, if any."""
    file = _part(evidence) if evidence else None
    content = declaration_content(terms.sender, terms.recipient, obtained_at=obtained_at, evidence=file)
    item = _item(workspace, ordinal, terms, content=content, at=at, scenario=_DECLARED)
    held = Consent(obtained_at, evidence.id if evidence else None, evidence.sha256 if evidence else None, item.id)
    return replace(item, consent=held)


def _part(file: StoredFile) -> Part:
    return Part(file.name, file.media_type, file.size, file.sha256, file.id)


def _item(
    workspace: Workspace, ordinal: int, terms: ConsentTerms, *, content: Content, at: datetime, scenario: str
) -> Letter:
    return Letter(
        id=consent_id(workspace.lot, ordinal),
        workspace_id=workspace.id,
        ordinal=-ordinal,
        number=sending_number(workspace.lot, ordinal, service=CONSENT.name),
        service=CONSENT.name,
        sender=terms.sender,
        recipient=terms.recipient,
        subject=SUBJECT,
        content=content,
        created_at=at,
        scenario=scenario,
        reference=terms.reference,
        metadata=terms.metadata,
    )


def first_step(item: Letter, plan: Plan) -> Step:
    """Carry the first move of a consent out: declared, or asked for with the plan's answer."""
    if item.consent is not None:
        return begin(item, _NO_PLAN, Move.DECLARE_CONSENT)
    return begin(
        item, _NO_PLAN._replace(consent_move=plan.consent_move, consent_after_s=plan.consent_after_s), Move.ASK_CONSENT
    )


def keep(tx: Transaction, item: Letter, done: Step) -> None:
    """Keep a new item with its first facts."""
    tx.letters.add(item, done.running)
    tx.events.append([(item.ordinal, event) for event in done.events])


def keep_moved(tx: Transaction, steps: Sequence[Step], *, were_over: bool = False) -> None:
    """Keep where items stand after their moves, and the facts, in the order of the steps; count what has ended."""
    tx.events.append([(done.running.ordinal, event) for done in steps for event in done.events])
    tx.letters.save([done.running for done in steps])
    for done in steps:
        if done.running.course.is_over and not were_over:
            settle(tx, done.running)


def consent_of_letter(checked: Checked, workspace: Workspace, ordinal: int) -> Consent | None:
    """Give the consent that a letter goes under, with the item that keeps it; None for a professional without one."""
    if checked.chosen.scenario.rejected or checked.draft.recipient.kind is not RecipientKind.INDIVIDUAL:
        return checked.consent
    given, asked = checked.held.given, checked.held.asked
    if checked.consent is not None:
        return replace(checked.consent, consent_id=given.item.id if given else consent_id(workspace.lot, ordinal))
    if given is not None:
        return _reused(given)
    return Consent(None, consent_id=asked.item.id if asked else consent_id(workspace.lot, ordinal))


def _reused(given: KnownConsent) -> Consent:
    shown = given.item.consent or Consent(None)
    return replace(shown, obtained_at=given.obtained_at, consent_id=given.item.id)


def item_with_letter(checked: Checked, letter: Letter, workspace: Workspace) -> Letter | None:
    """Give the item of the consent that is made with a letter; None where the letter uses another, or needs none."""
    mine = consent_id(workspace.lot, letter.ordinal)
    if letter.consent is None or letter.consent.consent_id != mine:
        return None
    terms = ConsentTerms(letter.sender, letter.recipient)
    obtained_at = letter.consent.obtained_at
    if obtained_at is None:
        return asked_item(workspace, letter.ordinal, terms, at=letter.created_at, scenario=letter.scenario)
    return declared_item(
        workspace, letter.ordinal, terms, at=letter.created_at, obtained_at=obtained_at, evidence=checked.evidence
    )


def awaiting(tx: Transaction, asked: KnownConsent, plan: Plan, at: datetime) -> Plan:
    """Give a letter's plan with the answer that its recipient will give to what they were asked before.

    So the letter needs no answer of its own: it falls due with the consent, to the whole second after.
    """
    due = find_consent(tx, asked.item.id)[1].due
    if due is None:
        return plan._replace(consent_move=None)
    return plan._replace(consent_move=due.move, consent_after_s=math.ceil((due.at - at).total_seconds()))


def moved(tx: Transaction, letter: Letter, running: Running, *, move: Move, at: datetime) -> list[Step]:
    """Carry somebody's move on a letter out, and an answer for its consent and all that wait for it; its own last.

    Raises :class:`~sigillo.domain.errors.IllegalMove`.
    """
    own = step(running, move, at)
    asked = letter.consent.consent_id if letter.consent and move in ANSWERS else None
    others = answered(tx, asked, move, at) if asked else []
    return [*(done for done in others if done.running.ordinal != letter.ordinal), own]


def answered(tx: Transaction, asked_id: str, move: Move, at: datetime) -> list[Step]:
    """Carry an answer out for a consent that is asked for, and for each letter that waits for it; nothing after it."""
    item, running = find_consent(tx, asked_id)
    if running.course.status != ConsentStatus.REQUESTED:
        return []
    waiting = [tx.letters.find(each) for each in tx.consents.waiting(item.recipient.email)]
    letters = [each for each in waiting if each and each[0].consent and each[0].consent.consent_id == asked_id]
    return [step(running, move, at), *(step(each, move, at) for _, each in letters)]


def find_consent(tx: Transaction, wanted_id: str) -> tuple[Letter, Running]:
    """Give a consent's item and where it stands; raises :class:`NotFound`, for a letter too."""
    found = tx.letters.find(wanted_id)
    if found is None or found[0].service != CONSENT.name:
        raise NotFound(f"There is no consent {wanted_id[:40]!r} in this workspace.")
    return found
