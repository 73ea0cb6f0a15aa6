"""Events: a letter's history, and the workspace's feed that polling reads."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.desk import Desk, workspace_of
from sigillo.api.letter_text import event_json
from sigillo.api.listing import Listing
from sigillo.api.operations import Answers, Operation
from sigillo.api.queries import read_query
from sigillo.api.wire.events import EventPage
from sigillo.api.wire.filters import EventQuery, PageQuery
from sigillo.application.queries import Told
from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.events import Event
from sigillo.domain.letter import Letter
from sigillo.domain.standing import standings


async def list_letter_events(desk: Desk, request: Request) -> Response:
    """Give a letter's facts, newest first."""
    query = read_query(PageQuery, request)
    workspace_id, letter_id = workspace_of(request), request.path_params["letter_id"]
    letter, events = desk.sandbox.queries.history(workspace_id, letter_id)
    workspace = desk.sandbox.workspaces.get(workspace_id)
    return history_page(letter, events, Listing.of(workspace, "letter_events", query, filters={"letter": letter_id}))


def history_page(item: Letter, events: Sequence[Event], listing: Listing) -> Response:
    """Give a page of the facts of a letter or of a consent, newest first."""
    before = listing.before
    told = [Told(event.index, event, item, standing) for event, standing in zip(events, standings(events), strict=True)]
    left = [one for one in reversed(told) if before is None or one.seq < before]
    return listing.answer(left[: listing.most], _told_json, place=_seq)


async def list_events(desk: Desk, request: Request) -> Response:
    """Give the workspace's facts: newest first, or oldest first after an event."""
    query, workspace_id = read_query(EventQuery, request), workspace_of(request)
    types = [one.value for one in query.type] if query.type else None
    if query.after and query.cursor:
        detail = "Give `after` or `cursor`: to go on after a page, give the id of its last event as `after`."
        raise Invalid([FieldError("/cursor", "cursor_with_after", detail)])
    filters, queries = {"type": sorted(types) if types else None}, desk.sandbox.queries
    listing = Listing.of(desk.sandbox.workspaces.get(workspace_id), "events", query, filters=filters)
    if query.after:
        told = queries.events_after(workspace_id, types, limit=listing.most, event_id=query.after)
        return listing.answer(told, _told_json, place=None)
    found = queries.newest_events(workspace_id, types, limit=listing.most, before=listing.before)
    return listing.answer(found, _told_json, place=_seq)


def _told_json(told: Told) -> dict[str, object]:
    return event_json(told.event, told.letter, told.standing)


def _seq(told: Told) -> int:
    return told.seq


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
        query=PageQuery,
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
