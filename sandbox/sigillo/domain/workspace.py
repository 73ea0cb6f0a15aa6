"""A workspace: an isolated tenant with its own seed, clock, keys, letters and journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sigillo.domain.clock import Clock
from sigillo.domain.ids import Lot
from sigillo.domain.letter import Sender
from sigillo.domain.scenario import MANUAL

DEFAULT_SENDER = Sender(
    name="Camille Martin", email="camille.martin@atelier-martin.test", company="Atelier Martin SARL"
)


class Mode(StrEnum):
    """``test`` is the sandbox; ``live`` is bound to a real provider, where nothing can be rehearsed."""

    TEST = "test"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A tenant. ``letters``, ``files`` and ``rules`` count what was ever made in it, so that ids follow from the seed.

    ``alerts_at`` is the full hour at which its alert rules are judged next, None while nothing could change an alert.
    ``resets`` counts the times it was emptied: a cursor or a cache from before a reset is not taken for one of now.
    """

    id: str
    name: str
    seed: str
    mode: Mode = Mode.TEST
    clock: Clock = field(default_factory=Clock)
    sender: Sender = DEFAULT_SENDER
    default_scenario: str = MANUAL
    letters: int = 0
    files: int = 0
    resets: int = 0
    rules: int = 0
    alerts_at: datetime | None = None

    @property
    def lot(self) -> Lot:
        """Give the root of everything derived in the workspace: ids, numbers, draws, keys."""
        return Lot.of_seed(self.seed)

    @property
    def is_test(self) -> bool:
        """Tell whether this is a sandbox."""
        return self.mode is Mode.TEST


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An uploaded file; its bytes are kept by their hex SHA-256. ``size`` in bytes."""

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    created_at: datetime


def workspace_id(seed: str, name: str) -> str:
    """Give the id of the workspace of that name under a seed."""
    return Lot.of_seed(seed).child("workspace", name).token("ws")
