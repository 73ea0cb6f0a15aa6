"""The formal checks of RFC 6109 §3.1.1: each rule by itself, all at once, and the words for the notice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sigillo.domain.pec.dialects import ARUBA, SIGILLO, Limits
from sigillo.domain.pec.dispatch import Role
from sigillo.domain.pec.formalities import CarriedFile, Envelope, Examined, is_far_too_large, reason, violations

MB = 1024 * 1024
ENVELOPE = Envelope("mario@pec.test", ("anna@pec.test", "carla@pec.test"))
SOUND = Examined(
    senders=(("Mario Rossi", "Mario@PEC.test"),),
    to=(("Anna", "ANNA@pec.test"),),
    cc=(("", "carla@pec.test"),),
    has_hidden=False,
    subject="Diffida",
    size_bytes=1000,
)
BROKEN = {
    "no From": (replace(SOUND, senders=()), "5.1.7", "campo From"),
    "two in From": (replace(SOUND, senders=SOUND.senders * 2), "5.1.7", "un solo indirizzo"),
    "From is no address": (replace(SOUND, senders=(("", "mario"),)), "5.1.7", "campo From"),
    "From is another": (replace(SOUND, senders=(("", "m@pec.test"),)), "5.7.1", "m@pec.test"),
    "Sender is another": (replace(SOUND, submitters=(("", "m@pec.test"),)), "5.7.1", "Sender (m@pec.test)"),
    "no To": (replace(SOUND, to=(), cc=(("", "anna@pec.test"), ("", "carla@pec.test"))), "5.1.3", "campo To"),
    "To is no address": (replace(SOUND, to=(*SOUND.to, ("", "perché@pec.test"))), "5.1.3", "perché@pec.test"),
    "hidden": (replace(SOUND, cc=()), "5.7.1", "carla@pec.test"),
    "Bcc": (replace(SOUND, has_hidden=True), "5.7.1", "copia nascosta"),
    "size times recipients": (replace(SOUND, size_bytes=15 * MB + 1), "5.3.4", "limite di 30 MB"),
}


def test_a_sound_message() -> None:
    """Addresses are the same whatever their case; a message at the very limit goes on."""
    assert violations(replace(SOUND, submitters=(("M", "MARIO@pec.test"),)), ENVELOPE, SIGILLO.limits) == ()
    assert violations(replace(SOUND, size_bytes=15 * MB), ENVELOPE, SIGILLO.limits) == ()


@pytest.mark.parametrize("what", BROKEN)
def test_one_rule_is_broken(what: str) -> None:
    """One violation, with its code and with words that name what is wrong."""
    message, status, words = BROKEN[what]
    (found,) = violations(message, ENVELOPE, SIGILLO.limits)
    assert found.status == status
    assert words in found.words


def test_fifty_recipients() -> None:
    """Fifty are allowed by law, one more is not where the plan has no more; Aruba's has five hundred."""
    addresses = tuple(f"r{number}@pec.test" for number in range(51))
    message = replace(SOUND, to=tuple(("", address) for address in addresses))
    assert violations(message, Envelope("mario@pec.test", addresses[:50]), SIGILLO.limits) == ()
    (found,) = violations(message, Envelope("mario@pec.test", addresses), SIGILLO.limits)
    assert found.status == "5.5.3"
    assert "51, oltre il limite di 50" in found.words
    assert violations(message, Envelope("mario@pec.test", addresses), ARUBA.limits) == ()


def test_all_at_once() -> None:
    """Everything wrong stands in one notice, in the form of the provider's other errors."""
    files = (CarriedFile("a.exe"),)
    message = Examined((), (), (), has_hidden=True, subject="", size_bytes=200 * MB, files=files)
    found = violations(message, ENVELOPE, ARUBA.limits)
    assert [each.status for each in found] == ["5.1.7", "5.1.3", "5.7.1", "5.7.1", "5.3.4", "5.7.1"]
    words = reason(found, ARUBA.provider)
    assert words.startswith(f"5.1.7 - {ARUBA.provider} - il campo From")
    assert words.count("; ") == 5


@pytest.mark.parametrize("name", ["a.exe", "A.EXE", "a.exe.pdf", "a.pdf.exe", "a.exe. ", "x.zip/dir/a.exe", "é.jar"])
def test_blocked_names(name: str) -> None:
    """An extension is found in any case, as one of two names, before dots and blanks, and in an archive."""
    (found,) = violations(replace(SOUND, files=(CarriedFile(name),)), ENVELOPE, ARUBA.limits)
    assert found.words.endswith(f": {name}")
    assert violations(replace(SOUND, files=(CarriedFile(name),)), ENVELOPE, SIGILLO.limits) == ()


@pytest.mark.parametrize("name", ["exe", "a.exec", "exe.pdf", "a.exe.zip/b.pdf", "", "a..pdf"])
def test_names_that_are_not_blocked(name: str) -> None:
    """A name that only looks alike goes on; an archive is judged by itself, not at each of its entries."""
    assert violations(replace(SOUND, files=(CarriedFile(name),)), ENVELOPE, ARUBA.limits) == ()


def test_a_program_under_another_name() -> None:
    """A program is one whatever it is called, where programs are blocked."""
    message = replace(SOUND, files=(CarriedFile("contract.pdf", is_program=True),))
    assert len(violations(message, ENVELOPE, ARUBA.limits)) == 1
    assert violations(message, ENVELOPE, replace(ARUBA.limits, blocked_extensions=(".js",))) == ()


def test_long_lists_are_cut() -> None:
    """Five names stand in the words, and how many more there are."""
    message = replace(SOUND, files=tuple(CarriedFile(f"{number}.js") for number in range(12)))
    (found,) = violations(message, ENVELOPE, ARUBA.limits)
    assert found.words.endswith("0.js, 1.js, 2.js, 3.js, 4.js e altri 7")


def test_roles_and_names() -> None:
    """Who is copied is told from who is addressed; who is both, or neither, is addressed (§3.3.2)."""
    both = replace(SOUND, cc=(*SOUND.cc, *SOUND.to))
    roles = [both.role(address) for address in ("anna@pec.test", "Carla@pec.test", "nobody@pec.test")]
    assert roles == [Role.TO, Role.CC, Role.TO]
    assert [SOUND.name(address) for address in ("anna@pec.test", "carla@pec.test")] == ["Anna", "carla@pec.test"]


def test_far_too_large() -> None:
    """Twice the plan in one copy is turned away at once."""
    assert not is_far_too_large(60 * MB, Limits())
    assert is_far_too_large(60 * MB + 1, Limits())
