"""What the proof pages say, in French and in English, and how dates and sizes are written in each.

The texts below have ordinary spaces; :func:`french` puts the no-break spaces where French typography wants them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sigillo.domain.calendar import civil_datetime
from sigillo.domain.letter import ProofKind

NARROW: Final = "\u202f"  # the narrow no-break space, before ; : ! ? » and between thousands
_BEFORE: Final = re.compile(r" ([;:!?»])")
_MONTHS_FR: Final = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_MONTHS_EN: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS_FR: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_DAYS_EN: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing in both languages."""

    fr: str
    en: str


@dataclass(frozen=True, slots=True)
class KindWording:
    """What one kind of proof is called, what it attests (``{at}`` is the instant) and the rule it follows."""

    title: Said
    fact: Said
    rule: Said


@dataclass(frozen=True, slots=True)
class Naming:
    """What an item and its particulars are called: a letter's, or a consent's."""

    item: Said
    number: Said
    identifier: Said
    requested_at: Said
    first_proof: Said


def french(text: str) -> str:
    """Set the no-break spaces of French: narrow before ``; : ! ? »`` and after ``«``, wide after ``n°`` and ``R.``."""
    spaced = _BEFORE.sub(NARROW + r"\1", text).replace("« ", "«" + NARROW)
    return spaced.replace("n° ", "n°\u00a0").replace("R. ", "R.\u00a0").replace("L. ", "L.\u00a0")


def _said(fr: str, en: str) -> Said:
    return Said(french(fr), en)


def _code(article: str) -> Said:
    return _said(
        f"article {article} du code des postes et des communications électroniques",
        f"article {article} of the French Postal and Electronic Communications Code",
    )


EIDAS: Final = _said(
    "article 43 du règlement (UE) n° 910/2014, dit « eIDAS »",
    "article 43 of Regulation (EU) No 910/2014, known as eIDAS",
)

KINDS: Final[Mapping[ProofKind, KindWording]] = MappingProxyType(
    {
        ProofKind.CONSENT: KindWording(
            _said("Preuve de consentement", "Proof of consent"),
            _said(
                "Le destinataire, qui n’agit pas à titre professionnel, a consenti le {at} à recevoir cet envoi "
                "par voie électronique.",
                "On {at} the recipient, who is not a professional, consented to receive this sending electronically.",
            ),
            _code("L. 100"),
        ),
        ProofKind.DEPOSIT: KindWording(
            _said("Preuve de dépôt", "Proof of deposit"),
            _said(
                "L’expéditeur a déposé cet envoi à l’intention du destinataire le {at}.",
                "On {at} the sender deposited this sending for the recipient.",
            ),
            _code("R. 53-2"),
        ),
        ProofKind.DISPATCH: KindWording(
            _said("Preuve d’envoi de l’avis", "Proof of dispatch of the notice"),
            _said(
                "Le destinataire a été avisé par voie électronique, le {at}, qu’un envoi lui est destiné et qu’il peut "
                "l’accepter ou non pendant quinze jours ; l’avis ne lui révèle pas l’identité de l’expéditeur.",
                "On {at} the recipient was notified electronically that a sending awaits them, which they may accept "
                "or not within fifteen days; the notice does not reveal who the sender is.",
            ),
            _code("R. 53-3, I"),
        ),
        ProofKind.RECEPTION: KindWording(
            _said("Preuve de réception", "Proof of reception"),
            _said(
                "Le destinataire a accepté cet envoi le {at} ; le contenu lui a été transmis au même instant.",
                "On {at} the recipient accepted this sending; its content was handed over at the same instant.",
            ),
            _code("R. 53-3, II"),
        ),
        ProofKind.REFUSAL: KindWording(
            _said("Preuve de refus", "Proof of refusal"),
            _said(
                "Le destinataire a refusé cet envoi le {at}. Le contenu ne lui a pas été transmis.",
                "On {at} the recipient refused this sending. Its content was not handed over.",
            ),
            _code("R. 53-3, III"),
        ),
        ProofKind.NEGLIGENCE: KindWording(
            _said("Preuve de négligence (non-réclamation)", "Proof of negligence (unclaimed)"),
            _said(
                "Le destinataire n’a ni accepté ni refusé cet envoi dans les quinze jours décomptés du lendemain de "
                "l’avis ; la non-réclamation est constatée le {at}.",
                "The recipient neither accepted nor refused this sending within the fifteen days counted from the day "
                "after the notice; it was established as unclaimed on {at}.",
            ),
            _code("R. 53-3, III"),
        ),
        ProofKind.BOUNCE: KindWording(
            _said("Preuve d’échec de l’avis (adresse en erreur)", "Proof of failed notice (address in error)"),
            _said(
                "L’avis n’a pas pu être remis à l’adresse électronique du destinataire ; l’échec est définitif "
                "depuis le {at}. Le destinataire n’a donc pas été informé de cet envoi.",
                "The notice could not be delivered to the recipient’s e-mail address; the failure became final on "
                "{at}. The recipient was therefore not informed of this sending.",
            ),
            _code("R. 53-3, I"),
        ),
        ProofKind.CONSENT_REQUEST: KindWording(
            _said("Preuve de demande de consentement", "Proof of request for consent"),
            _said(
                "Le {at}, l’expéditeur a demandé au destinataire, qui n’agit pas à titre professionnel, de consentir à "
                "recevoir de lui des recommandés électroniques dans les termes de consent.txt, dont l’empreinte figure "
                "ci-dessous.",
                "On {at} the sender asked the recipient, who is not a professional, to consent to receive registered "
                "mail from it electronically in the words of consent.txt, whose digest stands below.",
            ),
            _code("L. 100"),
        ),
        ProofKind.CONSENT_DECLARATION: KindWording(
            _said("Preuve de déclaration d’un consentement", "Proof of declaration of a consent"),
            _said(
                "L’expéditeur a déclaré le {at} détenir déjà le consentement du destinataire, qui n’agit pas à titre "
                "professionnel, à recevoir de lui des recommandés électroniques. Le prestataire n’a pas recueilli ce "
                "consentement lui-même.",
                "On {at} the sender declared that it already holds the consent of the recipient, who is not a "
                "professional, to receive registered mail from it electronically. The service provider did not obtain "
                "that consent itself.",
            ),
            _code("L. 100"),
        ),
        ProofKind.CONSENT_REFUSAL: KindWording(
            _said("Preuve de refus de consentement", "Proof of refusal of consent"),
            _said(
                "Le destinataire, qui n’agit pas à titre professionnel, a refusé le {at} de recevoir de cet expéditeur "
                "des recommandés électroniques.",
                "On {at} the recipient, who is not a professional, refused to receive registered mail from this sender "
                "electronically.",
            ),
            _code("L. 100"),
        ),
        ProofKind.CONSENT_EXPIRY: KindWording(
            _said("Preuve d’absence de consentement", "Proof that no consent was given"),
            _said(
                "Le destinataire n’a pas répondu à la demande de consentement dans les quinze jours décomptés du "
                "lendemain de celle-ci ; la demande est caduque depuis le {at}.",
                "The recipient did not answer the request for consent within the fifteen days counted from the day "
                "after it; the request lapsed on {at}.",
            ),
            _code("L. 100"),
        ),
        ProofKind.CONSENT_REVOCATION: KindWording(
            _said("Preuve de retrait du consentement", "Proof of withdrawal of consent"),
            _said(
                "Le destinataire a retiré le {at} son consentement à recevoir de cet expéditeur des recommandés "
                "électroniques ; le retrait est sans effet sur les envois déjà déposés.",
                "On {at} the recipient withdrew the consent to receive registered mail from this sender "
                "electronically; the withdrawal does not affect what was deposited before.",
            ),
            _code("L. 100"),
        ),
    }
)

CONSENT: Final = KindWording(
    _said("Preuve de consentement", "Proof of consent"),
    _said(
        "Le destinataire, qui n’agit pas à titre professionnel, a consenti le {at} à recevoir de cet expéditeur des "
        "recommandés électroniques dans les termes de consent.txt, dont l’empreinte figure ci-dessous.",
        "On {at} the recipient, who is not a professional, consented to receive registered mail from this sender "
        "electronically in the words of consent.txt, whose digest stands below.",
    ),
    _code("L. 100"),
)
"""What a consent's own proof of consent says: it is about every letter to come, where a letter's is about that one."""

LETTERS: Final = Naming(
    item=_said("Envoi", "Sending"),
    number=_said("Numéro d’envoi", "Sending number"),
    identifier=_said("Identifiant de la lettre", "Letter identifier"),
    requested_at=_said("Demande d’envoi", "Request to send"),
    first_proof=_said("aucune : première preuve de cet envoi", "none: first proof of this sending"),
)
CONSENTS: Final = Naming(
    item=_said("Consentement", "Consent"),
    number=_said("Numéro du consentement", "Consent number"),
    identifier=_said("Identifiant du consentement", "Consent identifier"),
    requested_at=_said("Demande au destinataire", "Request to the recipient"),
    first_proof=_said("aucune : première preuve de ce consentement", "none: first proof of this consent"),
)
RECORDED_AT: Final = _said("Enregistrement", "Recording")
OBTAINED_AT: Final = _said("Recueilli, selon l’expéditeur", "Obtained, as the sender says")

SENDER: Final = _said("Expéditeur", "Sender")
RECIPIENT: Final = _said("Destinataire", "Recipient")
SERVICE: Final = _said("Service simulé", "Simulated service")
SUBJECT: Final = _said("Objet", "Subject")
FACT: Final = _said("Événement attesté", "Event attested")
COURSE: Final = _said("Déroulement", "Course of events")
DEPOSITED_AT: Final = _said("Dépôt", "Deposit")
NOTIFIED_AT: Final = _said("Envoi de l’avis", "Dispatch of the notice")
EXPIRES_AT: Final = _said("Délai échu à compter du", "Window over from")
HAPPENED_AT: Final = _said("Fait attesté", "Fact attested")
NOTICE_SHA256: Final = _said("SHA-256 de l’avis", "SHA-256 of the notice")
IDENTITY: Final = _said("Contrôle d’identité", "Identity check")
REASON: Final = _said("Motif", "Reason")
CONTENT: Final = _said("Contenu", "Content")
CONTENT_SHA256: Final = _said("SHA-256 de content.json", "SHA-256 of content.json")
PART_NAME: Final = _said("Pièce", "Part")
PART_SIZE: Final = _said("Taille (octets)", "Size (bytes)")
PART_SHA256: Final = _said("SHA-256", "digest")
CHAIN: Final = _said("Chaîne des preuves", "Chain of proofs")
FACT_DIGEST: Final = _said("Empreinte du fait", "Digest of the fact")
PREVIOUS_DIGEST: Final = _said("Empreinte précédente", "Previous digest")
VERIFY: Final = _said("Vérifier cette preuve", "How to check this proof")
POLICY: Final = _said("Politique de certification du bac à sable", "Certificate policy of the sandbox")
RULE: Final = _said("Règle simulée : {rule}.", "Rule simulated: {rule}.")
QUALIFIED: Final = _said(
    "simulation d’un service qualifié ; ce bac à sable ne l’est pas",
    "simulates a qualified service; this sandbox is not one",
)
SIMPLE: Final = _said("simulation d’un service non qualifié", "simulates a service that is not qualified")
STEPS: Final = (
    _said(
        "Un lecteur PDF montre le cachet électronique et son horodatage, une fois la racine du bac à sable installée.",
        "A PDF reader shows the electronic seal and its timestamp, once the sandbox’s root is installed.",
    ),
    _said(
        "« sigillo verify » contrôle le cachet, la chaîne, le jeton d’horodatage, le contenu et la suite des preuves.",
        "“sigillo verify” checks the seal, the chain, the timestamp token, the content and the order of the proofs.",
    ),
)
FOOTER: Final = _said(
    "Document scellé : cachet électronique PAdES et horodatage RFC 3161 de bac à sable, sans valeur légale.",
    "Sealed document: PAdES electronic seal and RFC 3161 timestamp of a sandbox, no legal value.",
)


def instant(at: datetime) -> Said:
    """Write an instant in Paris time with its offset, e.g. ``dimanche 1er mars 2026 à 10 h 05 min 00 s``."""
    local = civil_datetime(at)
    millis = local.microsecond // 1000
    day = "1er" if local.day == 1 else str(local.day)
    comma, point = (f",{millis:03}", f".{millis:03}") if millis else ("", "")
    offset = _offset(local.utcoffset() or timedelta())
    return Said(
        f"{_DAYS_FR[local.weekday()]} {day}\u00a0{_MONTHS_FR[local.month - 1]} {local.year} à\u00a0"
        f"{local.hour}\u00a0h\u00a0{local:%M}\u00a0min\u00a0{local:%S}{comma}\u00a0s (heure de Paris, {offset})",
        f"{_DAYS_EN[local.weekday()]} {local.day}\u00a0{_MONTHS_EN[local.month - 1]} {local.year} "
        f"at\u00a0{local:%H:%M:%S}{point} (Paris time, {offset})",
    )


def count(number: int) -> str:
    """Write a whole number with narrow spaces between its thousands."""
    return f"{number:,}".replace(",", NARROW)


def _offset(offset: timedelta) -> str:
    return f"UTC+{offset // timedelta(hours=1)}"
