"""What the tests of the package send."""

from __future__ import annotations

from typing import Any

LETTER: dict[str, Any] = {
    "service": "lre",
    "recipientName": "Jeanne Dupré",
    "recipientEmail": "accept@lre.test",
    "subject": "Mise en demeure",
    "content": "Madame,\n\nVotre loyer de mars est impayé.",
}


def letter(**more: Any) -> dict[str, Any]:
    """Parameters of a letter."""
    return {**LETTER, **more}


def by_id(value: str) -> dict[str, Any]:
    """A resource locator that names a thing by its id."""
    return {"__rl": True, "mode": "id", "value": value}
