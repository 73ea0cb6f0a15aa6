"""The PEC providers of a workspace as signers of mail: one certificate for each mail domain (RFC 6109 §2.1, §5.1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sigillo.domain.pec.dispatch import Office
from sigillo.domain.workspace import Workspace
from sigillo.proofs import cms
from sigillo.proofs.authority import authority_seed, build_authority, issue_leaf, mail_provider
from sigillo.proofs.cades import sign_mail
from sigillo.proofs.recent import Recent

_KEPT_SIGNERS = 256


class MailSigners:
    """Gives providers their signers; each follows from the workspace's id and seed and from the mail domain."""

    def __init__(self) -> None:
        self._kept: Recent[tuple[str, str, str], cms.Signer] = Recent(_KEPT_SIGNERS)

    def of(self, workspace: Workspace, office: Office) -> Callable[[bytes, datetime], bytes]:
        """Give what signs the content of a provider's mail at an instant: a detached CMS in DER."""
        name = (workspace.id, workspace.seed, office.address)
        signer = self._kept.get(name, partial(_built, workspace, office.address))
        return lambda content, at: sign_mail(signer, content, at=at)


def _built(workspace: Workspace, address: str) -> cms.Signer:
    seed = authority_seed(workspace)
    issuing = build_authority(seed, workspace_id=workspace.id).issuing
    leaf = issue_leaf(issuing, mail_provider(address), seed=seed, workspace_id=workspace.id)
    return cms.signer(leaf.key, (leaf.cert, issuing.cert))
