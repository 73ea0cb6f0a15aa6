"""Workflows to begin with; each is there where the connector has all operations it uses.

They name their credential by an id of its own (`canvas.CREDENTIAL`) and run as they are against a sandbox: what is for
a sandbox alone, moving the clock, says so in its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sigillo.connectorgen.emit.n8n.canvas import Canvas, by_id, condition
from sigillo.connectorgen.emit.n8n.names import Names
from sigillo.connectorgen.emit.n8n.package import json_text
from sigillo.connectorgen.fields import Text
from sigillo.connectorgen.model import ConnectorModel

_SEND, _GET = ("letter", "send"), ("letter", "get")
_SEND_PEC, _GET_PEC = ("pecMessage", "send"), ("pecMessage", "get")
_ADVANCE, _DOWNLOAD = ("sandbox", "advanceClock"), ("proof", "download")
_UNTIL_IDLE = {"how": "until", "until": "idle"}
_CLOCK = "Advance clock (sandbox only)"
_START = ("Start", "manualTrigger")

_INVOICES = [
    {"number": "2026-117", "customer": "Jeanne Dupré", "email": "accept+3d@lre.test", "due": "15 January", "eur": 480},
    {"number": "2026-121", "customer": "Paul Mercier", "email": "refuse+36h@lre.test", "due": "20 January", "eur": 95},
    {"number": "2026-130", "customer": "Zoé Lefèvre", "email": "neglect@lre.test", "due": "31 January", "eur": 1250},
]
# What the local part of an address makes of a letter (`sigillo demo` shows the same).
_LETTERS = {
    "accept": "accepted",
    "accept+3d": "accepted",
    "refuse+36h": "refused",
    "neglect": "neglected",
    "bounce": "bounced",
    "softbounce": "accepted",
    "last-minute": "accepted",
    "identity-failed": "neglected",
    "reject": "rejected",
    "fail": "failed",
}
_PECS = {
    "deliver": "delivered",
    "late": "delivered",
    "unknown": "unknown_mailbox",
    "full": "full_mailbox",
    "virus": "virus",
    "timeout": "timed_out",
    "reject": "rejected",
}
_PROOF = "({ accepted: 'reception', refused: 'refusal', neglected: 'negligence', bounced: 'bounce' })"


@dataclass(frozen=True, slots=True)
class Example:
    """One workflow: its file, its title, what it shows, the operations it needs, and how it is made."""

    file: str
    title: str
    about: Text
    needs: frozenset[str]
    make: Callable[[Canvas], None]


def files(model: ConnectorModel, names: Names) -> Iterator[tuple[str, str]]:
    """Give each example with its path."""
    there = {operation.key for operation in model.operations}
    for example in EXAMPLES:
        if example.needs <= there:
            canvas = Canvas(names)
            example.make(canvas)
            yield f"examples/{example.file}.json", json_text(canvas.workflow(example.file, example.title))


def _unpaid_invoice(canvas: Canvas) -> None:
    canvas.note(
        "## Unpaid invoice → registered letter → outcome → proof\n"
        "Here the addresses choose what the recipients do, and time is moved. For real letters take both clocks out, "
        "put your invoices in place of the table, wait hours in place of a second, and hand the archive on to a drive, "
        "S3 or a DMS. The idempotency key lets an invoice have one letter, however often the workflow runs."
    )
    start = canvas.add(*_START)
    invoices, each = canvas.table("Unpaid invoices", _INVOICES)
    key = "=invoice-{{ $json.number }}"
    send = canvas.own(
        "Send letter",
        _SEND,
        {
            "service": "lre",
            "recipientEmail": "={{ $json.email }}",
            "recipientName": "={{ $json.customer }}",
            "subject": "=Formal notice: invoice {{ $json.number }}",
            "content": "=Invoice {{ $json.number }} of {{ $json.eur }} EUR was due on {{ $json.due }} and is not "
            "paid. Please pay it within eight days of this letter.",
            "additionalFields": {"reference": key, "idempotencyKey": key},
        },
    )
    clock = canvas.own(_CLOCK, _ADVANCE, {"by": "P4D"}, once=True)
    sent, letters = canvas.again("Sent letters", send)
    get = canvas.own("Get letter", _GET, {"letterId": by_id("={{ $json.id }}")})
    decided = canvas.add("Decided?", "if", condition("={{ $json.outcome }}", "notEmpty"), version=2.2)
    proof = canvas.own(
        "Download proof",
        _DOWNLOAD,
        {
            "letterId": by_id("={{ $json.id }}"),
            "kind": f"={{{{ {_PROOF}[$json.outcome] ?? 'deposit' }}}}",
            "options": {"format": "pdf"},
            "outputField": "data",
        },
    )
    gathered = canvas.together("Gather the proofs")
    archive = canvas.zipped("Archive the proofs", "=proofs-{{ $runIndex + 1 }}.zip")
    wait = canvas.add("Wait", "wait", {"amount": 1, "unit": "seconds"}, row=1, version=1.1)
    later = canvas.own("Advance clock again (sandbox only)", _ADVANCE, {"by": "P4D"}, row=1, once=True)
    open_, undecided = canvas.again("Undecided letters", wait, row=1)
    canvas.link(start, invoices, each, send, clock, sent, letters, get, decided, proof, gathered, archive)
    canvas.link(decided, wait, later, open_, undecided, get, output=1)


def _proof_archive(canvas: Canvas) -> None:
    canvas.note(
        "## A proof is issued → it is verified → it is archived\n"
        "Activate the workflow, then send letters from anywhere: each proof comes as it is issued, is judged, and is "
        "packed under the number of its letter. Hand the archive on to a drive, S3 or a DMS. What does not verify "
        "stops the execution, which an error workflow can tell you of."
    )
    came = canvas.trigger("Proof issued", ["proof.available"], {"attachProof": True, "proofFormat": "pdf"})
    judged = canvas.own("Verify proof", ("proof", "verify"), {"inputFields": "data"})
    valid = canvas.add("Valid?", "if", condition("={{ $json.conclusion }}", "equals", "valid"), version=2.2)
    code = "return $('Proof issued').all();"
    again = canvas.add("Proof", "code", {"jsCode": code}, version=2)
    number, kind = "$json.data.letter?.number ?? $json.data.consent.number", "$json.data.proof.kind"
    archive = canvas.zipped("Archive the proof", f"={{{{ {number} }}}}-{{{{ {kind} }}}}.zip")
    text = "=A proof did not verify: {{ $json.conclusion }}"
    bad = canvas.add("Not valid", "stopAndError", {"errorMessage": text}, row=1)
    canvas.link(came, judged, valid, again, archive)
    canvas.link(valid, bad, output=1)


def _pec_and_receipt(canvas: Canvas) -> None:
    canvas.note(
        "## PEC with an attachment → delivery receipt\n"
        "The message has a file; what comes back is the receipt of delivery as a mail file (.eml), signed. With an "
        "address such as `full@pec.test` the other branch runs: the execution fails, which an error workflow can tell "
        "you of. For real mail take the clock out, and hand the archive on to a drive, S3 or a DMS."
    )
    start = canvas.add(*_START)
    text = '{"text": "Egregi Signori, in allegato la disdetta del contratto n. 4711."}'
    note = canvas.add("Text", "set", {"mode": "raw", "jsonOutput": text, "options": {}}, version=3.4)
    convert = {
        "operation": "toText",
        "sourceProperty": "text",
        "binaryPropertyName": "data",
        "options": {"fileName": "disdetta.txt"},
    }
    file = canvas.add("Attachment", "convertToFile", convert, version=1.1)
    message = {
        "recipientEmail": "deliver@pec.test",
        "subject": "Disdetta del contratto 4711",
        "content": "Si trasmette in allegato la disdetta.",
        "inputFields": "data",
    }
    send = canvas.own("Send PEC", _SEND_PEC, message)
    clock = canvas.own(_CLOCK, _ADVANCE, _UNTIL_IDLE, once=True)
    sent = by_id("={{ $('Send PEC').item.json.id }}")
    get = canvas.own("Get PEC", _GET_PEC, {"letterId": sent})
    delivered = canvas.add("Delivered?", "if", condition("={{ $json.status }}", "equals", "delivered"), version=2.2)
    receipt = canvas.own(
        "Download receipt",
        _DOWNLOAD,
        {
            "letterId": by_id("={{ $json.id }}"),
            "kind": "delivery",
            "options": {"format": "eml"},
            "outputField": "data",
        },
    )
    filed = canvas.zipped("Archive the receipt", "={{ $('Get PEC').item.json.number }}.zip")
    failed = "=PEC {{ $json.number }} was not delivered: {{ $json.outcome }}"
    told = canvas.add("Not delivered", "stopAndError", {"errorMessage": failed}, row=1)
    canvas.link(start, note, file, send, clock, get, delivered, receipt, filed)
    canvas.link(delivered, told, output=1)


def _battery(canvas: Canvas) -> None:
    canvas.note(
        "## Every outcome, in seconds\n"
        "One letter and one PEC message for each thing that can happen, then the clock runs until nothing is due, and "
        "each outcome is compared with the expected one. Anything unexpected stops the workflow."
    )
    start = canvas.add(*_START)
    for row, (what, domain, expected, send_as, get_as) in enumerate(
        [("letters", "lre.test", _LETTERS, _SEND, _GET), ("PEC messages", "pec.test", _PECS, _SEND_PEC, _GET_PEC)]
    ):
        rows = [{"email": f"{local}@{domain}", "expected": outcome} for local, outcome in expected.items()]
        table, each = canvas.table(f"Cases of {what}", rows, row=row)
        given: dict[str, object] = {
            "recipientEmail": "={{ $json.email }}",
            "subject": "=Test of {{ $json.email }}",
            "content": "Nothing here has legal value.",
            "additionalFields": {"reference": "={{ $json.expected }}"},
        }
        if send_as == _SEND:
            given = {"service": "lre", "recipientName": "Jeanne Dupré", **given}
        send = canvas.own(f"Send {what}", send_as, given, row=row)
        clock = canvas.own(f"Advance clock for {what}", _ADVANCE, _UNTIL_IDLE, row=row, once=True)
        sent, again = canvas.again(f"Sent {what}", send, row=row)
        get = canvas.own(f"Get {what}", get_as, {"letterId": by_id("={{ $json.id }}")}, row=row)
        check = condition("={{ $json.outcome }}", "equals", "={{ $json.reference }}")
        same = canvas.add(f"Expected of {what}?", "if", check, row=row, version=2.2)
        good = canvas.add(f"All {what} as expected", "noOp", row=row)
        text = "={{ $json.subject }}: {{ $json.outcome }} in place of {{ $json.reference }}"
        bad = canvas.add(f"Unexpected among {what}", "stopAndError", {"errorMessage": text}, row=row)
        canvas.link(start, table, each, send, clock, sent, again, get, same, good)
        canvas.link(same, bad, output=1)


EXAMPLES = (
    Example(
        "unpaid-invoice",
        "Unpaid invoice: registered letter and its proof",
        Text(
            "sends a letter for each unpaid invoice, waits until each is decided, archives the proofs of what "
            "became of it",
            "envoie une lettre par facture impayée, attend l'issue de chacune, archive les preuves de ce qu'il en est "
            "advenu",
            "invia una lettera per ogni fattura non pagata, attende l'esito di ciascuna, archivia le prove",
        ),
        frozenset({"sendLetter", "advanceClock", "getLetter", "downloadProof"}),
        _unpaid_invoice,
    ),
    Example(
        "pec-and-receipt",
        "PEC with an attachment and its delivery receipt",
        Text(
            "sends a PEC message with a file and archives the receipt of delivery",
            "envoie un message PEC avec un fichier et archive le reçu de remise",
            "invia un messaggio PEC con un file e archivia la ricevuta di consegna",
        ),
        frozenset({"sendPecMessage", "advanceClock", "getPecMessage", "downloadProof"}),
        _pec_and_receipt,
    ),
    Example(
        "proof-archive",
        "Every proof, verified and archived as it is issued",
        Text(
            "begins with the trigger: takes each proof as it is issued, verifies and archives it",
            "commence par le déclencheur : prend chaque preuve dès son émission, la vérifie et l'archive",
            "comincia dal trigger: prende ogni prova appena emessa, la verifica e la archivia",
        ),
        frozenset({"verifyDocuments"}),
        _proof_archive,
    ),
    Example(
        "sandbox-battery",
        "Every outcome of letters and PEC messages",
        Text(
            "plays everything that can happen to letters and PEC messages, and compares",
            "joue tout ce qui peut arriver aux lettres et aux messages PEC, et compare",
            "recita tutto ciò che può accadere a lettere e messaggi PEC, e confronta",
        ),
        frozenset({"sendLetter", "sendPecMessage", "advanceClock", "getLetter", "getPecMessage"}),
        _battery,
    ),
)
