"""The harness that runs the blocks of a Markdown file: what it runs, and that it can fail."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.docs import tour
from tests.docs.markdown import Step, read_tour

_SAMPLE = """
# A sample

<!-- test: greet -->
```bash
name=Ada
echo "Bonjour $name on port 8025"
echo 18025
```

It prints

<!-- output -->
```text
Bonjour … on port 8025
…
```

1. An indented one, in the same shell:

   <!-- test: again -->
   ```console
   $ echo "still $name"
   still Ada
   $ echo one \\
   >   two
   one two
   ```

<!-- not run: it needs a network -->
```bash
curl example.test
```

```python
print("other languages need no mark")
```
"""


def _step(script: str, expected: str | None = None) -> Step:
    return Step("sample", 7, script, expected)


def test_a_sample_is_read() -> None:
    """Marked blocks become steps in the order of the file, with their outputs, and nothing is complained of."""
    read = read_tour(_SAMPLE)
    assert read.problems == ()
    assert [step.name for step in read.steps] == ["greet", "again"]
    assert read.steps[0].expected == "Bonjour … on port 8025\n…"
    assert read.steps[1].script == 'echo "still $name"\necho one \\\n  two'
    assert read.steps[1].expected == "still Ada\none two"


def test_a_sample_runs(tmp_path: Path) -> None:
    """The steps share one shell, the port is replaced in script and output, other numbers are not."""
    tour.run(read_tour(_SAMPLE).steps, folder=tmp_path, port=9123)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("```bash\nls\n```", "1: a shell block needs"),
        ("<!-- test: a -->\n\nProse between.\n\n```console\n$ ls\n```", "5: a shell block needs"),
        ("<!-- not run -->\n```bash\nls\n```", "2: say why"),
        ("<!-- test -->\n```bash\nls\n```", "2: give it a name"),
        ("<!-- test: a -->\n```python\n1\n```", "2: only shell blocks"),
        ("<!-- test: a -->\n```sh\nls\n```\n<!-- test: a -->\n```sh\nls\n```", "6: the name 'a' is taken"),
        ("<!-- output -->\n```text\nx\n```", "2: an output follows"),
        ("<!-- test: a -->\n```sh\nls\n```\n<!-- output -->\n```\nx\n```", "6: an output is a"),
        ("<!-- test: a -->\n```sh\nls\n", "2: this fenced block is never closed"),
    ],
)
def test_a_badly_marked_block_is_a_problem(text: str, problem: str) -> None:
    """Each way to mark a block badly is reported with its line."""
    assert [found for found in read_tour(text).problems if found.startswith(problem)]


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        ("a", "a\n", True),
        ("a", "b\n", False),
        ("a", "a\nb\n", False),
        ("id … at …", "id lt_1 at 12:00\n", True),
        ("id …", "id 1\nid 2\n", False),
        ("a\n…\nz", "a\nz\n", True),
        ("a\n…\nz", "a\nb\nc\nz\n", True),
        ("a\n…", "b\na\n", False),
        ("a.c", "abc\n", False),
    ],
)
def test_an_output_is_compared(expected: str, printed: str, same: bool) -> None:
    """The ellipsis stands for a part of a line or for whole lines, and for nothing else."""
    assert tour.matches(expected, printed) is same


def test_other_output_fails(tmp_path: Path) -> None:
    """A step that prints something else fails with its place in the file and both outputs."""
    with pytest.raises(tour.TourError, match=r"README\.md:7 'sample' prints something else(?s:.*)-two(?s:.*)\+one"):
        tour.run([_step("echo one", "two")], folder=tmp_path)


@pytest.mark.parametrize("script", ["false\necho after", "ls | false | true", "echo $undefined", "exit 3", "if then"])
def test_a_failing_command_fails(script: str, tmp_path: Path) -> None:
    """A command that fails anywhere in a block fails the block, with what was printed."""
    with pytest.raises(tour.TourError, match=r"README\.md:7 'sample' failed with status"):
        tour.run([_step(script)], folder=tmp_path)


def test_a_block_that_does_not_end_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A block that waits for ever is ended and reported."""
    monkeypatch.setattr(tour, "STEP_LIMIT_S", 0.2)
    with pytest.raises(tour.TourError, match="did not end within"):
        tour.run([_step("sleep 30")], folder=tmp_path)


def test_a_server_runs_beside_the_steps(tmp_path: Path) -> None:
    """The steps reach the server on the port that stands in for the one of the text."""
    port = tour.free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    script = "python -c 'import urllib.request as u; print(u.urlopen(\"http://127.0.0.1:8025/\").status)'"
    with tour.server(command, port, folder=tmp_path):
        tour.run([_step(script, "200")], folder=tmp_path, port=port)


def test_a_server_that_dies_fails(tmp_path: Path) -> None:
    """A server that ends at once is reported with what it printed."""
    command = [sys.executable, "-c", "print('no such option')"]
    with (
        pytest.raises(tour.TourError, match="ended with status 0; it printed:\nno such option"),
        tour.server(command, 1, folder=tmp_path),
    ):
        pass
