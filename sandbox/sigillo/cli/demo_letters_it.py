"""What the demonstration sends by PEC: people who do not exist, writing real Italian business letters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from faker import Faker

from sigillo.cli.demo_letters import DemoLetter
from sigillo.domain.letter import Recipient, RecipientKind, Sender
from sigillo.domain.pec_addresses import DOMAIN

# Faker keeps Italian towns in a set, whose order is another one in each process.
_TOWNS = (
    ("20121", "Milano", "MI"),
    ("00184", "Roma", "RM"),
    ("10122", "Torino", "TO"),
    ("40124", "Bologna", "BO"),
    ("50123", "Firenze", "FI"),
    ("80133", "Napoli", "NA"),
    ("16121", "Genova", "GE"),
    ("35121", "Padova", "PD"),
    ("70121", "Bari", "BA"),
    ("90133", "Palermo", "PA"),
)
_MONTHS = "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split()


def italian_letters(seed: str, day: date) -> Iterator[DemoLetter]:
    """Give letters without end, always the same ones for a seed; the recipients' addresses are to be filled in."""
    faker = Faker("it_IT")
    faker.seed_instance(f"sigillo demo pec {seed}")
    number = 0
    while True:
        yield _letter(faker, number, day)
        number += 1


def _letter(faker: Faker, number: int, day: date) -> DemoLetter:
    first, last, company = faker.first_name(), faker.last_name(), faker.company()
    sender = Sender(f"{first} {last}", f"{_local(first)}.{_local(last)}@{DOMAIN}", company)
    recipient = Recipient(RecipientKind.PROFESSIONAL, faker.name(), "", faker.company())
    write = (_reminder, _termination, _meeting)[number % 3]
    subject, paragraphs = write(faker)
    code, city, province = faker.random_element(_TOWNS)
    their_code, their_city, their_province = faker.random_element(_TOWNS)
    ordinal = "1º" if day.day == 1 else str(day.day)
    return DemoLetter(
        sender=sender,
        sender_address=f"{faker.street_address()}\n{code} {city} {province}",
        recipient=recipient,
        recipient_address=f"{faker.street_address()}\n{their_code} {their_city} {their_province}",
        subject=subject,
        paragraphs=[*paragraphs, *_closing(sender)],
        date_text=f"{city}, {ordinal} {_MONTHS[day.month - 1]} {day.year}",
    )


def _local(name: str) -> str:
    """A name as the local part of an address: letters of ASCII alone."""
    plain = name.lower().translate(str.maketrans("àèéìòù", "aeeiou"))
    return "".join(char for char in plain if char.isascii() and char.isalpha())


def _reminder(faker: Faker) -> tuple[str, list[str]]:
    invoice = f"{faker.random_int(1, 900)}/2026"
    amount = f"{faker.random_int(1, 48)}.{faker.random_int(100, 999)},{faker.random_int(10, 99)} €"
    return f"Diffida e messa in mora – fattura n. {invoice}", [
        "Spettabile ditta,",
        f"dalle nostre scritture contabili la fattura n. {invoice}, di importo pari a {amount} IVA compresa, risulta "
        "tuttora insoluta, benché il termine di pagamento sia scaduto da oltre quarantacinque giorni e nonostante i "
        "solleciti già inviati.",
        "Con la presente Vi diffidiamo formalmente, ai sensi e per gli effetti dell’art. 1219 del codice civile, a "
        "corrispondere la somma dovuta entro quindici giorni dal ricevimento, oltre agli interessi moratori previsti "
        "dal d.lgs. 231/2002, che decorrono senza necessità di ulteriore costituzione in mora.",
        "Decorso inutilmente tale termine ci vedremo costretti, senza ulteriore preavviso, a tutelare il nostro "
        "credito nelle sedi competenti, con aggravio di spese a Vostro carico.",
        "La presente vale anche quale atto interruttivo della prescrizione. Qualora abbiate già provveduto al "
        "pagamento, Vi preghiamo di trasmetterci copia della disposizione di bonifico.",
    ]


def _termination(faker: Faker) -> tuple[str, list[str]]:
    contract = faker.numerify("C-######")
    return f"Disdetta del contratto di manutenzione {contract}", [
        "Spettabile ditta,",
        f"con la presente Vi comunichiamo la disdetta del contratto di manutenzione n. {contract}, che non intendiamo "
        "rinnovare alla prossima scadenza, nel rispetto del termine di preavviso di tre mesi ivi previsto.",
        "Vi chiediamo di confermarci la cessazione di ogni addebito alla data di efficacia della disdetta e di "
        "trasmetterci, entro trenta giorni, il conteggio finale delle somme eventualmente dovute.",
        "Resta a Vostra cura il ritiro delle apparecchiature concesse in uso; i nostri uffici sono a disposizione per "
        "concordare una data e redigere il verbale di riconsegna.",
        "I dati personali trattati per nostro conto dovranno essere restituiti e quindi cancellati, con rilascio "
        "della relativa attestazione.",
    ]


def _meeting(faker: Faker) -> tuple[str, list[str]]:
    place = f"Condominio {faker.last_name()}"
    return f"Convocazione dell’assemblea ordinaria – {place}", [
        "Gentile condomino,",
        f"è convocata l’assemblea ordinaria del {place}, che si terrà il mese prossimo, alle ore 18.30, presso la sala "
        "parrocchiale; in difetto del numero legale l’assemblea si riunirà in seconda convocazione il giorno "
        "successivo, alla stessa ora e nello stesso luogo.",
        "Ordine del giorno: approvazione del rendiconto dell’esercizio chiuso e del relativo stato di riparto; "
        "approvazione del bilancio preventivo; conferma o nomina dell’amministratore; lavori di rifacimento della "
        "facciata interna; varie ed eventuali.",
        "Chi non potesse intervenire può farsi rappresentare con delega scritta. I documenti contabili sono a "
        "disposizione presso lo studio dell’amministratore, previo appuntamento.",
    ]


def _closing(sender: Sender) -> list[str]:
    return [
        "La presente è inviata a mezzo posta elettronica certificata: la ricevuta di avvenuta consegna ne attesta a "
        "ogni effetto il momento della consegna nella casella del destinatario.",
        "Le persone, le somme e le date citate in questo documento sono immaginarie: è stato prodotto da una sandbox, "
        "a scopo di prova, e non ha alcun valore legale.",
        "Distinti saluti.",
        f"{sender.name}\n{sender.company}",
    ]
