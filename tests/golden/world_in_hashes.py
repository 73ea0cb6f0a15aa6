"""Every scenario from submission to idle, every course of a consent, and PEC to several, as hashes.

`python -m tests.golden.world_in_hashes SEED [early|late]`

Prints JSON: for each scenario the journal's digests and the SHA-256 of every format of every proof and of the
bundle. ``early`` makes each proof as soon as there is one, ``late`` when nothing is due any more.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from hashlib import sha256

from sigillo.application.consents import ConsentRequest, ConsentView
from sigillo.application.drafts import ConsentDraft
from sigillo.application.ports.storage import Answer, LetterFilter
from sigillo.domain.letter import Recipient, RecipientKind
from sigillo.domain.pec.certification import ReceiptType
from tests.simulation.mailing import send_pec
from tests.simulation.world import World

TEXT = "<p>Élève, voilà l’été&nbsp;: « œuvre » à 15 €.</p>"


# The courses of a consent, and what the individual is played by.
CONSENTS = {
    "given": "accept",
    "refused": "consent-refused",
    "expired": "consent-ignored",
    "revoked": "accept",
    "declared": None,
}


# A PEC to several, whose letters are hashed apart: each with its outcome, in words of its provider.
POSTED_TO = ("deliver@pec.test", "late@aruba.pec.test", "unknown@namirial.pec.test")
COPIED_TO = ("timeout@poste.pec.test", "ordinary@legalmail.pec.test", "qualcuno@nodomain.test")


def main(seed: str, when: str) -> None:
    """Print the world of a seed."""
    print(json.dumps(world_in_hashes(seed, early=when == "early"), sort_keys=True))


def world_in_hashes(seed: str, *, early: bool = False) -> dict[str, dict[str, str]]:
    """Play every scenario of every service and give its hashes by scenario."""
    world = World(seed=seed)
    letters = {f"{service}-{name}": _send(world, name, service) for service, name in _cases(world, "lre", "ere")}
    consents = {f"consent-{name}": _ask(world, name) for name in CONSENTS}
    letters |= {f"{service}-{name}": _send(world, name, service) for service, name in _cases(world, "pec")}
    letters |= _posted(world)
    while early and world.sandbox.simulation.advance_until(world.id, "next_event").events:
        for letter in letters.values():
            world.sandbox.proofs.listing(world.id, letter)
        for consent in consents.values():
            world.sandbox.consent_proofs.listing(world.id, consent)
    world.sandbox.simulation.advance_until(world.id, "idle")
    world.sandbox.consents.revoke(world.id, consents["consent-revoked"], reply=_id_alone)
    hashes = {name: _hashes(world, letter) for name, letter in letters.items()}
    return hashes | {name: _consent_hashes(world, consent) for name, consent in consents.items()}


def _cases(world: World, *services: str) -> list[tuple[str, str]]:
    scenarios = world.sandbox.shelf.all(world.sandbox.store, world.id)
    return [(service, s.name) for service in services for s in scenarios if service in s.services]


def _send(world: World, name: str, service: str) -> str:
    if service == "pec":
        return send_pec(world, f"{name}@pec.test", sender="giulia.bianchi@pec.test")
    individual = name.startswith("consent") or name == "accept"
    kind = RecipientKind.INDIVIDUAL if individual else RecipientKind.PROFESSIONAL
    return world.send(f"{name}@{service}.test", kind=kind, text=TEXT)


def _posted(world: World) -> dict[str, str]:
    first = send_pec(
        world,
        *POSTED_TO,
        copied=COPIED_TO,
        sender="giulia.bianchi@aruba.pec.test",
        receipt_type=ReceiptType.BRIEF,
        text=TEXT,
        text_media_type="text/html",
    )
    message_id = world.sandbox.queries.letter(world.id, first).letter.mail.message_id  # type: ignore[union-attr]  # of a PEC
    wanted = LetterFilter(message_id=message_id)
    letters = world.sandbox.queries.letters(world.id, wanted, limit=100, before=None)
    return {f"pec to several, {letter.recipient.email}": letter.id for letter, _ in letters}


def _ask(world: World, name: str) -> str:
    declared = ConsentDraft(datetime(2025, 11, 3, 9, 30, tzinfo=UTC)) if name == "declared" else None
    to = Recipient(RecipientKind.INDIVIDUAL, "Zoé Lefèvre", f"{name}@example.test")
    asked = ConsentRequest(to, scenario=CONSENTS[name], declared=declared)
    return world.sandbox.consents.ask(world.id, asked, reply=_id_alone).answer.body.decode()


def _id_alone(view: ConsentView) -> Answer:
    return Answer("", 201, {}, view.item.id.encode())


def _consent_hashes(world: World, consent: str) -> dict[str, str]:
    _, events = world.sandbox.consents.history(world.id, consent)
    proofs = world.sandbox.consent_proofs.listing(world.id, consent)
    hashes = {f"{proof.kind}.{form.format}": form.sha256 for proof in proofs for form in proof.formats}
    return {**hashes, "journal": events[-1].digest, "id": consent}


def _hashes(world: World, letter: str) -> dict[str, str]:
    _, events = world.sandbox.queries.history(world.id, letter)
    proofs = world.sandbox.proofs.listing(world.id, letter)
    hashes = {f"{proof.kind}.{form.format}": form.sha256 for proof in proofs for form in proof.formats}
    with world.sandbox.proofs.bundle(world.id, letter).source as bundle:
        hashes["bundle.asice"] = sha256(bundle.read()).hexdigest()
    return {**hashes, "journal": events[-1].digest, "id": letter}


if __name__ == "__main__":
    main(*sys.argv[1:])
