"""Ignores, unfinished work, skips, machine traces and the sentences of tests."""

from __future__ import annotations

import pytest

from tests.tidy.remarks import (
    bare_ignores,
    bare_ignores_in_settings,
    bare_skips,
    machine_traces,
    unfinished,
    wordless_tests,
)
from tests.tidy.source import Source, clean, product, sample, suite, texts


def _settings() -> Source:
    return next(source for source in texts() if source.path == "pyproject.toml")


def test_ignores_have_reasons() -> None:
    """Every ignore of ruff, mypy, coverage or the formatter says why."""
    clean(bare_ignores(product() + suite()))


@pytest.mark.parametrize(
    "text",
    [
        "x = 1  # no" + "qa",
        "x = 1  # no" + "qa: S603",
        "x = 1  # no" + "qa: S603, S607 -",
        "x = 1  # type: " + "ignore[attr-defined]",
        "x = 1  # pragma: " + "no cover",
        "# ruff: no" + "qa: E501",
    ],
)
def test_a_bare_ignore_is_found(text: str) -> None:
    """The rule on ignores sees each kind, and is content with a few words behind it."""
    assert list(bare_ignores([sample(text)]))
    assert not list(bare_ignores([sample(f"{text}  # the input is ours")]))
    assert not list(bare_ignores([sample('x = "# no" "qa"')]))


def test_settings_say_why_rules_are_off() -> None:
    """Every rule that pyproject.toml switches off has its reason beside it."""
    clean(bare_ignores_in_settings(_settings()))


def test_a_bare_ignore_in_settings_is_found() -> None:
    """The rule on settings sees lists and files."""
    listed = 'ignore = [\n    "D105",\n]\nother = [\n    "E501",\n]\n'
    assert len(list(bare_ignores_in_settings(Source("pyproject.toml", listed)))) == 1
    assert list(bare_ignores_in_settings(Source("pyproject.toml", '"tests/**" = ["S"]\n')))
    assert not list(bare_ignores_in_settings(Source("pyproject.toml", '"tests/**" = ["S"]  # hostile input\n')))


def test_nothing_is_left_unfinished() -> None:
    """No file carries a mark of work to be done."""
    clean(unfinished(texts()))


@pytest.mark.parametrize("text", ["# TO" + "DO: more", "raise NotImplemented" + "Error", "<!-- FIX" + "ME -->"])
def test_unfinished_work_is_found(text: str) -> None:
    """The rule on unfinished work sees marks in code and prose, and no words that only look alike."""
    assert list(unfinished([sample(text)]))
    assert not list(unfinished([sample("TODOS = 'XXXL', NotImplemented")]))


def test_skips_have_reasons() -> None:
    """No test is skipped or expected to fail without saying why."""
    clean(bare_skips(suite()))


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.skip\ndef test_a(): ...",
        "@pytest.mark.skip()\ndef test_a(): ...",
        "@pytest.mark.skipif(x)\ndef test_a(): ...",
        "@pytest.mark.xfail(strict=True)\ndef test_a(): ...",
        "pytest.skip('')",
    ],
)
def test_a_bare_skip_is_found(text: str) -> None:
    """The rule on skips sees marks and calls, with and without brackets."""
    assert list(bare_skips([sample(text)]))


def test_a_reasoned_skip_is_left_alone() -> None:
    """A reason may be a keyword or the first argument of pytest.skip."""
    text = "pytest.skip('no schemas here')\n@pytest.mark.skipif(x, reason='needs java')\ndef test_a(): ...\n"
    assert not list(bare_skips([sample(text)]))


def test_no_machine_shows() -> None:
    """No file names a path of one machine or the host of a registry."""
    clean(machine_traces(texts()))


@pytest.mark.parametrize("text", ["x = '/wo" + "rk/x'", "cd /ro" + "ot/y", "--index https://py" + "pi.org/simple"])
def test_a_trace_of_a_machine_is_found(text: str) -> None:
    """The rule on traces sees paths and hosts, and no folders that only share a name."""
    assert list(machine_traces([sample(text)]))
    assert not list(machine_traces([sample("GET /v1/work/x; trust/root/ca.pem")]))


def test_every_test_says_its_sentence() -> None:
    """Each test function has a docstring of one sentence."""
    clean(wordless_tests(suite()))


@pytest.mark.parametrize(
    "docstring", ["", '"""No full stop"""', '"""Two here. Sentences."""', '"""One.\n\n    More."""']
)
def test_a_wordless_test_is_found(docstring: str) -> None:
    """The rule on docstrings sees none, no full stop, two sentences and two paragraphs."""
    assert list(wordless_tests([sample(f"def test_a():\n    {docstring}\n    pass\n")]))
    assert not list(wordless_tests([sample('def test_a():\n    """It works under R. 53-3."""\n')]))
