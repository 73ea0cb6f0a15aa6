"""What is wrong with the files that a connector is made of: every finding of one run, each with the place it is at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

DOCUMENT = "document"
OVERLAY = "overlay"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that cannot be understood: in which file, at which JSON pointer (RFC 6901), and what to do."""

    file: str
    pointer: str
    detail: str

    def __str__(self) -> str:
        return f"{self.file} {self.pointer or '/'}: {self.detail}"


class Refused(Exception):
    """The document or the overlay holds what the generator does not understand; `findings` is all of it."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


@dataclass(slots=True)
class Findings:
    """Collects findings, so that one run tells them all."""

    found: dict[Finding, None] = field(default_factory=dict)

    def add(self, pointer: str, detail: str, *, file: str = DOCUMENT) -> None:
        """Note one finding; the same one twice is one. Of DOCUMENT are all places under the overlay, until `moved`."""
        self.found[Finding(file, pointer, detail)] = None

    def moved(self, origin: Callable[[Finding], Finding]) -> Findings:
        """Give the same findings, each where `origin` says that it comes from."""
        return Findings(dict.fromkeys(map(origin, self.found)))

    def raise_if_any(self) -> None:
        """Raise Refused with everything found so far, in order of place."""
        if self.found:
            raise Refused(tuple(sorted(self.found, key=_order)))


def below(pointer: str, *keys: str | int) -> str:
    """Give the JSON pointer of what stands below `pointer`."""
    return pointer + "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)


def steps(pointer: str) -> list[str]:
    """Give the keys that a JSON pointer goes through."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _order(finding: Finding) -> tuple[str, list[tuple[int, str]], str]:
    """By file and place, the tenth item of a list behind the second."""
    places = [(int(step), "") if step.isdecimal() else (-1, step) for step in steps(finding.pointer)]
    return finding.file, places, finding.detail
