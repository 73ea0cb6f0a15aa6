"""The table: for people on a terminal, as plain lines elsewhere, as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from statistics import median

import click
from rich.console import Console
from rich.table import Table

from sigillo.cli.bench.apart import Machine
from sigillo.cli.bench.rounds import Goal, Row

_HEAD = (
    *("bench", "what", "ours", "spread", "per CPU s", "floor or peer", "its name"),
    *("ratio", "by CPU", "goal", "reached", "note"),
)
_RIGHT = {"ours", "spread", "per CPU s", "floor or peer", "ratio", "by CPU"}
_BIG, _MIDDLE = 1000, 10


def machine_line(found: Machine) -> str:
    """Give the machine in one line."""
    cores = f"{found.cores} core" + ("s" if found.cores != 1 else "")
    return f"{cores}, {found.python}, {found.system}, load {found.load:.2f} at the start"


def print_table(rows: Sequence[Row], found: Machine, *, terminal: bool) -> None:
    """Print the rows, drawn on a terminal and split by tabs elsewhere."""
    click.echo(machine_line(found))
    if not terminal:
        for cells in (_HEAD, *map(_cells, rows)):
            click.echo("\t".join(cells))
        return
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for name in _HEAD[:-1]:
        drawn.add_column(name, justify="right" if name in _RIGHT else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*_cells(row)[:-1], style="" if row.reached is not False else "yellow")
    Console().print(drawn)
    for row in rows:
        if row.note:
            click.echo(f"{row.bench}, {row.what}: {row.note}")


def json_text(rows: Sequence[Row], found: Machine, *, complete: bool) -> str:
    """Give one JSON object: the machine, whether all was measured, and every row with its rounds."""
    return json.dumps(
        {"machine": asdict(found), "complete": complete, "rows": [_object(row) for row in rows]}, indent=1
    )


def _object(row: Row) -> dict[str, object]:
    return {
        "bench": row.bench,
        "what": row.what,
        "unit": row.unit,
        "by": "cpu" if row.by_cpu else "wall",
        "ours": median(row.values),
        "floor": median(row.floor_values) if row.floor else None,
        "floor_name": row.floor_name or None,
        "ratio": row.ratio,
        "cpu_ratio": row.cpu_ratio,
        "goal": goal_text(row.goal, row.unit) if row.goal else None,
        "reached": row.reached,
        "note": row.note or None,
        "rounds": {"ours": [asdict(one) for one in row.ours], "floor": [asdict(one) for one in row.floor]},
    }


def _cells(row: Row) -> tuple[str, ...]:
    ours = row.values
    per_cpu = [sample.per_cpu for sample in row.ours if sample.per_cpu is not None]
    spread = f"{number(min(ours))}–{number(max(ours))}" if len(ours) > 1 else ""
    return (
        row.bench,
        row.what,
        f"{number(median(ours))} {row.unit}",
        spread,
        number(median(per_cpu)) if per_cpu else "",
        f"{number(median(row.floor_values))} {row.unit}" if row.floor else "",
        row.floor_name,
        *("" if ratio is None else number(ratio) for ratio in (row.ratio, row.cpu_ratio)),
        goal_text(row.goal, row.unit) if row.goal else "",
        {True: "yes", False: "NO", None: ""}[row.reached],
        row.note,
    )


def goal_text(goal: Goal, unit: str) -> str:
    """Give a goal in words, ``≥ 0.6 of it`` or ``≤ 1 s``."""
    sign = "≤" if goal.at_most else "≥"
    return f"{sign} {goal.bound:g} of it" if goal.of_floor else f"{sign} {number(goal.bound)} {unit}"


def number(value: float) -> str:
    """Give a number as people read it: thousands apart, no digits that mean nothing."""
    if abs(value) >= _BIG:
        return f"{value:,.0f}"
    return f"{value:.0f}" if abs(value) >= _MIDDLE and value == int(value) else f"{value:.3g}"
