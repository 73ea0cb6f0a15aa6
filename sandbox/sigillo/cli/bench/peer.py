"""The peer of `timestamps` and `cades`: the same structures built with asn1crypto, as most Python software does it.

Same fields, same certificates, same key and same way of signing as ours; only what builds the ASN.1 differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from asn1crypto import algos, cms, core, tsp, x509  # type: ignore[import-untyped]  # it ships no types
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from sigillo.proofs.authority import Authority, Identity
from sigillo.proofs.keys import sign
from sigillo.proofs.policies import TIMESTAMP_POLICY


@dataclass(frozen=True, slots=True)
class Peer:
    """A signer with its certificates as asn1crypto holds them."""

    key: ec.EllipticCurvePrivateKey
    own: x509.Certificate
    bag: tuple[x509.Certificate, ...]

    @classmethod
    def of(cls, identity: Identity, authority: Authority) -> Peer:
        """Load the certificate of a leaf and its issuer's."""
        ders = [cert.public_bytes(Encoding.DER) for cert in (identity.cert, authority.issuing.cert)]
        own, issuer = (x509.Certificate.load(der) for der in ders)
        return cls(identity.key, own, (own, issuer))

    def seal(self, digest: bytes, *, at: datetime) -> bytes:
        """Give a detached CAdES-B-B of content with this digest."""
        time = cms.CMSAttribute({"type": "signing_time", "values": [cms.Time({"utc_time": at})]})
        return self._signed_data("data", None, digest, extra=[time], version="v1")

    def token(self, digest: bytes, *, at: datetime) -> bytes:
        """Give an RFC 3161 token of a digest."""
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": TIMESTAMP_POLICY.dotted_string,
                "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
                "serial_number": int.from_bytes(digest[:16], "big"),
                "gen_time": at,
                "accuracy": {"seconds": 1},
            }
        )
        content = info.dump()
        return self._signed_data("tst_info", content, sha256(content).digest(), extra=[], version="v3")

    def _signed_data(
        self, content_type: str, content: bytes | None, digest: bytes, *, extra: list[cms.CMSAttribute], version: str
    ) -> bytes:
        attributes = cms.CMSAttributes(
            [
                cms.CMSAttribute({"type": "content_type", "values": [content_type]}),
                cms.CMSAttribute({"type": "message_digest", "values": [digest]}),
                cms.CMSAttribute({"type": "signing_certificate_v2", "values": [self._ess()]}),
                *extra,
            ]
        )
        encap: dict[str, object] = {"content_type": content_type}
        if content is not None:
            encap["content"] = core.ParsableOctetString(content)
        info = {
            "version": "v1",
            "sid": {"issuer_and_serial_number": {"issuer": self.own.issuer, "serial_number": self.own.serial_number}},
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": sign(self.key, attributes.dump()),
        }
        signed = cms.SignedData(
            {
                "version": version,
                "digest_algorithms": [{"algorithm": "sha256"}],
                "encap_content_info": encap,
                "certificates": list(self.bag),
                "signer_infos": [info],
            }
        )
        return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())

    def _ess(self) -> tsp.SigningCertificateV2:
        return tsp.SigningCertificateV2({"certs": [{"cert_hash": sha256(self.own.dump()).digest()}]})
