"""The code blocks of a Markdown file that are to be run, and what is wrong with how they are marked.

A shell block (bash, sh, shell, console) stands under one of two comments:

    <!-- test: first-letter -->           it is run, in the order of the file
    <!-- not run: needs an account -->    it is shown only, and says why

A `text` block under `<!-- output -->` is what the block before it prints; `…` stands for anything within a line,
and a line of `…` alone for any lines. A console block shows its own output: `$ ` and `> ` begin what is typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

SHELLS = {"bash", "sh", "shell", "console"}
_FENCE = re.compile(r"^(?P<indent>\s*)(?P<ticks>```+)(?P<language>\w*)[^`]*$")
_COMMENT = re.compile(r"^\s*<!--\s*(?P<word>test|not run|output)\s*(?::\s*(?P<rest>.*?))?\s*-->\s*$")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its text, the line of its fence, and the comment above it as (word, rest)."""

    language: str
    body: str
    line: int
    word: str
    rest: str


@dataclass(frozen=True, slots=True)
class Step:
    """A block to run: its name, the line of its fence, the script, and the output it must have, if one is shown."""

    name: str
    line: int
    script: str
    expected: str | None


@dataclass(frozen=True, slots=True)
class Tour:
    """What a file asks to be run, and what is wrong with it as `line: message`."""

    steps: tuple[Step, ...]
    problems: tuple[str, ...]


def read_tour(text: str) -> Tour:
    """The steps of a Markdown text and its problems, all of them."""
    steps: list[Step] = []
    problems: list[str] = []
    awaiting_output = False
    for block in blocks(text):
        if problem := _problem(block, names=[step.name for step in steps], awaiting_output=awaiting_output):
            problems.append(f"{block.line}: {problem}")
        elif block.word == "output":
            steps[-1] = replace(steps[-1], expected=block.body)
        elif block.word == "test":
            steps.append(_step(block))
        awaiting_output = block.word == "test" and not problem and steps[-1].expected is None
    return Tour(tuple(steps), tuple(problems))


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks in order, each with the comment directly above it; one never closed has the word `unclosed`."""
    lines = text.splitlines()
    start, fence, comment = 0, None, None
    for number, line in enumerate(lines, start=1):
        if fence is not None:
            if line.strip() == fence["ticks"]:
                body = "\n".join(inner.removeprefix(fence["indent"]) for inner in lines[start : number - 1])
                word, rest = (comment["word"], comment["rest"] or "") if comment else ("", "")
                yield Block(fence["language"], body, start, word, rest)
                fence, comment = None, None
        elif fence := _FENCE.match(line):
            start = number
        elif line.strip():
            comment = _COMMENT.match(line)
    if fence is not None:
        yield Block(fence["language"], "", start, "unclosed", "")


def _problem(block: Block, *, names: list[str], awaiting_output: bool) -> str:
    """What is wrong with a block, and what to do; empty when it is in order."""
    shell = block.language in SHELLS
    wrong = {
        "this fenced block is never closed; close it with ```": block.word == "unclosed",
        "a shell block needs <!-- test: name --> or <!-- not run: reason --> above it": shell and not block.word,
        "say why: <!-- not run: reason -->": block.word == "not run" and not block.rest,
        "give it a name: <!-- test: name -->": block.word == "test" and not block.rest,
        f"only shell blocks are run, this is '{block.language}'": block.word == "test" and not shell,
        f"the name '{block.rest}' is taken; choose another": block.word == "test" and block.rest in names,
        "an output follows the block that prints it": block.word == "output" and not awaiting_output,
        "an output is a ```text block": block.word == "output" and block.language != "text",
    }
    return next((problem for problem, found in wrong.items() if found), "")


def _step(block: Block) -> Step:
    if block.language != "console":
        return Step(block.rest, block.line, block.body, None)
    typed = [line[2:] for line in block.body.splitlines() if line.startswith(("$ ", "> "))]
    printed = [line for line in block.body.splitlines() if not line.startswith(("$ ", "> "))]
    return Step(block.rest, block.line, "\n".join(typed), "\n".join(printed) if printed else None)
