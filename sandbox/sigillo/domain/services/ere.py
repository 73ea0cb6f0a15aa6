"""ERE: the simple envoi recommandé électronique (eIDAS art. 43), LRE's course without the identity check.

Whoever holds the recipient's mailbox can answer, so the presumption of eIDAS art. 43(2) does not attach to it.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from sigillo.domain.services.lre import LRE, TABLE
from sigillo.domain.services.table import Move

ERE = replace(
    LRE,
    name="ere",
    title="Envoi recommandé électronique",
    qualified=False,
    table=MappingProxyType({move: row for move, row in TABLE.items() if move is not Move.FAIL_IDENTITY}),
    identity_check=None,
)
