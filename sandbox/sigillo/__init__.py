"""Sigillo: a registered e-delivery provider (French LRE, Italian PEC) on your own machine."""

from __future__ import annotations

__version__ = "0.1.0"
