"""Consents: what an individual consents to, in words, and which consent a letter to them goes under.

CPCE L. 100: a recipient who is not a professional must have expressed *to the sender* their consent to receive
registered mail electronically. So a consent is one recipient's (by e-mail address, whatever its case) to one sender
(likewise): a consent given to one does not carry another's letters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sigillo.domain.calendar import civil_datetime
from sigillo.domain.letter import ConsentStatus, Content, Course, Letter, Part, Recipient, Sender
from sigillo.domain.notice import french_date

TEXT_NAME = "consent.txt"
SUBJECT = "Consentement à recevoir des recommandés électroniques"


@dataclass(frozen=True, slots=True)
class KnownConsent:
    """A consent among those of a recipient: the item that keeps it, and where it stands."""

    item: Letter
    course: Course

    @property
    def is_given(self) -> bool:
        """Tell whether letters can go under it."""
        return self.course.status == ConsentStatus.GIVEN

    @property
    def is_asked(self) -> bool:
        """Tell whether its answer is still open."""
        return self.course.status == ConsentStatus.REQUESTED

    @property
    def is_revoked(self) -> bool:
        """Tell whether it was withdrawn."""
        return self.course.status == ConsentStatus.REVOKED

    @property
    def obtained_at(self) -> datetime | None:
        """Give when a given consent was obtained: when the recipient said so, or as the sender declared."""
        declared = self.item.consent
        return declared.obtained_at if declared is not None else self.course.status_at if self.is_given else None


@dataclass(frozen=True, slots=True)
class Held:
    """What a sender has of a recipient: a consent that is given, one that is asked for, the last one withdrawn."""

    given: KnownConsent | None = None
    asked: KnownConsent | None = None
    revoked: KnownConsent | None = None

    @property
    def withdrawn_at(self) -> datetime | None:
        """Give when the last consent was withdrawn, None where one is given, or none ever was withdrawn."""
        return self.revoked.course.status_at if self.revoked and not self.given else None


NOTHING_HELD = Held()


def held_by(sender: Sender, known: Iterable[KnownConsent]) -> Held:
    """Give what a sender has among a recipient's consents, which come newest first."""
    theirs = [one for one in known if one.item.sender.email.lower() == sender.email.lower()]
    return Held(
        given=next((one for one in theirs if one.is_given), None),
        asked=next((one for one in theirs if one.is_asked), None),
        revoked=next((one for one in theirs if one.is_revoked), None),
    )


def request_content(sender: Sender, recipient: Recipient) -> Content:
    """Give what a recipient is asked to consent to: the statement, French first, as the text of the item."""
    return _content(_STATEMENT.format(**_names(sender, recipient)))


def declaration_content(
    sender: Sender, recipient: Recipient, *, obtained_at: datetime, evidence: Part | None
) -> Content:
    """Give what a sender declares who holds a consent already, with the file that shows it as a part."""
    local = civil_datetime(obtained_at)
    text = _DECLARATION.format(
        **_names(sender, recipient),
        day_fr=french_date(local.date()),
        day_en=local.date().isoformat(),
        time_fr=f"{local.hour} h {local:%M}",
        time_en=f"{local:%H:%M}",
        evidence_fr=f"{evidence.name}\nEmpreinte SHA-256 : {evidence.sha256}" if evidence else "aucune n’est jointe",
        evidence_en=f"{evidence.name}\nSHA-256 digest: {evidence.sha256}" if evidence else "none is attached",
    )
    return _content(text, *([evidence] if evidence else []))


def _names(sender: Sender, recipient: Recipient) -> dict[str, str]:
    company = f"{sender.company}, " if sender.company else ""
    return {
        "sender": f"{company}{sender.name} <{sender.email}>",
        "recipient": f"{recipient.name} <{recipient.email}>",
    }


def _content(text: str, *further: Part) -> Content:
    data = text.encode()
    own = Part(TEXT_NAME, "text/plain", len(data), sha256(data).hexdigest())
    return Content(text, (own, *further))


_STATEMENT = """\
CONSENTEMENT À RECEVOIR DES RECOMMANDÉS ÉLECTRONIQUES
(article L. 100 du code des postes et des communications électroniques)

Destinataire : {recipient}
Expéditeur : {sender}

En ma qualité de destinataire non professionnel, je consens expressément à recevoir de l’expéditeur désigné ci-dessus,
à l’adresse électronique qui figure ci-dessus, des lettres recommandées électroniques et des envois recommandés
électroniques en lieu et place de lettres recommandées sur papier.

Je reconnais avoir été informé, avant de consentir, de ce qui suit :

1. La lettre recommandée électronique est équivalente à la lettre recommandée sur papier dès lors qu’elle satisfait
   aux exigences de l’article 44 du règlement (UE) n° 910/2014 du 23 juillet 2014 (« eIDAS »).
2. Chaque envoi m’est annoncé par un avis électronique. Je dispose de quinze jours, à compter du lendemain de cet
   avis, pour l’accepter ou le refuser. L’identité de l’expéditeur ne m’est révélée que si je l’accepte
   (article R. 53-3).
3. Mon identité est vérifiée avant qu’une lettre recommandée électronique me soit remise (article R. 53-1).
4. L’expéditeur reçoit la preuve de mon acceptation, de mon refus ou de l’absence de réclamation dans le délai, avec
   la date et l’heure de celle-ci ; ne pas répondre n’empêche donc pas l’envoi de produire ses effets.
5. Mon consentement est libre. Si je le refuse, l’expéditeur peut m’adresser une lettre recommandée sur papier.
6. Je peux retirer mon consentement à tout moment, sans frais ni justification, auprès de l’expéditeur ou du
   prestataire. Le retrait ne vaut que pour l’avenir : il est sans effet sur les envois déjà déposés.
7. Il m’appartient de relever la messagerie de cette adresse et de signaler à l’expéditeur tout changement d’adresse.

CONSENT TO RECEIVE REGISTERED MAIL ELECTRONICALLY
(article L. 100 of the French Postal and Electronic Communications Code; the French text above prevails)

Recipient: {recipient}
Sender: {sender}

Acting as a recipient who is not a professional, I expressly consent to receive from the sender named above, at the
e-mail address given above, registered electronic letters and registered electronic deliveries in place of registered
letters on paper.

Before consenting I was informed of the following:

1. A registered electronic letter is equivalent to a registered letter on paper where it meets the requirements of
   article 44 of Regulation (EU) No 910/2014 of 23 July 2014 (eIDAS).
2. Each sending is announced to me by an electronic notice. I have fifteen days, counted from the day after that
   notice, to accept or refuse it. I learn who the sender is only if I accept (article R. 53-3).
3. My identity is checked before a registered electronic letter is handed over to me (article R. 53-1).
4. The sender receives the proof that I accepted, refused, or did not claim the sending in time, with its date and
   time; not answering therefore does not keep the sending from taking effect.
5. My consent is free. If I refuse it, the sender may send me a registered letter on paper.
6. I may withdraw my consent at any time, free of charge and without giving a reason, with the sender or with the
   service provider. The withdrawal holds for the future only: it does not affect what was deposited before.
7. It is for me to read the mail of this address, and to tell the sender when the address changes.

BAC À SABLE – sans valeur juridique. SANDBOX – no legal value.
"""

_DECLARATION = """\
DÉCLARATION D’UN CONSENTEMENT DÉJÀ RECUEILLI
(article L. 100 du code des postes et des communications électroniques)

Expéditeur : {sender}
Destinataire : {recipient}

L’expéditeur déclare, sous sa responsabilité, détenir le consentement exprès du destinataire désigné ci-dessus, qui
n’agit pas à titre professionnel, à recevoir de lui des lettres recommandées électroniques et des envois recommandés
électroniques à l’adresse électronique qui figure ci-dessus.

Consentement recueilli le : {day_fr} à {time_fr} (heure de Paris)
Pièce justificative : {evidence_fr}

Le prestataire enregistre cette déclaration ; il n’a pas recueilli lui-même ce consentement. Le destinataire peut le
retirer à tout moment, sans frais ni justification, auprès de l’expéditeur ou du prestataire. Le retrait ne vaut que
pour l’avenir : il est sans effet sur les envois déjà déposés.

DECLARATION OF A CONSENT ALREADY OBTAINED
(article L. 100 of the French Postal and Electronic Communications Code; the French text above prevails)

Sender: {sender}
Recipient: {recipient}

The sender declares, on its own responsibility, that it holds the express consent of the recipient named above, who is
not a professional, to receive from it registered electronic letters and registered electronic deliveries at the
e-mail address given above.

Consent obtained on: {day_en} at {time_en} (Paris time)
Evidence: {evidence_en}

The service provider records this declaration; it did not obtain the consent itself. The recipient may withdraw it at
any time, free of charge and without giving a reason, with the sender or with the service provider. The withdrawal
holds for the future only: it does not affect what was deposited before.

BAC À SABLE – sans valeur juridique. SANDBOX – no legal value.
"""
