"""The sandbox: everything it can do, under one name, for whoever translates (API, pages, commands)."""

from __future__ import annotations

from dataclasses import dataclass

from sigillo.application.files import Files
from sigillo.application.letters import Letters
from sigillo.application.ports.blobs import Blobs
from sigillo.application.ports.sealing import Sealers, Verifier
from sigillo.application.ports.storage import Store
from sigillo.application.ports.wall import Wall
from sigillo.application.proofs import Proofs
from sigillo.application.queries import Queries
from sigillo.application.scenarios import ScenarioShelf
from sigillo.application.simulation import Simulation
from sigillo.application.workspaces import Workspaces


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The façade; each part takes the id of the workspace it works in first."""

    store: Store
    blobs: Blobs
    wall: Wall
    sealers: Sealers
    verifier: Verifier
    shelf: ScenarioShelf
    simulation: Simulation
    letters: Letters
    files: Files
    proofs: Proofs
    queries: Queries
    workspaces: Workspaces

    @classmethod
    def of(
        cls, *, store: Store, blobs: Blobs, wall: Wall, sealers: Sealers, verifier: Verifier, shelf: ScenarioShelf
    ) -> Sandbox:
        """Put the parts together over the ports."""
        return cls(
            store=store,
            blobs=blobs,
            wall=wall,
            sealers=sealers,
            verifier=verifier,
            shelf=shelf,
            simulation=Simulation(store, wall),
            letters=Letters(store, wall, shelf),
            files=Files(store, blobs, wall),
            proofs=Proofs(store, blobs, sealers),
            queries=Queries(store),
            workspaces=Workspaces(store),
        )

    def close(self) -> None:
        """Let go of files and connections."""
        self.store.close()
