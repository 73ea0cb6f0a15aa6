"""The certificate under which a sandbox's servers speak TLS, issued by a workspace's own authority.

Clients that trust the workspace's root (``GET /v1/trust``) accept it. As every key of the sandbox, its key follows
from the seed: it keeps nothing secret from whoever knows that.
"""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sigillo.domain.workspace import Workspace
from sigillo.proofs.authority import authority_seed, build_authority, issue_leaf, tls_server


def server_pem(workspace: Workspace, names: Sequence[str]) -> bytes:
    """Give the private key, the certificate for host names and IP addresses, and its issuer's, as PEM in that order."""
    seed = authority_seed(workspace)
    issuing = build_authority(seed, workspace_id=workspace.id).issuing
    leaf = issue_leaf(issuing, tls_server(names), seed=seed, workspace_id=workspace.id)
    key = leaf.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key + leaf.cert.public_bytes(Encoding.PEM) + issuing.cert.public_bytes(Encoding.PEM)
