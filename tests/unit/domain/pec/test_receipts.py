"""Which provider gives which receipt of a message, under which id, to whom, and in which words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sigillo.domain.letter import Outcome, ProofKind
from sigillo.domain.pec.certification import Fault, Kind, ReceiptType
from sigillo.domain.pec.dispatch import Addressee, Dispatch, Role
from sigillo.domain.pec.posting import Posting
from sigillo.domain.pec_receipts import Fact, receipt_of, words_of
from sigillo.domain.services.pec import EVIDENCE, TABLE
from sigillo.domain.services.table import Move

AT = datetime(2026, 1, 5, 8, 0, 30, tzinfo=UTC)
TO, CC = "anna@comune.test", "ufficio@scuola.test"
POSTING = Posting(
    Dispatch(
        sender="mario@studio.test",
        recipients=(Addressee(TO), Addressee(CC, Role.CC), Addressee("x@example.com", Role.CC, is_certified=False)),
        subject="Diffida",
        identifier="opec00000007.20260105090000.00007.7.1.7@studio.test",
        receipt_type=ReceiptType.BRIEF,
    ),
    message_ordinal=7,
    dialect="aruba",
    recipient_dialect="namirial",
)
KINDS = list(dict.fromkeys(proof for row in TABLE.values() for proof in row.proofs))
OURS = {
    ProofKind.ACCEPTANCE,
    ProofKind.NON_ACCEPTANCE,
    ProofKind.TRANSPORT,
    ProofKind.DELAY_NOTICE,
    ProofKind.FINAL_DELAY_NOTICE,
}
THEIRS = {ProofKind.TAKING_CHARGE, ProofKind.DELIVERY, ProofKind.VIRUS_DETECTION}


def _fact(recipient: str = TO, outcome: Outcome | None = None, reason: str | None = None) -> Fact:
    return Fact(POSTING, recipient, AT, reason, outcome)


def test_every_kind_is_somebody_s() -> None:
    """Each kind that a PEC letter can have is given by the sender's provider, the recipient's, or either."""
    assert set(KINDS) == OURS | THEIRS | {ProofKind.NON_DELIVERY}
    assert set(EVIDENCE) < set(KINDS)


@pytest.mark.parametrize("kind", sorted(OURS))
def test_what_the_sender_s_provider_gives(kind: ProofKind) -> None:
    """RFC 6109 §3.1: until another provider has taken over, the sender's own speaks, in its dialect."""
    receipt = receipt_of(kind, _fact())
    assert (receipt.by.domain, receipt.by.dialect.name) == ("studio.test", "aruba")
    assert (receipt.said.at, receipt.said.identifier) == (AT, POSTING.message_id)
    assert receipt.to == "mario@studio.test"


@pytest.mark.parametrize("kind", sorted(THEIRS))
def test_what_the_recipient_s_provider_gives(kind: ProofKind) -> None:
    """RFC 6109 §3.2, §3.3: who took over, delivers or finds a virus is the recipient's provider."""
    receipt = receipt_of(kind, _fact())
    assert (receipt.by.domain, receipt.by.dialect.name) == ("comune.test", "namirial")
    assert receipt_of(kind, _fact(CC)).by.domain == "scuola.test"


@pytest.mark.parametrize(
    ("outcome", "domain", "fault", "words"),
    [
        (Outcome.UNKNOWN_MAILBOX, "comune.test", Fault.NO_MAILBOX, "5.1.1"),
        (Outcome.FULL_MAILBOX, "comune.test", Fault.OTHER, "5.2.2"),
        (Outcome.UNKNOWN_DOMAIN, "studio.test", Fault.NO_DOMAIN, "5.1.2"),
        (Outcome.VIRUS, "studio.test", Fault.VIRUS, "5.7.1"),
    ],
)
def test_a_notice_of_non_delivery_is_of_who_knows(outcome: Outcome, domain: str, fault: Fault, words: str) -> None:
    """§3.3.3 by the recipient's provider; where there is none, or for a virus (§3.2.4), by the sender's."""
    receipt = receipt_of(ProofKind.NON_DELIVERY, _fact(outcome=outcome))
    assert (receipt.by.domain, receipt.said.fault) == (domain, fault)
    assert receipt.said.error is not None
    assert receipt.said.error.startswith(words)
    assert receipt.said.recipient == TO


@pytest.mark.parametrize(
    ("move", "kind"),
    [
        (Move.NO_MAILBOX, ProofKind.NON_DELIVERY),
        (Move.NO_DOMAIN, ProofKind.NON_DELIVERY),
        (Move.FULL_MAILBOX, ProofKind.NON_DELIVERY),
        (Move.VIRUS, ProofKind.NON_DELIVERY),
        (Move.DELAY, ProofKind.DELAY_NOTICE),
        (Move.TIME_OUT, ProofKind.FINAL_DELAY_NOTICE),
    ],
)
def test_the_journal_has_the_words_of_the_receipt(move: Move, kind: ProofKind) -> None:
    """Why a letter is late or fails is told in the same words by its journal and its receipt."""
    receipt = receipt_of(kind, _fact(outcome=TABLE[move].outcome))
    assert words_of(move, POSTING, TO) == receipt.said.error
    assert receipt.said.error


@pytest.mark.parametrize("move", [Move.DELIVER, Move.TAKE_CHARGE, Move.RELAY, Move.NOTIFY])
def test_what_goes_well_needs_no_words(move: Move) -> None:
    """A step that neither fails nor is late has no reason."""
    assert words_of(move, POSTING, TO) is None


def test_only_the_words_tell_the_notices_of_delay_apart() -> None:
    """§3.1.6: both are the same kind of notice; errore-esteso says 12 hours or 24."""
    first, last = (receipt_of(kind, _fact()) for kind in (ProofKind.DELAY_NOTICE, ProofKind.FINAL_DELAY_NOTICE))
    assert first.said.kind is last.said.kind is Kind.DELAY
    assert first.said.error != last.said.error
    assert first.message_id != last.message_id


def test_a_message_is_accepted_once() -> None:
    """Acceptance and refusal are of the whole message: the same, whichever recipient is asked about."""
    for kind in (ProofKind.ACCEPTANCE, ProofKind.NON_ACCEPTANCE, ProofKind.TRANSPORT):
        assert receipt_of(kind, _fact(TO)) == receipt_of(kind, _fact(CC))
    said = receipt_of(ProofKind.ACCEPTANCE, _fact()).said
    assert [(one.address, one.is_certified) for one in said.recipients] == [
        (TO, True),
        (CC, True),
        ("x@example.com", False),
    ]


def test_taking_charge_is_told_for_each_recipient() -> None:
    """§3.2.1: the recipient's provider tells for whom it takes over; one receipt a recipient here."""
    first, second = (receipt_of(ProofKind.TAKING_CHARGE, _fact(one)) for one in (TO, CC))
    assert (first.said.taken_for, second.said.taken_for) == ((TO,), (CC,))
    assert first.message_id != second.message_id


def test_providers_tell_each_other_at_their_service_address() -> None:
    """§3.2.1, §3.2.3: taking charge and virus detection go to the sender's provider, all else to the sender."""
    to = {kind: receipt_of(kind, _fact()).to for kind in KINDS}
    between = {kind for kind, address in to.items() if address == "posta-certificata@studio.test"}
    assert between == {ProofKind.TAKING_CHARGE, ProofKind.VIRUS_DETECTION}
    assert {address for kind, address in to.items() if kind not in between} == {"mario@studio.test"}


def test_every_message_has_an_id_of_its_own() -> None:
    """No two receipts share an id; the envelope alone keeps the message's (§3.1.5)."""
    ids = [receipt_of(kind, _fact(one)).message_id for kind in KINDS for one in (TO, CC)]
    whole = {ProofKind.ACCEPTANCE, ProofKind.NON_ACCEPTANCE, ProofKind.TRANSPORT}
    assert len(set(ids)) == 2 * len(KINDS) - len(whole)
    assert receipt_of(ProofKind.TRANSPORT, _fact()).message_id == POSTING.message_id
    assert all(
        receipt_of(kind, _fact()).message_id != POSTING.message_id for kind in KINDS if kind is not ProofKind.TRANSPORT
    )


@pytest.mark.parametrize(
    ("address", "kind"), [(TO, ReceiptType.BRIEF), (TO.upper(), ReceiptType.BRIEF), (CC, ReceiptType.CONCISE)]
)
def test_a_copy_gets_the_concise_receipt(address: str, kind: ReceiptType) -> None:
    """§3.3.2: To gets what was asked for, Cc never more than the concise one."""
    assert POSTING.addressee(address).address == address.lower()
    assert receipt_of(ProofKind.DELIVERY, _fact(address.lower())).said.receipt_type is kind


def test_who_is_no_recipient_has_no_receipt() -> None:
    """Asking for an address that the message does not have is an error of the caller."""
    with pytest.raises(KeyError):
        POSTING.addressee("nobody@comune.test")


def test_a_refusal_has_the_provider_s_reason() -> None:
    """§3.1.2, §3.1.3: why it was not accepted; for a virus the fault says so."""
    formal = receipt_of(ProofKind.NON_ACCEPTANCE, _fact(outcome=Outcome.REJECTED, reason="5.5.3 - troppi")).said
    virus = receipt_of(ProofKind.NON_ACCEPTANCE, _fact(outcome=Outcome.VIRUS, reason="EICAR")).said
    untold = receipt_of(ProofKind.NON_ACCEPTANCE, _fact()).said
    assert (formal.fault, formal.error) == (Fault.OTHER, "5.5.3 - troppi")
    assert (virus.fault, virus.error) == (Fault.VIRUS, "EICAR")
    assert untold.error


def test_a_kind_of_another_service_is_none() -> None:
    """PEC has no reception."""
    with pytest.raises(KeyError):
        receipt_of(ProofKind.RECEPTION, _fact())
