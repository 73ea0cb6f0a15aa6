"""In which formats each kind of proof is sealed."""

from __future__ import annotations

from typing import Final

from sigillo.domain.letter import ProofKind

SEALED: Final = ("pdf", "xml", "tst", "asice")
RECEIPTS: Final = ("eml", "xml", "tst", "asice")
ENVELOPES: Final = ("eml",)
FORMATS: Final = ("pdf", "xml", "tst", "eml", "asice")
"""Every format there is."""

_RECEIPTS: Final = frozenset(
    {
        ProofKind.ACCEPTANCE,
        ProofKind.NON_ACCEPTANCE,
        ProofKind.TAKING_CHARGE,
        ProofKind.DELIVERY,
        ProofKind.NON_DELIVERY,
        ProofKind.DELAY_NOTICE,
        ProofKind.FINAL_DELAY_NOTICE,
        ProofKind.VIRUS_DETECTION,
    }
)


def formats_of(kind: ProofKind) -> tuple[str, ...]:
    """Give the formats of a kind: a PEC receipt is mail and evidence, its envelope mail alone, others have a page."""
    if kind is ProofKind.TRANSPORT:
        return ENVELOPES
    return RECEIPTS if kind in _RECEIPTS else SEALED
