"""Redocly and Spectral, strangers' linters of OpenAPI, find nothing in the document, with every rule they have."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import yaml

from sigillo.api.document import document, render_yaml
from tests.specs.node import HERE, run

CHECKED_IN = HERE.parents[1] / "specs" / "openapi.yaml"
Linter = Callable[[Path], CompletedProcess[str]]


def redocly(path: Path) -> CompletedProcess[str]:
    """Redocly: warnings are told too, and the caller counts them."""
    return run("@redocly/cli/bin/cli.js", "lint", "--config", "redocly.yaml", "--format", "json", str(path))


def spectral(path: Path) -> CompletedProcess[str]:
    """Spectral: the smallest hint fails it."""
    arguments = ("lint", "-r", "spectral.yaml", "--quiet", "--fail-severity", "hint", "--format", "json", str(path))
    return run("@stoplight/spectral-cli/dist/index.js", *arguments)


def test_redocly_finds_nothing() -> None:
    """Not one error and not one warning."""
    done = redocly(CHECKED_IN)
    problems = json.loads(done.stdout)["problems"]
    told = [f"{one['ruleId']}: {one['message']} {one['location'][0].get('pointer')}" for one in problems]
    assert (done.returncode, told) == (0, []), done.stderr


def test_spectral_finds_nothing() -> None:
    """Not one error, warning, information or hint."""
    done = spectral(CHECKED_IN)
    told = [f"{one['code']}: {one['message']} {'/'.join(map(str, one['path']))}" for one in json.loads(done.stdout)]
    assert (done.returncode, told) == (0, []), done.stderr


@pytest.mark.parametrize("linter", [redocly, spectral])
def test_a_linter_sees_what_is_wrong(linter: Linter, tmp_path: Path) -> None:
    """A path parameter that nobody declares is found by either."""
    broken: dict[str, Any] = yaml.safe_load(render_yaml(document()))
    del broken["paths"]["/v1/files/{file_id}"]["get"]["parameters"]
    (tmp_path / "openapi.yaml").write_bytes(render_yaml(broken))
    done = linter(tmp_path / "openapi.yaml")
    assert done.returncode != 0
    assert "file_id" in done.stdout


@pytest.mark.parametrize("settings", ["redocly.yaml", "spectral.yaml"])
def test_each_rule_that_is_off_says_why(settings: str) -> None:
    """No rule is switched off without a reason beside it."""
    off = [line for line in (HERE / settings).read_text().splitlines() if ": off" in line and line.startswith("  ")]
    assert off
    assert [line for line in off if len(line.partition("#")[2].split()) < 4] == []
