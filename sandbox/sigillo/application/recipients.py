"""The recipient's own view of a letter, opened by the secret that only the mail to them tells."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from hmac import compare_digest
from threading import Lock

from sigillo.application.ports.storage import Store
from sigillo.application.ports.wall import Wall
from sigillo.domain.errors import NotFound
from sigillo.domain.events import Event, EventType
from sigillo.domain.letter import ConsentStatus, Course, Letter, Outcome
from sigillo.domain.recipient_link import identity_code, opens
from sigillo.domain.services import SERVICES
from sigillo.domain.services.consent import CONSENT
from sigillo.domain.workspace import Workspace

MOST_WRONG_CODES = 3
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class RecipientView:
    """A letter or a consent as its recipient meets it: where it stands at ``now``, and the code that identifies them.

    ``code`` is None where the service checks no identity; ``failures`` counts the checks that failed.
    """

    workspace_id: str
    letter: Letter
    course: Course
    events: tuple[Event, ...]
    now: datetime
    failures: int
    code: str | None

    def has_done(self, action: str) -> bool:
        """Tell whether the recipient has done this already, so that doing it again changes nothing."""
        if self.is_consent:
            return self.course.status == _STATUS_OF.get(action)
        if action == "consent":
            return any(event.type is EventType.CONSENT_GIVEN for event in self.events)
        return self.course.outcome is not None and self.course.outcome is _OUTCOME_OF.get(action)

    @property
    def is_consent(self) -> bool:
        """Tell whether the page is a consent's, which is kept as a letter of its own service."""
        return self.letter.service == CONSENT.name

    @property
    def is_late(self) -> bool:
        """Tell whether the window has passed, be it noted in the journal or not yet."""
        expires_at = self.course.expires_at
        return self.course.outcome is None and expires_at is not None and self.now >= expires_at


_OUTCOME_OF = {
    "accept": Outcome.ACCEPTED,
    "refuse": Outcome.REFUSED,
    "refuse_consent": Outcome.CONSENT_REFUSED,
}
_STATUS_OF = {
    "consent": ConsentStatus.GIVEN,
    "refuse_consent": ConsentStatus.REFUSED,
    "revoke": ConsentStatus.REVOKED,
}


class CodeVerdict(Enum):
    """What a code that was entered comes to."""

    RIGHT = "right"
    WRONG = "wrong"
    SPENT = "spent"
    STALE = "stale"


class Recipients:
    """Opens recipients' pages, and counts the wrong codes entered there.

    The count is this process's alone: it matters for minutes, and the journal holds what comes of it.
    """

    def __init__(self, store: Store, wall: Wall) -> None:
        self._store = store
        self._wall = wall
        self._guard = Lock()
        self._wrong: OrderedDict[tuple[str, str, int], int] = OrderedDict()

    def view(self, letter_id: str, secret: str) -> RecipientView:
        """Give what the secret opens; raises :class:`NotFound`, the same for a wrong letter and a wrong secret."""
        for workspace in self._opened(letter_id, secret):
            found = self._view(workspace, letter_id)
            if found is not None:
                return found
        raise NotFound("Nothing is to be found at this address; check it against the message that you received.")

    def tries(self, view: RecipientView) -> int:
        """Give how many wrong codes were entered since the last identity check that failed."""
        with self._guard:
            return self._wrong.get(_key(view), 0)

    def judge(self, view: RecipientView, code: str, *, attempt: int) -> CodeVerdict:
        """Judge a code that was entered as the ``attempt``-th (from 0); each attempt is judged once.

        ``SPENT`` says that this was the last one allowed: the identity check has failed then.
        """
        with self._guard:
            tries = self._wrong.get(_key(view), 0)
            if attempt != tries:
                return CodeVerdict.STALE
            if compare_digest(code.encode(), (view.code or "").encode()):
                return CodeVerdict.RIGHT
            self._wrong[_key(view)] = tries + 1
            if len(self._wrong) > _REMEMBERED:
                self._wrong.popitem(last=False)
        return CodeVerdict.SPENT if tries + 1 >= MOST_WRONG_CODES else CodeVerdict.WRONG

    def _opened(self, letter_id: str, secret: str) -> Iterator[Workspace]:
        """Give the sandboxes in which the secret is the letter's: no letter is looked for before that is known."""
        for workspace in self._store.workspaces():
            if opens(workspace, letter_id, secret) and workspace.is_test:
                yield workspace

    def _view(self, workspace: Workspace, letter_id: str) -> RecipientView | None:
        with self._store.reading(workspace.id) as tx:
            found = tx.letters.find(letter_id)
            if found is None:
                return None
            letter, running = found
            events = tuple(tx.events.of_letter(running.ordinal))
            now = tx.workspace.clock.now(self._wall())
        failures = sum(event.type is EventType.IDENTITY_FAILED for event in events)
        checked = SERVICES[letter.service].identity_check is not None
        code = identity_code(workspace, letter_id, failures) if checked else None
        return RecipientView(workspace.id, letter, running.course, events, now, failures, code)


def _key(view: RecipientView) -> tuple[str, str, int]:
    return view.workspace_id, view.letter.id, view.failures
