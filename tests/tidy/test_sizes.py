"""Sizes: files, functions, ports and the median function."""

from __future__ import annotations

from tests.tidy.sizes import MEDIAN_LINES, long_files, long_functions, long_ports, median_length, summary
from tests.tidy.source import clean, product, sample, suite


def _function(lines: int) -> str:
    return "def f():\n" + "    pass\n" * (lines - 1)


def test_files_stay_under_400_lines() -> None:
    """No Python file of the package or of the tests reaches 400 lines."""
    clean(long_files(product() + suite()))


def test_a_file_of_400_lines_is_found() -> None:
    """The rule on files tells 399 lines from 400."""
    assert not list(long_files([sample("x = 1\n" * 399)]))
    assert list(long_files([sample("x = 1\n" * 400)]))


def test_functions_stay_under_50_lines() -> None:
    """No function of the package or of the tests reaches 50 lines."""
    clean(long_functions(product() + suite()))


def test_a_function_of_50_lines_is_found() -> None:
    """The rule on functions tells 49 lines from 50 and names the line of the def."""
    assert not list(long_functions([sample(_function(49))]))
    assert "letter.py:2: f has 50 lines" in next(long_functions([sample("\n" + _function(50))]))


def test_ports_stay_within_50_lines() -> None:
    """No Protocol is longer than 50 lines."""
    clean(long_ports(product()))


def test_a_port_of_51_lines_is_found() -> None:
    """The rule on ports sees Protocol, typing.Protocol and Protocol[T], and leaves other classes alone."""
    body = "    x: int\n" * 50
    for base in ("Protocol", "typing.Protocol", "Protocol[T]"):
        assert list(long_ports([sample(f"class P({base}):\n{body}")]))
    assert not list(long_ports([sample(f"class P(Protocol):\n{body[11:]}")]))
    assert not list(long_ports([sample(f"class P(Other):\n{body}")]))


def test_the_median_function_is_short() -> None:
    """The median function of the package has at most ten lines."""
    print(summary(product()))
    assert median_length(product()) <= MEDIAN_LINES, summary(product())


def test_the_median_is_that_of_the_lengths() -> None:
    """Functions of 2, 3 and 40 lines have the median 3."""
    assert median_length([sample(_function(2) + _function(3) + _function(40))]) == 3
