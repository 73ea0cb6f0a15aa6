"""A PEC's files are put together and examined before anything is written, while others may write."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace

import pytest

from sigillo.application.files import Received
from sigillo.application.formal_checks import LetterInspection
from sigillo.application.idempotency import Once
from sigillo.application.letters import Letters
from sigillo.application.mailboxes import MailboxChanges
from sigillo.application.ports.post import Post
from sigillo.application.ports.storage import Answer
from sigillo.application.receipts import Receipts
from sigillo.domain.errors import Invalid
from sigillo.domain.letter import Course, Letter
from sigillo.domain.pec.dialects import Limits
from sigillo.domain.pec.eicar import SIGN
from sigillo.domain.pec.formalities import Examined
from sigillo.domain.workspace import StoredFile
from tests.simulation.mailing import ANNA, MARIO, drafted, open_box
from tests.simulation.world import World


@dataclass
class Watched:
    """A post that does something while a message is examined, and counts how often that is."""

    post: Post
    meanwhile: Callable[[], object] = lambda: None
    times: int = 0

    def examine(self, raw: bytes) -> Examined:
        """Examine, after what is to be done meanwhile."""
        self.times += 1
        self.meanwhile()
        return self.post.examine(raw)

    def __getattr__(self, name: str) -> object:
        return getattr(self.post, name)


def watching(world: World, meanwhile: Callable[[], object] = lambda: None) -> tuple[Letters, Watched]:
    """The letters of a world, whose post is watched."""
    post = Watched(world.sandbox.post, meanwhile)
    receipts = Receipts(world.sandbox.blobs, post)  # type: ignore[arg-type]  # it gives everything on
    return replace(world.sandbox.letters, inspection=LetterInspection(receipts)), post


def uploaded(world: World, name: str, data: bytes) -> str:
    """Upload a file; give its id."""

    def reply(file: StoredFile) -> Answer:
        return Answer("", 201, {}, file.id.encode())

    with world.sandbox.blobs.receiving() as receiver:
        receiver.write(data)
        answered = world.sandbox.files.add(world.id, Received(name, "application/octet-stream", receiver), reply=reply)
    return answered.answer.body.decode()


def status(letter: Letter, course: Course) -> Answer:
    """Answer with how a letter stands, and by which scenario."""
    return Answer("asked", 201, {}, f"{course.status} {course.outcome} {letter.scenario}".encode())


def sent(
    world: World, letters: Letters, file_id: str, *, to: str = "deliver@pec.test", once: Once | None = None
) -> str:
    """Send a file by PEC; give how its letter stands."""
    draft = replace(drafted(to), file_ids=(file_id,))
    return letters.submit(world.id, draft, reply=status, once=once).answer.body.decode()


def is_free(world: World) -> bool:
    """Tell whether somebody else could write now."""
    with world.sandbox.store.try_writing(world.id) as tx:
        return tx is not None


def test_others_write_while_files_are_examined(world: World) -> None:
    """Neither for a file that was uploaded nor for one that comes along does the examination hold the writer's lock."""
    free: list[bool] = []
    letters, post = watching(world, lambda: free.append(is_free(world)))
    assert sent(world, letters, uploaded(world, "a.txt", b"ciao")) == "deposited None deliver"
    with ExitStack() as held:
        receiver = held.enter_context(world.sandbox.blobs.receiving())
        receiver.write(SIGN)
        received = Received("v.txt", "text/plain", receiver)
        answered = letters.submit(world.id, drafted("deliver@pec.test"), reply=status, uploads=[received])
    assert answered.answer.body == b"rejected virus deliver"
    assert (free, post.times) == ([True, True], 2)


def test_an_earlier_answer_comes_before_the_examination(world: World) -> None:
    """The same request again is answered as before, and its files are not looked into again."""
    letters, post = watching(world)
    file_id = uploaded(world, "a.txt", b"ciao")
    once = Once("key", "asked")
    first = sent(world, letters, file_id, once=once)
    assert sent(world, letters, file_id, once=once) == first
    assert post.times == 1


def test_another_file_in_its_place_is_examined_itself(world: World) -> None:
    """After a reset another file may have the id of the first: the verdict is on the one that is sent."""
    file_id = uploaded(world, "a.txt", b"ciao")
    changes = iter([True])

    def reset() -> None:
        if next(changes, False):
            world.sandbox.workspaces.reset(world.id)
            assert uploaded(world, "a.txt", SIGN) == file_id

    letters, _ = watching(world, reset)
    assert sent(world, letters, file_id) == "rejected virus deliver"


def test_a_file_that_is_gone_is_told(world: World) -> None:
    """A reset in between takes the file away: nothing is sent, and the error says why."""
    file_id = uploaded(world, "a.txt", b"ciao")
    letters, _ = watching(world, lambda: world.sandbox.workspaces.reset(world.id))
    with pytest.raises(Invalid) as refused:
        sent(world, letters, file_id)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/file_ids/0", "unknown_file")]


def test_mailboxes_count_as_they_stand_when_the_message_is_taken_in(world: World) -> None:
    """A plan that changed meanwhile holds, so does a mailbox that was made full or removed."""
    sender, recipient = open_box(world, MARIO), open_box(world, ANNA)
    boxes = world.sandbox.mailboxes
    file_id = uploaded(world, "a.js", b"1")

    def during(change: Callable[[], object]) -> str:
        letters, _ = watching(world, lambda: change())
        return sent(world, letters, file_id, to=ANNA)

    blocking = MailboxChanges(limits=Limits(blocked_extensions=(".js",)))
    assert during(lambda: boxes.change(world.id, sender.address, blocking)) == "rejected rejected deliver"
    assert during(lambda: None) == "rejected rejected deliver"
    boxes.change(world.id, sender.address, MailboxChanges(limits=None))
    full = MailboxChanges(quota_bytes=0)
    assert during(lambda: boxes.change(world.id, recipient.address, full)) == "deposited None full"
    boxes.change(world.id, recipient.address, MailboxChanges(quota_bytes=1 << 20))
    assert during(lambda: boxes.remove(world.id, recipient.address)) == "deposited None ordinary"
