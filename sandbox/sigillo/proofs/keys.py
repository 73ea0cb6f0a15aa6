"""Private keys from the workspace's seed, and the one way they sign.

Every key is P-256 and a function of ``(seed, role)``, so that the same workspace has the same keys on any machine;
every signature is RFC 6979 ECDSA with SHA-256, so that the same bytes are signed the same way. Such keys protect
nothing: who knows the seed knows them all. That is meant, for a sandbox.
"""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# Order of the P-256 base point (SP 800-186 §3.2.1.3); private scalars lie in [1, order - 1].
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# 64 bits more than the order has: the bias of the reduction is then below 2**-64 (FIPS 186-5 §A.2.1).
_SCALAR_BYTES: Final = 40
_SALT: Final = b"sigillo sandbox keys v1"
ECDSA_SHA256: Final = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


def derive_bytes(seed: bytes, label: str, *, length: int) -> bytes:
    """Derive ``length`` bytes from the seed by HKDF-SHA256 (RFC 5869), ``label`` being the info."""
    return HKDF(hashes.SHA256(), length, salt=_SALT, info=label.encode()).derive(seed)


def derive_key(seed: bytes, role: str) -> ec.EllipticCurvePrivateKey:
    """Derive the P-256 key of a role, e.g. ``seal``: HKDF-SHA256, then reduction into ``[1, n - 1]``."""
    wide = int.from_bytes(derive_bytes(seed, f"key:{role}", length=_SCALAR_BYTES), "big")
    return ec.derive_private_key(wide % (_ORDER - 1) + 1, ec.SECP256R1())


def sign(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    """Sign with ECDSA and SHA-256, deterministic by RFC 6979; gives the DER ``ECDSA-Sig-Value``."""
    return key.sign(data, ECDSA_SHA256)
