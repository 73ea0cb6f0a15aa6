"""`sigillo connectors`: builds, checks without writing, and says what it does not understand or cannot do yet."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sigillo.cli.connectors import connectors
from tests.connectors.small import action, as_bytes, document, overlay


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """The options for the small API, whose packages go to a folder of their own."""
    (tmp_path / "openapi.yaml").write_bytes(as_bytes(document()))
    (tmp_path / "overlay.yaml").write_bytes(as_bytes(overlay()))
    paths = {"--spec": "openapi.yaml", "--overlay": "overlay.yaml", "--out": "out"}
    return [word for option, name in paths.items() for word in (option, str(tmp_path / name))]


def _run(*words: str) -> Result:
    return CliRunner().invoke(connectors, words)


def test_what_was_built_is_up_to_date(files: list[str], tmp_path: Path) -> None:
    """Build writes, check is content, and the list of files is as sha256sum has it."""
    assert _run("build", "n8n", *files).exit_code == 0
    checked = _run("check", *files)
    assert (checked.exit_code, checked.output) == (0, f"{tmp_path / 'out' / 'n8n'} is up to date.\n")
    lines = (tmp_path / "out" / "n8n" / "generated.sha256").read_text().splitlines()
    assert all((tmp_path / "out" / "n8n" / line.split("  ")[1]).is_file() for line in lines)


def test_a_stale_package_is_told_as_a_diff_and_left_alone(files: list[str], tmp_path: Path) -> None:
    """A changed file, a missing one and one too many: exit 1, nothing written."""
    _run("build", *files)
    folder = tmp_path / "out" / "n8n"
    readme = folder / "README.md"
    readme.write_text(readme.read_text().replace("# n8n-nodes-small", "# mine"))
    (folder / "LICENSE").unlink()
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    checked = _run("check", *files)
    assert checked.exit_code == 1
    assert "-# mine\n+# n8n-nodes-small\n" in checked.output
    assert "+MIT License" in checked.output
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_build_takes_away_what_an_earlier_one_made(files: list[str], tmp_path: Path) -> None:
    """And nothing else: what somebody else put there stays."""
    _run("build", *files)
    folder = tmp_path / "out" / "n8n"
    (folder / "mine.txt").write_text("mine")
    _run("build", *files, "--name", "Other")
    assert not (folder / "nodes" / "Small" / "Small.node.ts").exists()
    assert (folder / "nodes" / "Other" / "Other.node.ts").is_file()
    assert (folder / "mine.txt").read_text() == "mine"


def test_an_empty_folder_is_stale(files: list[str], tmp_path: Path) -> None:
    """Check does not make it."""
    assert _run("check", *files).exit_code == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("platform", ["zapier", "make"])
def test_a_platform_that_comes_later_is_said_to(files: list[str], platform: str) -> None:
    """Plainly, with exit 2."""
    result = _run("build", platform, *files)
    assert result.exit_code == 2
    assert f"There is no package for {platform} yet" in result.output


def test_everything_that_is_not_understood_is_told(files: list[str], tmp_path: Path) -> None:
    """Each finding with its file and place; nothing is written."""
    wrong = overlay(action("$.paths['/v1/me'].get", [{"key": "me"}]), action("$.info", {}))
    (tmp_path / "overlay.yaml").write_bytes(as_bytes(wrong))
    result = _run("build", *files)
    assert result.exit_code != 0
    at = f"overlay /actions/{len(wrong['actions']) - 2}/update/x-connector/0"
    assert f"{at}/title: the text is missing" in result.output
    assert f"{at}/verb: text is expected here" in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--name", "O'Mail", "A name is letters"),
        ("--base-url", "ftp://x", "A base URL is"),
        ("--spec", "/nowhere/openapi.yaml", "No such file"),
        ("--language", "de", "Invalid value"),
    ],
)
def test_an_option_that_cannot_be_is_refused(files: list[str], option: str, value: str, says: str) -> None:
    """With what to give in its place."""
    result = _run("build", *files, option, value)
    assert result.exit_code != 0
    assert says in result.output


def test_a_file_that_was_added_makes_a_package_stale(files: list[str], tmp_path: Path) -> None:
    """It is named, and the exit is 1."""
    _run("build", *files)
    evil = tmp_path / "out" / "n8n" / "nodes" / "Small" / "evil.ts"
    evil.write_text("evil")
    checked = _run("check", *files)
    assert checked.exit_code == 1
    assert f"{evil}: is there, and was not made" in checked.output


def test_a_long_difference_says_how_much_is_left_out(files: list[str]) -> None:
    """Two hundred lines are shown."""
    checked = _run("check", *files)
    shown, told = checked.stdout.splitlines()[:-1], checked.stdout.splitlines()[-1]
    assert len(shown) == 200
    assert told.startswith("… and ")
    assert told.endswith(" more lines.")


@pytest.mark.parametrize(
    "own", [["--name", "Other"], ["--base-url", "https://a.example"], ["--author", "Other"], ["--language", "fr"]]
)
def test_a_connector_of_one_s_own_says_where_to(files: list[str], own: list[str]) -> None:
    """It would take the place of the official package."""
    result = _run("build", *files[:4], *own)
    assert result.exit_code == 2
    assert f"With {own[0]} say --out too" in result.output


@pytest.mark.parametrize("name", ["INodeType", "Promise"])
def test_a_name_that_a_source_has_already_is_refused(files: list[str], tmp_path: Path, name: str) -> None:
    """A class beside an import of the same name, or in front of what the language has."""
    result = _run("build", *files, "--name", name)
    assert result.exit_code == 2
    assert f"two things that are called {name}" in result.output
    assert not (tmp_path / "out").exists()


def test_a_blocked_path_is_told_and_nothing_is_written(files: list[str], tmp_path: Path) -> None:
    """A folder stands where the manifest has to be."""
    blocked = tmp_path / "out" / "n8n" / "package.json"
    blocked.mkdir(parents=True)
    result = _run("build", *files)
    assert (result.exit_code, list(blocked.parent.iterdir())) == (1, [blocked])
    assert "a folder stands where a file has to be" in result.output
