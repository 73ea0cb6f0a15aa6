"""Figures and alert rules on the wire."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from sigillo.api.wire.clock import Duration
from sigillo.api.wire.filters import Query
from sigillo.api.wire.ids import RULE_ID
from sigillo.api.wire.letters import Inward, ServiceName
from sigillo.api.wire.outward import At, NoCursor, NoMore, Outward
from sigillo.api.wire.texts import DAY, WHOLE, ZONE, Name
from sigillo.application.stats import Grouping
from sigillo.domain.alert import Metric
from sigillo.domain.calendar import EARLIEST, civil_instant, in_range, parse_instant
from sigillo.domain.errors import MalformedInput, OutOfRange

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_FULL_HOUR = rf"^{DAY}T([01][0-9]|2[0-3]):00:00(\.0{{1,6}})?{ZONE}$"


def _first_instant(day: date) -> datetime:
    """Give a civil day's first instant; the clock's first day begins where the clock does, not an hour before."""
    return EARLIEST if day == EARLIEST.date() else in_range(civil_instant(day, 0))


def _edge(value: object) -> datetime:
    """Read a civil date of Europe/Paris (its first instant), or an instant on the full hour."""
    text = value if isinstance(value, str) else ""
    try:
        at = _first_instant(date.fromisoformat(text)) if _DATE.fullmatch(text) else parse_instant(text)
    except OutOfRange as error:
        raise PydanticCustomError("out_of_range", "{detail}", {"detail": error.detail}) from None
    except (MalformedInput, ValueError, OverflowError):
        detail = "Write a date such as 2026-03-01 (from its first instant in Paris), or an instant on the full hour."
        raise PydanticCustomError("bad_period", detail) from None
    if at.minute or at.second or at.microsecond:
        detail = "Figures are kept by the hour: write a full hour such as 2026-03-01T09:00:00Z, or a date."
        raise PydanticCustomError("not_a_full_hour", detail)
    return at


Edge = Annotated[
    datetime,
    BeforeValidator(_edge),
    WithJsonSchema(
        {
            "type": "string",
            "anyOf": [{"pattern": f"^{DAY}$"}, {"pattern": _FULL_HOUR}],
            "examples": ["2026-03-01"],
        }
    ),
]


class StatsQuery(Query):
    """Which figures."""

    from_: Annotated[Edge | None, Field(alias="from", description="From this day or full hour on.")] = None
    to: Annotated[Edge | None, Field(description="Up to, not including, this day or full hour.")] = None
    service: Annotated[ServiceName | None, Field(description="One service.")] = None
    group_by: Annotated[
        Grouping | None, Field(description="Figures of each group too; days, weeks, months are those of Paris.")
    ] = None


Share = Annotated[
    float | None, Field(ge=0, le=1, description="A share, 0 to 1; null where nothing ended.", examples=[0.875])
]
Seconds = Annotated[int, Field(ge=0, description="Seconds; the nearest rank's time.", examples=[259_200])]


class WaitingOut(Outward):
    """Time from the notice to the acceptance, over the letters accepted in the period."""

    mean_s: Annotated[float, Field(ge=0, description="The mean, in seconds.", examples=[201_600.5])]
    p50_s: Seconds
    p90_s: Seconds
    p95_s: Seconds
    p99_s: Seconds


class FiguresOut(Outward):
    """The figures of a period. Shares are over the letters that ended in it, whenever they were sent."""

    sent: Annotated[int, Field(ge=0, description="Letters handed in during the period.", examples=[120])]
    ended: Annotated[int, Field(ge=0, description="Letters that ended in the period.", examples=[112])]
    outcomes: Annotated[
        dict[str, int],
        Field(description="How many ended with each outcome.", examples=[{"accepted": 98, "neglected": 14}]),
    ]
    deliverability: Annotated[
        Share,
        Field(
            description=(
                "Recipient reached (accepted, refused, neglected, or a PEC delivered), of those to be notified; "
                "a PEC that was relayed to an ordinary mailbox counts neither way."
            )
        ),
    ]
    accepted_share: Share
    refused_share: Share
    neglected_share: Share
    bounced_share: Share
    technical_failure_share: Annotated[
        Share, Field(description="Ended because the provider failed, neither the sender nor the recipient.")
    ]
    time_to_acceptance: Annotated[WaitingOut | None, Field(description="Null where nothing was accepted.")]


class GroupOut(FiguresOut):
    """The figures of one group of a period."""

    key: Annotated[
        str,
        Field(description="`lre`; `2026-03-01`; `2026-W09`; or `2026-03`, as `group_by` says.", examples=["2026-03"]),
    ]


class StatsOut(Outward):
    """What happened in a period, in figures."""

    from_: Annotated[At, Field(alias="from", description="The first instant of the period.")]
    to: Annotated[At, Field(description="The first instant after it.", examples=["2026-02-01T00:00:00Z"])]
    in_progress: Annotated[int, Field(ge=0, description="Letters on their way now.", examples=[8])]
    total: FiguresOut
    group_by: Annotated[Grouping | None, Field(description="As asked.", examples=["month"])]
    groups: Annotated[list[GroupOut], Field(description="In order of key; only groups in which something happened.")]


RuleId = Annotated[
    str,
    Field(
        pattern=RULE_ID,
        description="The rule's id.",
        examples=["rule_technical_failures"],
    ),
]
_Metric = Annotated[
    Metric,
    Field(
        strict=False,  # a member of the enumeration or, as it comes, its text
        description="Shares alert above the threshold, `deliverability` below it.",
        examples=["refused_share"],
    ),
]
_Threshold = Annotated[
    float, Field(ge=0, le=1, allow_inf_nan=False, description="0 to 1; 0.01 is 1 %.", examples=[0.01])
]
_MinLetters = Annotated[
    int,
    Field(ge=1, le=1_000_000, strict=True, description="Fewer that ended in the window raise nothing.", examples=[20]),
    WHOLE,
]
_Window = Annotated[Duration, Field(description="How far back to look: whole hours, at most 365 days.")]
_Enabled = Annotated[bool, Field(strict=True, description="Whether it is judged.", examples=[True])]
_RuleName = Annotated[Name, Field(description="What people call it.", examples=["Refusals over 10 %"])]


class AlertRuleIn(Inward):
    """A rule: a figure, a threshold, and how far back to look."""

    name: _RuleName
    metric: _Metric
    threshold: _Threshold
    window: _Window
    min_letters: _MinLetters = 1
    enabled: _Enabled = True


class AlertRuleChange(Inward):
    """What to change of a rule; what is left out stays."""

    name: _RuleName | None = None
    metric: _Metric | None = None
    threshold: _Threshold | None = None
    window: Annotated[_Window | None, Field(description="How far back it looks.")] = None
    min_letters: _MinLetters | None = None
    enabled: _Enabled | None = None


class AlertRuleOut(Outward):
    """A rule, and whether its alert stands."""

    id: RuleId
    name: Annotated[str, Field(description="What people call it.", examples=["Technical failures over 1 %"])]
    metric: Annotated[Metric, Field(description="The figure it watches.", examples=["technical_failure_share"])]
    threshold: Annotated[float, Field(description="0 to 1.", examples=[0.01])]
    window: Annotated[str, Field(description="How far back it looks, ISO 8601.", examples=["P1D"])]
    min_letters: Annotated[int, Field(description="Fewer that ended raise nothing.", examples=[1])]
    enabled: Annotated[bool, Field(description="Whether it is judged.", examples=[True])]
    raised_at: Annotated[At | None, Field(description="Since when its alert stands; null while there is none.")]


class AlertRuleList(Outward):
    """Every alert rule."""

    data: Annotated[list[AlertRuleOut], Field(description="The rules.")]
    has_more: NoMore
    next_cursor: NoCursor


class AlertAtEvent(Outward):
    """The alert that was raised or cleared."""

    rule_id: RuleId
    name: Annotated[str, Field(description="What people call the rule.", examples=["Technical failures over 1 %"])]
    metric: Annotated[Metric, Field(description="The figure it watches.", examples=["technical_failure_share"])]
    value: Annotated[Share, Field(description="What the figure was.", examples=[0.024])]
    threshold: Annotated[float, Field(description="What it was measured against.", examples=[0.01])]
    window: Annotated[str, Field(description="How far back, ISO 8601.", examples=["P1D"])]
    letters: Annotated[int, Field(description="How many letters ended in the window.", examples=[250])]
    raised_at: Annotated[At, Field(description="When the alert was raised.")]


AlertEvent = Literal["alert.raised", "alert.cleared"]
