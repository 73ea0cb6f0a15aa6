"""A stranger's certificates and lists, made by openssl alone: dates, revocations and all."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

SIGNED_AT: Final = datetime(2024, 5, 1, 12, tzinfo=UTC)
REVOKED_BEFORE: Final = datetime(2024, 4, 1, tzinfo=UTC)
REVOKED_AFTER: Final = datetime(2024, 6, 1, tzinfo=UTC)
LISTED_AT: Final = datetime(2024, 7, 1, tzinfo=UTC)
_CONFIG: Final = """
[ca]
default_ca = office
[office]
database = index.txt
serial = serial
new_certs_dir = .
certificate = root.pem
private_key = root.key
default_md = sha256
default_crl_days = 3650
policy = any
unique_subject = no
[any]
commonName = supplied
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[signer]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
keyUsage = critical,digitalSignature,nonRepudiation
[unit]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[responder]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
keyUsage = critical,digitalSignature
extendedKeyUsage = OCSPSigning
[tsa]
default_tsa = clock
[clock]
serial = stamps
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""
_CURVE: Final = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
_RSA: Final = ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")  # pyHanko's timestamp unit knows no other
# name -> (profile, first day, last day)
LEAVES: Final = {
    "signer": ("signer", "20200101000000Z", "20400101000000Z"),
    "unit": ("unit", "20200101000000Z", "20400101000000Z"),
    "responder": ("responder", "20200101000000Z", "20400101000000Z"),
    "expired": ("signer", "20100101000000Z", "20150101000000Z"),
    "future": ("signer", "20350101000000Z", "20400101000000Z"),
}


@dataclass(frozen=True, slots=True)
class Office:
    """A folder with ``root``, ``signer``, ``unit``, ``responder``, ``expired`` and ``future``, each .pem and .key."""

    folder: Path
    openssl: str

    def run(self, *arguments: str | Path, stdin: bytes | None = None) -> bytes:
        """Run openssl in the folder; gives what it prints, and fails the test with what it says."""
        done = subprocess.run([self.openssl, *arguments], cwd=self.folder, input=stdin, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def pem(self, name: str) -> str:
        """The certificate of that name."""
        text = (self.folder / f"{name}.pem").read_text()
        return text[text.index("-----BEGIN") :]

    def revocations(
        self, name: str = "", *, since: datetime = REVOKED_BEFORE, reason: str = "", at: datetime = LISTED_AT
    ) -> str:
        """A revocation list of the instant ``at`` that revokes one certificate, or none, as PEM."""
        self._write_index(name, since, reason)
        dates = ["-crl_lastupdate", f"{at:%Y%m%d%H%M%SZ}", "-crl_nextupdate", "20400101000000Z"]
        return self.run("ca", "-config", "office.cnf", "-gencrl", *dates).decode()

    def answer(self, name: str, *, revoked: datetime | None = None, responder: str = "responder") -> bytes:
        """An OCSP response in DER about a certificate, which is good unless ``revoked``."""
        self._write_index(name if revoked else "", revoked or REVOKED_BEFORE, "", known=name)
        about = ["-issuer", "root.pem", "-cert", f"{name}.pem", "-no_nonce"]
        self.run("ocsp", *about, "-reqout", "question.der")
        by = ["-index", "index.txt", "-CA", "root.pem", "-rsigner", f"{responder}.pem", "-rkey", f"{responder}.key"]
        self.run("ocsp", *by, "-reqin", "question.der", "-respout", "answer.der", "-ndays", "3650")
        return (self.folder / "answer.der").read_bytes()

    def signature(self, content: bytes, name: str = "signer", *options: str) -> bytes:
        """A detached CAdES signature of now, in DER."""
        by = ["-cades", "-binary", "-signer", f"{name}.pem", "-inkey", f"{name}.key", "-outform", "DER", *options]
        return self.run("cms", "-sign", *by, stdin=content)

    def stamp_response(self, content: bytes, *, policy: str = "1.2.3.4.1") -> bytes:
        """What the timestamp unit answers, now: a TimeStampResp, which refuses any policy but the default one."""
        (self.folder / "stamped").write_bytes(content)
        asked = ["-data", "stamped", "-sha256", "-cert", "-tspolicy", policy]
        self.run("ts", "-query", *asked, "-out", "question.tsq")
        by = ["-config", "office.cnf", "-signer", "unit.pem", "-inkey", "unit.key", "-chain", "root.pem"]
        self.run("ts", "-reply", "-queryfile", "question.tsq", *by, "-out", "answer.tsr")
        return (self.folder / "answer.tsr").read_bytes()

    def _write_index(self, name: str, since: datetime, reason: str, *, known: str = "") -> None:
        """The database from which openssl makes lists and answers."""
        lines = []
        for each in dict.fromkeys(filter(None, (name, known))):
            serial = self.run("x509", "-in", f"{each}.pem", "-noout", "-serial").decode().strip().partition("=")[2]
            revoked = f"{since:%y%m%d%H%M%SZ}{reason and ','}{reason}" if each == name else ""
            lines.append(f"{'R' if revoked else 'V'}\t400101000000Z\t{revoked}\t{serial}\tunknown\t/CN={each}\n")
        (self.folder / "index.txt").write_text("".join(lines))


def open_office(folder: Path, openssl: str) -> Office:
    """Make the keys and certificates in a folder."""
    office = Office(folder, openssl)
    (folder / "office.cnf").write_text(_CONFIG)
    (folder / "index.txt").write_text("")
    for name in ("serial", "stamps"):
        (folder / name).write_text("1000\n")
    for name in ("root", *LEAVES):
        office.run("genpkey", *(_RSA if name == "unit" else _CURVE), "-out", f"{name}.key")
        office.run("req", "-new", "-key", f"{name}.key", "-subj", f"/CN=Stranger {name}", "-out", f"{name}.csr")
    _issue(office, "root", ("root", "20000101000000Z", "20500101000000Z"), "-selfsign")
    for name, profile in LEAVES.items():
        _issue(office, name, profile)
    return office


def _issue(office: Office, name: str, profile: tuple[str, str, str], *options: str) -> None:
    extensions, first, last = profile
    dates = ["-extensions", extensions, "-startdate", first, "-enddate", last, "-batch", "-notext", *options]
    key = ["-keyfile", f"{name}.key"] if name == "root" else []
    office.run("ca", "-config", "office.cnf", "-in", f"{name}.csr", "-out", f"{name}.pem", *key, *dates)
