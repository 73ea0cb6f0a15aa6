"""Faults: which of those that they meet they strike."""

from __future__ import annotations

from sigillo.domain.fault import Attempt, Course, Effect, Fault, Passing, Plot, Request, Target, strike

SEND = Request("POST", "sendLetter", "/v1/letters")


def fault(ordinal: int, course: Course, target: Target | None = None) -> Fault:
    """A fault that fails with 503."""
    return Fault(f"fault_{ordinal}", ordinal, Plot(target or Target(), Effect(status=503), course))


def struck(faults: list[Fault], passing: Passing, many: int) -> list[int]:
    """The ordinal of the fault that struck each of so many, 0 where none did."""
    found = []
    for _ in range(many):
        changed, striking = strike(faults, passing)
        faults = [next((new for new in changed if new.id == old.id), old) for old in faults]
        found.append(striking.ordinal if striking else 0)
    return found


def test_a_course_is_kept_exactly() -> None:
    """The first are let pass, of the others each n-th is struck, as often as was said."""
    assert struck([fault(1, Course(times=2))], SEND, 4) == [1, 1, 0, 0]
    assert struck([fault(1, Course(times=1, skip=2))], SEND, 4) == [0, 0, 1, 0]
    assert struck([fault(1, Course(times=None, every=3))], SEND, 7) == [0, 0, 1, 0, 0, 1, 0]
    assert struck([fault(1, Course(times=2, skip=1, every=2))], SEND, 8) == [0, 0, 1, 0, 1, 0, 0, 0]


def test_the_first_that_strikes_does() -> None:
    """While the first lets pass the second strikes; who was struck is not counted by those after."""
    first, second = fault(1, Course(times=2, skip=1)), fault(2, Course(times=2))
    assert struck([first, second], SEND, 5) == [2, 1, 1, 2, 0]


def test_what_a_fault_means() -> None:
    """Method, operation id or path, and webhooks by the beginning of their URL; nothing else."""
    assert SEND.is_met(Target())
    assert SEND.is_met(Target(method="POST", route="sendLetter"))
    assert SEND.is_met(Target(route="/v1/letters"))
    for other in (Target(method="GET"), Target(route="/v1/letters/{letter_id}"), Target(webhook=True)):
        assert not SEND.is_met(other)
    hook = Attempt("http://localhost:9/hook")
    assert hook.is_met(Target(webhook=True)) and hook.is_met(Target(webhook=True, url="http://localhost:9/"))
    assert not hook.is_met(Target()) and not hook.is_met(Target(webhook=True, url="http://other"))
