"""Rates: how they are written, and that no window ever holds more than the quota and a burst."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigillo.domain.errors import MalformedInput
from sigillo.domain.rate import Rate, pass_one


def test_a_rate_is_written_as_it_is_read() -> None:
    """A number, a slash and a unit; anything else is refused."""
    for text in ("1/s", "6000/min", "999999999/h"):
        assert str(Rate.parse(text)) == text
    for text in ("", "0/s", "1/day", "-1/s", "1.5/s", "1000000000/s", "1/ s"):
        with pytest.raises(MalformedInput):
            Rate.parse(text)


def test_the_quota_may_come_at_once_and_then_one_a_share() -> None:
    """All of the quota passes at one instant, the next is told how long to wait, and passes then."""
    rate, empty_at_s = Rate(4, 60), 100.0
    left = []
    for _ in range(4):
        passage = pass_one(rate, empty_at_s, 100.0)
        assert passage.allowed
        empty_at_s = passage.empty_at_s
        left.append(passage.remaining)
    assert left == [3, 2, 1, 0]
    refused = pass_one(rate, empty_at_s, 100.0)
    assert (refused.allowed, refused.retry_s, refused.reset_s) == (False, 15.0, 60.0)
    assert not pass_one(rate, refused.empty_at_s, 114.9).allowed
    assert pass_one(rate, refused.empty_at_s, 115.0).allowed


@given(st.integers(1, 50), st.sampled_from([1, 60, 3600]), st.lists(st.floats(0, 100), max_size=200))
def test_no_window_holds_more_than_twice_the_quota(quota: int, window_s: int, waits: list[float]) -> None:
    """However requests come, those that pass in any window are at most a burst and what the window gives back."""
    rate, empty_at_s, now_s = Rate(quota, window_s), 0.0, 0.0
    passed: list[float] = []
    for wait in waits:
        now_s += wait
        passage = pass_one(rate, empty_at_s, now_s)
        empty_at_s = passage.empty_at_s
        assert 0 <= passage.remaining < quota
        if passage.allowed:
            passed.append(now_s)
    for start in passed:
        assert sum(start <= at < start + window_s for at in passed) <= 2 * quota
