"""Mail servers of a sandbox in this process, on an event loop in a thread of its own, for real clients."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import uvloop

from sigillo.application.mailboxes import MailboxDraft
from sigillo.application.ports.storage import Answer
from sigillo.application.sandbox import Sandbox
from sigillo.bootstrap import build, build_mail_faces, listen_for_mail
from sigillo.domain.faces import MAIL_FACES
from sigillo.domain.mailbox import Box
from sigillo.mail.servers.faces import MailFaces
from sigillo.mail.servers.limits import USUAL, Limits
from tests.docs.tour import free_port

PASSWORD = "una-parola-lunga"
SENDER, RECIPIENT = "mario.rossi@studio.example", "anna.verdi@ditta.example"
HOST = "127.0.0.1"


@dataclass(slots=True)
class Office:
    """A sandbox whose mail is served: the ports by face, its mailboxes, and how to check its certificate."""

    sandbox: Sandbox
    workspace_id: str
    ports: dict[str, int]
    boxes: dict[str, Box] = field(default_factory=dict)

    @property
    def trust(self) -> ssl.SSLContext:
        """Give what a client checks the server with: the workspace's root, and nothing else."""
        workspace = self.sandbox.workspaces.get(self.workspace_id)
        return ssl.create_default_context(cadata=self.sandbox.sealers.of(workspace).trust().root_pem)

    @property
    def root_pem(self) -> str:
        """Give the root certificate."""
        return self.sandbox.sealers.of(self.sandbox.workspaces.get(self.workspace_id)).trust().root_pem

    def add_mailbox(self, address: str, **wishes: object) -> Box:
        """Make a mailbox with the password that all have here."""
        draft = MailboxDraft(address, password=PASSWORD, **wishes)  # type: ignore[arg-type]  # the tests know its fields
        self.sandbox.mailboxes.add(self.workspace_id, draft, reply=lambda made: Answer("", 201, {}, b"{}"))
        box = self.sandbox.mailboxes.authenticate(address, PASSWORD)
        assert box is not None
        self.boxes[address] = box
        return box

    def put(self, address: str, raw: bytes, *, folder: str = "INBOX") -> int:
        """Put a message into a folder; gives its uid."""
        box = self.boxes[address]
        return self.sandbox.mail_folders.append(
            box, folder, raw, (), self.sandbox.simulation.clock(box.workspace_id)[1]
        )

    def settle(self) -> None:
        """Let everything happen that is to happen."""
        self.sandbox.simulation.advance_until(self.workspace_id, "idle")


def opened(sandbox: Sandbox | None = None) -> Office:
    """Build a sandbox with two mailboxes; its mail is not served yet."""
    sandbox = sandbox or build(data=None)
    workspace_id = sandbox.workspaces.ensure("demo", seed="demo", key="sk_test_demo")
    office = Office(sandbox, workspace_id, {})
    for address in (SENDER, RECIPIENT):
        office.add_mailbox(address)
    return office


@contextmanager
def serving(office: Office, limits: Limits = USUAL) -> Iterator[Office]:
    """Serve its mail for as long as the block runs."""
    wanted = {name: free_port() for name in MAIL_FACES}
    listeners = listen_for_mail(HOST, wanted)
    assert not [failed for failed in listeners.values() if isinstance(failed, OSError)]
    built = build_mail_faces(
        office.sandbox,
        office.workspace_id,
        listeners=listeners,  # type: ignore[arg-type]  # none has failed
        names=("localhost", HOST),
    )
    faces = MailFaces(built.sandbox, built.listeners, built.certificate, limits)
    office.ports = wanted
    running = _Running(faces)
    running.start()
    try:
        yield office
    finally:
        running.stop()
    assert running.failure is None, running.failure


class _Running(threading.Thread):
    """Runs mail faces on a loop of uvloop's, as the server does."""

    def __init__(self, faces: MailFaces) -> None:
        super().__init__(name="mail faces")
        self.failure: BaseException | None = None
        self._faces = faces
        self._ready = threading.Event()

    def start(self) -> None:
        super().start()
        assert self._ready.wait(10)

    def run(self) -> None:
        try:
            uvloop.run(self._main())
        except BaseException as failure:  # noqa: BLE001 – told by the fixture
            self.failure = failure

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)
        self.join(10)
        assert not self.is_alive()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._faces.run())
        self._ready.set()
        with suppress(asyncio.CancelledError):
            await self._task
