"""What the sender's provider checks of a PEC that came by API: files with a virus, blocked files, too many bytes."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from sigillo.domain.pec.eicar import SIGN
from tests.api.caller import Caller

ARUBA = {"sender.name": "Mario Rossi", "sender.email": "mario@aruba.pec.test"}


def sent(api: Caller, name: str, data: bytes, **fields: str) -> dict[str, Any]:
    """Send a file by PEC; give the letter."""
    form = {"service": "pec", "recipient.email": "deliver@pec.test", "subject": "Allegato", **fields}
    answer = api("POST", "/v1/letters", data=form, files={"files": (name, data)})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def zipped(name: str) -> bytes:
    """A zip archive of one file."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr(name, "WScript.Echo(1)")
    return packed.getvalue()


def why(api: Caller, letter: dict[str, Any]) -> str:
    """The reason in the letter's first event."""
    events = api("GET", f"/v1/letters/{letter['id']}/events").json()["data"]
    return str(events[-1]["data"]["reason"])


def test_a_file_with_a_virus_is_not_accepted(api: Caller) -> None:
    """The letter ends rejected for the virus, and its receipt says so."""
    letter = sent(api, "fattura.txt", SIGN)
    assert (letter["status"], letter["outcome"], letter["proofs"]) == ("rejected", "virus", ["non_acceptance"])
    receipt = api("GET", f"/v1/letters/{letter['id']}/proofs/non_acceptance").text
    assert "Subject: AVVISO DI NON ACCETTAZIONE PER VIRUS: Allegato" in receipt
    assert "X-VerificaSicurezza: errore" in receipt


@pytest.mark.parametrize(("name", "data"), [("listino.js.txt", b"1"), ("listino.zip", zipped("run.js"))])
def test_what_a_provider_blocks_is_not_accepted(api: Caller, name: str, data: bytes) -> None:
    """Aruba blocks scripts, by any of their extensions and in archives too; another provider lets them pass."""
    letter = sent(api, name, data, **ARUBA)
    assert (letter["status"], letter["outcome"]) == ("rejected", "rejected")
    assert "tipi di allegato non consentiti" in why(api, letter)
    assert sent(api, name, data)["status"] == "deposited"


def test_bytes_count_once_for_each_recipient(api: Caller) -> None:
    """The product of size and recipients has a limit: what goes to two may be too much for three."""
    data = b"x" * (8 << 20)
    assert sent(api, "a.txt", data, cc="late@pec.test")["status"] == "deposited"
    letter = sent(api, "a.txt", data, cc="late@pec.test", to="full@pec.test")
    assert letter["status"] == "rejected"
    assert "supera il limite di 30 MB" in why(api, letter)
