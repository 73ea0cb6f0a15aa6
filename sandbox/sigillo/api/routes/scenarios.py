"""Scenarios: the library's and the workspace's own."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import given, json_response, kept
from sigillo.api.bodies import json_body, once
from sigillo.api.desk import Desk, workspace_of
from sigillo.api.listing import whole_list
from sigillo.api.operations import Answers, Operation
from sigillo.api.wire.workspace import ScenarioIn, ScenarioList, ScenarioOut
from sigillo.api.working import in_thread
from sigillo.application.ports.storage import Answer
from sigillo.application.workspaces import require_sandbox
from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.events import canonical_json
from sigillo.domain.scenario import Scenario
from sigillo.domain.scenario_document import scenario_document


async def list_scenarios(desk: Desk, request: Request) -> Response:
    """Give every scenario of the workspace."""
    sandbox, workspace_id = desk.sandbox, workspace_of(request)
    require_sandbox(sandbox.workspaces.get(workspace_id))
    known = await in_thread(lambda: sandbox.shelf.all(sandbox.store, workspace_id))
    return json_response(whole_list(_scenario_json(one) for one in known))


async def create_scenario(desk: Desk, request: Request) -> Response:
    """Keep a scenario of the workspace's own."""
    sandbox, workspace_id = desk.sandbox, workspace_of(request)
    require_sandbox(sandbox.workspaces.get(workspace_id))
    document = await json_body(request)
    if not isinstance(document, Mapping):
        raise Invalid([FieldError("", "wrong_type", "The body is not an object: write the scenario as {…}.")])
    sandbox.shelf.read(document)
    asked = once(request, canonical_json(document).encode())

    def reply(scenario: Scenario) -> Answer:
        return kept(_scenario_json(scenario), asked.fingerprint if asked else "", status=201)

    shelf = sandbox.shelf
    return given(await in_thread(lambda: shelf.add(sandbox.store, workspace_id, document, reply=reply, once=asked)))


def _scenario_json(scenario: Scenario) -> dict[str, object]:
    return {
        "name": scenario.name,
        "custom": scenario.custom,
        "addresses": [f"{scenario.name}@{service}.test" for service in scenario.services],
        "takes_delay": scenario.delay_sets is not None,
        "document": scenario_document(scenario),
    }


OPERATIONS = (
    Operation(
        id="listScenarios",
        method="GET",
        path="/v1/scenarios",
        tag="sandbox",
        summary="List scenarios",
        description="What a recipient can do: the library's scenarios and your own, by name.",
        handler=list_scenarios,
        answers=Answers(200, "The scenarios.", ScenarioList),
        sandbox_only=True,
    ),
    Operation(
        id="createScenario",
        method="POST",
        path="/v1/scenarios",
        tag="sandbox",
        summary="Make a scenario of your own",
        description="One of the same name is replaced; letters sent before keep the one they were sent with.",
        handler=create_scenario,
        answers=Answers(201, "The scenario.", ScenarioOut),
        body=ScenarioIn,
        problems=("malformed", "conflict", "too_large", "unsupported_media_type", "invalid", "storage_full"),
        once=True,
        sandbox_only=True,
    ),
)
