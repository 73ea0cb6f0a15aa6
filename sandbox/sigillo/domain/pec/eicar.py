"""The test sign that every virus scanner knows, and the only virus that is found here: EICAR's, which does no harm."""

from __future__ import annotations

from typing import Final

VIRUS: Final = "EICAR-Test-File"
# In two halves, so that a scanner does not find this very file.
SIGN: Final = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_MOST_BLANKS: Final = 128


def virus_in(content: bytes) -> str | None:
    """Give the virus's name where decoded content begins with the test sign, blanks before it aside; else None."""
    return VIRUS if content[: _MOST_BLANKS + len(SIGN)].lstrip().startswith(SIGN) else None
