"""Events: a letter's history, and the workspace's feed that polling reads."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import json_response
from sigillo.api.cursors import Cursors
from sigillo.api.desk import Desk, workspace_of
from sigillo.api.letter_text import event_json
from sigillo.api.operations import Answers, Operation
from sigillo.api.queries import read_query
from sigillo.api.wire.events import EventPage
from sigillo.api.wire.filters import EventQuery, LetterEventQuery
from sigillo.application.queries import Told
from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.events import Event
from sigillo.domain.letter import Letter
from sigillo.domain.standing import standings


async def list_letter_events(desk: Desk, request: Request) -> Response:
    """Give a letter's facts, newest first."""
    query = read_query(LetterEventQuery, request)
    workspace_id, letter_id = workspace_of(request), request.path_params["letter_id"]
    letter, events = desk.sandbox.queries.history(workspace_id, letter_id)
    cursors = Cursors.of(desk.sandbox.workspaces.get(workspace_id), "letter_events", {"letter": letter_id})
    return history_page(letter, events, query=query, cursors=cursors)


def history_page(item: Letter, events: Sequence[Event], *, query: LetterEventQuery, cursors: Cursors) -> Response:
    """Give a page of the facts of a letter or of a consent, newest first."""
    before = cursors.read(query.cursor)
    told = [Told(event.index, event, item, standing) for event, standing in zip(events, standings(events), strict=True)]
    left = [one for one in reversed(told) if before is None or one.seq < before]
    return _page(left[: query.limit + 1], query.limit, cursors)


async def list_events(desk: Desk, request: Request) -> Response:
    """Give the workspace's facts: newest first, or oldest first after an event."""
    query = read_query(EventQuery, request)
    workspace_id = workspace_of(request)
    types = [one.value for one in query.type] if query.type else None
    filters = {"type": sorted(types) if types else None}
    workspace = desk.sandbox.workspaces.get(workspace_id)
    cursors = Cursors.of(workspace, "events_after" if query.after else "events", filters)
    if query.after and query.cursor:
        detail = "Give `after` or `cursor`: to go on after a page, give the id of its last event as `after`."
        raise Invalid([FieldError("/cursor", "cursor_with_after", detail)])
    queries = desk.sandbox.queries
    if query.after:
        told = queries.events_after(workspace_id, types, limit=query.limit + 1, event_id=query.after)
        return json_response({**_written(told[: query.limit], more=len(told) > query.limit), "next_cursor": None})
    before = cursors.read(query.cursor)
    return _page(queries.newest_events(workspace_id, types, limit=query.limit + 1, before=before), query.limit, cursors)


def _page(told: Sequence[Told], limit: int, cursors: Cursors) -> Response:
    more = len(told) > limit
    page = told[:limit]
    return json_response({**_written(page, more=more), "next_cursor": cursors.write(page[-1].seq) if more else None})


def _written(told: Sequence[Told], *, more: bool) -> dict[str, object]:
    return {"data": [event_json(one.event, one.letter, one.standing) for one in told], "has_more": more}


OPERATIONS = (
    Operation(
        id="listLetterEvents",
        method="GET",
        path="/v1/letters/{letter_id}/events",
        tag="events",
        summary="List a letter's events",
        description="Its history, newest first.",
        handler=list_letter_events,
        answers=Answers(200, "A page of events.", EventPage),
        query=LetterEventQuery,
        problems=("not_found", "invalid"),
    ),
    Operation(
        id="listEvents",
        method="GET",
        path="/v1/events",
        tag="events",
        summary="List events",
        description=(
            "The workspace's journal, newest first. With `after` it is what was written after that event, oldest "
            "first: a poll that begins with `start` and keeps the id of the last event it saw misses none and sees "
            "none twice, while letters are being sent too."
        ),
        handler=list_events,
        answers=Answers(200, "A page of events.", EventPage),
        query=EventQuery,
        problems=("invalid",),
    ),
)
