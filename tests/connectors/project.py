"""The project's own document and overlay, and the model of them, made once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sigillo.connectorgen.build import build
from sigillo.connectorgen.model import ConnectorModel

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "specs" / "openapi.yaml"
OVERLAY = ROOT / "specs" / "connectors.overlay.yaml"
PACKAGES = ROOT / "connectors"


@cache
def model() -> ConnectorModel:
    """The connector that the project ships."""
    return build(SPEC.read_bytes(), OVERLAY.read_bytes())
