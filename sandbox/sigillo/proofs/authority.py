"""The sandbox's public key infrastructure: root, issuing authority, leaves, revocation lists.

::

    root ── issuing ── seal         signs evidence, PDF and containers
                    ├─ timestamp    signs RFC 3161 tokens
                    └─ and leaves of other profiles, as a PEC provider's or a mail server's

All of it is a function of the workspace's seed and id: keys, serial numbers, dates, signatures. Certificates and
revocation lists are valid at every instant that a sandbox clock can show (2000 to 2100), so that a proof made at
any simulated date verifies at that date, and no verifier needs the network: nothing names a download address.
A further kind of leaf is one more :class:`LeafProfile`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sigillo.domain.workspace import Workspace
from sigillo.proofs import cms, policies
from sigillo.proofs.keys import derive_bytes, derive_key

_SERIAL_BYTES: Final = 16  # RFC 5280 §4.1.2.2 allows 20
_LONGEST_WORKSPACE_ID: Final = 48  # a unit's name has 64 characters at most (X.520 ub-organizational-unit-name)


@dataclass(frozen=True, slots=True)
class Validity:
    """A certificate's or a list's first and last instant, aware UTC, whole seconds."""

    not_before: datetime
    not_after: datetime


# A day before and a year after what a sandbox clock can show, so that no verifier stumbles over the edge.
WHOLE_CLOCK: Final = Validity(datetime(1999, 12, 31, tzinfo=UTC), datetime(2101, 12, 31, 23, 59, 59, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate and its private key."""

    cert: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class LeafProfile:
    """What distinguishes one kind of leaf certificate from another.

    ``role`` names key and serial; ``purposes`` is the extended key usage, empty for none, critical when given.
    """

    role: str
    common_name: str
    policy: x509.ObjectIdentifier
    organization: str = policies.ORGANIZATION
    non_repudiation: bool = False
    key_agreement: bool = False
    purposes: tuple[x509.ObjectIdentifier, ...] = ()
    alternative_names: tuple[x509.GeneralName, ...] = ()


SEAL: Final = LeafProfile(
    role="seal",
    common_name="Sigillo SANDBOX seal",
    policy=policies.EVIDENCE_POLICY,
    non_repudiation=True,
)
# Critical and alone: RFC 3161 §2.3.
TIMESTAMP: Final = LeafProfile(
    role="timestamp",
    common_name="Sigillo SANDBOX timestamp unit",
    policy=policies.TIMESTAMP_POLICY,
    purposes=(ExtendedKeyUsageOID.TIME_STAMPING,),
)


def mail_provider(address: str) -> LeafProfile:
    """Give the profile of a PEC provider's signing certificate: its address in the SAN alone (RFC 6109 §2.1, §5.1)."""
    return LeafProfile(
        role=f"pec:{address}",
        common_name="Sigillo SANDBOX posta certificata",
        policy=policies.EVIDENCE_POLICY,
        alternative_names=(x509.RFC822Name(address),),
    )


def tls_server(names: Sequence[str]) -> LeafProfile:
    """Give the profile of a server's certificate for TLS: its host names and IP addresses, in the SAN (RFC 9525 §6)."""
    return LeafProfile(
        role=f"tls:{','.join(names)}",
        common_name="Sigillo SANDBOX server",
        policy=policies.EVIDENCE_POLICY,
        purposes=(ExtendedKeyUsageOID.SERVER_AUTH,),
        alternative_names=tuple(map(_server_name, names)),
    )


@dataclass(frozen=True, slots=True)
class Authority:
    """A workspace's whole infrastructure, and its two signers prepared for signing."""

    workspace_id: str
    root: Identity
    issuing: Identity
    seal: Identity
    timestamp: Identity
    crls: tuple[x509.CertificateRevocationList, ...]
    seal_signer: cms.Signer
    timestamp_signer: cms.Signer

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The authorities' certificates, the issuing one first, the root last."""
        return (self.issuing.cert, self.root.cert)

    @property
    def chain_pem(self) -> bytes:
        """The authorities' certificates as PEM, the issuing one first, the root last."""
        return b"".join(cert.public_bytes(Encoding.PEM) for cert in self.chain)

    @property
    def crls_der(self) -> tuple[bytes, ...]:
        """The revocation lists in DER, the root's first."""
        return tuple(crl.public_bytes(Encoding.DER) for crl in self.crls)


def authority_seed(workspace: Workspace) -> bytes:
    """Give the seed of everything in a workspace's infrastructure."""
    return workspace.lot.child("authority").key


def build_authority(seed: bytes, *, workspace_id: str) -> Authority:
    """Build a workspace's infrastructure; the same arguments give the same bytes.

    ``workspace_id`` stands in every name, 48 characters at most (else ValueError): no two workspaces share an issuer.
    """
    if len(workspace_id) > _LONGEST_WORKSPACE_ID:
        raise ValueError(f"workspace id {workspace_id!r} has more than {_LONGEST_WORKSPACE_ID} characters")
    root = _root(seed, workspace_id=workspace_id)
    issuing = _issuing(root, seed, workspace_id=workspace_id)
    seal = issue_leaf(issuing, SEAL, seed=seed, workspace_id=workspace_id)
    timestamp = issue_leaf(issuing, TIMESTAMP, seed=seed, workspace_id=workspace_id)
    return assemble(workspace_id, root=root, issuing=issuing, seal=seal, timestamp=timestamp)


def assemble(workspace_id: str, *, root: Identity, issuing: Identity, seal: Identity, timestamp: Identity) -> Authority:
    """Make an :class:`Authority` of its parts: revocation lists and prepared signers are added."""
    return Authority(
        workspace_id=workspace_id,
        root=root,
        issuing=issuing,
        seal=seal,
        timestamp=timestamp,
        crls=(empty_crl(root), empty_crl(issuing)),
        seal_signer=cms.signer(seal.key, (seal.cert, issuing.cert)),
        timestamp_signer=cms.signer(timestamp.key, (timestamp.cert, issuing.cert)),
    )


def issue_leaf(
    issuer: Identity,
    profile: LeafProfile,
    *,
    seed: bytes,
    workspace_id: str,
    validity: Validity = WHOLE_CLOCK,
) -> Identity:
    """Issue a leaf certificate of any profile and validity, with the key that the seed gives its role."""
    key = derive_key(seed, profile.role)
    builder = _builder(
        subject=_name(profile.common_name, workspace_id=workspace_id, organization=profile.organization),
        issuer=issuer.cert.subject,
        public_key=key.public_key(),
        issuer_key=issuer.key.public_key(),
        serial=_serial(seed, profile.role, workspace_id=workspace_id),
        validity=validity,
    )
    usage = _key_usage(
        digital_signature=True,
        content_commitment=profile.non_repudiation,
        key_agreement=profile.key_agreement,
    )
    information = policies.policy_information(profile.policy)
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(x509.CertificatePolicies([information]), critical=False)
    if profile.purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(profile.purposes), critical=True)
    if profile.alternative_names:
        names = x509.SubjectAlternativeName(profile.alternative_names)
        builder = builder.add_extension(names, critical=False)
    return Identity(_signed(builder, issuer.key), key)


def empty_crl(issuer: Identity, *, number: int = 1, validity: Validity = WHOLE_CLOCK) -> x509.CertificateRevocationList:
    """Issue a revocation list that revokes nothing (RFC 5280 §5): checking then works without the network."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.cert.subject)
        .last_update(validity.not_before)
        .next_update(validity.not_after)
        .add_extension(_authority_key(issuer.key.public_key()), critical=False)
        .add_extension(x509.CRLNumber(number), critical=False)
    )
    return builder.sign(issuer.key, hashes.SHA256(), ecdsa_deterministic=True)


def _server_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _root(seed: bytes, *, workspace_id: str) -> Identity:
    key = derive_key(seed, "root")
    name = _name("Sigillo SANDBOX root", workspace_id=workspace_id)
    builder = _builder(
        subject=name,
        issuer=name,
        public_key=key.public_key(),
        issuer_key=key.public_key(),
        serial=_serial(seed, "root", workspace_id=workspace_id),
    )
    return Identity(_signed(_as_authority(builder, path_length=1), key), key)


def _issuing(root: Identity, seed: bytes, *, workspace_id: str) -> Identity:
    key = derive_key(seed, "issuing")
    builder = _builder(
        subject=_name("Sigillo SANDBOX issuing authority", workspace_id=workspace_id),
        issuer=root.cert.subject,
        public_key=key.public_key(),
        issuer_key=root.key.public_key(),
        serial=_serial(seed, "issuing", workspace_id=workspace_id),
    )
    # Any policy: what a leaf is for is said by the leaf, and an authority that names none would forbid all.
    any_policy = x509.CertificatePolicies([policies.policy_information(policies.ANY_POLICY)])
    builder = _as_authority(builder, path_length=0).add_extension(any_policy, critical=False)
    return Identity(_signed(builder, root.key), key)


def _builder(
    *,
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
    serial: int,
    validity: Validity = WHOLE_CLOCK,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(validity.not_before)
        .not_valid_after(validity.not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(_authority_key(issuer_key), critical=False)
    )


def _as_authority(builder: x509.CertificateBuilder, *, path_length: int) -> x509.CertificateBuilder:
    constraints = x509.BasicConstraints(ca=True, path_length=path_length)
    builder = builder.add_extension(constraints, critical=True)
    return builder.add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)


def _signed(builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    return builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True)


def _authority_key(issuer_key: ec.EllipticCurvePublicKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key)


def _key_usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_agreement: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=key_agreement,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str, *, workspace_id: str, organization: str = policies.ORGANIZATION) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "No legal value"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"Workspace {workspace_id}"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _serial(seed: bytes, role: str, *, workspace_id: str) -> int:
    raw = derive_bytes(seed, f"serial:{workspace_id}:{role}", length=_SERIAL_BYTES)
    return int.from_bytes(raw, "big") >> 1  # never negative, however it is read
