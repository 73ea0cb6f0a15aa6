"""The package as its authors would hand it over: built by n8n's builder in a copy, packed by npm, unpacked."""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT
from tests.connectors.n8n.programs import HERE, TOOLS, npm, run

SOURCE = ROOT / "connectors" / "n8n"
NAME = "n8n-nodes-sigillo"
_BUILDER = TOOLS / "@n8n" / "node-cli" / "bin" / "n8n-node.mjs"
_ESLINT = TOOLS / "eslint" / "bin" / "eslint.js"
_PRETTIER = TOOLS / "prettier" / "bin" / "prettier.cjs"
_STYLE = ("--use-tabs", "--single-quote", "--trailing-comma", "all", "--print-width", "100")
_SPINNING = re.compile(r".*\x1b\[999D\x1b\[J")

Said = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Package:
    """A copy of the package's sources that has been built, and what came of packing it."""

    folder: Path
    tarball: Path
    unpacked: Path

    def lint(self) -> Said:
        """n8n's own rules, not one warning allowed."""
        return run(_ESLINT, ".", "--max-warnings", "0", folder=self.folder)

    def n8n_lint(self) -> Said:
        """The command that authors are told to run, which also holds the configuration against the strict one."""
        return run(_BUILDER, "lint", folder=self.folder)

    def style(self) -> Said:
        """The formatting that n8n's templates have."""
        return run(_PRETTIER, *_STYLE, "--check", "runtime", "nodes", "credentials", folder=self.folder)

    def scan(self) -> Said:
        """Both legs of the scanner of community packages: the sources, and the files that were packed."""
        # It finds the scanner beside itself, so it runs where that is installed.
        script = self.folder / "scan.mjs"
        shutil.copy(HERE / "scan.mjs", script)
        try:
            return run(script, self.folder, self.unpacked, folder=self.folder)
        finally:
            script.unlink()


def copied(to: Path) -> Path:
    """A copy of the sources, with what they are built with beside them."""
    shutil.copytree(SOURCE, to, ignore=shutil.ignore_patterns("node_modules", "dist"))
    (to / "node_modules").symlink_to(TOOLS)
    return to


def build(folder: Path) -> Said:
    """What n8n's builder says of the sources in a folder."""
    return run(_BUILDER, "build", folder=folder)


def packed(folder: Path) -> Package:
    """Build a copy in a folder, pack it, and unpack the tarball beside it; fails with what the builder said."""
    sources = copied(folder / "sources")
    said = build(sources)
    assert said.returncode == 0, _SPINNING.sub("", said.stdout) + said.stderr
    said = npm("pack", "--ignore-scripts", "--pack-destination", str(folder), folder=sources)
    assert said.returncode == 0, said.stderr
    tarball = folder / said.stdout.split()[-1]
    with tarfile.open(tarball) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    return Package(sources, tarball, folder / "unpacked" / "package")
