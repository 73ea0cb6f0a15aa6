"""Figures, and the alert rules that watch them."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import given, json_response, kept
from sigillo.api.bodies import json_body, once
from sigillo.api.desk import Desk, workspace_of
from sigillo.api.letter_text import instant
from sigillo.api.listing import whole_list
from sigillo.api.operations import Answers, Link, Operation
from sigillo.api.queries import read_query
from sigillo.api.shape import read_shape
from sigillo.api.wire.stats import AlertRuleChange, AlertRuleIn, AlertRuleList, AlertRuleOut, StatsOut, StatsQuery
from sigillo.api.working import in_thread
from sigillo.application.alert_rules import RuleDraft
from sigillo.application.ports.storage import Answer
from sigillo.application.stats import Period, Told
from sigillo.domain.alert import Rule
from sigillo.domain.calendar import format_instant
from sigillo.domain.durations import format_duration
from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.events import canonical_json
from sigillo.domain.kpi import Figures
from sigillo.domain.letter import Outcome

_HOUR = timedelta(hours=1)
_LONGEST_WINDOW = timedelta(days=365)
_READS_JSON = ("malformed", "too_large", "unsupported_media_type", "invalid", "storage_full")


async def get_stats(desk: Desk, request: Request) -> Response:
    """Give the figures of a period."""
    query, workspace_id = read_query(StatsQuery, request), workspace_of(request)
    if query.from_ and query.to and query.from_ >= query.to:
        raise Invalid([FieldError("/to", "empty_period", "`to` must lie after `from`: the period has no hour in it.")])
    stats, period = desk.sandbox.stats, Period(query.from_, query.to)
    told = await in_thread(lambda: stats.read(workspace_id, period, service=query.service, grouping=query.group_by))
    return json_response(_stats_json(told, query))


async def list_alert_rules(desk: Desk, request: Request) -> Response:
    """Give every alert rule."""
    rules = desk.sandbox.alert_rules.all(workspace_of(request))
    return json_response(whole_list(_rule_json(rule) for rule in rules))


async def get_alert_rule(desk: Desk, request: Request) -> Response:
    """Give one alert rule."""
    return json_response(_rule_json(desk.sandbox.alert_rules.get(workspace_of(request), _id(request))))


async def create_alert_rule(desk: Desk, request: Request) -> Response:
    """Keep a new rule."""
    workspace_id, raw = workspace_of(request), await json_body(request)
    wanted = read_shape(AlertRuleIn, raw)
    _check_window(wanted.window)
    asked = once(request, canonical_json(raw).encode())
    rule = Rule(
        id="",
        name=wanted.name,
        metric=wanted.metric,
        threshold=wanted.threshold,
        window=wanted.window,
        min_letters=wanted.min_letters,
        enabled=wanted.enabled,
    )

    def reply(added: Rule) -> Answer:
        headers = {"Location": f"/v1/alert-rules/{added.id}"}
        return kept(_rule_json(added), asked.fingerprint if asked else "", status=201, headers=headers)

    rules = desk.sandbox.alert_rules
    return given(await in_thread(lambda: rules.add(workspace_id, rule, reply=reply, once=asked)))


async def change_alert_rule(desk: Desk, request: Request) -> Response:
    """Change a rule."""
    workspace_id, rule_id = workspace_of(request), _id(request)
    wanted = read_shape(AlertRuleChange, await json_body(request))
    if wanted.window is not None:
        _check_window(wanted.window)
    draft = RuleDraft(**wanted.model_dump())
    rules = desk.sandbox.alert_rules
    return json_response(_rule_json(await in_thread(lambda: rules.change(workspace_id, rule_id, draft))))


async def delete_alert_rule(desk: Desk, request: Request) -> Response:
    """Forget a rule."""
    workspace_id, rule_id = workspace_of(request), _id(request)
    await in_thread(lambda: desk.sandbox.alert_rules.remove(workspace_id, rule_id))
    return Response(status_code=204)


def _id(request: Request) -> str:
    rule_id: str = request.path_params["rule_id"]
    return rule_id


def _check_window(window: timedelta) -> None:
    if not _HOUR <= window <= _LONGEST_WINDOW or window % _HOUR:
        detail = "A window is whole hours, from PT1H to P365D: figures are kept by the hour."
        raise Invalid([FieldError("/window", "out_of_range", detail)])


def _stats_json(told: Told, query: StatsQuery) -> dict[str, object]:
    return {
        "from": format_instant(told.first),
        "to": format_instant(told.end),
        "in_progress": told.in_progress,
        "total": _figures_json(told.total),
        "group_by": query.group_by,
        "groups": [{**_figures_json(of), "key": key} for key, of in told.groups.items()],
    }


def _figures_json(of: Figures) -> dict[str, object]:
    waiting = of.waiting
    percentiles = {f"p{percent}_s": took_s for percent, took_s in waiting.percentiles_s.items()} if waiting else {}
    return {
        "sent": of.sent,
        "ended": of.ended,
        "outcomes": dict(of.outcomes),
        "deliverability": of.deliverability,
        "accepted_share": of.share(Outcome.ACCEPTED),
        "refused_share": of.share(Outcome.REFUSED),
        "neglected_share": of.share(Outcome.NEGLECTED),
        "bounced_share": of.share(Outcome.BOUNCED),
        "technical_failure_share": of.technical_failure_share,
        "time_to_acceptance": {"mean_s": waiting.mean_s, **percentiles} if waiting else None,
    }


def _rule_json(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "name": rule.name,
        "metric": rule.metric,
        "threshold": rule.threshold,
        "window": format_duration(rule.window),
        "min_letters": rule.min_letters,
        "enabled": rule.enabled,
        "raised_at": instant(rule.raised_at),
    }


_LINKS = {
    name: Link(operation, {"rule_id": "$response.body#/id"})
    for name, operation in (("get", "getAlertRule"), ("change", "changeAlertRule"), ("delete", "deleteAlertRule"))
}

OPERATIONS = (
    Operation(
        id="getStats",
        method="GET",
        path="/v1/stats",
        tag="figures",
        summary="Get figures",
        description=(
            "Deliverability, shares of each outcome, times to acceptance. `sent` counts the letters handed in during "
            "the period, every share is over the letters that ended in it."
        ),
        handler=get_stats,
        answers=Answers(200, "The figures.", StatsOut),
        query=StatsQuery,
        problems=("invalid",),
    ),
    Operation(
        id="listAlertRules",
        method="GET",
        path="/v1/alert-rules",
        tag="figures",
        summary="List alert rules",
        description="The rule that every workspace has first: technical failures over 1 % in a day.",
        handler=list_alert_rules,
        answers=Answers(200, "The rules.", AlertRuleList),
    ),
    Operation(
        id="createAlertRule",
        method="POST",
        path="/v1/alert-rules",
        tag="figures",
        summary="Make an alert rule",
        description=(
            "Rules are judged at full hours on the workspace's clock. A breach emits `alert.raised`, its end "
            "`alert.cleared`, on the feed and to webhooks."
        ),
        handler=create_alert_rule,
        answers=Answers(201, "The rule.", AlertRuleOut, location=True),
        body=AlertRuleIn,
        problems=(*_READS_JSON, "conflict"),
        links=_LINKS,
        once=True,
    ),
    Operation(
        id="getAlertRule",
        method="GET",
        path="/v1/alert-rules/{rule_id}",
        tag="figures",
        summary="Get an alert rule",
        description="What it watches, its limit, and whether it is raised now.",
        handler=get_alert_rule,
        answers=Answers(200, "The rule.", AlertRuleOut),
        problems=("not_found",),
    ),
    Operation(
        id="changeAlertRule",
        method="PATCH",
        path="/v1/alert-rules/{rule_id}",
        tag="figures",
        summary="Change an alert rule",
        description="What is left out stays. It is judged at the next full hour.",
        handler=change_alert_rule,
        answers=Answers(200, "The rule, changed.", AlertRuleOut),
        body=AlertRuleChange,
        problems=(*_READS_JSON, "not_found"),
    ),
    Operation(
        id="deleteAlertRule",
        method="DELETE",
        path="/v1/alert-rules/{rule_id}",
        tag="figures",
        summary="Remove an alert rule",
        description="The rule that every workspace has can only be switched off.",
        handler=delete_alert_rule,
        answers=Answers(204, "It is gone."),
        problems=("not_found", "conflict", "storage_full"),
    ),
)
