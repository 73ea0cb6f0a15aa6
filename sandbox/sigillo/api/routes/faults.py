"""Faults: made, listed, taken away; the presets there are."""

from __future__ import annotations

from dataclasses import asdict, replace

from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import given, json_response, kept
from sigillo.api.bodies import json_body, once
from sigillo.api.desk import Desk, workspace_of
from sigillo.api.listing import Listing, whole_list
from sigillo.api.operations import Answers, Link, Operation
from sigillo.api.queries import read_query
from sigillo.api.shape import read_shape
from sigillo.api.wire.faults import FaultIn, FaultOut, FaultPage, FaultPresetList, FaultsGone
from sigillo.api.wire.filters import PageQuery
from sigillo.api.working import in_thread
from sigillo.application.ports.storage import Answer
from sigillo.application.workspaces import require_sandbox
from sigillo.domain.document import shown, suggestion
from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.events import canonical_json
from sigillo.domain.fault import Course, Effect, Fault, Plot, Target, When
from sigillo.domain.fault_presets import PRESETS


async def create_fault(desk: Desk, request: Request) -> Response:
    """Make a fault."""
    wanted = read_shape(FaultIn, await json_body(request))
    asked = once(request, canonical_json(wanted.model_dump(mode="json")).encode())
    plot, workspace_id = _plot(wanted), workspace_of(request)

    def reply(fault: Fault) -> Answer:
        place = {"Location": f"/v1/faults/{fault.id}"}
        return kept(_fault_json(fault), asked.fingerprint if asked else "", status=201, headers=place)

    faults = desk.sandbox.faults
    return given(await in_thread(lambda: faults.create(workspace_id, plot, reply=reply, once=asked)))


async def list_faults(desk: Desk, request: Request) -> Response:
    """List the faults, newest first."""
    query, workspace_id = read_query(PageQuery, request), workspace_of(request)
    listing = Listing.of(desk.sandbox.workspaces.get(workspace_id), "faults", query)
    found = desk.sandbox.faults.page(workspace_id, limit=listing.most, before=listing.before)
    return listing.answer(found, _fault_json, place=lambda fault: fault.ordinal)


async def get_fault(desk: Desk, request: Request) -> Response:
    """Give a fault with its counts."""
    return json_response(_fault_json(desk.sandbox.faults.get(workspace_of(request), request.path_params["fault_id"])))


async def delete_fault(desk: Desk, request: Request) -> Response:
    """Take a fault away."""
    workspace_id, fault_id = workspace_of(request), request.path_params["fault_id"]
    (gone,) = await in_thread(lambda: desk.sandbox.faults.remove(workspace_id, fault_id))
    return json_response(_fault_json(gone))


async def delete_faults(desk: Desk, request: Request) -> Response:
    """Take all faults away."""
    workspace_id = workspace_of(request)
    gone = await in_thread(lambda: desk.sandbox.faults.remove(workspace_id, None))
    return json_response(whole_list(_fault_json(one) for one in gone))


async def list_fault_presets(desk: Desk, request: Request) -> Response:
    """List the presets."""
    require_sandbox(desk.sandbox.workspaces.get(workspace_of(request)))
    told = [
        {"name": one.name, "summary": one.summary, "effect": asdict(one.effect), **asdict(one.course)}
        for one in PRESETS.values()
    ]
    return json_response(whole_list(told))


def _plot(wanted: FaultIn) -> Plot:
    """Give what is asked for; raises :class:`Invalid` with everything that makes no sense together."""
    target = Target(**wanted.match.model_dump())
    preset = PRESETS[wanted.preset] if wanted.preset else None
    problems = [*_target_problems(target)]
    if (preset is None) == (wanted.effect is None):
        problems.append(FieldError("", "one_of", "Give either `preset` or `effect`."))
    asked = wanted.effect
    effect = preset.effect if preset else Effect()
    if asked is not None:
        effect = Effect(**{**asked.model_dump(), "when": When(asked.when)})
        problems += _effect_problems(effect, target)
    if problems:
        raise Invalid(problems)
    return Plot(target, effect, _course(wanted, preset.course if preset else Course()), wanted.preset)


def _course(wanted: FaultIn, usual: Course) -> Course:
    """Give the course: what was written, else the preset's."""
    return replace(usual, **wanted.model_dump(include={"times", "skip", "every"}, exclude_unset=True))


def _target_problems(target: Target) -> list[FieldError]:
    if target.webhook:
        detail = "Webhook attempts have no method and no route; leave it out, or match requests."
        named: dict[str, object] = {"/match/method": target.method, "/match/route": target.route}
        return [FieldError(place, "not_with_webhook", detail) for place, value in named.items() if value]
    problems = []
    if target.url is not None:
        problems.append(FieldError("/match/url", "only_with_webhook", "A URL is for webhooks; set `webhook` to true."))
    if target.route is not None and target.route not in _routes():
        detail = f"{shown(target.route)} is no operation: {suggestion(target.route, sorted(_routes()))}"
        problems.append(FieldError("/match/route", "unknown_value", detail))
    return problems


def _effect_problems(effect: Effect, target: Target) -> list[FieldError]:
    problems = []
    if effect == Effect(when=effect.when, retry_after_s=effect.retry_after_s):
        problems.append(FieldError("/effect", "one_of", "Nothing goes wrong: give at least one effect."))
    if effect.status is not None and effect.disconnect:
        problems.append(FieldError("/effect/disconnect", "not_with_status", "Who hangs up gives no status."))
    if effect.retry_after_s is not None and effect.status is None:
        problems.append(FieldError("/effect/retry_after_s", "only_with_status", "Give `status` too."))
    if effect.corrupt_body and (effect.disconnect or (target.webhook and effect.status is not None)):
        problems.append(FieldError("/effect/corrupt_body", "no_body", "There is no body to spoil here."))
    return problems


def _routes() -> set[str]:
    """Give what a fault may be aimed at."""
    from sigillo.api.catalogue import OPERATIONS as ALL  # which holds these very operations

    keyed = [one for one in ALL if not one.open and not one.path.startswith("/v1/fault")]
    return {name for one in keyed for name in (one.id, one.path)}


def _fault_json(fault: Fault) -> dict[str, object]:
    plot = fault.plot
    return {
        "id": fault.id,
        "preset": plot.preset,
        "match": asdict(plot.target),
        "effect": asdict(plot.effect),
        **asdict(plot.course),
        "matched": fault.matched,
        "applied": fault.applied,
        "spent": fault.is_spent,
    }


_BY_ID = {"fault_id": "$response.body#/id"}

OPERATIONS = (
    Operation(
        id="createFault",
        method="POST",
        path="/v1/faults",
        tag="sandbox",
        summary="Let something go wrong",
        description=(
            "From now on requests or webhook attempts that match fail as you say, so that a client's retries can be "
            "rehearsed. No chance is in it: faults meet what comes in its order, and of several that match the first "
            "made strikes. Answers that a fault struck have the header `Sigillo-Fault`."
        ),
        handler=create_fault,
        answers=Answers(201, "The fault.", FaultOut, location=True),
        body=FaultIn,
        examples={
            "preset": {"preset": "provider_down"},
            "effect": {
                "match": {"method": "POST", "route": "/v1/letters"},
                "effect": {"disconnect": True, "when": "after"},
                "times": 1,
            },
            "webhook": {"match": {"webhook": True}, "effect": {"status": 500}, "times": 2},
        },
        problems=("malformed", "conflict", "too_large", "unsupported_media_type", "invalid", "storage_full"),
        links={
            "get": Link("getFault", _BY_ID, "See what it has struck."),
            "delete": Link("deleteFault", _BY_ID, "Take it away."),
        },
        once=True,
        sandbox_only=True,
    ),
    Operation(
        id="listFaults",
        method="GET",
        path="/v1/faults",
        tag="sandbox",
        summary="List faults",
        description="Every fault that is there, spent ones too, newest first.",
        handler=list_faults,
        answers=Answers(200, "A page of faults.", FaultPage),
        query=PageQuery,
        problems=("invalid",),
        sandbox_only=True,
    ),
    Operation(
        id="deleteFaults",
        method="DELETE",
        path="/v1/faults",
        tag="sandbox",
        summary="Take all faults away",
        description="All goes well again.",
        handler=delete_faults,
        answers=Answers(200, "What was taken away.", FaultsGone),
        problems=("storage_full",),
        sandbox_only=True,
    ),
    Operation(
        id="getFault",
        method="GET",
        path="/v1/faults/{fault_id}",
        tag="sandbox",
        summary="Read a fault",
        description="What it has met and struck so far.",
        handler=get_fault,
        answers=Answers(200, "The fault.", FaultOut),
        problems=("not_found",),
        sandbox_only=True,
    ),
    Operation(
        id="deleteFault",
        method="DELETE",
        path="/v1/faults/{fault_id}",
        tag="sandbox",
        summary="Take a fault away",
        description="It strikes no more; what it counted is told.",
        handler=delete_fault,
        answers=Answers(200, "The fault that was there.", FaultOut),
        problems=("not_found", "storage_full"),
        sandbox_only=True,
    ),
    Operation(
        id="listFaultPresets",
        method="GET",
        path="/v1/fault-presets",
        tag="sandbox",
        summary="List fault presets",
        description="Faults as providers have them, by name.",
        handler=list_fault_presets,
        answers=Answers(200, "The presets.", FaultPresetList),
        sandbox_only=True,
    ),
)
