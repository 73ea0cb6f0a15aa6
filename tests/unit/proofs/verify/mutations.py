"""Documents damaged at random, from a seed: the same damage in every run."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random  # noqa: TID251 - seeded: the same damage in every run
from time import monotonic
from typing import Final

from tests.unit.proofs.verify.world import verify

COUNT: Final = 300
LONGEST_S: Final = 5.0  # a hundred times what one takes; a loop without end takes longer
_TOKENS: Final = (
    b"",
    b"\0" * 64,
    b"\xff" * 64,
    b"-1",
    b"99999999999999999999",
    b"<<" * 200,
    b"[" * 2000,
    b"<a>" * 500,
    b"\x30\x80" * 100,
    b"\x30\x84\xff\xff\xff\xff",
    b"%PDF-1.7\n",
    b"PK\x05\x06" + b"\xff" * 18,
    b" 1 0 R ",
    b"/Prev 0",
    b"&#0;",
    b"\xed\xa0\x80",
)


def mutations(document: bytes, *, seed: int) -> Iterator[bytes]:
    """Give COUNT damaged copies: bytes flipped, stretches cut, doubled, moved, overwritten or put in."""
    random = Random(seed)
    for _ in range(COUNT):
        damaged = document
        for _ in range(random.choice((1, 1, 2, 5))):
            damaged = _damaged(damaged, random)
        yield damaged


def assert_survived(form: str, document: bytes, *beside: tuple[str, bytes], seed: int) -> None:
    """Judge every damaged copy: a verdict with a check each time, within bounded time, and no exception."""
    for number, damaged in enumerate(mutations(document, seed=seed)):
        started = monotonic()
        verdict = verify((f"damaged.{form}", damaged), *beside)[0]
        taken_s = monotonic() - started
        assert verdict.checks, f"{form} {number}"
        assert taken_s < LONGEST_S, f"{form} {number} took {taken_s:.1f} s"


def _damaged(document: bytes, random: Random) -> bytes:
    start = random.randrange(len(document) + 1)
    end = min(len(document), start + random.choice((1, 4, 32, 512)))
    stretch = document[start:end]
    kind = random.randrange(6)
    if kind == 0:
        return document[:start] + bytes(byte ^ (1 << random.randrange(8)) for byte in stretch) + document[end:]
    if kind == 1:
        return document[:start] + document[end:]
    if kind == 2:
        return document[:end] + stretch + document[end:]
    if kind == 3:
        there = random.randrange(len(document) + 1)
        return document[:there] + stretch + document[there:]
    put = random.choice(_TOKENS)
    return document[:start] + put + document[start if kind == 4 else start + len(put) :]
