"""The subjects and the readable Italian texts of PEC messages (RFC 6109 §3, DM 2 Nov 2005).

The rule prescribes them; a line at the end says what a sandbox's message is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from sigillo.domain.calendar import ROME, civil_datetime
from sigillo.domain.pec.certification import Certification, Fault, Kind, Party, ReceiptType

SANDBOX_LINE: Final = "SANDBOX: messaggio di prova di Sigillo, non qualificato, senza valore legale."
LATE_SUBJECT: Final = "AVVISO DI MANCATA CONSEGNA PER SUP. TEMPO MASSIMO"
SUBJECTS: Final[Mapping[tuple[Kind, bool], str]] = MappingProxyType(
    {  # by kind, and whether a virus is the reason
        (Kind.ACCEPTANCE, False): "ACCETTAZIONE",
        (Kind.NON_ACCEPTANCE, False): "AVVISO DI NON ACCETTAZIONE",
        (Kind.NON_ACCEPTANCE, True): "AVVISO DI NON ACCETTAZIONE PER VIRUS",
        (Kind.TRANSPORT, False): "POSTA CERTIFICATA",
        (Kind.ANOMALY, False): "ANOMALIA MESSAGGIO",
        (Kind.TAKING_CHARGE, False): "PRESA IN CARICO",
        (Kind.DELIVERY, False): "CONSEGNA",
        (Kind.NON_DELIVERY, False): "AVVISO DI MANCATA CONSEGNA",
        (Kind.NON_DELIVERY, True): "AVVISO DI MANCATA CONSEGNA PER VIRUS",
        (Kind.DELAY, False): LATE_SUBJECT,
        (Kind.VIRUS_DETECTION, True): "PROBLEMA DI SICUREZZA",
    }
)
_DELIVERY_TITLES: Final[Mapping[ReceiptType | None, str]] = MappingProxyType(
    {
        ReceiptType.BRIEF: "Ricevuta breve di avvenuta consegna",
        ReceiptType.CONCISE: "Ricevuta sintetica di avvenuta consegna",
    }
)


def prefix_of(said: Certification) -> str:
    """Give the words that the subject line begins with; a colon and the original subject follow."""
    assert said.kind is not None
    return SUBJECTS[said.kind, said.fault is Fault.VIRUS]


def text_of(said: Certification, *, zone_has_colon: bool = True) -> tuple[str, ...]:
    """Give the text, line by line, the title first; dates are in Italian legal time (RFC 6109 §4.1, §4.2)."""
    assert said.kind is not None
    assert said.at is not None
    opening = _opening(said.at, zone_has_colon=zone_has_colon)
    identifier = () if said.kind is Kind.ANOMALY else (f"Identificativo messaggio: {said.identifier}",)
    return (*_TEXTS[said.kind](said, opening), *identifier, SANDBOX_LINE)


class Shown(NamedTuple):
    """An instant in Italian legal time as PEC writes it (RFC 6109 §4.1): ``dd/mm/yyyy``, ``hh:mm:ss``, ``+hhmm``."""

    day: str
    time: str
    zone: str


@lru_cache(maxsize=256)
def shown(at: datetime) -> Shown:
    """Give an instant as it stands in the text and in the certification."""
    local = civil_datetime(at, ROME).isoformat()
    zone = f"{local[-6:-3]}{local[-2:]}"  # of whole minutes since 1893
    return Shown(f"{local[8:10]}/{local[5:7]}/{local[:4]}", local[11:19], zone)


def _opening(at: datetime, *, zone_has_colon: bool) -> str:
    local = shown(at)
    zone = f"{local.zone[:3]}:{local.zone[3:]}" if zone_has_colon else local.zone
    return f"Il giorno {local.day} alle ore {local.time} ({zone})"


def _acceptance(said: Certification, opening: str) -> tuple[str, ...]:
    return (
        "Ricevuta di accettazione",
        f'{opening} il messaggio "{said.subject}" proveniente da "{said.sender}" ed indirizzato a:',
        *map(_marked, said.recipients),
        "è stato accettato dal sistema ed inoltrato.",
    )


def _non_acceptance(said: Certification, opening: str) -> tuple[str, ...]:
    is_virus = said.fault is Fault.VIRUS
    problem = (
        f"è stato rilevato un problema di sicurezza {said.error}."
        if is_virus
        else f"è stato rilevato un problema che ne impedisce l'accettazione a causa di {said.error}."
    )
    return (
        f"Errore nell'accettazione del messaggio{' per presenza di virus' if is_virus else ''}",
        f'{opening} nel messaggio "{said.subject}" proveniente da "{said.sender}" ed indirizzato a:',
        *_addresses(said),
        problem,
        "Il messaggio non è stato accettato.",
    )


def _transport(said: Certification, opening: str) -> tuple[str, ...]:
    return (
        "Messaggio di posta certificata",
        f'{opening} il messaggio "{said.subject}" è stato inviato da "{said.sender}" indirizzato a:',
        *_addresses(said),
        "Il messaggio originale è incluso in allegato.",
    )


def _anomaly(said: Certification, opening: str) -> tuple[str, ...]:
    return (
        "Anomalia nel messaggio",
        f'{opening} è stato ricevuto il messaggio "{said.subject}" proveniente da "{said.sender}" ed indirizzato a:',
        *_addresses(said),
        "Tali dati non sono stati certificati per il seguente errore:",
        said.error or "",
        "Il messaggio originale è incluso in allegato.",
    )


def _taking_charge(said: Certification, opening: str) -> tuple[str, ...]:
    return (
        "Ricevuta di presa in carico",
        f'{opening} il messaggio "{said.subject}" proveniente da "{said.sender}" ed indirizzato a:',
        *said.taken_for,
        "è stato accettato dal sistema.",
    )


def _delivery(said: Certification, opening: str) -> tuple[str, ...]:
    return (
        _DELIVERY_TITLES.get(said.receipt_type, "Ricevuta di avvenuta consegna"),
        f'{opening} il messaggio "{said.subject}" proveniente da "{said.sender}" ed indirizzato a "{said.recipient}" '
        "è stato consegnato nella casella di destinazione.",
    )


def _non_delivery(said: Certification, opening: str) -> tuple[str, ...]:
    if said.fault is Fault.VIRUS:
        return (
            "Avviso di mancata consegna per virus",
            f'{opening} nel messaggio "{said.subject}" destinato all\'utente "{said.recipient}" è stato rilevato un '
            f"problema di sicurezza {said.error}.",
            "Il messaggio non è stato consegnato.",
        )
    return (
        "Avviso di mancata consegna",
        f'{opening} nel messaggio "{said.subject}" proveniente da "{said.sender}" ed indirizzato a '
        f'"{said.recipient}" è stato rilevato un errore {said.error}.',
        "Il messaggio è stato rifiutato dal sistema.",
    )


def _delay(said: Certification, opening: str) -> tuple[str, ...]:
    about = (
        f'{opening} il messaggio "{said.subject}" proveniente da "{said.sender}" ed indirizzato a "{said.recipient}"'
    )
    if said.is_last:
        return (
            "Avviso di mancata consegna",
            f"{about} non è stato consegnato nelle ventiquattro ore successive al suo invio. Si ritiene che la "
            "spedizione debba considerarsi non andata a buon fine.",
        )
    return (
        "Avviso di mancata consegna",
        f"{about} non è stato consegnato nelle prime dodici ore dal suo invio. Non escludendo che questo possa "
        "avvenire in seguito si ritiene utile considerare che l'invio potrebbe non andare a buon fine. Il sistema "
        "provvederà comunque ad inviare un ulteriore avviso di mancata consegna se nelle prossime dodici ore non vi "
        "sarà la conferma della ricezione da parte del destinatario.",
    )


def _virus_detection(said: Certification, opening: str) -> tuple[str, ...]:
    return (
        "Avviso di rilevazione virus informatico",
        f'{opening} nel messaggio "{said.subject}" proveniente da "{said.sender}" ed indirizzato a '
        f'"{said.recipient}" è stato rilevato un problema di sicurezza {said.error}.',
    )


def _addresses(said: Certification) -> tuple[str, ...]:
    return tuple(party.address for party in said.recipients)


def _marked(party: Party) -> str:
    return f'{party.address} ("{"posta certificata" if party.is_certified else "posta ordinaria"}")'


_TEXTS: Final[Mapping[Kind, Callable[[Certification, str], tuple[str, ...]]]] = MappingProxyType(
    {
        Kind.ACCEPTANCE: _acceptance,
        Kind.NON_ACCEPTANCE: _non_acceptance,
        Kind.TRANSPORT: _transport,
        Kind.ANOMALY: _anomaly,
        Kind.TAKING_CHARGE: _taking_charge,
        Kind.DELIVERY: _delivery,
        Kind.NON_DELIVERY: _non_delivery,
        Kind.DELAY: _delay,
        Kind.VIRUS_DETECTION: _virus_detection,
    }
)
