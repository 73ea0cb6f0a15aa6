"""What a PEC envelope or receipt certifies: the words of ``daticert.xml`` (RFC 6109 §4.4) as values.

The values are the rule's own Italian words, so that they are written and read without a table between.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """The kinds of PEC messages; all but an anomaly envelope carry a certification (RFC 6109 §3)."""

    ACCEPTANCE = "accettazione"
    NON_ACCEPTANCE = "non-accettazione"
    TAKING_CHARGE = "presa-in-carico"
    DELIVERY = "avvenuta-consegna"
    TRANSPORT = "posta-certificata"
    NON_DELIVERY = "errore-consegna"
    DELAY = "preavviso-errore-consegna"
    VIRUS_DETECTION = "rilevazione-virus"
    ANOMALY = "errore"

    @property
    def is_envelope(self) -> bool:
        """Tell whether it carries somebody's message (X-Trasporto) or is a provider's own word (X-Ricevuta)."""
        return self in (Kind.TRANSPORT, Kind.ANOMALY)


class Fault(StrEnum):
    """What went wrong, the attribute ``errore``."""

    NONE = "nessuno"
    NO_MAILBOX = "no-dest"
    NO_DOMAIN = "no-dominio"
    VIRUS = "virus"
    OTHER = "altro"


class ReceiptType(StrEnum):
    """How much of the message a delivery receipt carries, the header X-TipoRicevuta (RFC 6109 §3.3.2)."""

    COMPLETE = "completa"
    BRIEF = "breve"
    CONCISE = "sintetica"


class Party(NamedTuple):
    """A recipient; ``is_certified`` when its mailbox is one of PEC (``certificato``), else ``esterno``."""

    address: str
    is_certified: bool = True


class Certification(NamedTuple):
    """What one message certifies. What is made here is whole; what was read may lack any field (None or empty).

    (A NamedTuple: each receipt needs one, and its making is a tenth of the time of signing.)

    ``provider`` is who says it; ``at`` aware; ``identifier`` the PEC message id without angle brackets;
    ``original_id`` the sender's own Message-ID with them; ``recipient`` the one that a delivery, a failure or a
    virus concerns (``consegna``); ``taken_for`` those that a taking charge covers (``ricezione``); ``error`` the
    provider's words (``errore-esteso``), which alone tell whether a notice of delay ``is_last``, that after 24 hours.
    """

    kind: Kind | None
    sender: str
    recipients: tuple[Party, ...]
    reply_to: str
    subject: str
    provider: str
    at: datetime | None
    identifier: str
    fault: Fault = Fault.NONE
    original_id: str | None = None
    receipt_type: ReceiptType | None = None
    recipient: str | None = None
    taken_for: tuple[str, ...] = ()
    error: str | None = None
    is_last: bool = False
