"""A sandbox for tests: both stores, fixed seed and start, a wall that the test moves, letters in one line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sigillo.application.drafts import Draft
from sigillo.application.ports.courier import Courier
from sigillo.application.ports.storage import Answer
from sigillo.application.sandbox import Sandbox
from sigillo.bootstrap import build
from sigillo.domain.letter import Course, Letter, Recipient, RecipientKind
from sigillo.domain.workspace import Mode

START = datetime(2026, 1, 5, 8, tzinfo=UTC)


class Wall:
    """Wall time that stands still until it is told to move; in seconds."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


class World:
    """A sandbox with one workspace."""

    def __init__(
        self,
        data: Path | None = None,
        *,
        seed: str = "test",
        start: datetime = START,
        courier: Courier | None = None,
        mode: Mode = Mode.TEST,
    ) -> None:
        self.wall = Wall()
        self.sandbox: Sandbox = build(data=data, wall=self.wall, courier=courier)
        self.id = self.sandbox.workspaces.ensure("test", seed=seed, key="sk_test_demo", start=start, mode=mode)

    def send(self, address: str, *, kind: RecipientKind = RecipientKind.PROFESSIONAL, text: str = "Bonjour") -> str:
        """Send a letter to an address at ``lre.test`` or ``ere.test``; give its id."""
        service = "ere" if address.endswith("@ere.test") else "lre"
        draft = Draft(service, Recipient(kind, "Zoé Lefèvre", address), "Objet d’essai", text=text)
        return self.sandbox.letters.submit(self.id, draft, reply=id_alone).answer.body.decode()

    def journal(self) -> list[tuple[str, str, str, str]]:
        """Give the whole journal, oldest first: instant, event id, type, digest."""
        with self.sandbox.store.reading(self.id) as tx:
            recorded = tx.events.following(None, limit=1_000_000, after=0)
        return [(r.event.at.isoformat(), r.event.id, r.event.type.value, r.event.digest) for r in recorded]

    def types(self, letter_id: str) -> list[str]:
        """Give a letter's event types, proofs left out."""
        _, events = self.sandbox.queries.history(self.id, letter_id)
        return [event.type.value for event in events if event.type.value != "proof.available"]

    def status(self, letter_id: str) -> str:
        """Give a letter's status."""
        status = self.sandbox.queries.letter(self.id, letter_id).course.status
        return status.value if status else ""

    def now(self) -> datetime:
        """Give what the clock shows."""
        return self.sandbox.simulation.clock(self.id)[1]


def id_alone(letter: Letter, course: Course) -> Answer:
    """Answer with the letter's id alone."""
    return Answer("", 201, {}, letter.id.encode())
