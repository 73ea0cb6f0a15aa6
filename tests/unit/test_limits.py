"""The settings of rates and connections."""

from __future__ import annotations

import pytest

from sigillo.config import settings
from sigillo.domain.errors import Invalid
from sigillo.domain.rate import Rate


def test_rates_are_read_or_switched_off() -> None:
    """A rate is read as it is written, `off` is no limit, and the default is beyond what anybody comes upon."""
    chosen = settings(rate_limit=" 10/s ", wrong_key_limit="off")
    assert (chosen.key_rate, chosen.wrong_key_rate) == (Rate(10, 1), None)
    assert settings().key_rate == Rate(1_000_000, 60)


@pytest.mark.parametrize("wrong", ["fast", "0/s", "10", "10/day"])
def test_a_wrong_rate_is_told_with_the_setting(wrong: str) -> None:
    """What is no rate is refused by the name of its variable, with how to write one."""
    with pytest.raises(Invalid) as caught:
        settings(rate_limit=wrong)
    (error,) = caught.value.errors
    assert "SIGILLO_RATE_LIMIT" in error.pointer
    assert "6000/min" in error.detail and "off" in error.detail
