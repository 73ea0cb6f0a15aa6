"""What the recipient is told before they answer: never who sends."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

import pytest

from sigillo.domain.claims import claim_for, notice_of
from sigillo.domain.letter import ProofKind
from sigillo.domain.notice import notice
from sigillo.domain.services import SERVICES
from tests.simulation.world import World


@pytest.mark.parametrize("service", ["lre", "ere"])
def test_the_notice_tells_neither_the_sender_nor_the_subject(service: str) -> None:
    """R. 53-3 I: nothing in the notice, in either language, tells who sends or what about."""
    world = World()
    letter_id = world.send(f"accept@{service}.test")
    world.sandbox.simulation.advance_until(world.id, "idle")
    letter, events = world.sandbox.queries.history(world.id, letter_id)
    text = (notice_of(letter, events) or b"").decode()
    assert letter.number in text
    assert letter.recipient.name in text
    for hidden in (letter.sender.name, letter.sender.email, letter.sender.company or "-", letter.subject):
        assert hidden not in text


def test_the_dispatch_attests_the_very_notice() -> None:
    """The dispatch proof names the SHA-256 of the notice; no other proof does."""
    world = World()
    letter_id = world.send("neglect@lre.test")
    assert notice_of(*world.sandbox.queries.history(world.id, letter_id)) is None
    world.sandbox.simulation.advance_until(world.id, "idle")
    letter, events = world.sandbox.queries.history(world.id, letter_id)
    service = SERVICES["lre"]
    dispatch = claim_for(letter, events, ProofKind.DISPATCH, service=service)
    assert dispatch.notice_sha256 == sha256(notice_of(letter, events) or b"").hexdigest()
    assert claim_for(letter, events, ProofKind.DEPOSIT, service=service).notice_sha256 is None


@pytest.mark.parametrize(
    ("expires_at", "french", "iso"),
    [
        (datetime(2026, 1, 20, 23, tzinfo=UTC), "20 janvier 2026", "2026-01-20"),
        (datetime(2026, 4, 1, 22, tzinfo=UTC), "1er avril 2026", "2026-04-01"),
        (datetime(2028, 2, 29, 23, tzinfo=UTC), "29 février 2028", "2028-02-29"),
    ],
)
def test_the_last_day_is_the_one_before_the_window_ends(expires_at: datetime, french: str, iso: str) -> None:
    """The day named is the last full civil day in Paris, whatever the offset, written as a native writes it."""
    text = notice(service="lre", number="N", name="A", email="a@lre.test", expires_at=expires_at).decode()
    assert f"jusqu’au {french} inclus" in text
    assert f"until {iso} inclusive" in text
