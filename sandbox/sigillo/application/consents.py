"""Consents of individuals: ask for one, record one that is held, revoke it, and play who is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sigillo.application.catalogue import Chosen, choose
from sigillo.application.consent_items import (
    ANSWERS,
    ConsentTerms,
    answered,
    asked_item,
    declared_item,
    find_consent,
    first_step,
    keep,
    keep_moved,
)
from sigillo.application.drafts import ConsentDraft, declared_errors
from sigillo.application.idempotency import Answered, Once, answer_once
from sigillo.application.ports.consents import ConsentFilter
from sigillo.application.ports.storage import Answer, Store, Transaction
from sigillo.application.ports.wall import Wall
from sigillo.application.scenarios import ScenarioShelf
from sigillo.application.simulation import catch_up
from sigillo.application.steps import step
from sigillo.domain.calendar import format_instant
from sigillo.domain.consent import Held, KnownConsent, held_by
from sigillo.domain.errors import Conflict, FieldError, Invalid
from sigillo.domain.events import Event, EventType
from sigillo.domain.letter import Course, Letter, Recipient, Sender
from sigillo.domain.scenario import Scenario
from sigillo.domain.services import LETTER_SERVICES
from sigillo.domain.services.table import Move
from sigillo.domain.timeline import Plan, plan
from sigillo.domain.workspace import StoredFile, Workspace

ACTIONS: Mapping[str, Move] = {
    "consent": Move.GIVE_CONSENT,
    "refuse_consent": Move.REFUSE_CONSENT,
    "revoke": Move.REVOKE_CONSENT,
}


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """A consent to ask for, or one that the sender holds (``declared``); the sender is the workspace's by default."""

    recipient: Recipient
    sender: Sender | None = None
    scenario: str | None = None
    declared: ConsentDraft | None = None
    reference: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A consent, where it stands, and when it was obtained, if ever."""

    item: Letter
    course: Course
    obtained_at: datetime | None


Reply = Callable[[ConsentView], Answer]


@dataclass(frozen=True, slots=True)
class Consents:
    """The commands on consents of any workspace, and their reading."""

    store: Store
    wall: Wall
    shelf: ScenarioShelf

    def ask(self, workspace_id: str, request: ConsentRequest, *, reply: Reply, once: Once | None = None) -> Answered:
        """Ask an individual for their consent, or record one that is held, and answer. One transaction.

        Raises :class:`Invalid` with all errors, and :class:`Conflict` ``consent_exists`` where one is given or asked
        for already.
        """
        with self.store.writing(workspace_id) as tx:
            return answer_once(tx, once, lambda: reply(self._asked(tx, request)))

    def validate(self, workspace_id: str, request: ConsentRequest) -> None:
        """Check a request as asking would, and ask nobody; raises :class:`Invalid` with all errors."""
        with self.store.reading(workspace_id) as tx:
            self._check(tx, request, tx.workspace.clock.now(self.wall()))

    def revoke(self, workspace_id: str, consent_id: str, *, reply: Reply, once: Once | None = None) -> Answered:
        """Withdraw a consent that is given; raises IllegalMove for any other."""
        return self.act(workspace_id, consent_id, "revoke", reply=reply, once=once)

    def act(
        self, workspace_id: str, consent_id: str, action: str, *, reply: Reply, once: Once | None = None
    ) -> Answered:
        """Play the recipient: one of :data:`ACTIONS`, for the letters that wait too; raises IllegalMove."""
        with self.store.writing(workspace_id) as tx:
            return answer_once(tx, once, lambda: reply(self._moved(tx, consent_id, ACTIONS[action])))

    def get(self, workspace_id: str, consent_id: str) -> ConsentView:
        """Give one consent; raises NotFound."""
        with self.store.reading(workspace_id) as tx:
            item, running = find_consent(tx, consent_id)
            return _view(tx, KnownConsent(item, running.course))

    def page(self, workspace_id: str, wanted: ConsentFilter, *, limit: int, before: int | None) -> list[ConsentView]:
        """Give at most ``limit`` consents, newest first, whose ordinals without their sign are below ``before``."""
        with self.store.reading(workspace_id) as tx:
            return [_view(tx, known) for known in tx.consents.page(wanted, limit=limit, before=before)]

    def history(self, workspace_id: str, consent_id: str) -> tuple[Letter, list[Event]]:
        """Give a consent's facts from the first."""
        with self.store.reading(workspace_id) as tx:
            item, running = find_consent(tx, consent_id)
            return item, tx.events.of_letter(running.ordinal)

    def _moved(self, tx: Transaction, consent_id: str, move: Move) -> ConsentView:
        now = catch_up(tx, self.wall())
        item, running = find_consent(tx, consent_id)
        own = step(running, move, now)
        keep_moved(tx, answered(tx, consent_id, move, now) if move in ANSWERS else [own])
        return _view(tx, KnownConsent(item, own.running.course))

    def _asked(self, tx: Transaction, request: ConsentRequest) -> ConsentView:
        now = catch_up(tx, self.wall())
        sender = request.sender or tx.workspace.sender
        chosen, held, files = self._check(tx, request, now)
        _refuse_second(held)
        workspace = replace(tx.workspace, letters=tx.workspace.letters + 1)
        terms = ConsentTerms(sender, request.recipient, request.reference, request.metadata)
        item, planned = _made(workspace, terms, request, chosen=chosen, evidence=files[0] if files else None, now=now)
        done = first_step(item, planned)
        keep(tx, item, done)
        tx.save_workspace(workspace)
        return _view(tx, KnownConsent(item, done.running.course))

    def _check(self, tx: Transaction, request: ConsentRequest, now: datetime) -> tuple[Chosen, Held, list[StoredFile]]:
        """Give the scenario, what is held already, and the evidence; raises :class:`Invalid`."""
        sender = request.sender or tx.workspace.sender
        held = held_by(sender, tx.consents.of_recipient(request.recipient.email))
        known = self.shelf.known(tx)
        evidence_id = request.declared.evidence_file_id if request.declared else None
        files = tx.files.find([evidence_id]) if evidence_id else []
        chosen = _checked(request, known=known, workspace=tx.workspace, now=now, files=files, held=held)
        return chosen, held, files


def _made(
    workspace: Workspace,
    terms: ConsentTerms,
    request: ConsentRequest,
    *,
    chosen: Chosen,
    evidence: StoredFile | None,
    now: datetime,
) -> tuple[Letter, Plan]:
    ordinal = workspace.letters
    planned = plan(chosen.scenario, workspace.lot.child("plan", ordinal))
    if request.declared is None:
        return asked_item(workspace, ordinal, terms, at=now, scenario=chosen.text), planned
    obtained_at = request.declared.obtained_at
    return declared_item(workspace, ordinal, terms, at=now, obtained_at=obtained_at, evidence=evidence), planned


def _checked(
    request: ConsentRequest,
    *,
    known: Mapping[str, Scenario],
    workspace: Workspace,
    now: datetime,
    files: Sequence[StoredFile],
    held: Held,
) -> Chosen:
    """Give the scenario; raises :class:`Invalid` with every error found."""
    errors = [*_played_errors(request), *declared_errors(request.declared, files, now=now, held=held, at="")]
    chosen: Chosen | None = None
    try:
        service = _service(request, known, workspace)
        field, default = request.scenario, workspace.default_scenario
        chosen = choose(known, request.recipient, service=service, field=field, default=default)
    except Invalid as invalid:
        errors.extend(invalid.errors)
    if chosen is None or errors:
        raise Invalid(errors)
    return chosen


def _played_errors(request: ConsentRequest) -> Iterator[FieldError]:
    if request.declared is not None and request.scenario is not None:
        detail = "Nobody is asked for a consent that is held already: leave `scenario` out, or `obtained_at`."
        yield FieldError("/scenario", "nothing_to_play", detail)


def _service(request: ConsentRequest, known: Mapping[str, Scenario], workspace: Workspace) -> str:
    """Give the service whose scenarios the request is played by: a consent is good for letters of any."""
    domain = request.recipient.email.rpartition("@")[2].lower()
    by_address = next((name for name in LETTER_SERVICES if domain == f"{name}.test"), None)
    named = known.get((request.scenario or workspace.default_scenario).partition("+")[0])
    if by_address and not request.scenario:
        return by_address
    return named.services[0] if named else next(iter(LETTER_SERVICES))


def _refuse_second(held: Held) -> None:
    there = held.given or held.asked
    if there is None:
        return
    if there.is_given:
        detail = (
            f"This recipient's consent is there already: {there.item.id}, since "
            f"{format_instant(there.obtained_at or there.item.created_at)}. Letters to them go under it."
        )
    else:
        detail = f"This recipient was asked already: {there.item.id} awaits their answer. Wait for it."
    raise Conflict(detail, code="consent_exists")


def _view(tx: Transaction, known: KnownConsent) -> ConsentView:
    obtained_at = known.obtained_at
    if obtained_at is None and known.is_revoked:  # where it stands now no longer says when it was given
        facts = tx.events.of_letter(known.item.ordinal)
        obtained_at = next(fact.at for fact in facts if fact.type is EventType.CONSENT_OBTAINED)
    return ConsentView(known.item, known.course, obtained_at)
