"""The drawing that a connector shows where an operator brings none: a seal, for light grounds and for dark ones."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def seal() -> tuple[bytes, bytes]:
    """Give the two SVG files, light and dark."""
    return (_HERE / "seal.svg").read_bytes(), (_HERE / "seal.dark.svg").read_bytes()
