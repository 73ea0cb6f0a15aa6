"""The page of a proof: what it says of each kind, hostile text, the same bytes everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from sigillo.domain.letter import ProofKind, Recipient, RecipientKind
from sigillo.proofs import wording
from sigillo.proofs.letterpress import press_letter
from sigillo.proofs.page import Press, build_press, page_data
from sigillo.proofs.typesetter import _CERTAIN
from tests.unit.proofs.sample_claims import PAGES, claim, consent_claim

URL = "http://127.0.0.1:8025"
ROOT = Path(__file__).resolve().parents[3]
PRINT_DIGEST = """
from hashlib import sha256
from sigillo.proofs.page import build_press
from tests.unit.proofs.sample_claims import PAGES, claim, consent_claim
print(sha256(build_press().page(claim(), public_url="http://127.0.0.1:8025")).hexdigest())
"""
HOSTILE = {
    "markup": '#panic("x") *bold* $x$ @ref <label> \\ // `raw` " \\" #{',
    "unbroken": "W" * 2_000,
    "right to left": "שלום عربي \u202egnp.exe",
    "emoji": "👩‍👩‍👧 ❤️ x\u20e3",
    "chinese": "山田太郎様",
    "controls": "a\x00b\nc\td\x7f",
    "surrogate": "a\udc80b",
    "private": "\ue000\U000f0000",
    "astral": "\U0001f600" * 200,
}


@pytest.fixture(scope="module")
def press() -> Press:
    return build_press()


@pytest.mark.parametrize("kind", PAGES)
def test_every_kind_has_its_page(press: Press, kind: ProofKind) -> None:
    """Each kind of proof becomes a PDF/A-2b whose words name the instant and the rule in both languages."""
    data = json.dumps(page_data(claim(kind), public_url=URL), ensure_ascii=False)
    assert wording.KINDS[kind].title.fr in data
    assert wording.KINDS[kind].title.en in data
    assert (
        "dimanche 29\u00a0mars 2026 à\u00a03\u00a0h\u00a030\u00a0min\u00a000,125\u00a0s (heure de Paris, UTC+2)" in data
    )
    assert "Sunday 29\u00a0March 2026 at\u00a003:30:00.125 (Paris time, UTC+2)" in data
    assert "2026-03-29T01:30:00.125Z" in data
    assert wording.KINDS[kind].rule.fr in data
    assert "{" not in str(page_data(claim(kind), public_url=URL)["fact"]).strip("{}")
    pdf = press.page(claim(kind), public_url=URL)
    assert pdf.startswith(b"%PDF-1.7")
    assert b"pdfaid:part>2<" in pdf.replace(b" ", b"")


def test_the_page_says_all_that_the_claim_says() -> None:
    """Parties, number, digests, check and chain stand on the page whole."""
    sample = claim(ProofKind.RECEPTION)
    data = json.dumps(page_data(sample, public_url=URL + "/"), ensure_ascii=False)
    said = [sample.sender.name, sample.sender.email, sample.sender.company, sample.recipient.name]
    said += [sample.recipient.email, sample.number, sample.letter_id, sample.service_title, sample.evidence_event]
    said += [sample.identity_check, sample.content_sha256, sample.fact_digest, sample.previous_digest]
    said += [text for part in sample.parts for text in (part.name, part.sha256)]
    said += [f"{URL}/verify/{sample.event_id}", "2026-04-04T22:00:00Z"]
    assert [text for text in said if str(text) not in data] == []


def test_a_consent_is_named_as_one_and_tells_when_it_was_obtained(press: Press) -> None:
    """The page of a consent speaks of no letter; a declared one shows the sender's date, and cites CPCE L. 100."""
    own = json.dumps(page_data(consent_claim(), public_url=URL), ensure_ascii=False)
    assert wording.CONSENTS.identifier.fr in own and wording.LETTERS.identifier.fr not in own
    assert wording.CONSENT.fact.en.partition("{at}")[2] in own
    declared = consent_claim(ProofKind.CONSENT_DECLARATION)
    data = json.dumps(page_data(declared, public_url=URL), ensure_ascii=False)
    assert [text for text in ("2025-11-03T09:30:00Z", wording.RECORDED_AT.fr, "L.\u00a0100") if text not in data] == []
    assert press.page(declared, public_url=URL).startswith(b"%PDF-1.7")


def test_a_simple_service_claims_no_article_of_the_code() -> None:
    """An ERE cites eIDAS article 43 and is not said to be qualified."""
    data = json.dumps(page_data(claim(service="ere", qualified=False), public_url=URL), ensure_ascii=False)
    assert "910/2014" in data
    assert "R.\u00a053" not in data
    assert wording.QUALIFIED.fr not in data


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_set_as_text(press: Press, text: str) -> None:
    """No name, subject or file name breaks the page, whatever it is made of."""
    sample = claim()
    recipient = Recipient(RecipientKind.INDIVIDUAL, text, text, text)
    pdf = press.page(claim(subject=text, recipient=recipient, parts=sample.parts * 8), public_url=URL)
    assert pdf.startswith(b"%PDF-1.7")


def test_what_is_called_certain_is_in_the_fonts(press: Press) -> None:
    """Every character kept when a font lacks another one is indeed in the fonts, in roman and in monospace."""
    kept = "".join(chr(code) for low, high in _CERTAIN for code in range(low, high + 1))
    lines = [kept[start : start + 40] for start in range(0, len(kept), 40)]
    data = page_data(claim(), public_url=URL)
    rows = [{"label": {"fr": "x", "en": "x"}, "lines": lines, "mono": mono} for mono in (False, True)]
    group = {"label": {"fr": "x", "en": "x"}, "rows": rows}
    assert press.typesetter._compile("proof", data | {"groups": [group]}, at=claim().at).startswith(b"%PDF")


def test_another_claim_makes_another_page(press: Press) -> None:
    """The page follows the claim and nothing else: a compiler used before changes nothing."""
    first = press.page(claim(), public_url=URL)
    assert press.page(claim(subject="Autre"), public_url=URL) != first
    assert press.page(claim(), public_url=URL) == first
    assert build_press().page(claim(), public_url=URL) == first


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_other_processes_make_the_same_bytes(press: Press, tmp_path: Path, zone: str) -> None:
    """Hash seed, zone, language and folder of the process do not reach the page."""
    surroundings = {"TZ": zone, "LANG": "it_IT.UTF-8", "LC_ALL": "C", "PYTHONHASHSEED": str(len(zone))}
    surroundings["PYTHONPATH"] = os.pathsep.join((str(ROOT), str(ROOT / "sandbox")))
    command = [sys.executable, "-c", PRINT_DIGEST]
    done = subprocess.run(command, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == sha256(press.page(claim(), public_url=URL)).hexdigest()


def test_french_typography() -> None:
    """Narrow no-break spaces stand before double punctuation and inside guillemets, « 1er » for the first."""
    assert wording.french("« Oui » ; non : n° 1 !") == ("«\u202fOui\u202f»\u202f; non\u202f: n°\u00a01\u202f!")
    assert wording.instant(datetime(2026, 2, 28, 23, tzinfo=UTC)).fr.startswith("dimanche 1er\u00a0mars 2026")
    assert wording.count(1234567) == "1\u202f234\u202f567"


def test_a_letter_of_many_pages() -> None:
    """The letter takes the pages it needs, has hostile text as text, and is the same each time."""
    made = [
        press_letter(
            sender_name="Hélène Lefèvre",
            sender_address="12, rue de l’Église\n69005 Lyon",
            recipient_name="#Œuvrard *SA*",
            recipient_address="3, place de la République\n34000 Montpellier",
            subject="Résiliation",
            paragraphs=["Par la présente, je vous informe de ma décision. " * 12] * 18,
            date_text="Lyon, le 1er mars 2026",
        )
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert b"/Count 3" in made[0]
