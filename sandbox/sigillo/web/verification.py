"""The page that a proof's QR code leads to: what the proof attests, without any personal data, for whoever holds it.

French first, as the law that it serves, English beneath. No script, nothing from elsewhere; a hash is compared by
sending it as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.desk import Desk
from sigillo.api.working import in_thread
from sigillo.application.proofs import attested_at
from sigillo.domain.claims import Claim
from sigillo.domain.errors import NotFound
from sigillo.domain.letter import ProofKind
from sigillo.domain.services.consent import CONSENT
from sigillo.web.problems import problem_page
from sigillo.web.rendering import headers, instant, render

PATH = "/verify/{event_id}"
_HASH = re.compile(r"[0-9a-f]{64}")
_LONGEST_GIVEN = 200


@dataclass(frozen=True, slots=True)
class Words:
    """A kind of proof, in both languages: its name and what it says."""

    fr: str
    en: str
    says_fr: str
    says_en: str


_WORDS = {
    ProofKind.CONSENT: Words(
        "Preuve de consentement",
        "Proof of consent",
        "Le destinataire a consenti à recevoir des envois recommandés électroniques.",
        "The recipient consented to receiving electronic registered mail.",
    ),
    ProofKind.DEPOSIT: Words(
        "Preuve de dépôt",
        "Proof of deposit",
        "L’envoi a été déposé par son expéditeur.",
        "The letter was deposited by its sender.",
    ),
    ProofKind.DISPATCH: Words(
        "Preuve d’envoi de l’avis",
        "Proof of dispatch of the notice",
        "L’avis de l’envoi a été adressé au destinataire, qui dispose de quinze jours.",
        "The notice was sent to the recipient, who has fifteen days.",
    ),
    ProofKind.RECEPTION: Words(
        "Preuve de réception",
        "Proof of reception",
        "Le destinataire a accepté l’envoi et l’a reçu.",
        "The recipient accepted the letter and received it.",
    ),
    ProofKind.REFUSAL: Words(
        "Preuve de refus",
        "Proof of refusal",
        "Le destinataire a refusé l’envoi.",
        "The recipient refused the letter.",
    ),
    ProofKind.NEGLIGENCE: Words(
        "Preuve de négligence",
        "Proof of negligence",
        "Le destinataire n’a pas réclamé l’envoi dans le délai de quinze jours.",
        "The recipient did not claim the letter within the fifteen days.",
    ),
    ProofKind.CONSENT_REQUEST: Words(
        "Preuve de demande de consentement",
        "Proof of request for consent",
        "Le destinataire a été invité à consentir à recevoir des envois recommandés électroniques.",
        "The recipient was asked to consent to receiving electronic registered mail.",
    ),
    ProofKind.CONSENT_DECLARATION: Words(
        "Preuve de déclaration d’un consentement",
        "Proof of declaration of a consent",
        "L’expéditeur a déclaré détenir le consentement du destinataire à recevoir des envois recommandés "
        "électroniques.",
        "The sender declared that it holds the recipient’s consent to receiving electronic registered mail.",
    ),
    ProofKind.CONSENT_REFUSAL: Words(
        "Preuve de refus de consentement",
        "Proof of refusal of consent",
        "Le destinataire a refusé de recevoir des envois recommandés électroniques.",
        "The recipient refused to receive electronic registered mail.",
    ),
    ProofKind.CONSENT_EXPIRY: Words(
        "Preuve d’absence de consentement",
        "Proof that no consent was given",
        "Le destinataire n’a pas répondu à la demande de consentement dans le délai de quinze jours.",
        "The recipient did not answer the request for consent within the fifteen days.",
    ),
    ProofKind.CONSENT_REVOCATION: Words(
        "Preuve de retrait du consentement",
        "Proof of withdrawal of consent",
        "Le destinataire a retiré son consentement à recevoir des envois recommandés électroniques.",
        "The recipient withdrew the consent to receiving electronic registered mail.",
    ),
    ProofKind.BOUNCE: Words(
        "Preuve de non-remise de l’avis",
        "Proof that the notice could not be delivered",
        "L’avis n’a pu être remis à l’adresse indiquée.",
        "The notice could not be delivered to the address given.",
    ),
    ProofKind.ACCEPTANCE: Words(
        "Reçu d’acceptation (ricevuta di accettazione)",
        "Receipt of acceptance (ricevuta di accettazione)",
        "Le prestataire de l’expéditeur a accepté le message PEC et l’a acheminé.",
        "The sender’s provider accepted the PEC message and sent it on.",
    ),
    ProofKind.NON_ACCEPTANCE: Words(
        "Avis de non-acceptation (avviso di non accettazione)",
        "Notice of non-acceptance (avviso di non accettazione)",
        "Le prestataire de l’expéditeur n’a pas accepté le message PEC.",
        "The sender’s provider did not accept the PEC message.",
    ),
    ProofKind.TRANSPORT: Words(
        "Enveloppe de transport (busta di trasporto)",
        "Transport envelope (busta di trasporto)",
        "Le message PEC a été mis dans l’enveloppe que reçoit son destinataire.",
        "The PEC message was put into the envelope that its recipient receives.",
    ),
    ProofKind.TAKING_CHARGE: Words(
        "Reçu de prise en charge (ricevuta di presa in carico)",
        "Receipt of taking charge (ricevuta di presa in carico)",
        "Le prestataire du destinataire a pris le message PEC en charge.",
        "The recipient’s provider took charge of the PEC message.",
    ),
    ProofKind.DELIVERY: Words(
        "Reçu de remise (ricevuta di avvenuta consegna)",
        "Receipt of delivery (ricevuta di avvenuta consegna)",
        "Le message PEC a été remis dans la boîte du destinataire.",
        "The PEC message was delivered to the recipient’s mailbox.",
    ),
    ProofKind.NON_DELIVERY: Words(
        "Avis de non-remise (avviso di mancata consegna)",
        "Notice of non-delivery (avviso di mancata consegna)",
        "Le message PEC n’a pas pu être remis à son destinataire.",
        "The PEC message could not be delivered to its recipient.",
    ),
    ProofKind.DELAY_NOTICE: Words(
        "Avis de retard, douze heures (avviso di mancata consegna per superamento dei tempi)",
        "Notice of delay, twelve hours (avviso di mancata consegna per superamento dei tempi)",
        "Le message PEC n’a pas été remis dans les douze heures suivant son envoi.",
        "The PEC message was not delivered within twelve hours of its sending.",
    ),
    ProofKind.FINAL_DELAY_NOTICE: Words(
        "Avis de retard, vingt-quatre heures (avviso di mancata consegna per superamento dei tempi)",
        "Notice of delay, twenty-four hours (avviso di mancata consegna per superamento dei tempi)",
        "Le message PEC n’a pas été remis dans les vingt-quatre heures ; l’envoi est tenu pour échoué.",
        "The PEC message was not delivered within twenty-four hours; the sending is held to have failed.",
    ),
    ProofKind.VIRUS_DETECTION: Words(
        "Avis de détection de virus (avviso di rilevazione virus)",
        "Notice of virus detection (avviso di rilevazione virus)",
        "Le prestataire du destinataire a trouvé un virus dans le message PEC.",
        "The recipient’s provider found a virus in the PEC message.",
    ),
}


async def verification_page(desk: Desk, request: Request) -> Response:
    """Show what the proof of an event attests; a friendly page says where there is none."""
    event_id = request.path_params["event_id"]
    given = request.query_params.get("sha256", "")[:_LONGEST_GIVEN].strip().lower()
    return await in_thread(lambda: _page(desk, event_id, given))


def _page(desk: Desk, event_id: str, given: str) -> Response:
    try:
        claims = attested_at(desk.sandbox.store, event_id)
    except NotFound as missing:
        return problem_page(render("not_found.html"), missing, headers())
    shown = [_shown(claim, given) for claim in claims]
    html = render("verification.html", proofs=shown, event_id=event_id, given=given)
    return Response(html, 200, headers(), "text/html; charset=utf-8")


def _shown(claim: Claim, given: str) -> dict[str, object]:
    """Give what the page may tell of a claim: no name, no address, no subject, no file name."""
    digests = {claim.content_sha256, *(part.sha256 for part in claim.parts)}
    return {
        "words": _WORDS[claim.kind],
        "of_fr": "du consentement" if claim.service == CONSENT.name else "de l’envoi",
        "of_en": "consent" if claim.service == CONSENT.name else "letter",
        "service": claim.service_title,
        "number": claim.number,
        "at": instant(claim.at),
        "deposited": instant(claim.submitted_at),
        "notified": instant(claim.notified_at),
        "expires": instant(claim.expires_at),
        "content_sha256": claim.content_sha256,
        "parts": [{"media_type": part.media_type, "size": part.size, "sha256": part.sha256} for part in claim.parts],
        "fact_digest": claim.fact_digest,
        "comparison": None if not given else (given in digests if _HASH.fullmatch(given) else "malformed"),
    }
