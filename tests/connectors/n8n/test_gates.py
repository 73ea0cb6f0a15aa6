"""n8n's own judges of a package: its builder, its linter under the strict rules, and its scanner."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from tests.connectors.n8n.package import Package, Said, build, copied


def test_the_linter_finds_nothing(package: Package) -> None:
    """Not one error and not one warning, under the configuration that strict mode asks for."""
    _passed(package.lint())
    _passed(package.n8n_lint())


def test_the_scanner_of_community_packages_passes_it(package: Package) -> None:
    """Sources and tarball pass where exceptions do not count."""
    said = package.scan()
    _passed(said)
    assert said.stdout.split("\n")[:2] == ["sources passed", "tarball passed"]


def test_it_is_formatted_as_n8n_formats(package: Package) -> None:
    """The formatter of n8n's templates would change nothing."""
    _passed(package.style())


def test_the_tarball_has_what_n8n_loads_and_no_more(package: Package) -> None:
    """Every file that package.json names to n8n is packed; no source, no test, no dependency is."""
    manifest = json.loads((package.unpacked / "package.json").read_text())
    for path in (*manifest["n8n"]["nodes"], *manifest["n8n"]["credentials"]):
        assert (package.unpacked / path).is_file()
    with tarfile.open(package.tarball) as archive:
        packed = {name.removeprefix("package/") for name in archive.getnames()}
    assert all(
        name.startswith("dist/") or name in {"package.json", "README.md", "LICENSE", "LICENSE.md"} for name in packed
    )
    assert "dependencies" not in manifest
    assert manifest["peerDependencies"] == {"n8n-workflow": "*"}


@pytest.mark.parametrize(
    ("file", "old", "new", "rule"),
    [
        ("nodes/Sigillo/Sigillo.node.ts", "usableAsTool: true,", "", "node-usable-as-tool"),
        (
            "runtime/execute.ts",
            "throw new NodeApiError(this.getNode(), error as JsonObject, { itemIndex });",
            "throw error;",
            "require-node-api-error",
        ),
        ("runtime/signature.ts", "from 'crypto'", "from 'node:fs'", "no-restricted-imports"),
        ("credentials/SigilloApi.credentials.ts", "typeOptions: { password: true },", "", "password-field"),
    ],
    ids=["tool", "error", "import", "password"],
)
def test_the_linter_would_find_something(tmp_path: Path, file: str, old: str, new: str, rule: str) -> None:
    """A package that is broken on purpose is refused by the rule in question, so silence means something."""
    sources = copied(tmp_path / "sources")
    text = (sources / file).read_text()
    assert old in text
    (sources / file).write_text(text.replace(old, new))
    said = Package(sources, sources, sources).lint()
    assert said.returncode == 1, said.stdout
    assert rule in said.stdout


def test_the_builder_would_find_something(tmp_path: Path) -> None:
    """A wrong type stops the builder."""
    sources = copied(tmp_path / "sources")
    with (sources / "runtime" / "paths.ts").open("a") as paths:
        paths.write("export const wrong: number = 'text';\n")
    assert build(sources).returncode != 0


def _passed(said: Said) -> None:
    assert said.returncode == 0, said.stdout + said.stderr
