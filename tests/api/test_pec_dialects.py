"""What integrators trip over at each provider, from end to end: a PEC is sent, and the mailboxes are read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from lxml import etree

from tests.api.caller import Caller
from tests.api.test_mailbox_messages import listed, raw_of
from tests.api.test_mailboxes import made
from tests.api.test_pec_checks import sent, why
from tests.api.test_pec_letters import pec, until_idle

MB = 1 << 20


@dataclass(frozen=True)
class Expected:
    """How a provider writes; the fields' order is that of the quirks in the sandbox's own list."""

    unknown: tuple[str, str]
    late: str
    copies: int = 1
    signature: str = "application/x-pkcs7-signature"
    spelling: str = "X-TipoRicevuta"
    numbered: bool = True


NO_BOX = "casella inesistente"
DIALECTS = {
    "sigillo": Expected(("no-dest", NO_BOX), "5.4.7", 1, "application/pkcs7-signature", numbered=False),
    "aruba": Expected(("altro", "5.1.1 - ARUBA PEC S.p.A. - indirizzo non valido"), "5.4.1", spelling="X-Tiporicevuta"),
    "namirial": Expected(("no-dest", NO_BOX), "5.4.1", copies=2),
    "poste": Expected(("no-dest", NO_BOX), "5.4.7"),
    "legalmail": Expected(("no-dest", NO_BOX), "5.4.7"),
}


def sender(dialect: str) -> str:
    """An address that a provider of the dialect serves."""
    return f"mario@{dialect}.pec.test"


def send(api: Caller, dialect: str, scenario: str) -> None:
    """Send a PEC between two mailboxes of one provider, and let everything happen."""
    address = f"{scenario}@{dialect}.pec.test"
    letter = pec(sender={"name": "Mario", "email": sender(dialect)}, recipient={"email": address})
    assert api("POST", "/v1/letters", json=letter).status_code == 201
    until_idle(api)


def received(api: Caller, address: str, kind: str) -> list[EmailMessage]:
    """The messages of a kind in a mailbox, read as mail."""
    raws = [raw_of(api, one) for one in listed(api, address, kind=kind)]
    return [message_from_bytes(raw, _class=EmailMessage, policy=default) for raw in raws]


def certified(message: EmailMessage) -> Any:
    """The certification inside."""
    part = next(part for part in message.walk() if part.get_filename() == "daticert.xml")
    return etree.fromstring(part.get_content())


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_unknown_mailbox(memory_api: Caller, dialect: str) -> None:
    """Everybody says no-dest; Aruba says altro, and 5.1.1 in its own words."""
    made(memory_api, sender(dialect))
    send(memory_api, dialect, "unknown")
    notices = received(memory_api, sender(dialect), "non_delivery")
    assert len(notices) == DIALECTS[dialect].copies
    for message in notices:
        said = certified(message)
        assert (message["X-Ricevuta"], said.get("tipo")) == ("errore-consegna", "errore-consegna")
        assert said.get("errore") == DIALECTS[dialect].unknown[0]
        assert said.findtext("dati/errore-esteso").startswith("5.1.1 - ")
        assert said.findtext("dati/errore-esteso").endswith(DIALECTS[dialect].unknown[1])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nothing_within_a_day(memory_api: Caller, dialect: str) -> None:
    """The last notice is a preavviso, too; what it starts with tells it from the first, at Aruba and Namirial 5.4.1."""
    made(memory_api, sender(dialect))
    send(memory_api, dialect, "timeout")
    first, last = (received(memory_api, sender(dialect), kind) for kind in ("delay_notice", "final_delay_notice"))
    assert len(first) == len(last) == DIALECTS[dialect].copies
    for message, status in ((first[0], "4.4.7"), (last[0], DIALECTS[dialect].late)):
        said = certified(message)
        assert (message["X-Ricevuta"], said.get("tipo")) == ("preavviso-errore-consegna",) * 2
        assert said.get("errore") == "altro"
        assert said.findtext("dati/errore-esteso").startswith(f"{status} - ")
        assert message["Subject"].startswith("AVVISO DI MANCATA CONSEGNA PER SUP. TEMPO MASSIMO: ")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_spelling(memory_api: Caller, dialect: str) -> None:
    """Header names, ids, the signature's media type, parts and their encoding, and how often each receipt comes."""
    expected, anna = DIALECTS[dialect], f"anna@{dialect}.pec.test"
    for address in (sender(dialect), anna):
        made(memory_api, address)
    send(memory_api, dialect, "anna")
    [envelope] = received(memory_api, anna, "transport")
    kinds = [one["kind"] for one in listed(memory_api, sender(dialect), folder="INBOX")]
    assert kinds == ["delivery"] * expected.copies + ["acceptance"] * expected.copies
    receipt = received(memory_api, sender(dialect), "delivery")[0]
    assert [name for name in envelope if name.lower() == "x-tiporicevuta"] == [expected.spelling]
    for message in (envelope, receipt):
        content, signature = message.iter_parts()
        assert (message["Content-Type"].params["protocol"], signature.get_content_type()) == (expected.signature,) * 2
        assert (content["Content-Transfer-Encoding"] == "binary") is expected.numbered
        assert any(part.get_content_type() == "text/html" for part in message.walk()) is expected.numbered
    identifier = certified(envelope).findtext("dati/identificativo")
    pattern = r"opec\d{8}\.\d{14}\.\d{5}(\.\d+){3}@" if expected.numbered else r"sigillo\d{12}@"
    assert re.match(pattern, identifier)
    assert envelope["Message-ID"] == f"<{identifier}>"
    assert receipt["X-Riferimento-Message-ID"]


def test_each_provider_writes_what_it_issues(memory_api: Caller) -> None:
    """From Sigillo's to Aruba's and Namirial's mailboxes: deliveries and refusals are theirs, notices of time ours."""
    ours = "studio@pec.test"
    made(memory_api, ours)
    for address in ("deliver@namirial.pec.test", "unknown@aruba.pec.test", "timeout@aruba.pec.test"):
        letter = pec(sender={"name": "Mario", "email": ours}, recipient={"email": address})
        assert memory_api("POST", "/v1/letters", json=letter).status_code == 201
    until_idle(memory_api)
    assert len(received(memory_api, ours, "acceptance")) == 3
    first, second = received(memory_api, ours, "delivery")
    assert bytes(first) == bytes(second)
    [refused] = received(memory_api, ours, "non_delivery")
    assert certified(refused).findtext("dati/errore-esteso") == "5.1.1 - ARUBA PEC S.p.A. - indirizzo non valido"
    [last] = received(memory_api, ours, "final_delay_notice")
    assert certified(last).findtext("dati/errore-esteso").startswith("5.4.7 - Sigillo SANDBOX - ")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_refusal_is_in_italian(memory_api: Caller, dialect: str) -> None:
    """The notice of non-acceptance has a status code, the sender's provider and Italian words, and nothing else."""
    made(memory_api, sender(dialect))
    send(memory_api, dialect, "reject")
    for message in received(memory_api, sender(dialect), "non_acceptance"):
        said = certified(message).findtext("dati/errore-esteso")
        assert said.startswith("5.7.1 - ")
        assert said.endswith(" - il messaggio non ha superato i controlli formali del gestore")
        assert said.split(" - ")[1] == certified(message).findtext("dati/gestore-emittente")


def test_limits(api: Caller) -> None:
    """Aruba divides 100 MB by the recipients and blocks kinds of files; Legalmail takes six messages a minute."""
    limits = {name: made(api, sender(name))["limits"] for name in DIALECTS}
    assert {name: one["product_bytes"] // MB for name, one in limits.items() if name != "aruba"} == {
        name: 30 for name in DIALECTS if name != "aruba"
    }
    assert (limits["aruba"]["product_bytes"], limits["aruba"]["recipients"]) == (100 * MB, 500)
    assert limits["aruba"]["blocked_extensions"] == [".exe", ".js", ".jar", ".bat", ".ps1"]
    assert {name: one["messages_per_minute"] for name, one in limits.items()} == {
        **dict.fromkeys(DIALECTS),
        "legalmail": 6,
    }
    aruba = {"sender.name": "Mario", "sender.email": sender("aruba")}
    data = b"x" * (26 * MB)
    assert sent(api, "a.txt", data, **aruba, cc="late@pec.test")["status"] == "deposited"
    refused = sent(api, "a.txt", data, **aruba, cc="late@pec.test", to="full@pec.test")
    assert refused["status"] == "rejected"
    assert "supera il limite di 100 MB" in why(api, refused)
