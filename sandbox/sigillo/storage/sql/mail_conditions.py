"""What searches in mailboxes ask for, as conditions of a statement and their values.

A condition is named by what it asks, with a number where it may come more than once (``subject_0``), so that
statements are compiled once for each set of names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, func, literal_column, or_

from sigillo.application.ports.mailboxes import MessageFilter
from sigillo.domain.mail_folder import MailSearch, folded
from sigillo.storage.codec import to_ms
from sigillo.storage.flags import flag_bits, keywords
from sigillo.storage.schema import mail_headers, mail_messages
from sigillo.storage.sql.statements import value

_L, _H = mail_messages.c, mail_headers.c
_NONE: ColumnElement[int] = literal_column("0")
_EMPTY: ColumnElement[str] = literal_column("''")
_END = 2**62
_FIELDS = ("sender", "to", "cc", "subject", "message_id")
Ranges = tuple[tuple[int, int | None], ...]


def _holds(column: ColumnElement[str | None], name: str) -> ColumnElement[bool]:
    return func.instr(func.coalesce(column, _EMPTY), value(name)) > _NONE


_TERMS: Mapping[str, Callable[[str], ColumnElement[bool]]] = {
    "folder": lambda name: _L.folder == value(name),
    "kind": lambda name: _L.kind == value(name),
    "first": lambda name: _L.uid >= value(name),
    "last": lambda name: _L.uid <= value(name),
    "flagged": lambda name: _L.flags.bitwise_and(value(name)) == value(f"{name}_same"),
    "unflagged": lambda name: _L.flags.bitwise_and(value(name)) == _NONE,
    "keyword": lambda name: _holds(_L.keywords, name),
    "nokeyword": lambda name: ~_holds(_L.keywords, name),
    "since": lambda name: _L.internal_at >= value(name),
    "after": lambda name: _L.internal_at > value(name),
    "before": lambda name: _L.internal_at < value(name),
    "larger": lambda name: or_(_L.size_bytes.is_(None), _L.size_bytes > value(name)),
    "smaller": lambda name: or_(_L.size_bytes.is_(None), _L.size_bytes < value(name)),
    "sentsince": lambda name: _H.sent_at >= value(name),
    "sentbefore": lambda name: _H.sent_at < value(name),
    **{field.replace("_", ""): partial(_holds, _H[field]) for field in _FIELDS},
}
_PAIRED = "_same"


@dataclass(frozen=True, slots=True)
class Conditions:
    """The names of conditions and their values, in the same order; ``ranges`` is what no condition says of uids."""

    names: tuple[str, ...]
    values: tuple[object, ...]
    ranges: Ranges | None = None

    def holds(self, uid: int) -> bool:
        """Tell whether a uid is in the ranges."""
        return self.ranges is None or any(
            first <= uid <= (_END if last is None else last) for first, last in self.ranges
        )

    @staticmethod
    def of(names: tuple[str, ...]) -> list[ColumnElement[bool]]:
        """Give the conditions of names, their values named likewise."""
        return [_TERMS[_term(name)](name) for name in names if not name.endswith(_PAIRED)]

    @classmethod
    def paired(cls, pairs: Iterable[tuple[str, object]], ranges: Ranges | None = None) -> Conditions:
        """Give the conditions of names with their values."""
        there = [*pairs]
        return cls(tuple(name for name, _ in there), tuple(each for _, each in there), ranges)


def sought(wanted: MailSearch) -> Conditions:
    """Give the conditions of a search in a folder, as far as the messages' narrow rows tell."""
    several = wanted.uids if wanted.uids is not None and len(wanted.uids) != 1 else None
    return Conditions.paired([*_of_uids(wanted.uids), *_of_flags(wanted), *_of_numbers(wanted)], several)


def sought_in_headers(wanted: MailSearch) -> Conditions:
    """Give the conditions of a search that the header fields answer."""
    return Conditions.paired([*_of_sending(wanted), *_of_fields(wanted)])


def listed(wanted: MessageFilter) -> Conditions:
    """Give the conditions of a list."""
    given: list[tuple[str, object]] = [
        ("folder", wanted.folder),
        ("kind", None if wanted.kind is None else wanted.kind.value),
        ("unflagged", 1 if wanted.is_unseen else None),
        ("after", to_ms(wanted.after)),
        ("sender_0", None if wanted.sender is None else folded(wanted.sender)),
        ("subject_0", None if wanted.subject is None else folded(wanted.subject)),
    ]
    return Conditions.paired((name, each) for name, each in given if each is not None)


def _term(name: str) -> str:
    return name.partition("_")[0]


def _of_uids(ranges: Ranges | None) -> Iterator[tuple[str, object]]:
    if ranges is not None:
        yield "first", min((first for first, _ in ranges), default=_END)
        yield "last", max((_END if last is None else last for _, last in ranges), default=0)


def _of_flags(wanted: MailSearch) -> Iterator[tuple[str, object]]:
    with_bits, without_bits = flag_bits(wanted.with_flags), flag_bits(wanted.without_flags)
    if with_bits:
        yield "flagged", with_bits
        yield "flagged_same", with_bits
    if without_bits:
        yield "unflagged", without_bits
    for number, word in enumerate(keywords(wanted.with_flags)):
        yield f"keyword_{number}", f" {word} "
    for number, word in enumerate(keywords(wanted.without_flags)):
        yield f"nokeyword_{number}", f" {word} "


def _of_numbers(wanted: MailSearch) -> Iterator[tuple[str, object]]:
    sizes = (("larger", wanted.larger_bytes), ("smaller", wanted.smaller_bytes))
    yield from _of_instants(("since", wanted.since), ("before", wanted.before))
    yield from ((name, size) for name, size in sizes if size is not None)


def _of_sending(wanted: MailSearch) -> Iterator[tuple[str, object]]:
    return _of_instants(("sentsince", wanted.sent_since), ("sentbefore", wanted.sent_before))


def _of_instants(*instants: tuple[str, datetime | None]) -> Iterator[tuple[str, object]]:
    return ((name, to_ms(at)) for name, at in instants if at is not None)


def _of_fields(wanted: MailSearch) -> Iterator[tuple[str, object]]:
    for field in _FIELDS:
        for number, text in enumerate(getattr(wanted, field)):
            yield f"{field.replace('_', '')}_{number}", folded(text)
