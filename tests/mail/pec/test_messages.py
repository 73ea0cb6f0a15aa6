"""What PEC messages say: headers, texts, certification, attachments; the same bytes in any process."""

from __future__ import annotations

import email
import email.policy
import os
import subprocess
import sys
from email.message import EmailMessage
from hashlib import sha1, sha256
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from sigillo.domain.errors import Invalid
from sigillo.domain.pec.dialects import DIALECTS
from sigillo.domain.pec.dispatch import Addressee, Dispatch
from tests.mail.pec.post import AT, DISPATCH, MESSAGE, NAMES, messages, post

ROOT = Path(__file__).resolve().parents[3]
DTD = ROOT.parent / "shared" / "schemas" / "daticert.dtd"
# Subject, header, and tipo, errore, ricevuta of the certification (RFC 6109 §3).
EXPECTED = {
    "accepted": ("ACCETTAZIONE", "accettazione", "nessuno", None),
    "refused": ("AVVISO DI NON ACCETTAZIONE", "non-accettazione", "altro", None),
    "refused-virus": ("AVVISO DI NON ACCETTAZIONE PER VIRUS", "non-accettazione", "virus", None),
    "taken": ("PRESA IN CARICO", "presa-in-carico", "nessuno", None),
    "complete": ("CONSEGNA", "avvenuta-consegna", "nessuno", "completa"),
    "brief": ("CONSEGNA", "avvenuta-consegna", "nessuno", "breve"),
    "concise": ("CONSEGNA", "avvenuta-consegna", "nessuno", "sintetica"),
    "copied": ("CONSEGNA", "avvenuta-consegna", "nessuno", "sintetica"),
    "no-mailbox": ("AVVISO DI MANCATA CONSEGNA", "errore-consegna", "no-dest", None),
    "no-domain": ("AVVISO DI MANCATA CONSEGNA", "errore-consegna", "no-dominio", None),
    "full": ("AVVISO DI MANCATA CONSEGNA", "errore-consegna", "altro", None),
    "virus": ("AVVISO DI MANCATA CONSEGNA PER VIRUS", "errore-consegna", "virus", None),
    "12h": ("AVVISO DI MANCATA CONSEGNA PER SUP. TEMPO MASSIMO", "preavviso-errore-consegna", "altro", None),
    "24h": ("AVVISO DI MANCATA CONSEGNA PER SUP. TEMPO MASSIMO", "preavviso-errore-consegna", "altro", None),
    "virus-detected": ("PROBLEMA DI SICUREZZA", "rilevazione-virus", "virus", None),
    "transport": ("POSTA CERTIFICATA", "posta-certificata", "nessuno", "completa"),
}


def _read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _part(message: EmailMessage, name: str) -> Any:
    found = [part for part in message.walk() if part.get_filename() == name]
    assert len(found) <= 1
    return found[0] if found else None


def _certification(data: bytes) -> Any:
    part = _part(_read(data), "daticert.xml")
    assert part is not None
    return etree.fromstring(part.get_payload(decode=True))


def test_every_kind_is_made() -> None:
    """Each kind of message is there, and none is untested."""
    assert set(messages()) == set(NAMES) == {*EXPECTED, "anomaly"}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", EXPECTED)
def test_what_it_says(name: str, dialect: str) -> None:
    """Subject, header and certification are those of the rule; where a dialect differs it is said so."""
    prefix, kind, fault, receipt = EXPECTED[name]
    if (name, dialect) == ("no-mailbox", "aruba"):
        fault = "altro"
    message = _read(messages(dialect)[name])
    assert message["Subject"] == f"{prefix}: {DISPATCH.subject}"
    assert message["X-Trasporto" if name == "transport" else "X-Ricevuta"] == kind
    assert message["X-Riferimento-Message-ID"] == DISPATCH.original_id
    said = _certification(messages(dialect)[name])
    assert (said.get("tipo"), said.get("errore")) == (kind, fault)
    assert [each.get("tipo") for each in said.iter("ricevuta")] == ([] if receipt is None else [receipt])
    assert said.findtext("intestazione/oggetto") == DISPATCH.subject
    assert said.findtext("dati/data/ora") == "11:30:15"
    assert said.find("dati/data").get("zona") == "+0200"
    assert said.findtext("dati/msgid") == DISPATCH.original_id
    assert [each.get("tipo") for each in said.iter("destinatari")] == ["certificato", "esterno"]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", EXPECTED)
def test_the_certification_keeps_to_the_document_type(name: str, dialect: str) -> None:
    """Each daticert.xml is valid against the DTD of RFC 6109 §4.4."""
    if not DTD.is_file():
        pytest.skip("the DTD of RFC 6109 is not beside this repository")
    dtd = etree.DTD(str(DTD))
    assert dtd.validate(_certification(messages(dialect)[name])), dtd.error_log


def test_an_anomaly_envelope_certifies_nothing() -> None:
    """It has no daticert.xml, keeps the sender's Message-ID and carries the message as it came."""
    message = _read(messages()["anomaly"])
    assert message["X-Trasporto"] == "errore"
    assert message["Message-ID"] == DISPATCH.original_id
    assert message["Subject"] == f"ANOMALIA MESSAGGIO: {DISPATCH.subject}"
    assert _part(message, "daticert.xml") is None
    assert _part(message, "postacert.eml") is not None


def test_the_envelope_inherits_and_speaks_for_the_sender() -> None:
    """The transport envelope keeps Received, To and Cc, answers go to the sender, From names both."""
    message = _read(messages()["transport"])
    assert message["From"] == '"Per conto di: mario@pec.test" <posta-certificata@pec.test>'
    assert message["Reply-To"] == "mario@pec.test"
    assert (message["To"], message["Cc"]) == ("Anna <anna@pec.test>", "carla@example.com")
    ours, theirs = message.get_all("Received")
    assert "from pec.test by pec.test" in ours
    assert ours.endswith("Wed, 01 Jul 2026 11:30:15 +0200")
    assert "studio.example" in theirs
    assert message["Return-Path"] == "<mario@pec.test>"
    assert message["Message-ID"] == f"<{DISPATCH.identifier}>"
    inner = _part(message, "postacert.eml")
    assert inner is not None
    original = inner.get_payload(0)
    assert original["Message-ID"] == f"<{DISPATCH.identifier}>"
    assert original["X-Riferimento-Message-ID"] == DISPATCH.original_id


@pytest.mark.parametrize("name", ["transport", "anomaly"])
def test_nobody_writes_his_own_return_path(name: str) -> None:
    """What the sender wrote there does not stand on the signed envelope: the reverse path does."""
    data = post().messages(message=b"Return-Path: <evil@x.test>\r\n" + MESSAGE)[name]
    assert _read(data).get_all("Return-Path") == ["<mario@pec.test>"]
    assert (b"evil@x.test" in data) is (name == "anomaly")  # which carries the message as it came


@pytest.mark.parametrize("name", NAMES)
def test_what_is_attached(name: str) -> None:
    """Only envelopes, complete and brief receipts carry the message."""
    carries = name in ("transport", "anomaly", "complete", "brief")
    assert (_part(_read(messages()[name]), "postacert.eml") is not None) is carries


def test_a_brief_receipt_has_hashes_for_attachments() -> None:
    """The attachment became its SHA-1 over the base64 as it travels; the text stayed."""
    data = messages()["brief"]
    encoded = MESSAGE.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").split(b"\r\n\r\n")[-1]
    expected = sha1(encoded.partition(b"\r\n--inside--")[0]).hexdigest()
    part = _part(_read(data), "contract.pdf.hash")
    assert part is not None
    assert part.get_payload(decode=True).strip().decode() == expected
    assert "Perché no?".encode() in data
    assert _part(_read(data), "contract.pdf") is None


def test_the_two_notices_of_delay_differ_in_words_alone() -> None:
    """Twelve hours leave hope, twenty-four do not; for Aruba the last one starts with 5.4.1."""
    first, last = (_certification(messages("aruba")[name]).findtext("dati/errore-esteso") for name in ("12h", "24h"))
    assert "dodici ore" in str(first)
    assert str(last).startswith("5.4.1 ")


def test_dialects_differ_where_they_say() -> None:
    """Signature type, header spelling, zone and HTML follow the dialect."""
    ours, aruba = messages()["transport"], messages("aruba")["transport"]
    assert b"application/pkcs7-signature" in ours
    assert b"application/x-pkcs7-signature" in aruba
    assert b"\r\nX-Tiporicevuta: completa\r\n" in aruba
    assert b"\r\nX-TipoRicevuta: completa\r\n" in ours
    assert b"(+02:00)" in ours
    assert b"text/html" in aruba
    assert _certification(messages("aruba")["no-mailbox"]).findtext("dati/errore-esteso") == (
        "5.1.1 - ARUBA PEC S.p.A. - indirizzo non valido"
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_message_says_that_it_is_of_a_sandbox(name: str) -> None:
    """A header and the text say it, and every line end is CRLF."""
    data = messages("legalmail")[name]
    assert _read(data)["X-Sigillo-Sandbox"] == "no legal value, not qualified"
    texts = [part.get_content() for part in _read(data).walk() if part.get_content_type() == "text/plain"]
    assert "SANDBOX" in texts[0]
    assert data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r")


def test_the_same_bytes_in_any_process() -> None:
    """Another process with other hash seed, zone and language makes the same post."""
    script = "from tests.mail.pec.test_messages import fingerprint; print(fingerprint())"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=120,
        env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout.strip() == fingerprint()


def fingerprint() -> str:
    """One digest over all messages of two dialects."""
    made = [post(dialect).messages()[name] for dialect in ("sigillo", "aruba") for name in NAMES]
    return sha256(b"".join(made)).hexdigest()


@pytest.mark.parametrize(
    "address", ["", "a b@pec.test", "è@pec.test", "a@pec.test\r\nBcc: x@y.test", f"{'a' * 250}@b.it"]
)
def test_bad_addresses_are_refused(address: str) -> None:
    """What could break a header is no address."""
    with pytest.raises(Invalid):
        Addressee(address)
    with pytest.raises(Invalid):
        Dispatch(address, DISPATCH.recipients, "x", "id@pec.test")


def test_a_subject_cannot_break_out() -> None:
    """Line ends and control characters in a subject stay inside it."""
    dispatch = Dispatch("a@pec.test", DISPATCH.recipients, "x\r\nBcc: spy@y.test\0\x1b é", "id@pec.test")
    message = _read(post().messages(dispatch)["accepted"])
    assert message["Bcc"] is None
    assert message["Subject"] == "ACCETTAZIONE: x Bcc: spy@y.test é"
    assert message["Date"].datetime == AT
