"""Packages for platforms, as bytes by path: each emitter is a pure function of the model."""

from __future__ import annotations
