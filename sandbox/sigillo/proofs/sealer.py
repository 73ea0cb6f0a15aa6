"""The sealer of a workspace: its authority, its press, and from a claim each of the documents of a proof."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import BinaryIO

from cryptography.hazmat.primitives.serialization import Encoding

from sigillo.application.ports.sealing import Entry, Sealer, Trust
from sigillo.domain.claims import Claim
from sigillo.domain.workspace import Workspace
from sigillo.proofs import asice, policies, xades
from sigillo.proofs.authority import Authority, authority_seed, build_authority
from sigillo.proofs.pades import sign_pdf
from sigillo.proofs.page import Press, build_press
from sigillo.proofs.recent import Recent
from sigillo.proofs.timestamps import timestamp

_KEPT_SEALERS = 64


@dataclass(frozen=True, slots=True)
class WorkspaceSealer:
    """Seals with one authority; ``public_url`` is where the verification page is reached."""

    authority: Authority
    press: Press
    public_url: str

    def seal(self, claim: Claim, form: str) -> bytes:
        """Give a claim's ``pdf``, ``xml`` or ``tst``; any other form is a programming error."""
        makers: dict[str, Callable[[Claim], bytes]] = {"pdf": self._pdf, "xml": self._xml, "tst": self._tst}
        return makers[form](claim)

    def bundle(self, entries: Sequence[Entry], target: BinaryIO, *, at: datetime) -> None:
        """Write a sealed ASiC-E container of the entries, in order, dated ``at``."""
        asice.pack(entries, target, authority=self.authority, at=at)

    def trust(self) -> Trust:
        """Give the root, the issuing CA and both CRLs as PEM, and the policy OIDs with what they mean."""
        return Trust(
            root_pem=self.authority.root.cert.public_bytes(Encoding.PEM).decode(),
            issuing_ca_pem=self.authority.issuing.cert.public_bytes(Encoding.PEM).decode(),
            crl_pem="".join(crl.public_bytes(Encoding.PEM).decode() for crl in self.authority.crls),
            policies={
                "evidence": policies.EVIDENCE_POLICY.dotted_string,
                "timestamp": policies.TIMESTAMP_POLICY.dotted_string,
            },
        )

    def _pdf(self, claim: Claim) -> bytes:
        page = self.press.page(claim, public_url=self.public_url)
        reason = f"{claim.kind.value} {claim.number}"
        return sign_pdf(page, self.authority, at=claim.at, reason=reason, field_name="Seal")

    def _xml(self, claim: Claim) -> bytes:
        return xades.seal_evidence(claim, self.authority)

    def _tst(self, claim: Claim) -> bytes:
        """Give the token of the sealed XML, so that `openssl ts -verify -data deposit.xml` checks it."""
        return timestamp(self.authority, sha256(self._xml(claim)).digest(), at=claim.at)


class WorkspaceSealers:
    """Builds sealers at first need and keeps the most recent ones; a sealer follows from id and seed alone."""

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url
        self._press: Press | None = None
        self._kept: Recent[tuple[str, str], WorkspaceSealer] = Recent(_KEPT_SEALERS)

    def of(self, workspace: Workspace) -> Sealer:
        """Give the sealer of a workspace."""
        return self._kept.get((workspace.id, workspace.seed), partial(self._built, workspace))

    def _built(self, workspace: Workspace) -> WorkspaceSealer:
        self._press = self._press or build_press()
        authority = build_authority(authority_seed(workspace), workspace_id=workspace.id)
        return WorkspaceSealer(authority, self._press, self._public_url)
