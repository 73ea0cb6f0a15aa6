"""Where everything lies that strangers judge: genuine proofs, tampered copies, archives, and the checker's verdicts."""

from __future__ import annotations

import fcntl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sigillo.proofs.authority import Authority
from tests.strangers.archive import FIELD, archived
from tests.strangers.checker import Job, run_checker
from tests.strangers.forgeries import Tamper, flipped, write_forgeries
from tests.strangers.letters import FORMS, LETTERS, PROOFS, Proof, write_other_trust, write_proofs, write_revoking_trust
from tests.strangers.misstamping import MISSTAMPED_FORMS, write_misstamped

ARCHIVED_AT: Final = datetime(2036, 5, 1, 12, tzinfo=UTC)
# A bit of the page, and one of the revision that only the document timestamp covers.
ARCHIVE_FLIPS: Final = ("page", "stamp")


@dataclass(frozen=True, slots=True)
class World:
    """The folders of one run of the tests; all of its processes share them."""

    root: Path

    @property
    def proofs(self) -> Path:
        """The genuine proofs, laid out as the demonstration does."""
        return self.root / "proofs"

    @property
    def trust(self) -> Path:
        """root.pem, issuing-ca.pem and crl.pem of who sealed them."""
        return self.proofs / "trust"

    @property
    def other_trust(self) -> Path:
        """The same of somebody else."""
        return self.root / "other-trust"

    def forged(self, form: str, tamper: Tamper) -> Path:
        """The folder of proofs of which one format was tampered with."""
        return self.root / "forged" / tamper / form

    def archive(self, flip: str = "") -> Path:
        """The folder of proofs with a document timestamp; ``flip`` is one of ARCHIVE_FLIPS."""
        return self.root / f"archive{flip and '-'}{flip}"

    @property
    def revoked_trust(self) -> Path:
        """The trust folder with a revocation list that revokes both leaves."""
        return self.root / "revoked-trust"

    @property
    def misstamped(self) -> Path:
        """The folder of PDFs, evidences and containers with the timestamp of another seal."""
        return self.root / "misstamped"

    @property
    def extended(self) -> Path:
        """The folder of PDFs to which something was appended that no signature covers."""
        return self.root / "extended"

    @property
    def nss(self) -> str:
        """The certificate store that pdfsig reads, in which the root is trusted."""
        return f"sql:{self.root / 'nss'}"

    @property
    def other_nss(self) -> str:
        """A certificate store in which another root is trusted."""
        return f"sql:{self.root / 'other-nss'}"

    @property
    def verdicts(self) -> Path:
        """What the checker printed."""
        return self.root / "verdicts.tsv"


def build_world(root: Path, find: Callable[[str], str]) -> World:
    """Give the world in a folder, made by the first process that asks; ``find`` gives the path of a program."""
    world = World(root)
    root.mkdir(exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not world.verdicts.exists():
            _make(world, find)
    return world


def _make(world: World, find: Callable[[str], str]) -> None:
    authority = write_proofs(world.proofs)
    write_other_trust(world.other_trust)
    write_revoking_trust(world.revoked_trust, authority)
    write_forgeries(world.proofs, world.root / "forged")
    write_misstamped(world.proofs, world.misstamped)
    for proof in PROOFS:
        _write_later(world, proof, authority)
    for store, trust in ((world.nss, world.trust), (world.other_nss, world.other_trust)):
        _make_store(store, trust / "root.pem", find("certutil"))
    printed = run_checker(_jobs(world), classes=world.root / "classes", javac=find("javac"), java=find("java"))
    world.verdicts.write_text(printed)


def _write_later(world: World, proof: Proof, authority: Authority) -> None:
    """Write what became of a proof later: archived, tampered with in the archive, extended."""
    genuine = proof.file(world.proofs, "pdf").read_bytes()
    archive = archived(genuine, authority, at=ARCHIVED_AT)
    _write(proof.file(world.archive(), "pdf"), archive)
    _write(proof.file(world.archive("page"), "pdf"), flipped(archive, len(genuine) // 4))
    _write(proof.file(world.archive("stamp"), "pdf"), flipped(archive, archive.rindex(FIELD.encode())))
    _write(proof.file(world.extended, "pdf"), genuine + b"% an afterthought\n")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _make_store(store: str, root: Path, certutil: str) -> None:
    Path(store.removeprefix("sql:")).mkdir()
    subprocess.run([certutil, "-N", "-d", store, "--empty-password"], check=True, timeout=60)
    subprocess.run([certutil, "-A", "-d", store, "-n", "root", "-t", "CT,C,C", "-i", root], check=True, timeout=60)


def _jobs(world: World) -> Iterator[Job]:
    for form in FORMS:
        for proof in PROOFS:
            yield _job(world.trust, proof, world.proofs, form)
            yield _job(world.other_trust, proof, world.proofs, form)
            yield from (_job(world.trust, proof, world.forged(form, tamper), form) for tamper in Tamper)
    for proof in PROOFS:
        yield from (_job(world.trust, proof, world.archive(flip), "pdf") for flip in ("", *ARCHIVE_FLIPS))
        yield _job(world.trust, proof, world.extended, "pdf")
        yield from (_job(world.trust, proof, world.misstamped, form) for form in MISSTAMPED_FORMS)
        yield from (_job(world.revoked_trust, proof, world.proofs, form) for form in FORMS)
    yield from (Job(world.trust, world.proofs / letter / "bundle.asice") for letter in LETTERS)


def _job(trust: Path, proof: Proof, folder: Path, form: str) -> Job:
    return Job(trust, proof.file(folder, form), proof.file(folder, "xml") if form == "tst" else None)
