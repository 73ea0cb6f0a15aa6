"""Runs the checker in ``java/`` once over many files and reads its verdicts."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

SOURCES: Final = Path(__file__).parent / "java"
# As Debian installs them, and the package of each.
JARS: Final = {
    "bcprov": "libbcprov-java",
    "bcpkix": "libbcpkix-java",
    "bcutil": "libbcutil-java",
    "pdfbox2": "libpdfbox2-java",
    "commons-logging": "libcommons-logging-java",
}
# A short life: compiling to the last is not worth its time.
_OPTIONS: Final = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
_JAR_FOLDER: Final = Path("/usr/share/java")
_TIMEOUT_S: Final = 300


@dataclass(frozen=True, slots=True)
class Job:
    """A file to judge under a trust folder, with the file it is about when it is detached."""

    trust: Path
    file: Path
    about: Path | None = None

    @property
    def line(self) -> str:
        """The job as the checker reads it."""
        return "\t".join(map(str, filter(None, (self.trust, self.file, self.about)))) + "\n"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checker said of a file: the checks that held, and why it was refused, if it was."""

    checks: tuple[str, ...]
    refused: str | None = None


def run_checker(jobs: Iterable[Job], *, classes: Path, javac: str, java: str) -> str:
    """Give what the checker prints of the jobs; it is compiled into ``classes`` first."""
    path = _class_path()
    compiled = [javac, "-nowarn", "-d", classes, "-cp", path, *sorted(SOURCES.glob("*.java"))]
    subprocess.run(compiled, check=True, timeout=_TIMEOUT_S)
    done = subprocess.run(
        [java, *_OPTIONS, "-cp", f"{path}:{classes}", "Checker"],
        input="".join(job.line for job in jobs),
        capture_output=True,
        encoding="utf-8",
        env={"LC_ALL": "C.UTF-8"},  # the names of files have accents
        timeout=_TIMEOUT_S,
    )
    if done.stderr or done.returncode != (1 if "\nBAD\t" in done.stdout else 0):
        pytest.fail(f"the checker ended with {done.returncode}: {done.stderr}", pytrace=False)
    return done.stdout


def read_verdicts(printed: str) -> dict[tuple[Path, Path], Verdict]:
    """Give the verdict on each file under each trust folder from what the checker printed."""
    verdicts: dict[tuple[Path, Path], Verdict] = {}
    key = (Path(), Path())
    for line in printed.splitlines():
        word, file, check, seen = line.split("\t")
        if word == "JUDGE":
            key = (Path(seen), Path(file))
            verdicts[key] = Verdict(())
            continue
        inner = file.partition("!")[2]
        checks = verdicts[key].checks
        verdicts[key] = Verdict(
            (*checks, f"{inner} {check}".strip()) if word == "OK" else checks, _why(word, inner, seen)
        )
    return verdicts


def _why(word: str, inner: str, seen: str) -> str | None:
    return None if word == "OK" else f"{inner} {seen}".strip()


def _class_path() -> str:
    paths = {name: _JAR_FOLDER / f"{name}.jar" for name in JARS}
    missing = [JARS[name] for name, path in paths.items() if not path.exists()]
    if missing:
        pytest.fail(f"jars are missing: `make test` as root, or `apt-get install {' '.join(missing)}`", pytrace=False)
    return ":".join(map(str, paths.values()))
