"""What the recipient's page says, by where the letter stands: French and English, never more than R. 53-3 allows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from sigillo.application.recipients import MOST_WRONG_CODES, RecipientView
from sigillo.domain.calendar import civil_datetime, window_end
from sigillo.domain.events import EventType
from sigillo.domain.letter import ConsentStatus, Letter, Outcome, Status
from sigillo.domain.markup import HTML
from sigillo.domain.notice import french_date
from sigillo.domain.services import SERVICES
from sigillo.web.rendering import instant


@dataclass(frozen=True, slots=True)
class Words:
    """A page's head, its title and what it says, in both languages; ``{last_fr}``, ``{last_en}`` are the last day."""

    fr: str
    en: str
    says_fr: str
    says_en: str


REFUSALS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "not_now": (
            "Cette réponse n’est pas possible, ou ne l’est plus : voici où vous en êtes.",
            "This answer is not possible, or not any more: here is where things stand.",
        ),
        "stale_form": (
            "Ce formulaire avait déjà été envoyé : rien n’a changé. Voici la page à jour.",
            "This form had been sent before: nothing has changed. Here is the page as it is now.",
        ),
        "wrong_code": (
            "Ce code n’est pas le bon. Vérifiez-le et saisissez-le de nouveau.",
            "This is not the right code. Check it and enter it again.",
        ),
        "identity_failed": (
            "Votre identité n’a pas pu être vérifiée : trois codes erronés. L’échec est consigné. Un nouveau code vous "
            "permet de recommencer.",
            "Your identity could not be verified: three wrong codes. The failure is on record. A new code lets you "
            "start again.",
        ),
    }
)
"""Why a form was refused, by the code of its error."""

_PAGES: Mapping[str, Words] = MappingProxyType(
    {
        "consent": Words(
            "Votre accord est demandé",
            "Your consent is asked for",
            "Un expéditeur souhaite vous adresser un recommandé par voie électronique. Parce que vous n’agissez pas à "
            "titre professionnel, votre accord est nécessaire (article L. 100 du code des postes et des communications "
            "électroniques). Répondez jusqu’au {last_fr} inclus, heure de Paris ; sans réponse, rien ne vous sera "
            "adressé par cette voie.",
            "A sender wishes to send you registered mail electronically. As you are not acting in a professional "
            "capacity, your consent is needed (article L. 100 of the French postal and electronic communications "
            "code). Answer until {last_en} inclusive, Paris time; without an answer nothing is sent to you this way.",
        ),
        "coming": Words(
            "Rien ne vous est demandé pour l’instant",
            "Nothing is asked of you for now",
            "Un avis vous sera adressé par courrier électronique ; vous pourrez alors accepter ou refuser l’envoi.",
            "A notice will be sent to you by e-mail; you may accept or refuse the letter then.",
        ),
        "waiting": Words(
            "Un recommandé électronique vous attend",
            "Registered electronic mail awaits you",
            "Vous pouvez l’accepter ou le refuser jusqu’au {last_fr} inclus, heure de Paris (article R. 53-3 du code "
            "des postes et des communications électroniques). L’expéditeur et le contenu vous seront connus si vous "
            "acceptez. Sans réponse de votre part, l’envoi sera réputé non réclamé.",
            "You may accept or refuse it until {last_en} inclusive, Paris time (article R. 53-3 of the French postal "
            "and electronic communications code). You will learn who sent it, and what it says, if you accept. Without "
            "an answer it counts as unclaimed.",
        ),
        "accepted": Words(
            "Vous avez accepté cet envoi",
            "You accepted this letter",
            "Son contenu vous est remis, et la preuve de réception est à votre disposition.",
            "Its content is handed over to you, and the proof of reception is at your disposal.",
        ),
        "refused": Words(
            "Vous avez refusé cet envoi",
            "You refused this letter",
            "L’expéditeur en a reçu la preuve. Le contenu ne vous a pas été remis et ne peut plus l’être.",
            "The sender has received the proof of that. The content was not handed over and cannot be any more.",
        ),
        "neglected": Words(
            "Le délai est passé",
            "The time to answer has passed",
            "Les quinze jours pour accepter ou refuser cet envoi se sont achevés le {last_fr} au soir, heure de Paris. "
            "Il est réputé non réclamé, et l’expéditeur en reçoit la preuve.",
            "The fifteen days to accept or refuse this letter ended with {last_en}, Paris time. It counts as "
            "unclaimed, and the sender receives the proof of that.",
        ),
        "asked": Words(
            "Votre accord est demandé",
            "Your consent is asked for",
            "Voici ce à quoi vous consentiriez, et envers qui. Répondez jusqu’au {last_fr} inclus, heure de Paris ; "
            "sans réponse de votre part, votre accord est tenu pour non donné.",
            "This is what you would consent to, and to whom. Answer until {last_en} inclusive, Paris time; without an "
            "answer your consent counts as not given.",
        ),
        "given": Words(
            "Vous avez donné votre accord",
            "You gave your consent",
            "L’expéditeur peut vous adresser des recommandés électroniques. Vous pouvez retirer votre accord à tout "
            "moment ; le retrait ne vaut que pour l’avenir.",
            "The sender may send you registered mail electronically. You can withdraw your consent at any time; the "
            "withdrawal holds for the future only.",
        ),
        "declared": Words(
            "L’expéditeur déclare détenir votre accord",
            "The sender declares to hold your consent",
            "Il peut vous adresser des recommandés électroniques. Vous pouvez retirer votre accord à tout moment ; le "
            "retrait ne vaut que pour l’avenir.",
            "They may send you registered mail electronically. You can withdraw your consent at any time; the "
            "withdrawal holds for the future only.",
        ),
        "revoked": Words(
            "Vous avez retiré votre accord",
            "You withdrew your consent",
            "Aucun nouvel envoi ne vous sera adressé par cette voie. Ce qui a été déposé avant suit son cours.",
            "Nothing more will be sent to you this way. What was deposited before takes its course.",
        ),
        "consent_refused": Words(
            "Vous avez refusé l’envoi électronique",
            "You refused electronic mail",
            "Rien ne vous a été adressé par cette voie. L’expéditeur peut vous écrire autrement.",
            "Nothing was sent to you this way. The sender may write to you by other means.",
        ),
        "consent_expired": Words(
            "La demande d’accord a expiré",
            "The request for your consent has expired",
            "Vous n’aviez pas répondu : rien ne vous a été adressé par cette voie.",
            "You had not answered: nothing was sent to you this way.",
        ),
        "withdrawn": Words(
            "Cet envoi n’a pas eu lieu",
            "This letter was not sent",
            "Il a été retiré, ou n’a pu vous être adressé. Vous n’avez rien à faire.",
            "It was withdrawn, or could not be sent to you. There is nothing for you to do.",
        ),
    }
)
_ENDED = {
    Outcome.ACCEPTED: "accepted",
    Outcome.REFUSED: "refused",
    Outcome.NEGLECTED: "neglected",
    Outcome.CONSENT_REFUSED: "consent_refused",
    Outcome.CONSENT_EXPIRED: "consent_expired",
}
_CONSENT_STATES = {
    ConsentStatus.REQUESTED: "asked",
    ConsentStatus.GIVEN: "given",
    ConsentStatus.REFUSED: "consent_refused",
    ConsentStatus.EXPIRED: "consent_expired",
    ConsentStatus.REVOKED: "revoked",
}
_LONG_LINE = 90
_OPENING = re.compile(r"\d+\. |\w+ ?: ")
_OPEN = ("consent", "asked", "waiting")
_STATED = ("asked", "given", "declared")
_RUNNING = {Status.AWAITING_CONSENT: "consent", Status.NOTIFIED: "waiting"}


def shown(view: RecipientView, *, tries: int) -> dict[str, object]:
    """Give what the page may show now; ``tries`` counts the wrong codes entered so far."""
    state = state_of(view)
    until = _until(view, state)
    last = civil_datetime(until - timedelta(seconds=1)).date() if until else None
    words = _PAGES[state]
    days = {"last_fr": french_date(last) if last else "", "last_en": last.isoformat() if last else ""}
    return {
        "state": state,
        "words": words,
        "says": (words.says_fr.format(**days), words.says_en.format(**days)),
        "service": SERVICES[view.letter.service].title,
        "number": view.letter.number,
        "until": instant(until) if state in _OPEN else None,
        "since": instant(view.course.status_at) if state not in (*_OPEN, "coming") else None,
        "identity": {"code": view.code, "attempt": tries, "left": MOST_WRONG_CODES - tries} if view.code else None,
        "letter": _handed_over(view) if state == "accepted" else None,
        "statement": _flowing(view.letter.content.text or "") if state in _STATED else None,
    }


def state_of(view: RecipientView) -> str:
    """Give which page a letter has now."""
    course = view.course
    if view.is_consent:
        return _consent_state(view)
    if view.is_late:
        return "neglected"
    if course.outcome is not None:
        return _ENDED.get(course.outcome, "withdrawn")
    return next((state for status, state in _RUNNING.items() if course.status == status), "coming")


def _consent_state(view: RecipientView) -> str:
    declared = view.course.status == ConsentStatus.GIVEN and view.letter.consent is not None
    return "declared" if declared else _CONSENT_STATES[ConsentStatus(view.course.status or "")]


def _until(view: RecipientView, state: str) -> datetime | None:
    if state in ("consent", "asked") and view.course.asked_at is not None:
        service = SERVICES[view.letter.service]
        return window_end(view.course.asked_at, service.consent_days, service.zone)
    return view.course.expires_at


def _handed_over(view: RecipientView) -> dict[str, object]:
    """Give all that the acceptance hands over (R. 53-3 II)."""
    letter = view.letter
    accepted = next(event for event in view.events if event.type is EventType.ACCEPTED)
    return {
        "sender": letter.sender,
        "subject": letter.subject,
        "text": letter.content.text,
        "is_html": letter.content.text is not None and letter.content.parts[0].media_type == HTML,
        "files": _files(letter),
        "accepted": instant(accepted.at),
        "event_id": accepted.id,
    }


def _files(letter: Letter) -> list[dict[str, object]]:
    return [
        {"place": place, "name": part.name, "media_type": part.media_type, "size": _size(part.size)}
        for place, part in enumerate(letter.content.parts, 1)
        if part.file_id is not None
    ]


def _flowing(text: str) -> str:
    """Give a statement with the line breaks that only its width made taken out, for a page of any width."""
    lines: list[str] = []
    broken = False
    for line in text.splitlines():
        if broken and line.strip() and not _OPENING.match(line):
            lines[-1] += " " + line.strip()
        else:
            lines.append(line)
        broken = len(line) > _LONG_LINE
    return "\n".join(lines)


def _size(size: int) -> str:
    """Give a number of bytes as people read it."""
    for unit, name in ((1_000_000, "Mo"), (1_000, "Ko")):
        if size >= unit:
            return f"{size / unit:.1f} {name}".replace(".", ",")
    return f"{size} octets"
