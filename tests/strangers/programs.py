"""How each stranger's program is asked; every answer is the finished process, and none of these functions judges."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

XADES: Final = "http://uri.etsi.org/01903/v1.3.2#"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
# Which attributes are Ids: xmlsec1 reads no schema.
_IDS: Final = ("Evidence", f"{XADES}:SignedProperties", f"{DS}:KeyInfo")
_TIMEOUT_S: Final = 60

Answer = subprocess.CompletedProcess[str]


@dataclass(frozen=True, slots=True)
class Programs:
    """The strangers' programs by their paths."""

    openssl: str
    pdfsig: str
    xmlsec1: str
    unzip: str

    def token(self, token: Path, about: Path, trust: Path) -> Answer:
        """`openssl ts` on a token and the file it is about."""
        trusted = ["-CAfile", trust / "root.pem", "-untrusted", trust / "issuing-ca.pem"]
        return _run(self.openssl, "ts", "-verify", "-token_in", "-in", token, "-data", about, *trusted)

    def seal(self, seal: Path, content: Path, trust: Path) -> Answer:
        """`openssl cms` on a detached CAdES signature in DER; ``-purpose any``, since ours is for no e-mail."""
        files = ["-inform", "DER", "-in", seal, "-content", content, "-out", "/dev/null"]
        trusted = ["-CAfile", trust / "root.pem", "-purpose", "any"]
        return _run(self.openssl, "cms", "-verify", "-cades", "-binary", *files, *trusted)

    def chain(self, leaf: Path, trust: Path) -> Answer:
        """`openssl verify` on a certificate, every revocation list of its chain looked into."""
        lists = ["-x509_strict", "-crl_check_all", "-CRLfile", trust / "crl.pem"]
        trusted = ["-CAfile", trust / "root.pem", "-untrusted", trust / "issuing-ca.pem"]
        return _run(self.openssl, "verify", *lists, *trusted, leaf)

    def digests(self, files: list[Path]) -> list[str]:
        """`openssl dgst`: the SHA-256 of each file, as hexadecimal digits."""
        answer = _run(self.openssl, "dgst", "-sha256", "-r", *files)
        assert answer.returncode == 0, answer.stderr
        return [line.split()[0] for line in answer.stdout.splitlines()]

    def pdf(self, file: Path, store: str) -> Answer:
        """`pdfsig` on a PDF under a certificate store."""
        return _run(self.pdfsig, "-nssdir", store, file)

    def xml(self, file: Path, trust: Path) -> Answer:
        """`xmlsec1` on a signed document."""
        ids = [part for name in _IDS for part in ("--id-attr:Id", name)]
        trusted = ["--enabled-key-data", "x509", "--trusted-pem", trust / "root.pem"]
        return _run(self.xmlsec1, "--verify", *trusted, *ids, file)

    def zip(self, file: Path) -> Answer:
        """`unzip -t` on a container."""
        return _run(self.unzip, "-t", file)


def _run(*command: str | Path) -> Answer:
    return subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", timeout=_TIMEOUT_S)
