"""What the demonstration sends: people who do not exist, writing real French business letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from faker import Faker

from sigillo.domain.letter import Recipient, RecipientKind, Sender

_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()


@dataclass(frozen=True, slots=True)
class DemoLetter:
    """One letter of the demonstration: who writes to whom, about what, and the words."""

    sender: Sender
    sender_address: str
    recipient: Recipient
    recipient_address: str
    subject: str
    paragraphs: Sequence[str]
    date_text: str


def demo_letters(seed: str, day: date) -> Iterator[DemoLetter]:
    """Give letters without end, always the same ones for a seed; the recipients' addresses are to be filled in."""
    faker = Faker("fr_FR")
    faker.seed_instance(f"sigillo demo {seed}")
    number = 0
    while True:
        yield _letter(faker, number, day)
        number += 1


def _letter(faker: Faker, number: int, day: date) -> DemoLetter:
    company = faker.company()
    sender = Sender(name=faker.name(), email=faker.ascii_company_email(), company=company)
    recipient = Recipient(RecipientKind.PROFESSIONAL, faker.name(), "", faker.company())
    write = (_unpaid_invoice, _termination, _general_meeting)[number % 3]
    subject, paragraphs = write(faker, sender, day)
    city = faker.city()
    ordinal = "1er" if day.day == 1 else str(day.day)
    return DemoLetter(
        sender=sender,
        sender_address=f"{faker.street_address()}\n{faker.postcode()} {city}",
        recipient=recipient,
        recipient_address=f"{faker.street_address()}\n{faker.postcode()} {faker.city()}",
        subject=subject,
        paragraphs=[*paragraphs, *_closing(sender)],
        date_text=f"{city}, le {ordinal} {_MONTHS[day.month - 1]} {day.year}",
    )


def _unpaid_invoice(faker: Faker, sender: Sender, day: date) -> tuple[str, list[str]]:
    invoice = faker.numerify("F-####-####")
    amount = f"{faker.random_int(1, 48)} {faker.random_int(100, 999)},{faker.random_int(10, 99)} €"
    return f"Mise en demeure de payer la facture {invoice}", [
        "Madame, Monsieur,",
        f"Sauf erreur ou omission de notre part, nous constatons que la facture n° {invoice}, d’un montant de {amount} "
        "toutes taxes comprises, demeure impayée à ce jour, alors qu’elle est arrivée à échéance il y a plus de "
        "quarante-cinq jours.",
        "Malgré nos deux relances, restées sans réponse, aucun règlement ni aucune contestation ne nous est parvenu. "
        "Les prestations correspondantes ont pourtant été exécutées dans leur intégralité et réceptionnées sans "
        "réserve par vos services, ainsi qu’en attestent les procès-verbaux signés.",
        "En conséquence, nous vous mettons en demeure de nous régler la somme précitée dans un délai de huit jours à "
        "compter de la réception de la présente lettre, qui fait courir de plein droit les intérêts de retard prévus "
        "à l’article L. 441-10 du code de commerce, au taux appliqué par la Banque centrale européenne à son "
        "opération de refinancement la plus récente, majoré de dix points de pourcentage.",
        "S’y ajoute l’indemnité forfaitaire pour frais de recouvrement de 40 €, sans préjudice d’une indemnisation "
        "complémentaire sur justification, lorsque les frais exposés sont supérieurs à ce montant.",
        "À défaut de règlement dans le délai imparti, nous nous verrons contraints de saisir la juridiction compétente "
        "afin d’obtenir le recouvrement de notre créance, et de suspendre sans autre avis l’exécution des commandes en "
        "cours.",
        "Si le règlement avait été effectué entre-temps, nous vous prions de considérer cette lettre comme sans objet "
        "et de nous adresser la référence du virement, afin que notre service comptable puisse le rapprocher.",
    ]


def _termination(faker: Faker, sender: Sender, day: date) -> tuple[str, list[str]]:
    contract = faker.numerify("C-######")
    return f"Résiliation du contrat de maintenance {contract}", [
        "Madame, Monsieur,",
        f"Par la présente, nous vous notifions notre décision de ne pas reconduire le contrat de maintenance n° "
        f"{contract}, conclu pour une durée d’un an renouvelable par tacite reconduction, et d’y mettre fin à sa "
        "prochaine échéance.",
        "Conformément à l’article 9 des conditions générales, cette résiliation vous est adressée par lettre "
        "recommandée électronique en respectant le préavis de trois mois qui y est stipulé.",
        "Nous vous saurions gré de bien vouloir accuser réception de cette résiliation, d’arrêter l’ensemble des "
        "prélèvements à la date d’effet et de nous faire parvenir, sous trente jours, le décompte définitif des sommes "
        "éventuellement dues de part et d’autre.",
        "Il vous appartiendra de procéder à l’enlèvement des équipements mis à notre disposition ; nos équipes se "
        "tiendront à la vôtre pour convenir d’une date et dresser un état contradictoire du matériel restitué.",
        "Nous vous rappelons enfin que les données à caractère personnel que vous traitez pour notre compte doivent, "
        "au terme du contrat, être restituées puis effacées, et que vous devez nous en délivrer l’attestation.",
        "Cette décision, qui tient à la réorganisation de nos services techniques, n’enlève rien à la qualité de nos "
        "relations, et nous vous remercions du sérieux avec lequel vous avez conduit vos interventions.",
    ]


def _general_meeting(faker: Faker, sender: Sender, day: date) -> tuple[str, list[str]]:
    residence = f"Résidence {faker.last_name()}"
    return f"Convocation à l’assemblée générale – {residence}", [
        "Madame, Monsieur,",
        f"Nous avons l’honneur de vous convoquer à l’assemblée générale ordinaire des copropriétaires de la "
        f"{residence}, qui se tiendra le mois prochain, à dix-huit heures trente, dans la salle polyvalente de la "
        "mairie.",
        "L’ordre du jour est le suivant : élection du président de séance, du secrétaire et des scrutateurs ; "
        "approbation des comptes de l’exercice écoulé ; quitus donné au syndic pour sa gestion ; vote du budget "
        "prévisionnel ; travaux de ravalement de la façade côté cour ; remplacement de la chaudière collective ; "
        "questions diverses.",
        "Vous trouverez ci-joints l’état financier du syndicat, le compte de gestion général, le projet de budget "
        "présenté avec le comparatif du dernier budget approuvé, les devis reçus pour les travaux soumis au vote et le "
        "projet de chaque résolution.",
        "Les pièces justificatives des charges peuvent être consultées dans nos bureaux, sur rendez-vous, tous les "
        "jours ouvrés entre la présente convocation et la tenue de l’assemblée.",
        "Si vous ne pouviez être présent, vous pouvez vous faire représenter par un mandataire de votre choix, membre "
        "ou non du syndicat, en lui remettant le pouvoir annexé, daté et signé, ou voter par correspondance au moyen "
        "du formulaire joint, qui doit nous parvenir trois jours francs au moins avant la réunion.",
        "Nous appelons votre attention sur l’importance de cette assemblée : les décisions relatives au ravalement "
        "engagent le budget de la copropriété pour les trois exercices à venir.",
    ]


def _closing(sender: Sender) -> list[str]:
    return [
        "La présente lettre vous est adressée par voie électronique, avec demande d’avis de réception. Les preuves de "
        "son dépôt, de son envoi et de sa réception, ou de son refus, sont conservées par le prestataire et tenues à "
        "la disposition de l’expéditeur pendant un an au moins.",
        "Vous disposez, pour accepter ou refuser cet envoi, d’un délai de quinze jours à compter du lendemain de "
        "l’avis qui vous en a informé. Passé ce délai, il sera réputé non réclamé, ce dont une preuve nous sera "
        "délivrée au plus tard le jour suivant, avec la date et l’heure de l’avis.",
        "Nous vous rappelons que la date d’effet des délais qui courent à compter de la présente est celle de sa "
        "première présentation, c’est-à-dire celle de l’avis, et que le refus de l’envoi ou son abandon ne sauraient "
        "en suspendre le cours ni en retarder les conséquences.",
        "Pour la bonne tenue de votre dossier, merci de rappeler dans toute correspondance les références portées en "
        "objet, ainsi que le numéro d’envoi qui figure sur l’avis et sur chacune des preuves. Les pièces annoncées "
        "sont celles-là mêmes dont l’empreinte SHA-256 est inscrite sur la preuve de dépôt : toute modification, même "
        "d’un seul octet, se verrait aussitôt.",
        "Si vous estimez avoir reçu cette lettre par erreur, nous vous serions obligés de nous le signaler sans délai "
        "et de ne pas en conserver de copie, les informations qu’elle contient n’étant destinées qu’à la personne "
        "désignée en tête.",
        "Toutes les sommes, dates et personnes citées dans ce document sont imaginaires : il a été produit par un bac "
        "à sable, pour des essais, et n’a aucune valeur juridique.",
        "Nous restons à votre disposition pour tout renseignement complémentaire, par téléphone aux heures ouvrables "
        "ou par courrier électronique à l’adresse indiquée en tête, et nous efforcerons de répondre à vos questions "
        "dans les meilleurs délais.",
        "Nous vous prions d’agréer, Madame, Monsieur, l’expression de nos salutations distinguées.",
        f"{sender.name}\n{sender.company}",
    ]
