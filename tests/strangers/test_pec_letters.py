"""A PEC read over the API: openssl accepts its mail, xmlsec1 and the schema its evidence; tampered, neither."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from lxml import etree

from sigillo.bootstrap import build
from tests.api.caller import Caller, caller_of, letter
from tests.strangers.programs import Programs
from tests.unit.proofs.schemas import load_schema

pytestmark = pytest.mark.strangers
Mail = Callable[[str, bytes], subprocess.CompletedProcess[bytes]]
RECIPIENTS: Final = (
    "deliver@pec.test",
    "unknown@aruba.pec.test",
    "late@namirial.pec.test",
    "timeout@poste.pec.test",
    "virus@legalmail.pec.test",
)
COMMANDS: Final = ("smime", "cms")


@pytest.fixture(scope="module")
def proofs() -> Iterator[dict[str, bytes]]:
    """Every format of every proof of a message to all of :data:`RECIPIENTS`, and the roots, by name."""
    loop = asyncio.new_event_loop()
    sandbox = build(data=None)
    yield _proofs(caller_of(sandbox, loop))
    sandbox.close()
    loop.close()


def _proofs(api: Caller) -> dict[str, bytes]:
    to = [{"email": address} for address in RECIPIENTS[1:]]
    body = letter(service="pec", recipient={"email": RECIPIENTS[0]}, to=to, subject="Diffida è “urgente” & <ultima>")
    message_id = api("POST", "/v1/letters", json=body).json()["message_id"]
    api("POST", "/v1/letters", json=letter(service="pec", recipient={"email": "reject@pec.test"}))
    api("POST", "/v1/clock/advance", json={"until": "idle"})
    letters = api("GET", f"/v1/letters?message_id={message_id}").json()["data"]
    assert len(letters) == len(RECIPIENTS)
    found = dict(_of_each(api, api("GET", "/v1/letters?service=pec").json()["data"]))
    return {**found, "root.pem": api("GET", "/v1/trust").json()["root_pem"].encode()}


def _of_each(api: Caller, letters: list[dict[str, Any]]) -> Iterator[tuple[str, bytes]]:
    for one in letters:
        place = f"/v1/letters/{one['id']}/proofs"
        for proof in api("GET", place).json()["data"]:
            for form in ("eml", "xml"):
                if form in [each["format"] for each in proof["formats"]]:
                    got = api("GET", f"{place}/{proof['kind']}?format={form}")
                    yield f"{one['recipient']['email']} {proof['kind']}.{form}", got.content


@pytest.fixture
def mail(programs: Programs, proofs: dict[str, bytes], tmp_path: Path) -> Mail:
    """Runs `openssl smime` or `openssl cms` over a message, under the workspace's root."""
    (tmp_path / "root.pem").write_bytes(proofs["root.pem"])

    def run(command: str, data: bytes) -> subprocess.CompletedProcess[bytes]:
        (tmp_path / "m.eml").write_bytes(data)
        files = ["-in", "m.eml", "-CAfile", "root.pem", "-out", "/dev/null"]
        return subprocess.run([programs.openssl, command, "-verify", *files], cwd=tmp_path, capture_output=True)

    return run


def _mails(proofs: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in proofs.items() if name.endswith(".eml")}


def test_every_kind_is_there(proofs: dict[str, bytes]) -> None:
    """What is judged below is every kind of receipt, notice and envelope."""
    kinds = {name.rpartition(" ")[2].partition(".")[0] for name in _mails(proofs)}
    assert kinds == {
        "acceptance",
        "non_acceptance",
        "transport",
        "taking_charge",
        "delivery",
        "non_delivery",
        "delay_notice",
        "final_delay_notice",
        "virus_detection",
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_openssl_accepts_every_mail(command: str, proofs: dict[str, bytes], mail: Mail) -> None:
    """Each message as it was downloaded is genuine and under the root that the API tells."""
    told = {name: mail(command, data) for name, data in _mails(proofs).items()}
    assert {name: done.stderr for name, done in told.items() if done.returncode != 0} == {}


@pytest.mark.parametrize("command", COMMANDS)
def test_openssl_rejects_every_tampered_mail(command: str, proofs: dict[str, bytes], mail: Mail) -> None:
    """One letter of the certification changed, and no message is accepted any more."""
    for name, data in _mails(proofs).items():
        at = data.index(b'filename="daticert.xml"') + 60
        changed = data[:at] + (b"B" if data[at : at + 1] == b"A" else b"A") + data[at + 1 :]
        assert mail(command, changed).returncode != 0, name


def test_xmlsec_accepts_every_evidence(programs: Programs, proofs: dict[str, bytes], tmp_path: Path) -> None:
    """Each evidence is sealed under the same root, whole."""
    (tmp_path / "root.pem").write_bytes(proofs["root.pem"])
    evidences = {name: data for name, data in proofs.items() if name.endswith(".xml")}
    assert len(evidences) > len(RECIPIENTS)
    for name, data in evidences.items():
        (tmp_path / "evidence.xml").write_bytes(data)
        done = programs.xml(tmp_path / "evidence.xml", tmp_path)
        assert done.returncode == 0, (name, done.stderr)
        (tmp_path / "evidence.xml").write_bytes(data.replace(b"PEC-", b"PEK-", 1))
        assert programs.xml(tmp_path / "evidence.xml", tmp_path).returncode != 0, name


def test_every_evidence_is_valid_against_etsis_schema(proofs: dict[str, bytes], shared: Path) -> None:
    """EN 319 522-3 holds for each, and says in Italian and English that it has no legal value."""
    schema = load_schema(shared / "schemas" / "erds", "1952203xmlSchema.xsd")
    for name, data in proofs.items():
        if name.endswith(".xml"):
            schema.assertValid(etree.fromstring(data))
            assert "no legal value" in data.decode()
            assert "non ha alcun valore legale" in data.decode()


def test_every_certification_is_valid_against_the_decrees_dtd(proofs: dict[str, bytes], shared: Path) -> None:
    """Each daticert.xml obeys the definition of RFC 6109 §4.4 and names the message and its recipients."""
    dtd = etree.DTD(str(shared / "schemas" / "daticert.dtd"))
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    for name, data in _mails(proofs).items():
        found = _daticert(data)
        root = etree.fromstring(found, parser)
        assert dtd.validate(root), (name, dtd.error_log)
        if "non_acceptance" not in name:
            assert [one.text for one in root.iterfind("intestazione/destinatari")] == list(RECIPIENTS)


def _daticert(data: bytes) -> bytes:
    from email import message_from_bytes
    from email.policy import default

    signed = message_from_bytes(data, policy=default).get_payload(0)
    (found,) = (part for part in signed.iter_attachments() if part.get_filename() == "daticert.xml")  # type: ignore[union-attr]  # a message
    content = found.get_content()
    return content if isinstance(content, bytes) else content.encode()
