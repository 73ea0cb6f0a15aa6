"""Faults as providers have them, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sigillo.domain.fault import Course, Effect, When


@dataclass(frozen=True, slots=True)
class Preset:
    """A fault as providers have it, by name."""

    name: str
    summary: str
    effect: Effect
    course: Course


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.name: preset
        for preset in (
            Preset("provider_down", "503 three times, then all is well.", Effect(status=503), Course(times=3)),
            Preset(
                "timeout",
                "Half a minute of silence, then the connection ends without an answer.",
                Effect(latency_ms=30_000, disconnect=True),
                Course(),
            ),
            Preset(
                "rate_limited",
                "429 twice, with two seconds to wait.",
                Effect(status=429, retry_after_s=2),
                Course(times=2),
            ),
            Preset(
                "maintenance",
                "503 with two minutes to wait, until the fault is taken away.",
                Effect(status=503, retry_after_s=120),
                Course(times=None),
            ),
            Preset("flaky", "Every third request fails with 500.", Effect(status=500), Course(times=None, every=3)),
            Preset(
                "lost_answer",
                "The work is done, and the connection ends before its answer: the time for an Idempotency-Key.",
                Effect(disconnect=True, when=When.AFTER),
                Course(),
            ),
        )
    }
)
