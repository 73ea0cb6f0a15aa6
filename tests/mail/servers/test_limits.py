"""Counting what clients do, against the limits."""

from __future__ import annotations

from dataclasses import replace

from sigillo.mail.servers.limits import USUAL, Admission


def test_guessing_is_braked_across_connections() -> None:
    """So many wrong passwords from an address, and each further one is too many; one a second is forgotten."""
    admission = Admission(replace(USUAL, wrong_passwords_per_address=3))
    assert [admission.missed("10.0.0.1", 0.0) for _ in range(5)] == [False, False, False, True, True]
    assert not admission.missed("10.0.0.2", 0.0)
    assert admission.missed("10.0.0.1", 2.0)
    assert not admission.missed("10.0.0.1", 60.0)


def test_only_so_many_addresses_are_remembered() -> None:
    """Whoever missed longest ago is forgotten first, and no attack from many addresses takes memory without end."""
    admission = Admission(replace(USUAL, wrong_passwords_per_address=1))
    admission.missed("first", 0.0)
    assert admission.missed("first", 0.0)
    for number in range(10_000):
        admission.missed(str(number), 0.0)
    assert not admission.missed("first", 0.0)
    assert admission.missed("9999", 0.0)
