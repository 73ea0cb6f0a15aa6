"""The notice: what the recipient is told before they answer.

CPCE R. 53-3 I: that a registered letter is addressed to them, and that for fifteen days counted from the day after they
may accept it or not. *The recipient is not told who sends it*: neither the sender nor the subject, which may give the
sender away, is an argument here.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sigillo.domain.calendar import civil_datetime

NOTICE_NAME = "notice.txt"

_WHAT = {
    "lre": ("une lettre recommandée électronique", "la", "a registered electronic letter"),
    "ere": ("un envoi recommandé électronique", "le", "a registered electronic delivery"),
}
_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()

_TEXT = """\
À : {name} <{email}>
Objet : {what_fr_capital} vous attend

Bonjour,

{what_fr_capital} vous attend, sous le numéro {number}.
Vous pouvez l’accepter ou {it} décliner jusqu’au {last_fr} inclus, heure de Paris : quinze jours à compter du lendemain
de cet avis (article R. 53-3 du code des postes et des communications électroniques).
L’expéditeur et le contenu vous seront connus si vous acceptez. Sans réponse de votre part, l’envoi sera réputé non
réclamé et l’expéditeur en recevra la preuve.

Hello,

{what_en_capital} awaits you, under the number {number}.
You may accept or decline it until {last_en} inclusive, Paris time: fifteen days counted from the day after this notice.
You will learn who sent it, and what it says, if you accept. Without an answer it counts as unclaimed, and the sender
receives the proof of that.

BAC À SABLE – sans valeur juridique. SANDBOX – no legal value.
"""


def notice(*, service: str, number: str, name: str, email: str, expires_at: datetime) -> bytes:
    """Give the notice of a letter as UTF-8 text; ``expires_at`` is the first instant after the window."""
    what_fr, it, what_en = _WHAT[service]
    last = civil_datetime(expires_at - timedelta(seconds=1)).date()
    return _TEXT.format(
        name=name,
        email=email,
        number=number,
        what_fr_capital=what_fr.capitalize(),
        what_en_capital=what_en.capitalize(),
        it=it,
        last_fr=french_date(last),
        last_en=last.isoformat(),
    ).encode()


def french_date(day: date) -> str:
    """Give a date as a native writes it: ``1er avril 2026``."""
    first = "er" if day.day == 1 else ""
    return f"{day.day}{first} {_MONTHS[day.month - 1]} {day.year}"
