"""Lists: where a page begins and how long it is, and the one form in which every list is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from starlette.responses import Response

from sigillo.api.answers import json_response
from sigillo.api.cursors import Cursors
from sigillo.domain.workspace import Workspace

T = TypeVar("T")


class Paged(Protocol):
    """The query of a list, as pydantic reads it."""

    @property
    def limit(self) -> int:
        """Give how many items a page has at most."""

    @property
    def cursor(self) -> str | None:
        """Give where the page begins, None for the first."""

    def model_dump(self, *, mode: str, exclude: set[str]) -> dict[str, Any]:
        """Give its parameters."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list: ask for at most ``most`` items, those beyond the place ``before``; None is the first page.

    ``most`` is one more than the page holds, which tells whether there is another page.
    """

    cursors: Cursors
    most: int
    before: int | None

    @classmethod
    def of(
        cls, workspace: Workspace, listed: str, query: Paged, *, filters: Mapping[str, object] | None = None
    ) -> Listing:
        """Give the page that a query asks for; raises :class:`Invalid` for a cursor that is not of this list.

        ``filters`` are what tells this list from others of its name, by default all parameters of the query.
        """
        told = query.model_dump(mode="json", exclude={"limit", "cursor"}) if filters is None else filters
        cursors = Cursors.of(workspace, listed, told)
        return cls(cursors, query.limit + 1, cursors.read(query.cursor))

    def answer(
        self, found: Sequence[T], written: Callable[[T], object], *, place: Callable[[T], int] | None
    ) -> Response:
        """Write what was found as a page; ``place`` tells where an item stands, None where no cursor leads on."""
        page, more = found[: self.most - 1], len(found) == self.most
        cursor = self.cursors.write(place(page[-1])) if more and place else None
        return json_response({"data": [written(one) for one in page], "has_more": more, "next_cursor": cursor})


def whole_list(data: Iterable[object]) -> dict[str, object]:
    """Give the JSON of a list that has a single page."""
    return {"data": list(data), "has_more": False, "next_cursor": None}
