"""What is written beside the code: reasons of ignores, sentences of tests, nothing unfinished, no traces of a machine.

The words looked for are put together from pieces, so that this file may be read by its own rules.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator

from tests.tidy.sizes import functions
from tests.tidy.source import Source

_IGNORE = re.compile(
    r"#\s*(?:ruff:\s*)?(?:no" r"qa|type:\s*ignore|pragma:\s*no\s+\w+|mypy:\s*\S+|fmt:\s*(?:off|skip|on))(?P<rest>.*)"
)
_CODES = re.compile(r"^\s*(?::\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*|\[[\w,\s-]+\])?")
_CODE_IN_LIST = re.compile(r'^\s*"[A-Z]+\d*"')
_WORDS = 2

_UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|TB" r"D)\b|\bNotImplemented" r"Error\b")
_SKIPS = ("skip", "skipif", "xfail")

_MACHINE = re.compile(r"(?<![\w.}])/(?:wo" r"rk|ro" r"ot|home/\w+|opt/wheels|opt/pypi)/")
_HOSTS = re.compile(
    r"\b(?:py" r"pi\.org|python" r"hosted\.org|registry\.npm" r"js\.org|(?:deb|security)\.deb" r"ian\.org)\b"
)

_TWO_SENTENCES = re.compile(r"[a-z]{4,}[.!?]\s+[A-Z]")


def bare_ignores(sources: Iterable[Source]) -> Iterator[str]:
    """Ignores of a checker without a reason of at least two words behind them."""
    for source in sources:
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
            if token.type == tokenize.COMMENT and (found := _IGNORE.search(token.string)):
                reason = _CODES.sub("", found["rest"], count=1).strip(" #-:,")
                if "fmt: on" not in token.string and len(reason.split()) < _WORDS:
                    yield source.at(
                        token.start[0], f"'{token.string}' gives no reason; write it behind: `… # why it is right here`"
                    )


def bare_ignores_in_settings(source: Source) -> Iterator[str]:
    """Rules switched off in pyproject.toml on a line without a comment."""
    inside = False
    for number, line in enumerate(source.lines, start=1):
        listed = inside and _CODE_IN_LIST.match(line)
        per_file = re.match(r'^"[^"]+"\s*=\s*\["[A-Z]+\d*"', line)
        inside = line.startswith("ignore = [") or (inside and not line.startswith("]"))
        if (listed or per_file) and "#" not in line:
            yield source.at(number, "switches a rule off without a reason; write it behind as a comment")


def unfinished(sources: Iterable[Source]) -> Iterator[str]:
    """Marks of work that is not done."""
    for source in sources:
        for number, line in enumerate(source.lines, start=1):
            if found := _UNFINISHED.search(line):
                yield source.at(number, f"'{found[0]}' says that something is missing; finish it or take it out")


def bare_skips(sources: Iterable[Source]) -> Iterator[str]:
    """Tests skipped or expected to fail without a reason."""
    for source in sources:
        called = {id(node.func): node for node in ast.walk(source.tree) if isinstance(node, ast.Call)}
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and node.attr in _SKIPS and "pytest" in ast.unparse(node.value):
                call = called.get(id(node))
                if call is None or not _has_reason(call, bare=ast.unparse(node) == "pytest.skip"):
                    yield source.at(node.lineno, f'{ast.unparse(node)} without a reason; say why: reason="…"')


def machine_traces(sources: Iterable[Source]) -> Iterator[str]:
    """Paths of one machine and hosts of package registries."""
    for source in sources:
        for number, line in enumerate(source.lines, start=1):
            for found in (_MACHINE.search(line), _HOSTS.search(line)):
                if found:
                    yield source.at(
                        number,
                        f"'{found[0]}' is of one machine or registry; find it from the project or let the user set it",
                    )


def wordless_tests(sources: Iterable[Source]) -> Iterator[str]:
    """Test functions without a docstring of one sentence."""
    for source in sources:
        for function in functions(source):
            if function.name.startswith("test_") and not _is_sentence(ast.get_docstring(function) or ""):
                yield source.at(
                    function.lineno, f"{function.name} needs a docstring of one sentence that ends with a full stop"
                )


def _is_sentence(text: str) -> bool:
    return text.endswith((".", "!", "?")) and "\n\n" not in text and not _TWO_SENTENCES.search(text)


def _has_reason(call: ast.Call, *, bare: bool) -> bool:
    """Whether the call carries a reason; `bare` is `pytest.skip("…")`, whose first argument is one."""
    reasons = [word.value for word in call.keywords if word.arg == "reason"] + (call.args[:1] if bare else [])
    return any(not isinstance(reason, ast.Constant) or str(reason.value).strip() for reason in reasons)
