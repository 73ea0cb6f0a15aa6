"""Line ends of mail: CRLF whatever there was, in time that grows with the bytes alone."""

from __future__ import annotations

import re
from time import process_time

import pytest

from sigillo.domain.pec.lines import has_longer_line, with_crlf

LINE_END = re.compile(rb"\r\n|\r|\n")


@pytest.mark.parametrize(
    "data", [b"", b"a", b"\r", b"\n", b"\r\r\n", b"\n\r", b"a\r\n\nb\rc", b"\r" * 3_000_001 + b"\n"]
)
def test_every_line_end_becomes_crlf(data: bytes) -> None:
    """CR, LF and CRLF each end one line, across the stretches that are worked through too."""
    expected = LINE_END.sub(b"\r\n", data)
    assert with_crlf(data) == expected
    assert with_crlf(expected) is expected


def test_bare_line_ends_take_a_fraction_of_a_search_for_patterns() -> None:
    """Four megabytes of bare CR: less than half of what a regular expression takes, which looks at each."""
    data = b"\r" * 4_000_000
    started = process_time()
    LINE_END.sub(b"\r\n", data)
    by_pattern = process_time() - started
    started = process_time()
    with_crlf(data)
    assert process_time() - started < by_pattern / 2


def test_lines_are_measured_without_being_cut() -> None:
    """The longest line that may be, and one byte more, wherever it stands."""
    for before in (b"", b"\r\n", b"x\r\n" * 7):
        for after in (b"", b"\r\n", b"\r\nx"):
            assert not has_longer_line(before + b"y" * 10 + after, 10)
            assert has_longer_line(before + b"y" * 11 + after, 10)
