"""Alert rules as JSON text and back."""

from __future__ import annotations

from datetime import datetime, timedelta

import orjson

from sigillo.domain.alert import Metric, Rule
from sigillo.domain.calendar import format_instant


def rule_text(rule: Rule) -> str:
    """Give a rule as the text of its row."""
    return orjson.dumps(
        {
            "id": rule.id,
            "name": rule.name,
            "metric": rule.metric.value,
            "threshold": rule.threshold,
            "window_s": int(rule.window.total_seconds()),
            "min_letters": rule.min_letters,
            "enabled": rule.enabled,
            "raised_at": format_instant(rule.raised_at) if rule.raised_at else None,
        }
    ).decode()


def rule_value(text: str) -> Rule:
    """Read the text of a row."""
    document = orjson.loads(text)
    raised_at = document["raised_at"]
    return Rule(
        id=document["id"],
        name=document["name"],
        metric=Metric(document["metric"]),
        threshold=document["threshold"],
        window=timedelta(seconds=document["window_s"]),
        min_letters=document["min_letters"],
        enabled=document["enabled"],
        raised_at=datetime.fromisoformat(raised_at) if raised_at else None,
    )
