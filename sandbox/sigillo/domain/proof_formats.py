"""In which formats each kind of proof is sealed."""

from __future__ import annotations

from typing import Final

from sigillo.domain.letter import ProofKind

SEALED: Final = ("pdf", "xml", "tst", "asice")
RECEIPTS: Final = ("eml", "xml", "tst", "asice")
MAIL: Final = ("eml",)
FORMATS: Final = ("pdf", "xml", "tst", "eml", "asice")
"""Every format there is."""

_MAIL: Final = frozenset({ProofKind.TRANSPORT, ProofKind.VIRUS_DETECTION})
_RECEIPTS: Final = frozenset(
    {
        ProofKind.ACCEPTANCE,
        ProofKind.NON_ACCEPTANCE,
        ProofKind.TAKING_CHARGE,
        ProofKind.DELIVERY,
        ProofKind.NON_DELIVERY,
        ProofKind.DELAY_NOTICE,
        ProofKind.FINAL_DELAY_NOTICE,
    }
)


def formats_of(kind: ProofKind) -> tuple[str, ...]:
    """Give the formats of a kind.

    A PEC receipt is mail and evidence; its envelope, and what only its providers tell each other, is mail alone; the
    others have a page.
    """
    if kind in _MAIL:
        return MAIL
    return RECEIPTS if kind in _RECEIPTS else SEALED
