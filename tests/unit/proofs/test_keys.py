from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from sigillo.proofs.keys import derive_key, sign


def test_a_key_is_a_function_of_seed_and_role() -> None:
    """Same seed and role, same key; another seed or role, another key."""
    scalars = [
        derive_key(seed, role).private_numbers().private_value
        for seed, role in [(b"s", "seal"), (b"s", "seal"), (b"s", "root"), (b"t", "seal")]
    ]
    assert scalars[0] == scalars[1]
    assert len(set(scalars)) == 3


def test_the_derivation_never_changes() -> None:
    """The scalar of a known seed is pinned: a change would give every existing workspace other keys."""
    assert f"{derive_key(b'seed', 'seal').private_numbers().private_value:064x}" == (
        "d834a0f531f37c0a1d51648ee1bd4969ec00cc3161589c83cf55557c736a70d8"
    )


def test_signatures_repeat_and_verify() -> None:
    """RFC 6979: the same bytes twice give the same signature, and the public key accepts it."""
    key = derive_key(b"s", "seal")
    signature = sign(key, b"data")
    assert signature == sign(key, b"data") != sign(key, b"datA")
    key.public_key().verify(signature, b"data", ec.ECDSA(hashes.SHA256()))


def test_rfc_6979_vector() -> None:
    """RFC 6979 A.2.5: P-256, SHA-256, message "sample"."""
    scalar = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
    signature = sign(ec.derive_private_key(scalar, ec.SECP256R1()), b"sample").hex().upper()
    assert "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716" in signature
    assert "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8" in signature
