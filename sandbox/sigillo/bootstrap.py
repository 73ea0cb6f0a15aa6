"""The one place that names concrete edges: settings in, a sandbox out.

What is heavy (typesetting, signing, XML) is imported when the first proof is asked for, so that a server answers
within a second of its start.
"""

from __future__ import annotations

import asyncio
import secrets  # noqa: TID251 -- the one source of what must not follow from a seed
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import BinaryIO

from sigillo.application.bell import Bell
from sigillo.application.ports.courier import Carried, Courier, Parcel
from sigillo.application.ports.mail import Message, Relay, Scribe
from sigillo.application.ports.post import Piece, Post
from sigillo.application.ports.sealing import Sealer, Sealers, Verifier
from sigillo.application.ports.wall import Wall
from sigillo.application.sandbox import Ports, Sandbox
from sigillo.application.scenarios import ScenarioShelf
from sigillo.domain.letter import Letter
from sigillo.domain.outgoing_mail import OutgoingMail
from sigillo.domain.pec.certification import Certification
from sigillo.domain.pec.dispatch import Office
from sigillo.domain.pec.formalities import Examined
from sigillo.domain.pec.found import FoundMail
from sigillo.domain.relay import DEFAULT_MAIL_FROM, RelayAddress
from sigillo.domain.scenario_document import parse_scenario
from sigillo.domain.verdict import Verdict
from sigillo.domain.workspace import Workspace
from sigillo.mail.servers.faces import MailFaces, listen
from sigillo.storage.audit import AuditFile
from sigillo.storage.blobs import FileBlobs, MemoryBlobs
from sigillo.storage.library import load_library, specs_folder
from sigillo.storage.memory import MemoryStore
from sigillo.storage.shelved_blobs import ShelvedBlobs
from sigillo.storage.sql import SqlStore
from sigillo.webhooks.addresses import AddressPolicy, Network

DEFAULT_PUBLIC_URL = "http://127.0.0.1:8025"


def build(
    *,
    data: Path | None,
    public_url: str = DEFAULT_PUBLIC_URL,
    mail_from: str = DEFAULT_MAIL_FROM,
    mail_relay: RelayAddress | None = None,
    wall: Wall | None = None,
    courier: Courier | None = None,
    webhook_networks: Sequence[Network] = (),
) -> Sandbox:
    """Build a sandbox on a data folder, or in memory when there is none.

    ``public_url`` is where people reach the pages for them; it is printed on proofs and in mail, which comes from the
    address ``mail_from`` and leaves over ``mail_relay``, if there is one. ``wall`` gives seconds since the epoch, by
    default the machine's; running clocks read it. ``courier`` carries webhooks, by default over HTTP; test workspaces
    may then call ``webhook_networks`` as well.
    """
    library = load_library(specs_folder() / "scenarios")
    bell = Bell()
    store = MemoryStore(committed=bell.ring) if data is None else SqlStore.open(data, committed=bell.ring)
    ports = Ports(
        store=store,
        blobs=ShelvedBlobs(MemoryBlobs() if data is None else FileBlobs(data / "blobs"), store.short_bytes),
        wall=wall or wall_clock,
        sealers=_LateSealers(public_url),
        scribe=_LateScribe(public_url, mail_from),
        verifier=build_verifier(),
        shelf=ScenarioShelf(library.scenarios, lambda document: parse_scenario(document, custom=True)),
        audit=AuditFile(None if data is None else data / "audit.jsonl"),
        entropy=secrets.token_bytes,
        courier=courier or _LateCourier(AddressPolicy.of(webhook_networks)),
        bell=bell,
        relay=None if mail_relay is None else _relay(mail_relay),
        post=_LatePost(),
    )
    return Sandbox.of(ports)


def listen_for_mail(host: str, ports: Mapping[str, int]) -> dict[str, socket.socket | OSError]:
    """Listen for mail clients, by face; see :func:`sigillo.mail.servers.faces.listen`."""
    return listen(host, ports)


def build_mail_faces(
    sandbox: Sandbox, workspace_id: str, *, listeners: Mapping[str, socket.socket], names: Sequence[str]
) -> MailFaces:
    """Build what serves mail clients on sockets that listen, certified by a workspace for ``names`` of the server."""

    @lru_cache(maxsize=1)
    def certified(seed: str) -> bytes:
        from sigillo.proofs.server_certificate import server_pem

        return server_pem(sandbox.workspaces.get(workspace_id), names)

    def certificate() -> bytes:
        return certified(sandbox.workspaces.get(workspace_id).seed)

    return MailFaces(sandbox, listeners, certificate)


def _relay(address: RelayAddress) -> Relay:
    from sigillo.mail.relay import SmtpRelay

    return SmtpRelay(address)


def wall_clock() -> float:
    """Give the machine's time in seconds since the Unix epoch."""
    return time.time()  # noqa: TID251 -- the one reading of the wall, behind clocks that run


def build_letterpress() -> Callable[..., bytes]:
    """Build what sets business letters as PDF: :func:`sigillo.proofs.letterpress.press_letter`, its press kept."""
    from sigillo.proofs.letterpress import press_letter
    from sigillo.proofs.typesetter import build_typesetter

    return partial(press_letter, typesetter=build_typesetter())


def build_verifier() -> Verifier:
    """Build what judges documents; it needs no data folder."""
    return _LateVerifier()


class _LateCourier:
    """Imports the HTTP client when the first message leaves, in a thread: that takes a fifth of a second."""

    def __init__(self, policy: AddressPolicy) -> None:
        self._policy = policy
        self._courier: Courier | None = None

    async def carry(self, parcel: Parcel) -> Carried:
        courier = self._courier or await self._made()
        return await courier.carry(parcel)

    def refusal(self, url: str, *, live: bool) -> str | None:
        return self._policy.url_refusal(url, live=live)

    async def close(self) -> None:
        if self._courier is not None:
            await self._courier.close()

    async def _made(self) -> Courier:
        made = await asyncio.to_thread(_http_courier, self._policy)
        self._courier = self._courier or made
        return self._courier


def _http_courier(policy: AddressPolicy) -> Courier:
    from sigillo.webhooks.sender import HttpCourier

    return HttpCourier(policy)


class _LateSealers:
    """Imports the sealing edge when the first sealer is asked for."""

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url
        self._sealers: Sealers | None = None

    def of(self, workspace: Workspace) -> Sealer:
        if self._sealers is None:
            from sigillo.proofs.sealer import WorkspaceSealers

            self._sealers = WorkspaceSealers(self._public_url)
        return self._sealers.of(workspace)


class _LateScribe:
    """Imports the writing of mail when the first message is read."""

    def __init__(self, public_url: str, sender: str) -> None:
        self._public_url, self._sender = public_url, sender
        self._scribe: Scribe | None = None

    def subject(self, mail: OutgoingMail) -> str:
        return self._of_mime().subject(mail)

    def write(self, mail: OutgoingMail, workspace: Workspace) -> Message:
        return self._of_mime().write(mail, workspace)

    def _of_mime(self) -> Scribe:
        if self._scribe is None:
            from sigillo.mail.mime import MimeScribe

            self._scribe = MimeScribe(self._public_url, self._sender)
        return self._scribe


class _LateVerifier:
    """Imports the verifying edge when the first document is judged."""

    def __init__(self) -> None:
        self._verifier: Verifier | None = None

    def verify(self, documents: Sequence[tuple[str, BinaryIO]], trust_pem: Sequence[str]) -> list[Verdict]:
        if self._verifier is None:
            from sigillo.proofs.verify.verification import Verification

            self._verifier = Verification(_mail_reader())
        return self._verifier.verify(documents, trust_pem)


class _LatePost:
    """Imports the writing and signing of PEC when the first message is asked for."""

    def __init__(self) -> None:
        self._post: Post | None = None

    def compose(self, letter: Letter, pieces: Sequence[Piece]) -> bytes:
        return self._office().compose(letter, pieces)

    def notice(
        self,
        said: Certification,
        *,
        by: Office,
        workspace: Workspace,
        message_id: str,
        original: bytes | None = None,
        to: str | None = None,
    ) -> bytes:
        office = self._office()
        return office.notice(said, by=by, workspace=workspace, message_id=message_id, original=original, to=to)

    def transport(self, said: Certification, *, by: Office, workspace: Workspace, original: bytes) -> bytes:
        return self._office().transport(said, by=by, workspace=workspace, original=original)

    def anomaly(self, said: Certification, *, by: Office, workspace: Workspace, original: bytes) -> bytes:
        return self._office().anomaly(said, by=by, workspace=workspace, original=original)

    def examine(self, raw: bytes) -> Examined:
        from sigillo.mail.pec.examination import examine  # light: nothing that signs is needed

        return examine(raw)

    def read(self, raw: bytes) -> FoundMail:
        return self._office().read(raw)

    def _office(self) -> Post:
        if self._post is None:
            from sigillo.mail.post_office import PostOffice
            from sigillo.proofs.mail_signers import MailSigners

            self._post = PostOffice(MailSigners().of, _mail_reader())
        return self._post


def _mail_reader() -> Callable[[bytes], FoundMail]:
    from sigillo.mail.pec.reading import read_mail
    from sigillo.proofs.hardened_xml import parse
    from sigillo.proofs.verify.mail_files import opaque_content

    return partial(read_mail, parse_xml=partial(parse, what="daticert.xml"), unwrap=opaque_content)
