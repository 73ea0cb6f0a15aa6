"""How PEC providers differ, as values; integrators trip over each of these differences.

Grades of evidence: A the provider's own page, B client code written against the provider or published receipts,
I inferred. Nothing was seen live, and nothing here comes from those providers: only their spelling is imitated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sigillo.domain.calendar import ROME, civil_datetime
from sigillo.domain.pec.certification import Fault

_MB: Final = 1024 * 1024
_LEGAL_PRODUCT_BYTES: Final = 30 * _MB  # DM 2 Nov 2005 art. 12(2): size times recipients, at least this
_LEGAL_RECIPIENTS: Final = 50  # RFC 6109 §3.1.1


@dataclass(frozen=True, slots=True)
class Quirk:
    """Something a provider does in its own way, and how well that is known: A, B or I."""

    said: str
    grade: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What a provider lets pass: bytes times recipients, recipients, messages a minute (None: no limit known)."""

    product_bytes: int = _LEGAL_PRODUCT_BYTES
    recipients: int = _LEGAL_RECIPIENTS
    messages_per_minute: int | None = None
    blocked_extensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialect:
    """A provider's spelling of RFC 6109.

    ``provider`` stands in ``gestore-emittente``; ``signature_type`` is the signature part's media type and the
    ``protocol``; ``receipt_type_header`` the spelling on the envelope; ``unknown_mailbox`` the fault of a mailbox
    that is not there, ``unknown_mailbox_error`` its words and ``late_error`` those of the 24 hours' notice,
    ``early_error`` those of the twelve hours'; ``numbered_ids`` for identifiers like ``opec…``;
    ``receipt_copies`` how often each receipt that it issues arrives.
    """

    name: str
    provider: str
    signature_type: str = "application/pkcs7-signature"
    receipt_type_header: str = "X-TipoRicevuta"
    has_html: bool = False
    mixed_encoding: str | None = None
    zone_has_colon: bool = True
    numbered_ids: bool = False
    unknown_mailbox: Fault = Fault.NO_MAILBOX
    unknown_mailbox_error: str = "5.1.1 - {provider} - casella inesistente"
    early_error: str = "4.4.7 - {provider} - messaggio non consegnato nelle prime dodici ore dal suo invio"
    late_error: str = "5.4.7 - {provider} - messaggio non consegnato nelle ventiquattro ore successive al suo invio"
    receipt_copies: int = 1
    limits: Limits = Limits()
    quirks: tuple[Quirk, ...] = ()

    def identifier(self, number: int, *, at: datetime, domain: str) -> str:
        """Give the PEC message id of the ``number``-th message of a provider, ``at`` being its instant."""
        if not self.numbered_ids:
            return f"sigillo{number:012d}@{domain}"
        stamp = civil_datetime(at, ROME).strftime("%Y%m%d%H%M%S")
        return f"opec{number:08d}.{stamp}.{number % 32768:05d}.{number % 1000}.1.{number % 97}@{domain}"


def number_of(identifier: str) -> int | None:
    """Give the number that :meth:`Dialect.identifier` made an id of; None for an id of anybody else's."""
    found = _NUMBER.match(identifier)
    return int(found[1]) if found else None


_NUMBER: Final = re.compile(r"(?:sigillo|opec)(\d{8,12})[.@]", re.ASCII)
_X_SIGNATURE: Final = "application/x-pkcs7-signature"
_SEEN: Final = Quirk("multipart/signed with application/x-pkcs7-signature, text and HTML, binary mixed part", "B")
_ARUBA_BLOCKED: Final = (".exe", ".js", ".jar", ".bat", ".ps1")
_TIMEOUT: Final = "5.4.1 - {provider} - messaggio non consegnato nelle ventiquattro ore successive al suo invio"
_TIMEOUT_QUIRK: Final = Quirk("the 24 hours' notice has errore-esteso starting 5.4.1", "B")

SIGILLO: Final = Dialect("sigillo", "Sigillo SANDBOX")
ARUBA: Final = Dialect(
    "aruba",
    "ARUBA PEC S.p.A. (Sigillo SANDBOX)",
    signature_type=_X_SIGNATURE,
    receipt_type_header="X-Tiporicevuta",
    has_html=True,
    mixed_encoding="binary",
    zone_has_colon=False,
    numbered_ids=True,
    unknown_mailbox=Fault.OTHER,
    unknown_mailbox_error="5.1.1 - ARUBA PEC S.p.A. - indirizzo non valido",
    late_error=_TIMEOUT,
    limits=Limits(100 * _MB, 500, blocked_extensions=_ARUBA_BLOCKED),
    quirks=(
        _SEEN,
        _TIMEOUT_QUIRK,
        Quirk("an unknown mailbox is altro, 5.1.1 - ARUBA PEC S.p.A. - indirizzo non valido, and not no-dest", "B"),
        Quirk("the envelope spells X-Tiporicevuta", "B"),
        Quirk("100 MB divided by the number of recipients, 500 recipients, extensions blocked", "A"),
    ),
)
NAMIRIAL: Final = Dialect(
    "namirial",
    "Namirial S.p.A. (Sigillo SANDBOX)",
    signature_type=_X_SIGNATURE,
    has_html=True,
    mixed_encoding="binary",
    zone_has_colon=False,
    numbered_ids=True,
    late_error=_TIMEOUT,
    receipt_copies=2,
    quirks=(_SEEN, _TIMEOUT_QUIRK, Quirk("receipts may arrive twice", "B")),
)
POSTE: Final = Dialect(
    "poste",
    "Poste Italiane S.p.A. (Sigillo SANDBOX)",
    signature_type=_X_SIGNATURE,
    has_html=True,
    mixed_encoding="binary",
    zone_has_colon=False,
    numbered_ids=True,
    quirks=(Quirk("the spelling seen at other providers", "I"),),
)
LEGALMAIL: Final = Dialect(
    "legalmail",
    "InfoCert S.p.A. (Sigillo SANDBOX)",
    signature_type=_X_SIGNATURE,
    has_html=True,
    mixed_encoding="binary",
    zone_has_colon=False,
    numbered_ids=True,
    limits=Limits(messages_per_minute=6),
    quirks=(
        Quirk('six messages a minute, then 550 … blocked "Class Of Service" - Too much traffic from this sender', "A"),
        Quirk("the spelling seen at other providers", "I"),
    ),
)
DIALECTS: Final[Mapping[str, Dialect]] = MappingProxyType(
    {dialect.name: dialect for dialect in (SIGILLO, ARUBA, NAMIRIAL, POSTE, LEGALMAIL)}
)
