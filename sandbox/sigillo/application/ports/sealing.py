"""Sealing and verifying: where claims become signed documents, and documents become verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from sigillo.domain.claims import Claim
from sigillo.domain.verdict import Verdict
from sigillo.domain.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a bundle: its name in the container, its media type and where to read it."""

    name: str
    media_type: str
    source: BinaryIO


@dataclass(frozen=True, slots=True)
class Trust:
    """What a stranger needs to check a workspace's proofs; certificates and CRLs as PEM text."""

    root_pem: str
    issuing_ca_pem: str
    crl_pem: str
    policies: Mapping[str, str]


class Sealer(Protocol):
    """Makes the documents of one workspace; the same claim gives the same bytes, always."""

    def seal(self, claim: Claim, form: str) -> bytes:
        """Give a claim's ``pdf``, ``xml`` or ``tst``."""

    def bundle(self, entries: Sequence[Entry], target: BinaryIO, *, at: datetime) -> None:
        """Write a sealed ASiC-E container of the entries, in order, dated ``at``."""

    def trust(self) -> Trust:
        """Give the certificates, CRLs and policies."""


class Sealers(Protocol):
    """Gives a workspace its sealer; keys follow from the workspace's seed."""

    def of(self, workspace: Workspace) -> Sealer:
        """Give the sealer of a workspace."""


class Verifier(Protocol):
    """Judges documents, ours and strangers'."""

    def verify(self, documents: Sequence[tuple[str, BinaryIO]], trust_pem: Sequence[str]) -> list[Verdict]:
        """Judge each document (name, bytes) against the trusted certificates; the others given serve as content.

        Never raises for what a document holds: what cannot be read is a verdict too.
        """
