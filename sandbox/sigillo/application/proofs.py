"""Proofs at first need: a claim from the journal, sealed, kept, and the same bytes ever after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from sigillo.application.letters import find
from sigillo.application.ports.blobs import Blobs
from sigillo.application.ports.sealing import Entry, Sealer, Sealers
from sigillo.application.ports.storage import Running, SealedProof, Store, Transaction
from sigillo.application.receipts import Receipts
from sigillo.domain.claims import Claim, attested, claims, notice_of
from sigillo.domain.errors import NotFound
from sigillo.domain.events import Event, journal_line
from sigillo.domain.ids import subject_of_event
from sigillo.domain.letter import Letter, content_manifest
from sigillo.domain.notice import NOTICE_NAME
from sigillo.domain.pec_receipts import Fact
from sigillo.domain.proof_formats import formats_of
from sigillo.domain.services import SERVICES
from sigillo.domain.workspace import Workspace

Find = Callable[[Transaction, str], tuple[Letter, Running]]
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xml": "application/xml",
    "tst": "application/timestamp-token",
    "eml": "message/rfc822",
    "asice": "application/vnd.etsi.asic-e+zip",
}
_CONTAINER = "asice"
_CHUNK = 1 << 18
_SPOOLED_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class ProofView:
    """A proof of a letter: its kind, the fact it attests, and each format that was made of it."""

    kind: str
    event_id: str
    at: datetime
    formats: tuple[SealedProof, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes on their way out; ``size`` in bytes, the caller closes ``source``."""

    name: str
    media_type: str
    size: int
    sha256: str | None
    source: BinaryIO


@dataclass(frozen=True, slots=True)
class _Case:
    """Everything that a letter's proofs follow from."""

    workspace: Workspace
    letter: Letter
    events: list[Event]
    made: dict[tuple[str, str], SealedProof]

    @property
    def claims(self) -> list[Claim]:
        return claims(self.letter, self.events, SERVICES[self.letter.service])


@dataclass(frozen=True, slots=True)
class Proofs:
    """Reads and makes the proofs of any workspace's letters, or of what else ``find`` finds by its id."""

    store: Store
    blobs: Blobs
    sealers: Sealers
    receipts: Receipts
    find: Find = find

    def listing(self, workspace_id: str, letter_id: str) -> list[ProofView]:
        """Give every proof of a letter in the order of the facts, each format sealed."""
        case = self._case(workspace_id, letter_id)
        return [
            ProofView(
                claim.kind.value,
                claim.event_id,
                claim.at,
                tuple(self._proof(case, claim, form) for form in formats_of(claim.kind)),
            )
            for claim in case.claims
        ]

    def document(self, workspace_id: str, letter_id: str, kind: str, form: str | None) -> Document:
        """Give one format of one proof, by default the one that people read.

        Raises :class:`NotFound` naming the proofs and formats there are.
        """
        case = self._case(workspace_id, letter_id)
        claim = next((claim for claim in case.claims if claim.kind.value == kind), None)
        if claim is None:
            raise NotFound(_no_proof(case, kind))
        there = formats_of(claim.kind)
        form = form or there[0]
        if form not in there:
            raise NotFound(f"A {kind} proof comes as {', '.join(there)}, not as {form[:20]!r}.", code="no_such_format")
        proof = self._proof(case, claim, form)
        name = f"{kind}.{form}"
        return Document(name, MEDIA_TYPES[form], proof.size, proof.sha256, self.blobs.open(proof.sha256))

    def bundle(self, workspace_id: str, letter_id: str) -> Document:
        """Give one ASiC-E container with the content, the journal and every proof up to now."""
        case = self._case(workspace_id, letter_id)
        if not case.events:
            raise NotFound(f"The letter {letter_id} has no journal yet.")
        target = _spooled()
        self._pack(case, case.claims, case.events, target)
        size = target.tell()
        target.seek(0)
        return Document(f"{case.letter.number}.asice", MEDIA_TYPES["asice"], size, None, target)

    def _case(self, workspace_id: str, letter_id: str) -> _Case:
        with self.store.reading(workspace_id) as tx:
            letter, running = self.find(tx, letter_id)
            made = {(proof.kind, proof.format): proof for proof in tx.proofs.of_letter(running.ordinal)}
            return _Case(tx.workspace, letter, tx.events.of_letter(running.ordinal), made)

    def _proof(self, case: _Case, claim: Claim, form: str) -> SealedProof:
        made = case.made.get((claim.kind.value, form))
        return made or self._keep(case, claim, form)

    def _keep(self, case: _Case, claim: Claim, form: str) -> SealedProof:
        if form != _CONTAINER:
            blob = self.blobs.put(self._sealed(case, claim, form))
        else:
            with _spooled() as packed, self.blobs.receiving() as receiver:
                self._pack(case, [claim], _until(case.events, claim), packed)
                _copy(packed, receiver.write)
                blob = receiver.keep()
        proof = SealedProof(claim.kind.value, form, blob.sha256, blob.size)
        with self.store.writing(case.workspace.id) as tx:
            tx.proofs.add(case.letter.ordinal, proof)
        case.made[claim.kind.value, form] = proof
        return proof

    def _sealed(self, case: _Case, claim: Claim, form: str) -> bytes:
        if form != "eml" or claim.mail is None:
            return self._sealer(case).seal(claim, form)
        fact = Fact(claim.mail, claim.recipient.email, claim.at, claim.reason, claim.outcome)
        return self.receipts.write(case.workspace, case.letter, claim.kind, fact)

    def _pack(self, case: _Case, proven: Sequence[Claim], events: Sequence[Event], target: BinaryIO) -> None:
        with ExitStack() as opened:
            entries = [*self._content_entries(case, opened), *_notice(case.letter, events), _journal(events)]
            for claim in proven:
                forms = [form for form in formats_of(claim.kind) if form != _CONTAINER]
                entries += [self._entry(case, claim, form, opened) for form in forms]
            self._sealer(case).bundle(entries, target, at=events[-1].at)

    def _content_entries(self, case: _Case, opened: ExitStack) -> list[Entry]:
        letter = case.letter
        manifest = content_manifest(letter.subject, letter.content)
        entries = [Entry("content.json", "application/json", BytesIO(manifest))]
        for part in letter.content.parts:
            if part.file_id is None:
                source: BinaryIO = BytesIO((letter.content.text or "").encode())
            else:
                source = opened.enter_context(self.blobs.open(part.sha256))
            entries.append(Entry(f"content/{part.name}", part.media_type, source))
        return entries

    def _entry(self, case: _Case, claim: Claim, form: str, opened: ExitStack) -> Entry:
        proof = self._proof(case, claim, form)
        source = opened.enter_context(self.blobs.open(proof.sha256))
        return Entry(f"{claim.kind.value}.{form}", MEDIA_TYPES[form], source)

    def _sealer(self, case: _Case) -> Sealer:
        return self.sealers.of(case.workspace)


def attested_at(store: Store, event_id: str) -> list[Claim]:
    """Give what the proof of a fact claims, in whatever workspace it is; raises :class:`NotFound`.

    Workspaces of the same seed name their letters alike, so there may be one for each of them.
    """
    found: list[Claim] = []
    subject = subject_of_event(event_id)
    for workspace in store.workspaces() if subject else ():
        with store.reading(workspace.id) as tx:
            there = _of_token(tx, subject[0]) if subject else None
            journal = tx.events.of_letter(there[1].ordinal) if there else []
        if there:
            proven = claims(there[0], journal, SERVICES[there[0].service])
            found += [claim for claim in proven if claim.event_id == event_id]
    if not found:
        raise NotFound(f"No proof attests the event {event_id[:40]!r}.")
    return found


def _of_token(tx: Transaction, token: str) -> tuple[Letter, Running] | None:
    """Give the letter or the consent whose id ends in a token, or None."""
    return tx.letters.find(f"ltr_{token}") or tx.letters.find(f"con_{token}")


def _until(events: Sequence[Event], claim: Claim) -> list[Event]:
    """Give the facts up to the attested one, so that a later fact does not change an earlier proof's container."""
    last = next(event.index for event in events if event.id == claim.event_id)
    return [event for event in events if event.index <= last]


def _notice(letter: Letter, events: Sequence[Event]) -> list[Entry]:
    text = notice_of(letter, events)
    return [Entry(NOTICE_NAME, "text/plain", BytesIO(text))] if text is not None else []


def _journal(events: Sequence[Event]) -> Entry:
    lines = "".join(journal_line(event) + "\n" for event in events)
    return Entry("events.jsonl", "application/jsonl", BytesIO(lines.encode()))


def _no_proof(case: _Case, kind: str) -> str:
    there = ", ".join(proof.value for proof, _ in attested(case.events)) or "none yet"
    return f"The letter {case.letter.id} has no {kind[:20]!r} proof. Its proofs: {there}."


def _spooled() -> BinaryIO:
    return cast(BinaryIO, SpooledTemporaryFile(max_size=_SPOOLED_BYTES))


def _copy(source: BinaryIO, write: Callable[[bytes], None]) -> None:
    source.seek(0)
    while chunk := source.read(_CHUNK):
        write(chunk)
