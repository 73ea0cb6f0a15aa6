"""What the measurements work on: a workspace's keys, claims to seal, letters to send. All of it made up."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sigillo.application.drafts import Draft
from sigillo.application.ports.storage import Answer, Store, Transaction
from sigillo.application.sandbox import Sandbox
from sigillo.bootstrap import build
from sigillo.domain.claims import Claim
from sigillo.domain.letter import Course, Letter, Part, ProofKind, Recipient, RecipientKind, Sender
from sigillo.domain.services import SERVICES
from sigillo.domain.services.table import ETSI_EVENT

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
SENDER = Sender("Élodie Lefèvre", "elodie@exemple.test", "Œuvres & Fils SARL")
KEY = "sk_test_bench"
SCENARIOS = ("accept", "refuse", "neglect", "bounce")
_GROUP = 5_000
_AT_ONCE = 10  # letters of one instant; the next ones follow a few milliseconds later
_STEP = timedelta(milliseconds=3)


def digest(number: int) -> bytes:
    """Give a SHA-256 that no other number has, so that no cache helps."""
    return sha256(b"%d" % number).digest()


def claim(number: int) -> Claim:
    """Give the claim of a reception, the fullest there is, of a letter with two files."""
    lre, kind = SERVICES["lre"], ProofKind.RECEPTION
    parts = (
        Part("content.txt", "text/plain", 1_204, digest(number).hex()),
        Part("contrat signé.pdf", "application/pdf", 48_213, digest(-number - 1).hex(), "file_1"),
    )
    return Claim(
        kind=kind,
        evidence_event=ETSI_EVENT + lre.evidence[kind],
        event_id=f"evt_{number:020d}_07",
        at=START + timedelta(days=1),
        letter_id=f"ltr_{number:020d}",
        number=f"LRE-4821-{number:09d}-62",
        service="lre",
        service_title=lre.title,
        qualified=True,
        sender=SENDER,
        recipient=Recipient(RecipientKind.INDIVIDUAL, "Jérôme D’Yvoire", "accept@lre.test"),
        subject="Mise en demeure avant résiliation du contrat n° 4",
        content_sha256=digest(number).hex(),
        parts=parts,
        created_at=START,
        submitted_at=START,
        notified_at=START + timedelta(minutes=1),
        expires_at=START + timedelta(days=15, hours=14, minutes=30),
        notice_sha256=None,
        identity_check=lre.identity_check,
        reason=None,
        fact_digest=digest(number).hex(),
        previous_digest=digest(number + 1).hex(),
        workspace_id="ws_bench",
    )


def drafts() -> tuple[Draft, ...]:
    """Give one draft for each scenario that the measurements mix."""
    return tuple(
        Draft(
            service="lre",
            sender=SENDER,
            recipient=Recipient(RecipientKind.PROFESSIONAL, "Jean Dupré", f"{name}@lre.test", company="Dupré SA"),
            subject="Mise en demeure avant résiliation",
            text="Madame, Monsieur, sans réponse de votre part sous quinze jours, le contrat prendra fin.",
            reference=f"dossier-{name}",
        )
        for name in SCENARIOS
    )


def database_of(folder: Path) -> Path:
    """Give the database file of a data folder."""
    return next(path for path in sorted(folder.rglob("*.db")) if path.is_file())


def no_reply(letter: Letter, course: Course) -> Answer:
    """Answer nothing: what an answer costs is measured elsewhere."""
    return Answer("", 0, {}, b"")


@dataclass(frozen=True, slots=True)
class World:
    """A sandbox on a data folder, with one workspace whose clock is frozen."""

    sandbox: Sandbox
    workspace_id: str

    @classmethod
    def open(cls, folder: Path) -> World:
        """Open or make it."""
        sandbox = build(data=folder)
        return cls(sandbox, sandbox.workspaces.ensure("bench", seed="bench", key=KEY, start=START))

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self.sandbox.close()

    def send(self, count: int) -> None:
        """Send letters of all scenarios in turn, many in one transaction because this is preparation.

        A few letters share an instant and the next ones follow some milliseconds later, as a bulk import does it, so
        that what is due comes in as many different instants as in life and no cache of instants flatters.
        """
        kinds = drafts()
        for first in range(0, count, _GROUP):
            with self.sandbox.store.writing(self.workspace_id) as tx:
                within = _Within(self.sandbox.store, tx)
                letters = replace(self.sandbox.letters, store=within)  # type: ignore[arg-type]  # the rest of the port by __getattr__
                for number in range(first, min(first + _GROUP, count)):
                    if number % _AT_ONCE == 0:
                        clock = tx.workspace.clock
                        tx.save_workspace(replace(tx.workspace, clock=clock.at(clock.position + _STEP, 0)))
                    letters.submit(self.workspace_id, kinds[number % len(kinds)], reply=no_reply)


class _Within:
    """A store whose transactions are all part of one that is open already."""

    def __init__(self, store: Store, tx: Transaction) -> None:
        self._store = store
        self._tx = tx

    def writing(self, workspace_id: str) -> AbstractContextManager[Transaction]:
        return nullcontext(self._tx)

    def reading(self, workspace_id: str) -> AbstractContextManager[Transaction]:
        return nullcontext(self._tx)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)
