"""The one place that names concrete edges: settings in, a sandbox out.

What is heavy (typesetting, signing, XML) is imported when the first proof is asked for, so that a server answers
within a second of its start.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from sigillo.application.ports.sealing import Sealer, Sealers, Verifier
from sigillo.application.ports.wall import Wall
from sigillo.application.sandbox import Sandbox
from sigillo.application.scenarios import ScenarioShelf
from sigillo.domain.scenario_document import parse_scenario
from sigillo.domain.verdict import Verdict
from sigillo.domain.workspace import Workspace
from sigillo.storage.blobs import FileBlobs, MemoryBlobs
from sigillo.storage.library import load_library, specs_folder
from sigillo.storage.memory import MemoryStore
from sigillo.storage.sql import SqlStore

DEFAULT_PUBLIC_URL = "http://127.0.0.1:8025"


def build(*, data: Path | None, public_url: str = DEFAULT_PUBLIC_URL, wall: Wall | None = None) -> Sandbox:
    """Build a sandbox on a data folder, or in memory when there is none.

    ``public_url`` is where people reach the verification pages; it is printed on proofs. ``wall`` gives seconds
    since the epoch, by default the machine's; only running clocks read it.
    """
    library = load_library(specs_folder() / "scenarios")
    return Sandbox.of(
        store=MemoryStore() if data is None else SqlStore.open(data),
        blobs=MemoryBlobs() if data is None else FileBlobs(data / "blobs"),
        wall=wall or wall_clock,
        sealers=_LateSealers(public_url),
        verifier=build_verifier(),
        shelf=ScenarioShelf(library.scenarios, lambda document: parse_scenario(document, custom=True)),
    )


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


class _LateVerifier:
    """Imports the verifying edge when the first document is judged."""

    def __init__(self) -> None:
        self._verifier: Verifier | None = None

    def verify(self, documents: Sequence[tuple[str, BinaryIO]], trust_pem: Sequence[str]) -> list[Verdict]:
        if self._verifier is None:
            from sigillo.proofs.verify.verification import Verification

            self._verifier = Verification()
        return self._verifier.verify(documents, trust_pem)
