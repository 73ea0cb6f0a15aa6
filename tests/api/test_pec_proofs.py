"""The proofs of a PEC over the API: receipts as mail and as evidence, the bundle, and our own verdict on them."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from tests.api.caller import PDF, Caller, pointers
from tests.api.test_pec_letters import posted, until_idle

RECEIPT = ["eml", "xml", "tst", "asice"]


def _proofs(api: Caller, letter: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api("GET", f"/v1/letters/{letter['id']}/proofs").json()["data"]
    return found


def _eml(api: Caller, letter: dict[str, Any], kind: str) -> bytes:
    got = api("GET", f"/v1/letters/{letter['id']}/proofs/{kind}")
    assert got.status_code == 200, got.text
    assert got.headers["content-type"] == "message/rfc822"
    assert f"{kind}.eml" in got.headers["content-disposition"]
    return got.content


def test_each_proof_is_listed_with_its_formats(api: Caller) -> None:
    """Receipts are mail and evidence; the envelope, and what providers alone tell each other, is mail alone."""
    delivered, virus = posted(api, to=[{"email": "virus@pec.test"}])
    until_idle(api)
    formats = {one["kind"]: [form["format"] for form in one["formats"]] for one in _proofs(api, delivered)}
    assert formats == {"acceptance": RECEIPT, "transport": ["eml"], "taking_charge": RECEIPT, "delivery": RECEIPT}
    formats = {one["kind"]: [form["format"] for form in one["formats"]] for one in _proofs(api, virus)}
    assert formats == {
        "acceptance": RECEIPT,
        "transport": ["eml"],
        "non_delivery": RECEIPT,
        "virus_detection": ["eml"],
    }


def test_a_receipt_is_downloaded_as_mail(api: Caller) -> None:
    """Without a format a PEC's proof is the message that a mail client would show, the same each time."""
    (letter,) = posted(api)
    got = _eml(api, letter, "acceptance")
    assert got == _eml(api, letter, "acceptance")
    message = message_from_bytes(got, policy=default)
    assert message["X-Ricevuta"] == "accettazione"
    assert message["Subject"] == "ACCETTAZIONE: Résiliation du bail"
    assert message["X-Riferimento-Message-ID"] == f"<{letter['message_id']}>"
    assert api("GET", f"/v1/letters/{letter['id']}/proofs/acceptance?format=xml").content.startswith(b"<")
    envelope = message_from_bytes(_eml(api, letter, "transport"), policy=default)
    assert envelope["X-Trasporto"] == "posta-certificata"
    assert envelope["Message-ID"] == f"<{letter['message_id']}>"


def test_what_is_not_there_names_what_is(api: Caller) -> None:
    """404 tells the kinds and the formats that there are."""
    (letter,) = posted(api)
    place = f"/v1/letters/{letter['id']}/proofs"
    other = api("GET", f"{place}/acceptance?format=pdf")
    assert (other.status_code, other.json()["code"]) == (404, "no_such_format")
    assert "eml, xml, tst, asice" in other.json()["detail"]
    assert api("GET", f"{place}/transport?format=xml").json()["code"] == "no_such_format"
    none = api("GET", f"{place}/delivery")
    assert none.status_code == 404
    assert "acceptance, transport" in none.json()["detail"]
    assert pointers(api("GET", f"{place}/acceptance?format=docx")) == {"/format": "unknown_value"}


def test_the_whole_message_has_one_acceptance(api: Caller) -> None:
    """Whichever letter is asked, acceptance and envelope have the same bytes; taking charge is each recipient's own."""
    letters = posted(api, to=[{"email": "full@aruba.pec.test"}], cc=[{"email": "late@poste.pec.test"}])
    until_idle(api)
    for kind in ("acceptance", "transport"):
        assert len({_eml(api, one, kind) for one in letters}) == 1
    taken = [message_from_bytes(_eml(api, one, "taking_charge"), policy=default) for one in letters]
    assert len({one["Message-ID"] for one in taken}) == 3
    assert [one["From"] for one in taken] == [
        "posta-certificata@pec.test",
        "posta-certificata@aruba.pec.test",
        "posta-certificata@poste.pec.test",
    ]


def test_a_receipt_of_delivery_carries_what_was_asked_for(api: Caller) -> None:
    """Complete with the whole message for To, concise without any for Cc; brief has hashes of the files."""
    file = api("POST", "/v1/files", files={"file": ("fattura.pdf", PDF)}).json()["id"]
    cc = [{"email": "deliver@poste.pec.test"}]
    for asked, names in (("complete", ["fattura.pdf"]), ("brief", ["fattura.pdf.hash"]), ("concise", None)):
        to, copied = posted(api, file_ids=[file], cc=cc, receipt_type=asked)
        until_idle(api)
        assert _carried(_eml(api, to, "delivery")) == names
        assert _carried(_eml(api, copied, "delivery")) is None


def _carried(receipt: bytes) -> list[str | None] | None:
    """Give the files of the message in a receipt, None where it carries none."""
    mixed = message_from_bytes(receipt, policy=default).get_payload(0)
    whole = [part for part in mixed.iter_attachments() if part.get_content_type() == "message/rfc822"]  # type: ignore[union-attr]  # a message
    if not whole:
        return None
    return [part.get_filename() for part in whole[0].get_content().iter_attachments()]


def test_a_refusal_is_a_receipt(api: Caller) -> None:
    """A message that was not accepted has the notice of it and nothing else."""
    letters = posted(api, recipient={"email": "reject@pec.test"}, to=[{"email": "deliver@pec.test"}])
    notices = [_eml(api, one, "non_acceptance") for one in letters]
    assert notices[0] == notices[1]
    message = message_from_bytes(notices[0], policy=default)
    assert message["X-Ricevuta"] == "non-accettazione"


def test_our_own_verifier_takes_all_of_it(api: Caller) -> None:
    """Each receipt and its evidence are valid under the workspace's root; with one letter changed they are not."""
    letters = posted(api, to=[{"email": "unknown@aruba.pec.test"}], cc=[{"email": "timeout@namirial.pec.test"}])
    until_idle(api)
    for letter in letters:
        for kind in [one["kind"] for one in _proofs(api, letter)]:
            receipt = _eml(api, letter, kind)
            verdict = api("POST", "/v1/verifications", files={"files": ("r.eml", receipt)}).json()
            assert verdict["conclusion"] == "valid", (kind, verdict)
        kind = _proofs(api, letter)[-1]["kind"]
        for form in ("xml", "asice"):
            sealed = api("GET", f"/v1/letters/{letter['id']}/proofs/{kind}?format={form}").content
            assert (
                api("POST", "/v1/verifications", files={"files": (f"e.{form}", sealed)}).json()["conclusion"] == "valid"
            )
        changed = _eml(api, letter, kind).replace(b"daticert", b"daticerT", 1)
        assert api("POST", "/v1/verifications", files={"files": ("r.eml", changed)}).json()["conclusion"] == "invalid"


def test_the_bundle_has_every_receipt(api: Caller) -> None:
    """One container with the content, the journal, the mail and the evidences, which our verifier takes."""
    (letter,) = posted(api, recipient={"email": "full@pec.test"})
    until_idle(api)
    bundle = api("GET", f"/v1/letters/{letter['id']}/bundle").content
    with ZipFile(BytesIO(bundle)) as opened:
        names = {name for name in opened.namelist() if not name.startswith("META-INF/")}
        assert opened.read("acceptance.eml") == _eml(api, letter, "acceptance")
    receipts = {f"{kind}.{form}" for kind in ("acceptance", "taking_charge", "non_delivery") for form in RECEIPT[:3]}
    assert names - {"mimetype"} == receipts | {
        "transport.eml",
        "content.json",
        "content/content.txt",
        "events.jsonl",
    }
    judged = api("POST", "/v1/verifications", files={"files": ("b.asice", bundle)}).json()
    assert judged["conclusion"] == "valid", judged
