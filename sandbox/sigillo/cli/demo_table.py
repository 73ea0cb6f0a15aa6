"""The table at the end of the demonstration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console
from rich.table import Table

from sigillo.domain.verdict import Conclusion

_PLAIN_WIDTH = 150


@dataclass(frozen=True, slots=True)
class Row:
    """One letter's line; ``at`` is the civil time of its outcome."""

    number: str
    folder: str
    outcome: str
    at: datetime
    proofs: tuple[str, ...]
    verified: Conclusion


def print_table(rows: Sequence[Row]) -> None:
    """Print the letters, one a line; colours on a terminal only."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PLAIN_WIDTH)
    table = Table(title="SANDBOX – nothing here has legal value", header_style="bold", expand=False)
    table.add_column("Letter", no_wrap=True)
    for heading in ("Scenario", "Outcome", "When (Europe/Paris)"):
        table.add_column(heading, no_wrap=True)
    table.add_column("Proofs")
    table.add_column("Verified", no_wrap=True)
    for row in rows:
        table.add_row(*_cells(row))
    console.print(table)


def _cells(row: Row) -> tuple[str, ...]:
    colour = "green" if row.verified is Conclusion.VALID else "red"
    proofs = ", ".join(row.proofs) or "–"
    verified = f"[{colour}]{row.verified.value}[/{colour}]"
    return row.number, row.folder, row.outcome, f"{row.at:%Y-%m-%d %H:%M:%S}", proofs, verified
