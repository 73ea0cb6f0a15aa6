"""The arithmetic of a row, and the order in which ours and its floor take turns."""

from __future__ import annotations

from sigillo.cli.bench.rounds import Goal, Row, Sample, interleave


def samples(*values: float) -> tuple[Sample, ...]:
    return tuple(map(Sample, values))


def test_ours_and_the_floor_take_turns() -> None:
    """Each round measures ours and then the floor, and the samples keep the order of the rounds."""
    turns: list[str] = []

    def measure(name: str) -> Sample:
        turns.append(name)
        return Sample(len(turns))

    found = interleave(2, {"ours": lambda: measure("ours"), "floor": lambda: measure("floor")}, lambda _: None)
    assert turns == ["ours", "floor", "ours", "floor"]
    assert found == {"ours": samples(1, 3), "floor": samples(2, 4)}


def test_the_ratio_is_the_median_of_the_rounds_ratios() -> None:
    """A round that was disturbed as a whole does not move the ratio."""
    row = Row("bench", "what", "/s", samples(50, 5, 51), samples(100, 10, 100), "floor", Goal(0.5, of_floor=True))
    assert row.ratio == 0.5
    assert row.reached is True


def test_a_goal_can_be_missed_from_either_side() -> None:
    """Too few a second and too many seconds are both told from what is wanted."""
    assert Row("b", "w", "/s", samples(7_999), goal=Goal(8_000)).reached is False
    assert Row("b", "w", "s", samples(1.2), goal=Goal(1.0, at_most=True)).reached is False
    assert Row("b", "w", "s", samples(0.8), goal=Goal(1.0, at_most=True)).reached is True
    assert Row("b", "w", "s", samples(0.8)).reached is None


def test_the_processors_time_decides_where_it_is_said_so() -> None:
    """Waiting does not count against what is wanted of one core."""
    ours, floor = (Sample(4_000, per_cpu=9_000),), (Sample(10_000, per_cpu=18_000),)
    row = Row("b", "w", "/s", ours, floor, "floor", Goal(8_000), by_cpu=True)
    assert (row.ratio, row.cpu_ratio, row.reached) == (0.5, 0.5, True)
