"""Alert rules: a figure, a threshold and how far back to look; and when to look again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sigillo.domain.kpi import Figures
from sigillo.domain.letter import Outcome


class Metric(StrEnum):
    """What a rule watches; ``deliverability`` alerts when it falls below the threshold, a share when it rises above."""

    TECHNICAL_FAILURE_SHARE = "technical_failure_share"
    BOUNCED_SHARE = "bounced_share"
    REFUSED_SHARE = "refused_share"
    NEGLECTED_SHARE = "neglected_share"
    DELIVERABILITY = "deliverability"


_OUTCOMES: Mapping[Metric, frozenset[Outcome]] = {
    Metric.TECHNICAL_FAILURE_SHARE: frozenset({Outcome.FAILED}),
    Metric.BOUNCED_SHARE: frozenset({Outcome.BOUNCED}),
    Metric.REFUSED_SHARE: frozenset({Outcome.REFUSED}),
    Metric.NEGLECTED_SHARE: frozenset({Outcome.NEGLECTED}),
    Metric.DELIVERABILITY: frozenset({Outcome.BOUNCED, Outcome.FAILED}),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """``window`` is how far back to look, in whole hours; fewer than ``min_letters`` ended in it raise nothing.

    ``raised_at`` is the instant at which the alert was raised, None while there is none.
    """

    id: str
    name: str
    metric: Metric
    threshold: float
    window: timedelta
    min_letters: int = 1
    enabled: bool = True
    raised_at: datetime | None = None

    @property
    def worsened_by(self) -> frozenset[Outcome]:
        """Give the outcomes that can raise the alert."""
        return _OUTCOMES[self.metric] if self.enabled else frozenset()


DEFAULT_RULE = Rule(
    id="rule_technical_failures",
    name="Technical failures over 1 %",
    metric=Metric.TECHNICAL_FAILURE_SHARE,
    threshold=0.01,
    window=timedelta(days=1),
)
"""What every workspace has from its beginning; it can be changed and switched off, not taken away."""


def measured(metric: Metric, of: Figures) -> float | None:
    """Give the figure that a metric names, None where nothing ended that it is about."""
    if metric is Metric.DELIVERABILITY:
        return of.deliverability
    (outcome,) = _OUTCOMES[metric]
    return of.share(outcome)


def is_breached(rule: Rule, of: Figures) -> bool:
    """Tell whether the figures of the rule's window break it."""
    value = measured(rule.metric, of)
    if not rule.enabled or value is None or of.ended < rule.min_letters:
        return False
    return value < rule.threshold if rule.metric is Metric.DELIVERABILITY else value > rule.threshold
