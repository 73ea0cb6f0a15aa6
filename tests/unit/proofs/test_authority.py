from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from sigillo.proofs import policies
from sigillo.proofs.authority import SEAL, Authority, LeafProfile, Validity, build_authority, issue_leaf


def _all_bytes(authority: Authority) -> bytes:
    leaves = (authority.seal.cert, authority.timestamp.cert)
    return b"".join(
        [
            authority.chain_pem,
            *authority.crls_der,
            *(leaf.fingerprint(leaf.signature_hash_algorithm) for leaf in leaves),
        ]
    )


def test_the_same_seed_gives_the_same_infrastructure() -> None:
    """Certificates and revocation lists are functions of seed and workspace; another of either differs."""
    first = _all_bytes(build_authority(b"s", workspace_id="ws_1"))
    assert first == _all_bytes(build_authority(b"s", workspace_id="ws_1"))
    assert first != _all_bytes(build_authority(b"t", workspace_id="ws_1"))
    assert first != _all_bytes(build_authority(b"s", workspace_id="ws_2"))


def test_each_certificate_is_issued_by_the_next(authority: Authority) -> None:
    """Leaf, issuing authority, root: names and signatures link, and the root stands alone."""
    root, issuing = authority.root.cert, authority.issuing.cert
    authority.seal.cert.verify_directly_issued_by(issuing)
    authority.timestamp.cert.verify_directly_issued_by(issuing)
    issuing.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)


def test_every_date_of_the_clock_is_covered(authority: Authority) -> None:
    """Certificates and lists are valid from before 2000 until after 2100."""
    first, last = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 12, 31, 23, 59, 59, tzinfo=UTC)
    for cert in (*authority.chain, authority.seal.cert, authority.timestamp.cert):
        assert cert.not_valid_before_utc < first
        assert cert.not_valid_after_utc > last
    for crl in authority.crls:
        assert crl.last_update_utc < first
        assert crl.next_update_utc is not None
        assert crl.next_update_utc > last


def test_what_a_seal_may_do(authority: Authority) -> None:
    """The seal signs and does not repudiate (critical); no extended usage narrows it; it is no authority."""
    extensions = authority.seal.cert.extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign
    with pytest.raises(x509.ExtensionNotFound):
        extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    with pytest.raises(x509.ExtensionNotFound):
        extensions.get_extension_for_class(x509.BasicConstraints)


def test_what_a_timestamp_unit_may_do(authority: Authority) -> None:
    """RFC 3161 §2.3: timeStamping, critical and alone."""
    usage = authority.timestamp.cert.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert usage.critical
    assert list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def test_every_certificate_says_what_it_is(authority: Authority) -> None:
    """Each name says SANDBOX and not qualified; each leaf's policy says so in two languages."""
    for cert in (*authority.chain, authority.seal.cert, authority.timestamp.cert):
        assert "SANDBOX (not qualified)" in cert.subject.rfc4514_string()
    for leaf, policy in [
        (authority.seal, policies.EVIDENCE_POLICY),
        (authority.timestamp, policies.TIMESTAMP_POLICY),
    ]:
        stated = leaf.cert.extensions.get_extension_for_class(x509.CertificatePolicies).value
        assert [information.policy_identifier for information in stated] == [policy]
        (notice,) = stated[0].policy_qualifiers or []
        assert isinstance(notice, x509.UserNotice)
        assert notice.explicit_text == policies.NOTICE
    assert policies.NOTICE_EN in policies.NOTICE
    assert policies.NOTICE_FR in policies.NOTICE
    assert len(policies.NOTICE) <= 200  # RFC 5280 §4.2.1.4


def test_nothing_names_a_network_address(authority: Authority) -> None:
    """No distribution point, no OCSP address: a verifier never leaves the machine."""
    for cert in (*authority.chain, authority.seal.cert, authority.timestamp.cert):
        present = {extension.oid for extension in cert.extensions}
        assert x509.OID_CRL_DISTRIBUTION_POINTS not in present
        assert x509.OID_AUTHORITY_INFORMATION_ACCESS not in present


def test_serial_numbers_differ(authority: Authority) -> None:
    """No two certificates share a serial number, and none is longer than 20 octets."""
    certs = (*authority.chain, authority.seal.cert, authority.timestamp.cert)
    serials = {cert.serial_number for cert in certs}
    assert len(serials) == len(certs)
    assert all(0 < serial < 2**159 for serial in serials)


def test_a_further_kind_of_leaf_is_a_value(authority: Authority) -> None:
    """Names, purposes, policy and validity are parameters."""
    profile = LeafProfile(
        role="mail",
        common_name="Another leaf",
        policy=policies.EVIDENCE_POLICY,
        organization="Elsewhere SANDBOX",
        purposes=(ExtendedKeyUsageOID.EMAIL_PROTECTION,),
        alternative_names=(x509.RFC822Name("posta-certificata@example.org"),),
    )
    validity = Validity(datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 12, 31, tzinfo=UTC))
    leaf = issue_leaf(authority.issuing, profile, seed=b"s", workspace_id="ws_test", validity=validity)
    leaf.cert.verify_directly_issued_by(authority.issuing.cert)
    assert leaf.cert.not_valid_after_utc == validity.not_after
    names = leaf.cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.RFC822Name) == ["posta-certificata@example.org"]
    assert "O=Elsewhere SANDBOX" in leaf.cert.subject.rfc4514_string()


def test_a_workspace_id_that_no_name_can_hold_is_refused() -> None:
    """X.520 allows 64 characters for a unit's name, our own words included."""
    with pytest.raises(ValueError, match="48 characters"):
        build_authority(b"s", workspace_id="w" * 60)


def test_the_seal_profile_is_what_builds_the_seal(authority: Authority) -> None:
    """Issuing the same profile again gives the same certificate."""
    again = issue_leaf(authority.issuing, SEAL, seed=b"a seed for tests", workspace_id="ws_test")
    assert again.cert == authority.seal.cert
