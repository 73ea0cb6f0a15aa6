"""Messages of several mail clients that are taken in together: one transaction, and what each alone would become."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from sigillo.application.ports.storage import LetterFilter
from sigillo.application.submission import HandedIn, Handing, MailRefused
from sigillo.bootstrap import build
from sigillo.domain.errors import StorageFull
from sigillo.domain.letter import ProofKind, Status
from sigillo.domain.pec.dialects import Limits
from sigillo.domain.pec.eicar import SIGN
from tests.simulation.test_submission import HEAD, MESSAGE, TO, Desk

OTHER = MESSAGE.replace(b"a.1@", b"a.2@")
VIRUS = HEAD + b"\r\n" + SIGN
UNSIGNED = MESSAGE.replace(b"Cc:", b"Bcc:")


@pytest.fixture(params=["memory", "database"])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    """Where the sandbox keeps things."""
    return tmp_path if request.param == "database" else None


def _handing(desk: Desk, raw: bytes = MESSAGE, *, sender: str = "mario@studio.test") -> Handing:
    return Handing(desk.box, sender, TO, raw)


def _together(desk: Desk, *messages: Handing) -> list[HandedIn | MailRefused | None]:
    taken = desk.sandbox.submissions.hand_in_now(desk.world.id, messages)
    assert taken is not None
    return taken


def _kept(desk: Desk) -> tuple[object, ...]:
    """All that there is: letters, the journal, and each message's bytes."""
    letters = desk.letters()
    found = [desk.sandbox.store.short_bytes(letter.content.parts[0].sha256) for letter, _ in letters]
    return letters, desk.world.journal(), found


def test_the_same_as_one_by_one(data: Path | None) -> None:
    """Ids, letters, journal and bytes are those of the same messages handed in one after the other."""
    apart, together = Desk(None), Desk(data)
    raws = (MESSAGE, OTHER, VIRUS, UNSIGNED, MESSAGE)
    one_by_one = [apart.hand_in(raw) for raw in raws]
    assert _together(together, *(_handing(together, raw) for raw in raws)) == one_by_one
    assert _kept(together) == _kept(apart)
    receipt = one_by_one[0].letter_ids[0]
    assert together.receipt(receipt, ProofKind.ACCEPTANCE) == apart.receipt(receipt, ProofKind.ACCEPTANCE)


def test_one_that_is_refused_leaves_the_others(data: Path | None) -> None:
    """A message that is turned away leaves no trace; those before and after it are taken, in one transaction."""
    desk = Desk(data)
    rung: list[str] = []
    desk.sandbox.bell.answer(rung.append)
    first, refused, last = _together(
        desk, _handing(desk), _handing(desk, sender="anna@studio.test"), _handing(desk, OTHER)
    )
    assert isinstance(first, HandedIn) and isinstance(last, HandedIn)
    assert isinstance(refused, MailRefused)
    assert (refused.code, refused.enhanced) == (553, "5.7.1")
    assert [letter.id for letter, _ in desk.letters()] == [*first.letter_ids, *last.letter_ids]
    assert rung == [desk.world.id]


def test_what_was_examined_before_is_not_examined_again(data: Path | None) -> None:
    """The verdict follows from what was found then."""
    desk = Desk(data)
    examined = desk.sandbox.submissions.examine(_handing(desk, VIRUS))
    (taken,) = _together(desk, examined)
    assert isinstance(taken, HandedIn)
    assert not taken.is_accepted
    assert {course.status for _, course in desk.letters()} == {Status.REJECTED}


def test_it_waits_for_nobody(data: Path | None) -> None:
    """While the clock runs nothing is done; a sender whose plan counts messages is left to who waits."""
    desk = Desk(data)
    desk.sandbox.simulation.set_speed(desk.world.id, 60.0)
    assert desk.sandbox.submissions.hand_in_now(desk.world.id, [_handing(desk)]) is None
    counted = Desk(None, limits=Limits(messages_per_minute=6))
    assert _together(counted, _handing(counted)) == [None]
    assert counted.letters() == []


def test_a_full_disk_refuses_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each client is told to come again, and nothing is kept."""
    desk = Desk(None)

    def full(_: str) -> object:
        raise StorageFull("no room")

    monkeypatch.setattr(desk.sandbox.store, "try_writing", full)
    taken = _together(desk, _handing(desk), _handing(desk, OTHER))
    assert [(each.code, each.enhanced) for each in taken if isinstance(each, MailRefused)] == [(452, "4.3.1")] * 2
    assert desk.letters() == []


def test_bytes_outlive_the_process(tmp_path: Path) -> None:
    """A short message is in the database, a long one is a file; both are there for who opens the folder again."""
    desk = Desk(tmp_path)
    desk.hand_in()
    desk.hand_in(MESSAGE + b"x" * 70_000)
    desk.sandbox.close()
    assert len([each for each in (tmp_path / "blobs").rglob("*") if each.is_file()]) == 1
    with closing(build(data=tmp_path)) as sandbox:
        letters = sandbox.queries.letters(desk.world.id, LetterFilter(), limit=9, before=None)
        sizes = []
        for letter, _ in letters:
            with sandbox.blobs.open(letter.content.parts[0].sha256) as source:
                sizes.append(len(source.read()))
    assert sizes == [len(MESSAGE) + 70_000] * 2 + [len(MESSAGE)] * 2


def test_a_reset_takes_the_bytes_away(data: Path | None) -> None:
    """What was handed in is gone with its letters."""
    desk = Desk(data)
    desk.hand_in()
    sha256 = desk.letters()[0][0].content.parts[0].sha256
    assert desk.sandbox.store.short_bytes(sha256) == MESSAGE
    desk.sandbox.workspaces.reset(desk.world.id)
    assert desk.sandbox.store.short_bytes(sha256) is None


@pytest.mark.parametrize(
    ("raw", "is_plain"),
    [
        (MESSAGE, True),
        (b"Content-Type: Multipart/mixed; boundary=b\r\n" + MESSAGE, False),
        (b"Content-Transfer-Encoding:\r\n BASE64\r\n" + MESSAGE, False),
        (b"Content-Type: MESSAGE/rfc822\r\n" + MESSAGE, False),
        (b"Content-Type: application/zip\r\n" + MESSAGE, False),
        (MESSAGE + b"x" * 9000, False),
        (b"", True),
    ],
)
def test_what_is_plain(raw: bytes, *, is_plain: bool) -> None:
    """Only a short message with nothing to be decoded or opened is examined where other clients wait for it."""
    assert _handing(Desk(None), raw).is_plain is is_plain
