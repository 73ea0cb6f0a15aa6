"""OpenSSL checks certificates, revocation lists, tokens and seals of ours, and rejects what was tampered with."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from sigillo.proofs import cms
from sigillo.proofs.authority import TIMESTAMP, Authority, Validity, build_authority, issue_leaf
from sigillo.proofs.cades import read_signed_data, seal
from sigillo.proofs.timestamps import timestamp, timestamp_response

pytestmark = pytest.mark.strangers("openssl")

CONTENT = "Lettre recommandée électronique, accentuée.\n".encode() * 100
DIGEST = sha256(CONTENT).digest()
DATES = [
    datetime(2000, 1, 1, tzinfo=UTC),
    datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2050, 1, 1, tzinfo=UTC),
    datetime(2100, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),
]
SEED, WORKSPACE = b"a seed for strangers", "ws_strangers"
OpenSsl = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def authority() -> Authority:
    return build_authority(SEED, workspace_id=WORKSPACE)


@pytest.fixture
def openssl(tmp_path: Path, authority: Authority, verifier: Callable[[str], str]) -> OpenSsl:
    """Runs openssl in a folder with the content and the authority's PEM files."""
    command = verifier("openssl")
    (tmp_path / "content").write_bytes(CONTENT)
    for name in ("root", "issuing", "seal", "timestamp"):
        (tmp_path / f"{name}.pem").write_bytes(getattr(authority, name).cert.public_bytes(Encoding.PEM))
    (tmp_path / "crls.pem").write_bytes(b"".join(crl.public_bytes(Encoding.PEM) for crl in authority.crls))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [command, *arguments], cwd=tmp_path, capture_output=True, encoding="utf-8", errors="replace", timeout=60
        )

    return run


def _verify_seal(openssl: OpenSsl, content: str = "content") -> subprocess.CompletedProcess[str]:
    files = ["-inform", "DER", "-in", "seal.p7s", "-content", content, "-out", "verified"]
    return openssl("cms", "-verify", "-cades", "-binary", *files, "-CAfile", "root.pem", "-purpose", "any")


def _verify_token(openssl: OpenSsl, content: str = "content") -> subprocess.CompletedProcess[str]:
    trusted = ["-CAfile", "root.pem", "-untrusted", "issuing.pem"]
    return openssl("ts", "-verify", "-token_in", "-in", "token.tst", "-data", content, *trusted)


@pytest.mark.parametrize(("leaf", "purpose"), [("seal", "smimesign"), ("timestamp", "timestampsign")])
def test_the_chain_and_its_revocation_lists_verify(openssl: OpenSsl, leaf: str, purpose: str) -> None:
    """Both leaves verify for their purpose under strict rules, all revocation lists checked."""
    trusted = ["-CAfile", "root.pem", "-untrusted", "issuing.pem", "-CRLfile", "crls.pem"]
    done = openssl("verify", "-x509_strict", "-crl_check_all", "-purpose", purpose, *trusted, f"{leaf}.pem")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{leaf}.pem: OK\n"


@pytest.mark.parametrize("at", [DATES[0], DATES[-1]], ids=str)
def test_the_chain_verifies_at_both_ends_of_the_clock(openssl: OpenSsl, at: datetime) -> None:
    """At the first and the last instant of the clock certificates and lists are in force."""
    trusted = ["-CAfile", "root.pem", "-untrusted", "issuing.pem", "-CRLfile", "crls.pem", "-crl_check_all"]
    done = openssl("verify", *trusted, "-attime", str(int(at.timestamp())), "seal.pem")
    assert done.returncode == 0, done.stderr


def test_without_its_list_the_revocation_check_fails(openssl: OpenSsl) -> None:
    """The check above does look at the lists: without them it fails."""
    done = openssl("verify", "-crl_check_all", "-CAfile", "root.pem", "-untrusted", "issuing.pem", "seal.pem")
    assert done.returncode != 0
    assert "unable to get certificate CRL" in done.stderr


def test_the_seal_may_not_stamp(openssl: OpenSsl) -> None:
    """The seal certificate is refused for timestamps."""
    trusted = ["-CAfile", "root.pem", "-untrusted", "issuing.pem"]
    assert openssl("verify", "-purpose", "timestampsign", *trusted, "seal.pem").returncode != 0


@pytest.mark.parametrize("at", DATES, ids=str)
@pytest.mark.parametrize("options", [{}, {"timestamped": False}, {"with_signing_time": False}], ids=str)
def test_a_seal_verifies(
    openssl: OpenSsl, tmp_path: Path, authority: Authority, at: datetime, options: dict[str, bool]
) -> None:
    """B-T, B-B and the flavour for PDF verify as CAdES at every date of the clock."""
    (tmp_path / "seal.p7s").write_bytes(seal(authority, DIGEST, at=at, **options))
    done = _verify_seal(openssl)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "verified").read_bytes() == CONTENT


@pytest.mark.parametrize("at", DATES, ids=str)
def test_a_token_verifies(openssl: OpenSsl, tmp_path: Path, authority: Authority, at: datetime) -> None:
    """A token verifies against its content at every date of the clock."""
    (tmp_path / "token.tst").write_bytes(timestamp(authority, DIGEST, at=at))
    done = _verify_token(openssl)
    assert done.returncode == 0, done.stderr
    assert "Verification: OK" in done.stdout


def test_the_token_in_a_seal_verifies(openssl: OpenSsl, tmp_path: Path, authority: Authority) -> None:
    """The signature timestamp, taken out, is a token over the signature value."""
    parsed = read_signed_data(seal(authority, DIGEST, at=DATES[2]))
    (tmp_path / "signature").write_bytes(parsed.signature)
    (tmp_path / "token.tst").write_bytes(parsed.timestamp_token or b"")
    done = _verify_token(openssl, "signature")
    assert done.returncode == 0, done.stderr


def test_another_content_is_rejected(openssl: OpenSsl, tmp_path: Path, authority: Authority) -> None:
    """One changed byte of the content, and neither seal nor token verifies."""
    (tmp_path / "changed").write_bytes(CONTENT[:-1] + b" ")
    (tmp_path / "seal.p7s").write_bytes(seal(authority, DIGEST, at=DATES[1]))
    (tmp_path / "token.tst").write_bytes(timestamp(authority, DIGEST, at=DATES[1]))
    assert _verify_seal(openssl).returncode == 0
    assert _verify_seal(openssl, "changed").returncode != 0
    assert _verify_token(openssl).returncode == 0
    assert "message imprint mismatch" in _verify_token(openssl, "changed").stderr


def test_a_tampered_token_is_rejected(openssl: OpenSsl, tmp_path: Path, authority: Authority) -> None:
    """A token whose time was moved by a second does not verify."""
    token = timestamp(authority, DIGEST, at=datetime(2026, 5, 1, 12, 0, 0, tzinfo=UTC))
    assert token.count(b"20260501120000Z") == 1
    (tmp_path / "token.tst").write_bytes(token.replace(b"20260501120000Z", b"20260501120001Z"))
    done = _verify_token(openssl)
    assert done.returncode != 0
    assert "Verification: FAILED" in done.stdout + done.stderr


def test_a_tampered_seal_is_rejected(openssl: OpenSsl, tmp_path: Path, authority: Authority) -> None:
    """A seal whose signing time was moved by a second does not verify."""
    sealed = seal(authority, DIGEST, at=datetime(2026, 5, 1, 12, 0, 0, tzinfo=UTC), timestamped=False)
    assert sealed.count(b"260501120000Z") == 1
    (tmp_path / "seal.p7s").write_bytes(sealed.replace(b"260501120000Z", b"260501120001Z"))
    assert _verify_seal(openssl).returncode != 0


def test_another_root_is_rejected(openssl: OpenSsl, tmp_path: Path) -> None:
    """A seal of another workspace's authority is not trusted."""
    stranger = build_authority(b"another seed", workspace_id=WORKSPACE)
    (tmp_path / "seal.p7s").write_bytes(seal(stranger, DIGEST, at=DATES[1]))
    done = _verify_seal(openssl)
    assert done.returncode != 0
    assert "Verify error" in done.stderr


def test_an_expired_timestamp_unit_is_rejected(openssl: OpenSsl, tmp_path: Path, authority: Authority) -> None:
    """A leaf issued for a past year does not verify today."""
    past = Validity(datetime(2001, 1, 1, tzinfo=UTC), datetime(2001, 12, 31, tzinfo=UTC))
    unit = issue_leaf(authority.issuing, TIMESTAMP, seed=SEED, workspace_id=WORKSPACE, validity=past)
    signer = cms.signer(unit.key, (unit.cert, authority.issuing.cert))
    expired = replace(authority, timestamp=unit, timestamp_signer=signer)
    (tmp_path / "token.tst").write_bytes(timestamp(expired, DIGEST, at=DATES[1]))
    done = _verify_token(openssl)
    assert done.returncode != 0
    assert "certificate has expired" in done.stderr


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_a_query_of_openssl_is_answered(openssl: OpenSsl, tmp_path: Path, authority: Authority, algorithm: str) -> None:
    """`openssl ts -query` asks, with a nonce; the response verifies against the query."""
    assert openssl("ts", "-query", "-data", "content", f"-{algorithm}", "-cert", "-out", "q.tsq").returncode == 0
    answer = timestamp_response((tmp_path / "q.tsq").read_bytes(), authority=authority, at=DATES[2])
    (tmp_path / "r.tsr").write_bytes(answer)
    done = openssl("ts", "-verify", "-queryfile", "q.tsq", "-in", "r.tsr", "-CAfile", "root.pem")
    assert done.returncode == 0, done.stderr
    # Another query has another nonce: the same response does not answer it.
    assert openssl("ts", "-query", "-data", "content", f"-{algorithm}", "-cert", "-out", "q.tsq").returncode == 0
    done = openssl("ts", "-verify", "-queryfile", "q.tsq", "-in", "r.tsr", "-CAfile", "root.pem")
    assert "nonce mismatch" in done.stderr


def test_a_refusal_is_readable(openssl: OpenSsl, tmp_path: Path, authority: Authority) -> None:
    """OpenSSL prints the status, the sentence and the failure of a refused query."""
    assert openssl("ts", "-query", "-data", "content", "-sha1", "-out", "q.tsq").returncode == 0
    answer = timestamp_response((tmp_path / "q.tsq").read_bytes(), authority=authority, at=DATES[2])
    (tmp_path / "r.tsr").write_bytes(answer)
    text = openssl("ts", "-reply", "-in", "r.tsr", "-text").stdout
    assert "Status: Rejected." in text
    assert "use SHA-256" in text
    assert "unrecognized or unsupported algorithm identifier" in text
