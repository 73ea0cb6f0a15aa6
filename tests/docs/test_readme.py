"""README.md: every command it shows runs, in the order it shows them, against a fresh server."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.docs import tour
from tests.docs.markdown import Tour, read_tour

_ROOT = Path(__file__).resolve().parents[2]


def _read() -> Tour:
    return read_tour((_ROOT / "README.md").read_text(encoding="utf-8"))


def test_readme_marks_its_blocks() -> None:
    """Each shell block of README.md says whether it is run, and at least one is."""
    read = _read()
    assert not read.problems, "\n".join(f"README.md:{problem}" for problem in read.problems)
    assert read.steps, "README.md shows no command that is run: mark one with <!-- test: name -->"


def test_readme_tour_runs(tmp_path: Path) -> None:
    """The marked blocks of README.md run one after the other and print what README.md shows."""
    port, others = tour.free_port(), {each: tour.free_port() for each in tour.MAIL_PORTS}
    smtps, imaps = (str(others[each]) for each in tour.MAIL_PORTS)
    command = [str(Path(sys.executable).parent / "sigillo"), "serve", "--memory", "--port", str(port)]
    command += ["--smtps-port", smtps, "--imaps-port", imaps, "--submission-port", "0", "--pop3s-port", "0"]
    here = tmp_path / "here"
    here.mkdir()
    with tour.server(command, port, folder=tmp_path):
        tour.run(_read().steps, folder=here, port=port, others=others)
