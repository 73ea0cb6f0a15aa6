"""Alert rules: made, changed, taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import timedelta

from sigillo.application.idempotency import Answered, Once, answer_once
from sigillo.application.ports.storage import Answer, Store, Transaction
from sigillo.application.ports.wall import Wall
from sigillo.application.simulation import catch_up
from sigillo.application.tallying import call_for_judgement, rules_of
from sigillo.domain.alert import DEFAULT_RULE, Metric, Rule
from sigillo.domain.errors import Conflict, NotFound

MOST_RULES = 50


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """What somebody wants of a rule; None leaves what is there."""

    name: str | None = None
    metric: Metric | None = None
    threshold: float | None = None
    window: timedelta | None = None
    min_letters: int | None = None
    enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class AlertRules:
    """The alert rules of any workspace."""

    store: Store
    wall: Wall

    def all(self, workspace_id: str) -> list[Rule]:
        """Give every rule, the one that every workspace has first."""
        with self.store.reading(workspace_id) as tx:
            return rules_of(tx)

    def get(self, workspace_id: str, rule_id: str) -> Rule:
        """Give a rule; raises :class:`NotFound`."""
        with self.store.reading(workspace_id) as tx:
            return _find(tx, rule_id)

    def add(self, workspace_id: str, rule: Rule, *, reply: Callable[[Rule], Answer], once: Once | None) -> Answered:
        """Keep a new rule under an id of the workspace's, judge it at the next full hour, and answer."""
        with self.store.writing(workspace_id) as tx:
            return answer_once(tx, once, lambda: reply(self._added(tx, rule)))

    def change(self, workspace_id: str, rule_id: str, draft: RuleDraft) -> Rule:
        """Change a rule and have it judged at the next full hour; raises :class:`NotFound`."""
        given = {each.name: getattr(draft, each.name) for each in fields(draft)}
        with self.store.writing(workspace_id) as tx:
            changed = replace(_find(tx, rule_id), **{name: value for name, value in given.items() if value is not None})
            self._keep(tx, changed)
        return changed

    def remove(self, workspace_id: str, rule_id: str) -> None:
        """Forget a rule; raises :class:`NotFound`, and :class:`Conflict` for the one that every workspace has."""
        with self.store.writing(workspace_id) as tx:
            _find(tx, rule_id)
            if rule_id == DEFAULT_RULE.id:
                raise Conflict("This rule belongs to every workspace: switch it off with `enabled: false`.")
            tx.rules.remove(rule_id)

    def _added(self, tx: Transaction, rule: Rule) -> Rule:
        if len(rules_of(tx)) >= MOST_RULES:
            raise Conflict(f"A workspace has at most {MOST_RULES} alert rules; change or remove one.")
        number = tx.workspace.rules + 1
        added = replace(rule, id=tx.workspace.lot.child("alert-rule", number).token("rule"))
        tx.save_workspace(replace(tx.workspace, rules=number))
        self._keep(tx, added)
        return added

    def _keep(self, tx: Transaction, rule: Rule) -> None:
        now = catch_up(tx, self.wall())
        tx.rules.put(rule)
        call_for_judgement(tx, now)


def _find(tx: Transaction, rule_id: str) -> Rule:
    for rule in rules_of(tx):
        if rule.id == rule_id:
            return rule
    raise NotFound(f"There is no alert rule {rule_id[:40]!r} in this workspace.")
