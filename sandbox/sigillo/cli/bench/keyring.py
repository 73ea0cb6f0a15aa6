"""The keys that proofs are measured with, and the floor of all sealing: bare signatures."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from sigillo.cli.bench.rounds import Sample, rate
from sigillo.cli.bench.world import digest
from sigillo.proofs.authority import Authority, build_authority
from sigillo.proofs.keys import sign

_SIGNED_BYTES = 8  # some 250 bytes, as much as the signed attributes of a seal have


def authority() -> Authority:
    """Build the authority of the measured workspace."""
    return build_authority(sha256(b"bench").digest(), workspace_id="ws_bench")


def bare_signatures(by: Authority, seconds: float, *, each: int = 1) -> Callable[[], Sample]:
    """Give the measure of ``each`` deterministic P-256 signatures of 256 bytes, and nothing around them."""
    key = by.seal.key

    def work(number: int) -> None:
        for _ in range(each):
            sign(key, digest(number) * _SIGNED_BYTES)

    return lambda: rate(work, seconds)
