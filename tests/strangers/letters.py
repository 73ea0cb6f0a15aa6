"""Letters of both services and consents, with every kind of proof, made through the façade and written as files.

They lie as the demonstration lays them; each consent has a twin, so that it can be taken for another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from sigillo.application.consents import ConsentRequest
from sigillo.application.drafts import ConsentDraft, Draft
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
# The service of consents, and of their twins; the course that makes each kind of their proofs.
CONSENTS: Final = ("consent", "twin")
CONSENT_COURSES: Final = {
    "consent_request": "accept",
    "consent": "accept",
    "consent_revocation": "accept",
    "consent_refusal": "consent-refused",
    "consent_expiry": "consent-ignored",
    "consent_declaration": "declared",
}
OBTAINED_AT: Final = datetime(2025, 11, 3, 9, 30, tzinfo=UTC)
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
        """The folder of its letter, or of its consent."""
        courses = CONSENT_COURSES if self.service in CONSENTS else SCENARIOS
        return f"{self.service}-{courses[self.kind]}"

    @property
    def content(self) -> str:
        """The name of a part of the content: a letter's file, a consent's text."""
        return "consent.txt" if self.service in CONSENTS else "contrat signé.pdf"

    @property
    def counterpart(self) -> Proof:
        """The same kind of the other service, or of the twin: equally genuine, and about another."""
        pair = CONSENTS if self.service in CONSENTS else SERVICES
        return Proof(pair[1 - pair.index(self.service)], self.kind)

    def file(self, folder: Path, form: str) -> Path:
        """The file of one format."""
        return folder / self.letter / f"{self.kind}.{form}"

    def __str__(self) -> str:
        return f"{self.service}-{self.kind}"


PROOFS: Final = (
    *(Proof(service, kind) for service in SERVICES for kind in SCENARIOS),
    *(Proof(CONSENTS[0], kind) for kind in CONSENT_COURSES),
)
LETTERS: Final = tuple(dict.fromkeys(proof.letter for proof in PROOFS))


def write_proofs(folder: Path) -> Authority:
    """Send the letters, let all time pass, and write ``trust/`` and each letter's folder; gives who sealed them."""
    sandbox = build(data=None)
    workspace_id = sandbox.workspaces.ensure("strangers", seed="strangers", key="a key of strangers", start=START)
    twins = tuple(proof.counterpart for proof in PROOFS if proof.service in CONSENTS)
    folders = dict.fromkeys((*LETTERS, *(twin.letter for twin in twins)))
    made = {each: _make(sandbox, workspace_id, *each.partition("-")[::2]) for each in folders}
    sandbox.simulation.advance_until(workspace_id, "idle")
    for service in CONSENTS:
        sandbox.consents.revoke(workspace_id, made[f"{service}-accept"], reply=lambda _: Answer("", 0, {}, b""))
    for proof in (*PROOFS, *twins):
        proof.file(folder, "").parent.mkdir(parents=True, exist_ok=True)
        proofs = sandbox.consent_proofs if proof.service in CONSENTS else sandbox.proofs
        for form in FORMS:
            _write(proof.file(folder, form), proofs.document(workspace_id, made[proof.letter], proof.kind, form))
        _write(folder / proof.letter / "bundle.asice", proofs.bundle(workspace_id, made[proof.letter]))
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


def _make(sandbox: Sandbox, workspace_id: str, service: str, course: str) -> str:
    """Send a letter, or ask for a consent or declare one; give the id."""
    if service not in CONSENTS:
        return _send(sandbox, workspace_id, service, course)
    declared = course == "declared"
    asked = ConsentRequest(
        Recipient(RecipientKind.INDIVIDUAL, "Noël Garçon", f"{service}.{course}@example.test"),
        sender=Sender("Zoé Lefèvre", "zoe@example.test", "Bâtir & Cie"),
        scenario=None if declared else course,
        declared=ConsentDraft(OBTAINED_AT, _evidence(sandbox, workspace_id, service)) if declared else None,
    )
    reply = sandbox.consents.ask(workspace_id, asked, reply=lambda view: Answer("", 0, {}, view.item.id.encode()))
    return reply.answer.body.decode()


def _evidence(sandbox: Sandbox, workspace_id: str, service: str) -> str:
    """Upload a file that shows a consent; give its id."""
    with sandbox.blobs.receiving() as receiver:
        receiver.write(_pages(service, "declared"))
        file = Received("bulletin signé.pdf", "application/pdf", receiver)
        reply = sandbox.files.add(workspace_id, file, reply=lambda kept: Answer("", 0, {}, kept.id.encode()))
    return reply.answer.body.decode()


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
