"""The workflow that publishes the package: with a statement of provenance, by commands that there are."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from tests.connectors.project import PACKAGES, ROOT, model

_WORKFLOW = ROOT / ".github" / "workflows" / "publish-n8n.yml"


def _job() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(_WORKFLOW.read_text())
    assert read["permissions"] == {"contents": "read", "id-token": "write"}
    job: dict[str, Any] = read["jobs"]["publish"]
    return job


def test_the_package_is_published_with_its_provenance() -> None:
    """npm is told to make the statement, and nothing of a dependency runs beside it."""
    commands = [step["run"] for step in _job()["steps"] if "run" in step]
    (publish,) = (command for command in commands if command.startswith("npm publish"))
    assert "--provenance" in publish
    assert all("--ignore-scripts" in command for command in commands if re.match(r"npm (install|publish)", command))
    order = [command.split()[2] for command in commands if command.startswith("npm run")]
    assert order == ["lint", "build"]
    assert commands.index(publish) > commands.index("npm run build")


def test_its_scripts_are_those_of_the_package() -> None:
    """Each `npm run` is a script of the manifest, and the folder is the package's."""
    job = _job()
    manifest = json.loads((PACKAGES / "n8n" / "package.json").read_text())
    assert job["defaults"]["run"]["working-directory"] == "connectors/n8n"
    asked = re.findall(r"npm run (\S+)", _WORKFLOW.read_text())
    assert asked
    assert set(asked) <= set(manifest["scripts"])


def test_nothing_that_is_secret_is_needed() -> None:
    """npm trusts the repository and the file: no token stands in the workflow."""
    assert "secrets." not in _WORKFLOW.read_text()


def test_the_documentation_that_n8n_links_to_is_there() -> None:
    """Whatever heading a link of the package leads to is one of the page, which is this repository's README."""
    sources = PACKAGES / "n8n"
    found = [path.read_text() for path in [*sources.rglob("*.node.json"), *sources.rglob("*.credentials.ts")]]
    links = {link for text in found for link in re.findall(r"https://[^'\"]+#[\w-]+", text)}
    headings = re.findall(r"^#+ (.+)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert links
    assert all(link.startswith(f"{model().app.homepage}?") for link in links)
    assert {link.partition("#")[2] for link in links} <= {one.lower().replace(" ", "-") for one in headings}
