"""Letters of both services with every kind of proof, sent through the façade and written as the demonstration does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from sigillo.application.drafts import Draft
from sigillo.application.files import Received
from sigillo.application.ports.storage import Answer
from sigillo.application.proofs import Document
from sigillo.application.sandbox import Sandbox
from sigillo.bootstrap import build
from sigillo.domain.letter import Recipient, RecipientKind, Sender
from sigillo.proofs.authority import WHOLE_CLOCK, Authority, build_authority
from sigillo.proofs.letterpress import press_letter

SERVICES: Final = ("lre", "ere")
# The scenario that makes each kind of proof.
SCENARIOS: Final = {
    "consent": "accept",
    "deposit": "accept",
    "dispatch": "accept",
    "reception": "accept",
    "refusal": "refuse",
    "negligence": "neglect",
    "bounce": "bounce",
}
FORMS: Final = ("pdf", "xml", "tst", "asice")
TEXT: Final = "<p>Vous trouverez ci-joint le contrat à signer.</p>"
REVOKED_AT: Final = datetime(2001, 1, 1, tzinfo=UTC)
START: Final = datetime(2026, 3, 2, 8, 30, 15, 250_000, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Proof:
    """A kind of proof of one service; its files stand under the same names in any folder of proofs."""

    service: str
    kind: str

    @property
    def letter(self) -> str:
        """The folder of its letter."""
        return f"{self.service}-{SCENARIOS[self.kind]}"

    @property
    def counterpart(self) -> Proof:
        """The same kind of the other service: equally genuine, and about another letter."""
        return Proof("ere" if self.service == "lre" else "lre", self.kind)

    def file(self, folder: Path, form: str) -> Path:
        """The file of one format."""
        return folder / self.letter / f"{self.kind}.{form}"

    def __str__(self) -> str:
        return f"{self.service}-{self.kind}"


PROOFS: Final = tuple(Proof(service, kind) for service in SERVICES for kind in SCENARIOS)
LETTERS: Final = tuple(dict.fromkeys(proof.letter for proof in PROOFS))


def write_proofs(folder: Path) -> Authority:
    """Send the letters, let all time pass, and write ``trust/`` and each letter's folder; gives who sealed them."""
    sandbox = build(data=None)
    workspace_id = sandbox.workspaces.ensure("strangers", seed="strangers", key="a key of strangers", start=START)
    letters = {letter: _send(sandbox, workspace_id, *letter.split("-")) for letter in LETTERS}
    sandbox.simulation.advance_until(workspace_id, "idle")
    for proof in PROOFS:
        proof.file(folder, "").parent.mkdir(parents=True, exist_ok=True)
        for form in FORMS:
            made = sandbox.proofs.document(workspace_id, letters[proof.letter], proof.kind, form)
            _write(proof.file(folder, form), made)
    for letter, letter_id in letters.items():
        _write(folder / letter / "bundle.asice", sandbox.proofs.bundle(workspace_id, letter_id))
    workspace = sandbox.workspaces.get(workspace_id)
    trust = sandbox.sealers.of(workspace).trust()
    _write_trust(folder / "trust", (trust.root_pem, trust.issuing_ca_pem, trust.crl_pem))
    return build_authority(workspace.lot.child("authority").key, workspace_id=workspace_id)


def write_other_trust(folder: Path) -> None:
    """Write the trust of another workspace, which vouches for none of these proofs."""
    sandbox = build(data=None)
    workspace_id = sandbox.workspaces.ensure("others", seed="others", key="a key of others", start=START)
    trust = sandbox.sealers.of(sandbox.workspaces.get(workspace_id)).trust()
    _write_trust(folder, (trust.root_pem, trust.issuing_ca_pem, trust.crl_pem))


def write_revoking_trust(folder: Path, authority: Authority) -> None:
    """Write the trust of an authority that has revoked its seal and its timestamp unit, long before the letters."""
    issuer = authority.issuing
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.cert.subject)
    builder = builder.last_update(WHOLE_CLOCK.not_before).next_update(WHOLE_CLOCK.not_after)
    for leaf in (authority.seal.cert, authority.timestamp.cert):
        revoked = x509.RevokedCertificateBuilder().serial_number(leaf.serial_number).revocation_date(REVOKED_AT)
        builder = builder.add_revoked_certificate(revoked.build())
    revocations = [authority.crls[0], builder.sign(issuer.key, hashes.SHA256())]
    certificates = [identity.cert.public_bytes(Encoding.PEM).decode() for identity in (authority.root, issuer)]
    lists = "".join(each.public_bytes(Encoding.PEM).decode() for each in revocations)
    _write_trust(folder, (certificates[0], certificates[1], lists))


def _write(path: Path, document: Document) -> None:
    with document.source as source:
        path.write_bytes(source.read())


def _write_trust(folder: Path, pems: tuple[str, str, str]) -> None:
    folder.mkdir(parents=True)
    for name, pem in zip(("root", "issuing-ca", "crl"), pems, strict=True):
        (folder / f"{name}.pem").write_text(pem)


def _send(sandbox: Sandbox, workspace_id: str, service: str, scenario: str) -> str:
    individual = scenario == "accept"  # is asked to consent, which makes the proof of consent
    kind = RecipientKind.INDIVIDUAL if individual else RecipientKind.PROFESSIONAL
    company = None if individual else "Société Générale d’Entretien"
    draft = Draft(
        service=service,
        sender=Sender("Zoé Lefèvre", "zoe@example.test", "Bâtir & Cie"),
        recipient=Recipient(kind, "Noël Garçon", f"{scenario}@{service}.test", company),
        subject=f"Contrat de maintenance n° {service.upper()}-{scenario}",
        text=TEXT,
        text_media_type="text/html",
    )
    with sandbox.blobs.receiving() as receiver:
        receiver.write(_pages(service, scenario))
        uploads = [Received("contrat signé.pdf", "application/pdf", receiver)]
        reply = sandbox.letters.submit(
            workspace_id, draft, reply=lambda letter, _: Answer("", 0, {}, letter.id.encode()), uploads=uploads
        )
    return reply.answer.body.decode()


def _pages(service: str, scenario: str) -> bytes:
    """A letter of several pages, other for every letter."""
    return press_letter(
        sender_name="Zoé Lefèvre\nBâtir & Cie",
        sender_address="12 rue de l’Évêché\n35000 Rennes",
        recipient_name="Noël Garçon",
        recipient_address="3 place du Marché\n69001 Lyon",
        subject=f"Contrat de maintenance n° {service.upper()}-{scenario}",
        paragraphs=["Nous vous prions de bien vouloir signer le contrat ci-après. " * 20] * 12,
        date_text="Rennes, le 2 mars 2026",
    )
