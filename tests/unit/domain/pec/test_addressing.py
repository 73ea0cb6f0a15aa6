"""What becomes of a PEC to an address, and which dialect its provider speaks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sigillo.domain.errors import Invalid
from sigillo.domain.pec.dialects import ARUBA, DIALECTS, SIGILLO, Limits
from sigillo.domain.pec_addresses import Place, choice_at, dialect_at, domain_dialect, limits_at
from sigillo.domain.scenario import ScenarioChoice

KNOWN = frozenset({"deliver", "late", "unknown", "full", "nodomain", "ordinary", "timeout"})
NOTHING = Place()
SERVED = Place("namirial")
MAILBOX = Place("aruba", is_mailbox=True)
FULL = Place("poste", is_mailbox=True, is_full=True)


@pytest.mark.parametrize(
    ("address", "place", "choice"),
    [
        ("deliver@pec.test", NOTHING, "deliver"),
        ("Deliver@PEC.Test", NOTHING, "deliver"),
        ("late+20h@pec.test", NOTHING, "late+20h"),
        ("LATE+20H@pec.test", NOTHING, "late+20h"),
        ("deliver@aruba.pec.test", NOTHING, "deliver"),
        ("timeout@legalmail.pec.test", NOTHING, "timeout"),
        ("mario@pec.test", NOTHING, "unknown"),
        ("mario@namirial.pec.test", NOTHING, "unknown"),
        ("accept@pec.test", NOTHING, "unknown"),
        ("deliver@gmail.pec.test", NOTHING, "ordinary"),
        ("deliver@pec.test.example", NOTHING, "ordinary"),
        ("deliver@xpec.test", NOTHING, "ordinary"),
        ("deliver@example.com", NOTHING, "ordinary"),
        ("ordinary@example.com", NOTHING, "ordinary"),
        ("anything@nodomain.test", NOTHING, "nodomain"),
        ("deliver@NoDomain.test", NOTHING, "nodomain"),
        ("anna@comune.test", MAILBOX, "deliver"),
        ("anna@comune.test", FULL, "full"),
        ("anna@pec.test", MAILBOX, "deliver"),
        ("nobody@comune.test", SERVED, "unknown"),
        ("deliver@comune.test", SERVED, "unknown"),
        ("anyone@nodomain.test", SERVED, "unknown"),
        ("full@pec.test", MAILBOX, "full"),
    ],
)
def test_an_address_chooses(address: str, place: Place, choice: str) -> None:
    """Scenario names at the sandbox's own domains come first, then mailboxes, then what the domain is."""
    assert choice_at(address, place, scenarios=KNOWN).text == choice


def test_a_delay_is_read() -> None:
    """The part after the plus is the delay of the scenario."""
    assert choice_at("late+1d@pec.test", NOTHING, scenarios=KNOWN) == ScenarioChoice("late", timedelta(days=1))


def test_a_delay_that_is_none_is_refused() -> None:
    """A word after the plus of a scenario's name is no delay; after any other name it is the address's own."""
    with pytest.raises(Invalid) as refused:
        choice_at("late+soon@pec.test", NOTHING, scenarios=KNOWN)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/recipient/email", "bad_delay")]
    assert choice_at("mario+soon@pec.test", NOTHING, scenarios=KNOWN).name == "unknown"


@pytest.mark.parametrize("name", DIALECTS)
def test_each_dialect_has_its_domain(name: str) -> None:
    """aruba.pec.test writes as Aruba does, and so on; pec.test as the RFC does."""
    assert domain_dialect(f"{name}.pec.test") == name
    assert dialect_at(f"deliver@{name.upper()}.pec.test", NOTHING) == name
    assert limits_at(f"deliver@{name}.pec.test", NOTHING) == DIALECTS[name].limits


@pytest.mark.parametrize("domain", ["", "test", "pec", ".pec.test", "x.aruba.pec.test", "aruba.pec.test.", "comune.it"])
def test_any_other_domain_has_none(domain: str) -> None:
    """A domain that is not the sandbox's own speaks no dialect of its own."""
    assert domain_dialect(domain) is None


def test_a_domain_speaks_the_dialect_of_its_mailboxes() -> None:
    """Whoever is at a domain, a mailbox or nobody, its provider writes as its mailboxes do; a plan limits one alone."""
    assert dialect_at("nobody@comune.test", SERVED) == "namirial"
    assert domain_dialect("pec.test") == SIGILLO.name
    assert dialect_at("anna@poste.pec.test", MAILBOX) == ARUBA.name
    assert dialect_at("anna@example.com", NOTHING) == SIGILLO.name
    assert limits_at("anna@poste.pec.test", MAILBOX) == ARUBA.limits
    plan = Limits(recipients=3)
    assert limits_at("anna@poste.pec.test", Place("aruba", limits=plan)) == plan
