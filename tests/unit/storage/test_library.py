"""The scenario library: what is in it, what hostile or mistaken files are told, and where its folder is found."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from sigillo.domain.errors import SigilloError
from sigillo.domain.scenario_document import parse_scenario, scenario_document
from sigillo.storage.library import (
    MOST_BYTES,
    MOST_FILES,
    BrokenLibrary,
    load_library,
    read_scenario,
    scenario_of_yaml,
    specs_folder,
)

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "specs" / "scenarios"
SCHEMA = json.loads((ROOT / "specs" / "scenario.schema.json").read_text(encoding="utf-8"))
FILES = sorted(FOLDER.glob("*.yaml"))
GOOD = b"name: mine\nservices: [lre]\nsummary: Mine.\n"


def _told(content: bytes) -> list[str]:
    with pytest.raises(BrokenLibrary) as broken:
        scenario_of_yaml(content, "mine.yaml", name="mine")
    assert broken.value.detail == "\n".join(map(str, broken.value.problems))
    return [f"{problem.line}:{problem.column} {problem.code}" for problem in broken.value.problems]


def test_the_library_holds_those_that_the_documentation_names() -> None:
    """The scenarios of every service are there, by name; reject alone is of all three."""
    library = load_library(FOLDER).scenarios
    assert {name for name, scenario in library.items() if "pec" in scenario.services} == {
        "deliver",
        "full",
        "late",
        "nodomain",
        "ordinary",
        "reject",
        "stuck",
        "timeout",
        "unknown",
        "virus",
    }
    assert [name for name, scenario in library.items() if "lre" in scenario.services] == [
        "accept",
        "bounce",
        "consent-ignored",
        "consent-refused",
        "fail",
        "identity-failed",
        "identity-retry",
        "last-minute",
        "manual",
        "neglect",
        "refuse",
        "reject",
        "softbounce",
    ]


def test_the_schema_is_one() -> None:
    """The JSON Schema is a good one by its own draft."""
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_keeps_to_the_schema(path: Path) -> None:
    """Each file validates, names the schema for editors on its first line, and speaks three languages."""
    scenario, document = read_scenario(path)
    assert list(Draft202012Validator(SCHEMA).iter_errors(document)) == []
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=../scenario.schema.json\n")
    assert len({scenario.summary.en, scenario.summary.fr, scenario.summary.it, None}) == 4


def test_documents_and_scenarios_say_the_same() -> None:
    """A document of the library, read and written, is the scenario beside it."""
    library = load_library(FOLDER)
    assert library.documents.keys() == library.scenarios.keys()
    for name, document in library.documents.items():
        assert parse_scenario(document) == library.scenarios[name]
        assert parse_scenario(scenario_document(library.scenarios[name])) == library.scenarios[name]


def test_problems_of_all_files_are_told_together(tmp_path: Path) -> None:
    """Several problems in several files come in one run, by file and line, with the fix."""
    (tmp_path / "a.yaml").write_text("name: a\nservics: [lre]\nsummary: A.\nacts:\n  - act: acept\n    after: PT1H\n")
    (tmp_path / "b.yaml").write_text("name: b\nservices: [lre]\nsummary: [B.\n")
    (tmp_path / "c.yaml").write_text("name: d\nservices: [ere]\nsummary: C.\n")
    (tmp_path / "d.yaml").write_text("name: d\nservices: [ere]\nsummary: D.\n")
    with pytest.raises(BrokenLibrary) as broken:
        load_library(tmp_path)
    assert broken.value.detail.splitlines() == [
        "a.yaml:1:1: services is missing: add it.",
        "a.yaml:2:1: 'servics' is not known here: did you mean 'services'?",
        "a.yaml:5:5: 'acept' is not known here: did you mean 'accept'?",
        "b.yaml:4:1: This is not YAML (did not find expected ',' or ']'): correct it.",
        "c.yaml:1:1: The file is called c.yaml: write name: c, or rename the file.",
    ]
    assert [problem.pointer for problem in broken.value.problems][:3] == ["/services", "/servics", "/acts/0/act"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"", ["1:1 wrong_type"], id="empty"),
        pytest.param(b"- name: mine\n", ["1:1 wrong_type"], id="list"),
        pytest.param(GOOD + b"x" * MOST_BYTES, ["1:1 too_large"], id="large"),
        pytest.param(GOOD + b"acts: " + b"[" * 20_000, ["4:14 too_deep"], id="deep"),
        pytest.param(GOOD + b"\xff", ["4:1 not_utf8"], id="not utf-8"),
        pytest.param(GOOD.decode().encode("utf-16"), ["1:1 not_utf8"], id="utf-16"),
        pytest.param(GOOD + b"\x00", ["4:1 unprintable"], id="nul"),
        pytest.param(GOOD + b"acts: {", ["5:1 bad_yaml"], id="open bracket"),
        pytest.param(GOOD + b"\tacts: []", ["4:1 bad_yaml"], id="tab"),
        pytest.param(GOOD + b"acts: &a []\n", ["4:7 not_plain"], id="anchor"),
        pytest.param(GOOD + b"acts: [*a]\n", ["4:8 not_plain"], id="alias"),
        pytest.param(GOOD + b"acts: !!python/tuple []\n", ["4:7 not_plain"], id="tag"),
        pytest.param(GOOD + b"---\n" + GOOD, ["4:1 not_plain"], id="two documents"),
        pytest.param(GOOD + b"name: mine\n", ["4:1 duplicate_key"], id="duplicate"),
        pytest.param(GOOD + b"acts: [{act: open, act: open, after: 1h}]", ["4:20 duplicate_key"], id="duplicate below"),
        pytest.param(GOOD + b"? [a, b]\n: 1\n", ["4:3 bad_key"], id="key of brackets"),
        pytest.param(GOOD + b"<<: {deposit: accepted}\n", ["4:1 unknown_key"], id="merge key"),
        pytest.param(GOOD + b"5: five\n", ["4:1 unknown_key"], id="number as key"),
        pytest.param(GOOD.replace(b"Mine.", b"2026"), ["3:1 wrong_type"], id="number"),
        pytest.param(GOOD.replace(b"Mine.", b"true"), ["3:1 wrong_type"], id="boolean"),
        pytest.param(GOOD.replace(b"Mine.", b"~"), ["3:1 wrong_type"], id="nothing"),
        pytest.param(GOOD + b"name: mine\nact: []\n", ["4:1 duplicate_key", "5:1 unknown_key"], id="two kinds"),
    ],
)
def test_a_wrong_file_is_told_where(content: bytes, told: list[str]) -> None:
    """Each mistake and each trick of YAML makes one problem at its line and column."""
    assert _told(content) == told


def test_a_bomb_of_aliases_is_told_shortly() -> None:
    """A billion laughs are refused before anything is built, in at most twenty lines."""
    bomb = b"a: &a [x]\n" + b"".join(b"b%d: &b%d [*a, *a, *a]\n" % (i, i) for i in range(1_000))
    assert len(_told(bomb)) == 20


@pytest.mark.parametrize("word", [b"no", b"on", b"Yes", b"2026-01-05", b"1:30", b"'true'", b'"5"', b"0o"])
def test_words_are_read_as_yaml_1_2_does(word: bytes) -> None:
    """What only YAML 1.1 takes for a boolean, a date or a number is text, as it is in an editor."""
    scenario, _ = scenario_of_yaml(GOOD.replace(b"Mine.", word), "mine.yaml")
    assert scenario.summary.en == word.decode().strip("'\"")


def test_a_byte_order_mark_is_no_mistake() -> None:
    """A file that an editor marked as UTF-8 is read."""
    assert scenario_of_yaml(b"\xef\xbb\xbf" + GOOD, "mine.yaml", name="mine")[0].name == "mine"


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A folder in the place of a file is one problem of the library and no crash."""
    (tmp_path / "mine.yaml").mkdir()
    with pytest.raises(BrokenLibrary, match=r"mine\.yaml:1:1: The file cannot be read \(Is a directory\)"):
        load_library(tmp_path)


def test_an_empty_or_endless_folder_is_no_library(tmp_path: Path) -> None:
    """A library has 1 to 500 files."""
    with pytest.raises(SigilloError, match="holds 0 scenario files"):
        load_library(tmp_path)
    for i in range(MOST_FILES + 1):
        (tmp_path / f"s{i}.yaml").touch()
    with pytest.raises(SigilloError, match="holds 501 scenario files"):
        load_library(tmp_path)


def test_the_specs_are_found_in_a_checkout() -> None:
    """Without packaged specs the folder beside the source is taken."""
    assert specs_folder() == ROOT / "specs"


def test_the_specs_are_found_in_an_installed_package(tmp_path: Path) -> None:
    """What is packaged goes first, and where there is neither the advice is to install again."""
    package = tmp_path / "lib" / "sigillo"
    package.mkdir(parents=True)
    with pytest.raises(SigilloError, match="install it again"):
        specs_folder(package)
    shutil.copytree(FOLDER, package / "_specs" / "scenarios")
    shutil.copytree(FOLDER, tmp_path / "specs" / "scenarios")
    assert specs_folder(package) == package / "_specs"
    assert load_library(specs_folder(package) / "scenarios") == load_library(FOLDER)


@pytest.mark.long
def test_a_wheel_carries_the_scenarios(tmp_path: Path) -> None:
    """A wheel built from the tree holds every scenario and the schema, and the package finds them in it."""
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    uv = shutil.which("uv", path=places)
    assert uv is not None, "uv is missing: `make install-dev` puts it into .venv"
    subprocess.run([uv, "build", "--wheel", "--quiet", "--out-dir", str(tmp_path), str(ROOT)], check=True, timeout=300)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    specs = specs_folder(tmp_path / "site" / "sigillo")
    assert specs == tmp_path / "site" / "sigillo" / "_specs"
    assert sorted(path.name for path in (specs / "scenarios").iterdir()) == [path.name for path in FILES]
    assert json.loads((specs / "scenario.schema.json").read_text(encoding="utf-8")) == SCHEMA
