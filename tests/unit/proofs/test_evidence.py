from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from sigillo.domain.calendar import EARLIEST, LATEST
from sigillo.domain.claims import Claim
from sigillo.domain.errors import MalformedInput
from sigillo.domain.letter import Part, ProofKind, Recipient, RecipientKind
from sigillo.proofs.evidence import evidence
from sigillo.proofs.evidence_reading import EvidenceFacts, read_evidence
from tests.unit.proofs.sample_claims import DEPOSITED, EVIDENCES, claim, hexed
from tests.unit.proofs.schemas import load_schema

CERTIFICATE = b"any DER"
ERDS = "http://uri.etsi.org/19522/v1#"


def _written(said: Claim) -> bytes:
    return etree.tostring(evidence(said, certificate=CERTIFICATE), encoding="UTF-8")


def _read(said: Claim) -> EvidenceFacts:
    return read_evidence(_written(said))


@pytest.fixture(scope="module")
def schema(shared: Path) -> etree.XMLSchema:
    return load_schema(shared / "schemas" / "erds", "1952203xmlSchema.xsd")


@pytest.mark.parametrize("kind", EVIDENCES)
def test_every_kind_is_valid_against_etsis_schema(kind: ProofKind, schema: etree.XMLSchema) -> None:
    """What is written for each kind of proof obeys the schema of EN 319 522-3."""
    schema.assertValid(evidence(claim(kind), certificate=CERTIFICATE))


def test_the_schema_can_fail(schema: etree.XMLSchema) -> None:
    """An evidence without its event time is not valid, so the schema is really asked."""
    root = evidence(claim(), certificate=CERTIFICATE)
    root.remove(root.find("EventTime"))
    assert not schema.validate(root)


@pytest.mark.parametrize("kind", EVIDENCES)
def test_what_is_written_is_read(kind: ProofKind) -> None:
    """Each field of a claim comes back from its evidence."""
    said = claim(kind)
    facts = _read(said)
    own = facts.claim
    assert own is not None
    assert (facts.event, facts.at, facts.number) == (said.evidence_event, said.at, said.number)
    assert (facts.submitted_at, facts.sealed) == (said.submitted_at, False)
    names = ("name", "company", "email")
    assert [getattr(facts.sender, name) for name in names] == [getattr(said.sender, name) for name in names]
    assert [[getattr(one, name) for name in names] for one in facts.recipients] == [
        [getattr(said.recipient, name) for name in names]
    ]
    assert [reason.details for reason in facts.reasons] == ([(said.reason,)] if said.reason else [])
    same = ("letter_id", "event_id", "service", "service_title", "qualified", "number", "subject", "content_sha256")
    dates = ("created_at", "obtained_at", "notified_at", "expires_at")
    more = (*dates, "identity_check", "fact_digest", "previous_digest")
    assert all(getattr(own, name) == getattr(said, name) for name in (*same, *more, "workspace_id"))
    assert (own.kind, own.recipient_kind) == (said.kind.value, said.recipient.kind.value)


def test_each_part_is_named_with_its_digest_and_the_manifest_comes_last() -> None:
    """The content's parts stand in order, then the manifest that stands for all of them."""
    said = claim()
    parts = [(part.name, part.media_type, part.digest) for part in _read(said).parts]
    assert parts == [
        ("content.txt", "text/plain", hexed("text")),
        ("contrat signé.pdf", "application/pdf", hexed("pdf")),
        ("content.json", "application/json", said.content_sha256),
    ]


def test_an_identity_check_shows_its_level_and_instant() -> None:
    """A reception of an LRE says how and when the recipient was identified; other kinds do not."""
    levels = f"{{{ERDS}}}RecipientDetails/AssuranceLevelsDetails"
    found = evidence(claim(), certificate=CERTIFICATE).find(levels)
    assert found.findtext("GlobalAssuranceLevel/AssuranceLevel") == "http://eidas.europa.eu/LoA/substantial"
    assert found.findtext("{*}AuthenticationDetails/AuthenticationTime") == "2026-03-29T01:30:00.125Z"
    assert evidence(claim(ProofKind.REFUSAL), certificate=CERTIFICATE).find(levels) is None


def test_it_says_sandbox_in_two_languages() -> None:
    """Nobody can take an evidence for a qualified one: statement, issuer, policy."""
    facts = _read(claim())
    assert facts.claim is not None
    english, french = facts.claim.statements
    assert "SANDBOX" in english
    assert "no legal value" in english
    assert "BAC À SABLE" in french
    assert "aucune valeur juridique" in french
    assert facts.issuer.company == "Sigillo SANDBOX (not qualified)"
    assert all(policy.startswith("urn:oid:2.25.") for policy in facts.policies)


def test_the_same_claim_gives_the_same_bytes() -> None:
    """An evidence is a function of its claim and certificate; another claim differs."""
    assert _written(claim()) == _written(claim())
    assert _written(claim()) != _written(claim(subject="autre"))


@pytest.mark.parametrize("bad", ["\0", "\x1b", "\ud800", "\ufffe", "\uffff"])
@pytest.mark.parametrize("field", ["subject", "reason", "number", "service_title"])
def test_what_xml_cannot_hold_is_malformed(field: str, bad: str) -> None:
    """Control characters, lone surrogates and non-characters are an error with the letter's id, never a crash."""
    with pytest.raises(MalformedInput, match="ltr_0123456789abcdefghjk"):
        evidence(claim(**{field: f"a{bad}b"}), certificate=CERTIFICATE)


def test_an_event_id_that_is_no_xml_id_is_malformed() -> None:
    """The Ids of the document follow from the event id, so it must be able to be part of one."""
    with pytest.raises(MalformedInput, match="event id"):
        evidence(claim(event_id='x" y="z'), certificate=CERTIFICATE)


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=60)


@given(subject=_TEXT, name=_TEXT, email=_TEXT, part=_TEXT)
def test_any_text_comes_back_as_it_was(subject: str, name: str, email: str, part: str) -> None:
    """No text of a letter can change the document's structure, or be changed by it."""
    said = claim(
        subject=f"{subject}\r\n\t{{at}}",
        recipient=Recipient(RecipientKind.PROFESSIONAL, name, email, company=f"</Evidence>{name}"),
        parts=(Part(part, part, 1, hexed("x")),),
    )
    facts = _read(said)
    assert facts.claim is not None
    assert facts.claim.subject == said.subject
    assert (facts.recipients[0].name, facts.recipients[0].email) == (name, email)
    assert facts.recipients[0].company == said.recipient.company
    assert (facts.parts[0].name, facts.parts[0].media_type) == (part, part)


@given(st.integers(0, (LATEST - EARLIEST) // timedelta(milliseconds=1)))
def test_instants_come_back_to_the_millisecond(elapsed_ms: int) -> None:
    """Every instant that the clock can show is written with Z and read back."""
    at = EARLIEST + timedelta(milliseconds=elapsed_ms)
    said = claim(at=at)
    assert _read(said).at == at
    assert f"<EventTime>{at:%Y-%m-%dT%H:%M:%S}".encode() in _written(said)


def _changed(old: bytes, new: bytes) -> bytes:
    written = _written(claim())
    assert old in written
    return written.replace(old, new, 1)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not well-formed"),
        (b"not xml", "not well-formed"),
        (b"<a/>", "not an Evidence"),
        (b"<Evidence/>", "not an Evidence"),
        (f"<e:Evidence xmlns:e='{ERDS}'/>".encode(), "no SubmissionTime|no EvidenceIdentifier"),
        (b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "document type"),
        (b"<a>" * 10_000, "not well-formed"),
        (b" " * (2 * 1024 * 1024 + 1), "at most 2097152"),
        (b"<?xml version='1.0' encoding='nonsense'?><a/>", "not well-formed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # two megabytes are no name
)
def test_what_is_no_evidence_is_malformed(data: bytes, why: str) -> None:
    """Each wrong document is refused with the reason."""
    with pytest.raises(MalformedInput, match=why):
        read_evidence(data)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"<EventTime>2026", b"<EventTime><!-- 2025 -->2026", "more than text"),
        (b"<EventTime>2026", b"<EventTime>2025-01-01T00:00:00Z</EventTime><EventTime>2026", "second EventTime"),
        (b"<EventTime>2026-03-29T01:30:00.125Z", b"<EventTime>2026-03-29T01:30:00.125", "no zone"),
        (b"<ds:DigestValue>", b"<ds:DigestValue>*", "not base64"),
        (b"true</claim:SimulatesQualified>", b"maybe</claim:SimulatesQualified>", "true or false"),
        (b"</claim:Claim>", b"</claim:Claim><claim:Claim/>", "second Claim"),
    ],
)
def test_what_can_be_read_in_two_ways_is_malformed(old: bytes, new: bytes, why: str) -> None:
    """Comments inside values, doubled elements and the like are refused, signed or not."""
    with pytest.raises(MalformedInput, match=why):
        read_evidence(_changed(old, new))


def test_an_evidence_of_another_provider_is_read_without_our_extension() -> None:
    """What the standard defines is read from any evidence; our own facts are then None."""
    said = replace(claim(ProofKind.DEPOSIT), at=DEPOSITED)
    root = evidence(said, certificate=CERTIFICATE)
    root.remove(root.find("{*}Extensions"))
    facts = read_evidence(etree.tostring(root))
    assert facts.claim is None
    assert (facts.at, facts.number) == (DEPOSITED, said.number)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_malformed(data: bytes) -> None:
    """Reading raises nothing but MalformedInput."""
    with pytest.raises(MalformedInput):
        read_evidence(data)


@given(st.integers(min_value=0), st.binary(min_size=1, max_size=3), st.booleans())
def test_any_damage_is_read_or_malformed(place: int, noise: bytes, cut: bool) -> None:
    """A damaged evidence gives facts or MalformedInput, nothing else."""
    written = _written(claim())
    at = place % len(written)
    damaged = written[:at] + noise + (b"" if cut else written[at + len(noise) :])
    try:
        assert isinstance(read_evidence(damaged), EvidenceFacts)
    except MalformedInput as error:
        assert error.detail


def test_the_certificate_is_named_by_its_bytes() -> None:
    """The issuer's certificate stands in the evidence."""
    assert b64encode(CERTIFICATE) in _written(claim())
