"""What the messages to recipients say, French first, then English; those of PEC mailboxes Italian before both.

A notice is not worded here: its text is the domain's, because the dispatch proof attests it, and it is only read apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from textwrap import fill

from sigillo.domain.calendar import civil_datetime
from sigillo.domain.letter import ProofKind, Sender
from sigillo.domain.notice import french_date
from sigillo.domain.outgoing_mail import MailKind, OutgoingMail
from sigillo.domain.pec.wording import prefix_of
from sigillo.domain.pec_receipts import Fact, receipt_of
from sigillo.domain.services.consent import CONSENT

SANDBOX = "BAC À SABLE – sans valeur juridique. SANDBOX – no legal value."
_TEXT_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Words:
    """A message in its languages: paragraphs, the name of its one link, and particulars in pairs (French, English).

    A message that asks for nothing has no link; ``it`` is there where the recipient's provider is Italian.
    """

    subject: str
    fr: tuple[str, ...]
    en: tuple[str, ...]
    link_fr: str
    link_en: str
    particulars: tuple[tuple[str, str, str], ...] = ()
    it: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Names:
    """What a service calls what it carries, and the French pronouns that follow from its gender."""

    a_fr: str
    the_fr: str
    it_fr: str
    a_en: str
    the_en: str


_NAMES = {
    "lre": _Names(
        "une lettre recommandée électronique",
        "la lettre recommandée électronique",
        "l’accepter ou la décliner",
        "a registered electronic letter",
        "the registered electronic letter",
    ),
    "ere": _Names(
        "un envoi recommandé électronique",
        "l’envoi recommandé électronique",
        "l’accepter ou le décliner",
        "a registered electronic delivery",
        "the registered electronic delivery",
    ),
}
_ANSWER = ("Lire l’avis et répondre", "Read the notice and answer")
_NOTICE_BLOCKS = 6  # whom and what, salutation, text; salutation, text; sandbox


def words_of(mail: OutgoingMail) -> Words:
    """Give what a message says."""
    if mail.notice is not None:
        return _read_notice(mail.notice)
    return {
        MailKind.CONSENT_REQUEST: _consent_request,
        MailKind.REMINDER: _reminder,
        MailKind.ACCESS: _access,
        MailKind.MAILBOX_NOTICE: _mailbox_notice,
        MailKind.FORWARDED: _forwarded,
    }[mail.kind](mail)


def text_of(mail: OutgoingMail, words: Words, *, page_url: str) -> str:
    """Give the plain text: of a notice the very text that is attested, then the address to answer at."""
    body = mail.notice or _plain(mail, words)
    return f"{body}\n{words.link_fr} / {words.link_en} :\n{page_url}\n" if page_url else body


def _plain(mail: OutgoingMail, words: Words) -> str:
    to = mail.to
    particulars = [f"{fr} / {en} : {value}" for fr, en, value in words.particulars]
    blocks = [
        f"À : {to.name} <{to.email}>\nObjet : {words.subject}",
        *(["Buongiorno,", *(fill(line, _TEXT_WIDTH) for line in words.it)] if words.it else []),
        "Bonjour,",
        *(fill(line, _TEXT_WIDTH) for line in words.fr),
        *(["\n".join(particulars)] if particulars else []),
        "Hello,",
        *(fill(line, _TEXT_WIDTH) for line in words.en),
        SANDBOX,
    ]
    return "\n\n".join(blocks) + "\n"


def _read_notice(text: str) -> Words:
    """Read the notice apart, so that the page for mail readers says what the attested text says."""
    blocks = text.rstrip("\n").split("\n\n")
    if len(blocks) != _NOTICE_BLOCKS:
        raise ValueError("the notice is not made of the parts that are known here")
    head, _, fr, _, en, _ = blocks
    subject = head.splitlines()[-1].partition(" : ")[2]
    return Words(subject, (" ".join(fr.splitlines()),), (" ".join(en.splitlines()),), *_ANSWER)


def _consent_request(mail: OutgoingMail) -> Words:
    last_fr, last_en = _last_day(mail.expires_at)
    who_fr, who_en = _asking(mail)
    return Words(
        "Votre accord est demandé pour des recommandés électroniques",
        (
            f"{who_fr} pour vous adresser des lettres recommandées par voie électronique. Parce que vous n’agissez pas "
            "à titre professionnel, rien ne peut vous être adressé par cette voie sans votre accord (article L. 100 du "
            "code des postes et des communications électroniques).",
            f"Vous pouvez donner ou refuser votre accord jusqu’au {last_fr} inclus, heure de Paris. Il est libre, et "
            "vous pourrez le retirer à tout moment. Sans réponse de votre part, il est tenu pour non donné.",
        ),
        (
            f"{who_en} to send you registered letters electronically. As you are not acting in a professional "
            "capacity, nothing can be sent to you this way without it (article L. 100 of the French postal and "
            "electronic communications code).",
            f"You may give or refuse your consent until {last_en} inclusive, Paris time. It is free, and you can "
            "withdraw it at any time. Without an answer it counts as not given.",
        ),
        "Donner ou refuser mon accord",
        "Give or refuse my consent",
    )


def _asking(mail: OutgoingMail) -> tuple[str, str]:
    """Give who asks: a consent is given to a sender (L. 100), who is not named where a letter itself asks."""
    if mail.letter.service != CONSENT.name:
        return "Un expéditeur demande votre accord", "A sender asks for your consent"
    sender = _sender(mail.letter.sender)
    return f"{sender} demande votre accord", f"{sender} asks for your consent"


def _reminder(mail: OutgoingMail) -> Words:
    names, number, (last_fr, last_en) = _NAMES[mail.letter.service], mail.letter.number, _last_day(mail.expires_at)
    return Words(
        f"Rappel : {names.a_fr} vous attend",
        (
            f"{_capital(names.a_fr)} vous attend toujours, sous le numéro {number}.",
            f"Vous pouvez {names.it_fr} jusqu’au {last_fr} inclus, heure de Paris. L’expéditeur et le contenu vous "
            "seront connus si vous acceptez. Sans réponse de votre part, l’envoi sera réputé non réclamé et "
            "l’expéditeur en recevra la preuve.",
        ),
        (
            f"{_capital(names.a_en)} still awaits you, under the number {number}.",
            f"You may accept or decline it until {last_en} inclusive, Paris time. You will learn who sent it, and what "
            "it says, if you accept. Without an answer it counts as unclaimed, and the sender receives the proof of "
            "that.",
        ),
        *_ANSWER,
    )


def _access(mail: OutgoingMail) -> Words:
    names, letter = _NAMES[mail.letter.service], mail.letter
    at = civil_datetime(mail.at)
    return Words(
        f"{_capital(names.the_fr)} n° {letter.number} est à votre disposition",
        (
            f"Vous avez accepté {names.the_fr} n° {letter.number} le {french_date(at.date())} à {at:%H:%M:%S}, heure "
            "de Paris. Vous pouvez en lire le contenu, télécharger ses pièces et conserver la preuve de réception.",
        ),
        (
            f"You accepted {names.the_en} no. {letter.number} on {at:%Y-%m-%d} at {at:%H:%M:%S}, Paris time. You can "
            "read what it says, download its files and keep the proof of reception.",
        ),
        "Lire la lettre et télécharger les pièces"
        if letter.service == "lre"
        else "Lire l’envoi et télécharger les pièces",
        "Read it and download its files",
        (
            ("Expéditeur", "Sender", _sender(letter.sender)),
            ("Objet", "Subject", letter.subject),
        ),
    )


def _mailbox_notice(mail: OutgoingMail) -> Words:
    mailbox = mail.letter.recipient.email
    return Words(
        f"Nuova PEC nella casella {mailbox}",
        (f"Une PEC est arrivée dans la boîte {mailbox}. Ouvrez-la pour la lire : cet avis n’en dit pas plus.",),
        (f"A new PEC has arrived in the mailbox {mailbox}. Open it to read it: this notice says no more.",),
        "",
        "",
        (
            ("Mittente / Expéditeur", "Sender", mail.letter.sender.email),
            ("Oggetto / Objet", "Subject", mail.letter.subject),
        ),
        (f"È arrivata una nuova PEC nella casella {mailbox}. Per leggerla aprite la casella: qui non si dice altro.",),
    )


def _forwarded(mail: OutgoingMail) -> Words:
    """Give the envelope's own subject; what the message says, the envelope says."""
    posting = mail.letter.mail
    if posting is None:
        return Words(mail.letter.subject, (), (), "", "")
    fact = Fact(posting, mail.letter.recipient.email, mail.letter.created_at)
    said = receipt_of(ProofKind.TRANSPORT, fact).said
    return Words(f"{prefix_of(said)}: {said.subject}", (), (), "", "")


def _sender(sender: Sender) -> str:
    name = f"{sender.name} ({sender.company})" if sender.company else sender.name
    return f"{name} <{sender.email}>"


def _last_day(expires_at: datetime | None) -> tuple[str, str]:
    if expires_at is None:
        raise ValueError("this message says until when an answer is awaited")
    last = civil_datetime(expires_at - timedelta(seconds=1)).date()
    return french_date(last), last.isoformat()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
