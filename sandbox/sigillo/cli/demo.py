"""`sigillo demo`: one letter per scenario, all of their lives, every proof written and verified. Needs no server."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson

from sigillo.api.letter_text import letter_json
from sigillo.application.drafts import Draft
from sigillo.application.files import Received
from sigillo.application.ports.storage import Answer
from sigillo.application.proofs import Document, ProofView
from sigillo.application.queries import LetterView
from sigillo.application.sandbox import Sandbox
from sigillo.bootstrap import build, build_letterpress
from sigillo.cli.demo_letters import DemoLetter, demo_letters
from sigillo.cli.demo_letters_it import italian_letters
from sigillo.cli.demo_table import Row, print_table
from sigillo.domain.calendar import civil_datetime
from sigillo.domain.events import journal_line
from sigillo.domain.letter import Course, Letter, Recipient, RecipientKind
from sigillo.domain.scenario import Scenario
from sigillo.domain.verdict import Conclusion, worst

Press = Callable[..., bytes]
START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
_CHUNK = 1 << 18
_LETTERS = {"lre": demo_letters, "ere": demo_letters, "pec": italian_letters}
_PLACES = {"nodomain": "ufficio@nodomain.test", "ordinary": "mario.rossi@example.com"}  # the address alone says it
_TO_INDIVIDUALS = frozenset({"accept"})  # whose consent is asked first, so that its proof is shown too
_CONTAINER = "asice"
_JUDGED = frozenset({".pdf", ".xml", ".tst", ".eml", ".asice"})


@dataclass(frozen=True, slots=True)
class _Case:
    """One letter of the demonstration: a scenario played in a service."""

    service: str
    scenario: Scenario

    @property
    def folder(self) -> str:
        return f"{self.service}-{self.scenario.name}"

    @property
    def address(self) -> str:
        if self.scenario.name in _PLACES:
            return _PLACES[self.scenario.name]
        return f"{self.scenario.name}@{self.service}.test"


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-out"),
    show_default=True,
    help="Folder to write to; what an earlier demo wrote there is replaced.",
)
@click.option("--seed", default="demo", show_default=True, help="Another seed is another world: ids, people, keys.")
def demo(out: Path, seed: str) -> None:
    """Send one letter per scenario, let all time pass, write every proof and verify each one.

    The folder gets trust/ (root, issuing CA, CRLs) and one folder per letter. Run twice, it gets the same bytes.
    """
    sandbox = build(data=None)
    workspace_id = sandbox.workspaces.ensure("demo", seed=seed, key=f"demo {seed}", start=START)
    cases = list(_cases(sandbox, workspace_id))
    texts = {service: write(seed, START.date()) for service, write in _LETTERS.items()}
    press = build_letterpress()
    sent = [(case, _send(sandbox, workspace_id, case, next(texts[case.service]), press)) for case in cases]
    sandbox.simulation.advance_until(workspace_id, "idle")
    _begin_folder(out)
    _write_trust(sandbox, workspace_id, out / "trust")
    rows = []
    with click.progressbar(
        sent, label="Sealing and verifying", item_show_func=lambda s: s[0].folder if s else ""
    ) as bar:
        for case, letter_id in bar:
            rows.append(_write_letter(sandbox, workspace_id, letter_id, out / case.folder))
    print_table(rows)
    _conclude(rows, out)


def _cases(sandbox: Sandbox, workspace_id: str) -> Iterator[_Case]:
    scenarios = sandbox.shelf.all(sandbox.store, workspace_id)
    for service in _LETTERS:
        yield from (_Case(service, scenario) for scenario in scenarios if service in scenario.services)


def _send(sandbox: Sandbox, workspace_id: str, case: _Case, text: DemoLetter, press: Press) -> str:
    individual = case.scenario.asks_consent or case.scenario.name in _TO_INDIVIDUALS
    kind = RecipientKind.INDIVIDUAL if individual else RecipientKind.PROFESSIONAL
    company = None if individual else text.recipient.company
    recipient = replace(text.recipient, kind=kind, company=company, email=case.address)
    draft = Draft(
        service=case.service,
        sender=text.sender,
        recipient=recipient,
        subject=text.subject,
        reference=case.folder,
        tags=("demo",),
    )
    with sandbox.blobs.receiving() as receiver:
        receiver.write(_pressed(press, text, recipient))
        uploads = [Received("content.pdf", "application/pdf", receiver)]
        answered = sandbox.letters.submit(workspace_id, draft, reply=_id_alone, uploads=uploads)
    return answered.answer.body.decode()


def _pressed(press: Press, text: DemoLetter, recipient: Recipient) -> bytes:
    lines = (recipient.company, recipient.name)
    return press(
        sender_name=f"{text.sender.name}\n{text.sender.company}",
        sender_address=text.sender_address,
        recipient_name="\n".join(line for line in lines if line),
        recipient_address=text.recipient_address,
        subject=text.subject,
        paragraphs=text.paragraphs,
        date_text=text.date_text,
        at=START,
    )


def _id_alone(letter: Letter, course: Course) -> Answer:
    return Answer("", 0, {}, letter.id.encode())


def _begin_folder(out: Path) -> None:
    """Empty what an earlier demonstration left; a folder of somebody else's is not touched."""
    if out.exists() and any(out.iterdir()):
        if not (out / "trust" / "root.pem").exists():
            raise click.ClickException(f"{out} holds other files; name an empty folder, or one of an earlier demo.")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)


def _write_trust(sandbox: Sandbox, workspace_id: str, folder: Path) -> None:
    trust = sandbox.sealers.of(sandbox.workspaces.get(workspace_id)).trust()
    folder.mkdir()
    _write(folder / "root.pem", trust.root_pem.encode())
    _write(folder / "issuing-ca.pem", trust.issuing_ca_pem.encode())
    _write(folder / "crl.pem", trust.crl_pem.encode())


def _write_letter(sandbox: Sandbox, workspace_id: str, letter_id: str, folder: Path) -> Row:
    folder.mkdir()
    view = sandbox.queries.letter(workspace_id, letter_id)
    _, events = sandbox.queries.history(workspace_id, letter_id)
    _write(folder / "letter.json", _letter_text(view))
    _write(folder / "events.jsonl", "".join(journal_line(event) + "\n" for event in events).encode())
    with sandbox.blobs.open(view.letter.content.parts[0].sha256) as content:
        _write(folder / "content.pdf", content.read())
    views = sandbox.proofs.listing(workspace_id, letter_id)
    written = ((view.kind, made.format) for view in views for made in view.formats if made.format != _CONTAINER)
    for kind, form in written:
        _save(sandbox.proofs.document(workspace_id, letter_id, kind, form), folder / f"{kind}.{form}")
    _save(sandbox.proofs.bundle(workspace_id, letter_id), folder / "bundle.asice")
    return _row(view, views, folder, verified=_verified(sandbox, folder))


def _letter_text(view: LetterView) -> bytes:
    """Give the letter as the API answers it."""
    return orjson.dumps(letter_json(view.letter, view.course), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _save(document: Document, path: Path) -> None:
    with document.source as source, path.open("wb") as target:
        shutil.copyfileobj(source, target, _CHUNK)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _verified(sandbox: Sandbox, folder: Path) -> Conclusion:
    """Verify what was written as a stranger would: from the files alone, against the written root.

    The content is judged with the proofs that attest it; beside none, there is nothing to say of it alone.
    """
    trust = folder.parent / "trust"
    pems = [(trust / "root.pem").read_text(), (trust / "crl.pem").read_text()]
    judged = [path for path in sorted(folder.iterdir()) if path.suffix in _JUDGED]
    if not any(path.suffix == ".xml" for path in judged):
        judged = [folder / "bundle.asice"]
    with ExitStack() as opened:
        documents = [(path.name, opened.enter_context(path.open("rb"))) for path in judged]
        return worst(verdict.conclusion for verdict in sandbox.verifier.verify(documents, pems))


def _row(view: LetterView, views: Sequence[ProofView], folder: Path, *, verified: Conclusion) -> Row:
    course = view.course
    return Row(
        number=view.letter.number,
        folder=folder.name,
        outcome=course.outcome.value if course.outcome else "pending",
        at=civil_datetime(course.status_at or view.letter.created_at),
        proofs=tuple(proof.kind for proof in views),
        verified=verified,
    )


def _conclude(rows: Sequence[Row], out: Path) -> None:
    proofs = sum(len(row.proofs) for row in rows)
    bad = [row.folder for row in rows if row.verified is not Conclusion.VALID]
    click.echo(f"{len(rows)} letters, {proofs} proofs, written to {out}.")
    if bad:
        raise click.ClickException(f"Not verified: {', '.join(bad)}.")
    click.echo(f"Check one yourself: sigillo verify {out}/lre-accept/bundle.asice --trust {out}/trust/root.pem")
