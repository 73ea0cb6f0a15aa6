"""The words of IMAP commands (RFC 3501 §9): atoms, quoted strings, literals, lists, sets of numbers, dates.

A command comes whole, its literals in it as ``{3}``, CR LF and their bytes. Whatever is wrong raises
IllegalClientResponse, which Twisted answers with BAD.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from twisted.mail.imap4 import IllegalClientResponse

Token = bytes | list["Token"]

_MONTHS: Final = (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec")
_QUOTED: Final = re.compile(rb'"((?:[^"\\\r\n\0]|\\["\\])*)"')
_LITERAL: Final = re.compile(rb"\{(\d{1,9})\}\r\n")
_WORD: Final = re.compile(rb'[^\x00-\x20\x7f()"{]+')
_ESCAPED: Final = re.compile(rb"\\(.)")
_RANGE: Final = re.compile(rb"(\d{1,10}|\*)(?::(\d{1,10}|\*))?")
_DATE: Final = re.compile(rb"(\d{1,2})-([A-Za-z]{3})-(\d{4})")
_INSTANT: Final = re.compile(rb" ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_DEEPEST: Final = 20
Ranges = tuple[tuple[int | None, int | None], ...]


def word(line: bytes) -> tuple[bytes, bytes]:
    """Give the first word, whichever way it is written, and what follows it."""
    line = line.lstrip(b" ")
    if line.startswith(b'"'):
        return _quoted(line)
    if line.startswith(b"{"):
        return _literal(line)
    found = _WORD.match(line)
    if found is None:
        raise IllegalClientResponse("A word is missing")
    return found[0], _after(line, found.end())


def name(line: bytes) -> tuple[str, bytes]:
    """Give the first word as a folder's name, which comes in modified UTF-7 (§5.1.3)."""
    raw, rest = word(line)
    try:
        text = str(raw.decode("imap4-utf-7"))
        if text.encode("imap4-utf-7") == raw:  # the codec reads more than may be written, as a bare ampersand
            return text, rest
        raise ValueError(raw)
    except (UnicodeError, ValueError):
        raise IllegalClientResponse("A folder's name is no modified UTF-7") from None


def tokens(line: bytes) -> list[Token]:
    """Give everything there is as words and lists of words."""
    found: list[Token] = []
    rest = line.lstrip(b" ")
    while rest:
        token, rest = _token(rest, depth=0)
        found.append(token)
    return found


def flags(line: bytes) -> tuple[str, ...]:
    """Give flags, in a list or bare."""
    found = tokens(line)
    if len(found) == 1 and isinstance(found[0], list):
        found = found[0]
    if any(isinstance(one, list) for one in found):
        raise IllegalClientResponse("Flags come in one list")
    return tuple(one.decode("ascii", "replace") for one in found if isinstance(one, bytes))


def ranges(text: bytes) -> Ranges:
    """Give a set of numbers as ranges; None stands for the highest there is."""
    found = [_RANGE.fullmatch(part) for part in text.split(b",")]
    wanted = tuple((_number(one[1]), _number(one[2] or one[1])) for one in found if one)
    if not all(found) or any(0 in one for one in wanted):
        raise IllegalClientResponse("This is no set of message numbers")
    return wanted


def chosen(wanted: Ranges, among: Sequence[int]) -> list[int]:
    """Give those of the numbers, which are in order, that lie in the ranges; in order, each once."""
    if not among:
        return []
    places: list[tuple[int, int]] = []
    for first, last in wanted:
        low, high = sorted((among[-1] if one is None else one) for one in (first, last))
        places.append((bisect_left(among, low), bisect_right(among, high)))
    found: list[int] = []
    done = 0
    for begin, end in sorted(places):
        found.extend(among[max(begin, done) : end])
        done = max(done, end)
    return found


def as_set(numbers: Sequence[int]) -> bytes:
    """Write numbers as a set, runs of them as ranges; the order stays."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return b",".join(b"%d" % first if first == last else b"%d:%d" % (first, last) for first, last in runs)


def day(text: bytes) -> datetime:
    """Give the beginning of a day, in UTC."""
    found = _DATE.fullmatch(text)
    if found is None:
        raise IllegalClientResponse("A day is written as 1-Mar-2026")
    try:
        return datetime.combine(date(int(found[3]), _month(found[2]), int(found[1])), time(), UTC)
    except ValueError:
        raise IllegalClientResponse("There is no such day") from None


def instant(text: bytes) -> datetime:
    """Give an instant, in UTC."""
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise IllegalClientResponse('An instant is written as "01-Mar-2026 09:00:00 +0000"')
    sign = -1 if found[7] == b"-" else 1
    try:
        zone = timezone(sign * timedelta(hours=int(found[8]), minutes=int(found[9])))
        parts = (int(found[3]), _month(found[2]), int(found[1]), int(found[4]), int(found[5]), int(found[6]))
        return datetime(*parts, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise IllegalClientResponse("There is no such instant") from None


def written_instant(at: datetime) -> bytes:
    """Write an instant of UTC (§9 date-time)."""
    month = _MONTHS[at.month - 1].decode().capitalize()
    return f'"{at.day:02d}-{month}-{at.year:04d} {at:%H:%M:%S} +0000"'.encode()


def _token(line: bytes, *, depth: int) -> tuple[Token, bytes]:
    if not line.startswith(b"("):
        return word(line)
    if depth == _DEEPEST:
        raise IllegalClientResponse("The lists are too deep")
    inside: list[Token] = []
    rest = line[1:].lstrip(b" ")
    while not rest.startswith(b")"):
        if not rest:
            raise IllegalClientResponse("A parenthesis is missing")
        token, rest = _token(rest, depth=depth + 1)
        inside.append(token)
        rest = rest.lstrip(b" ")
    return inside, _after(rest, 1)


def _quoted(line: bytes) -> tuple[bytes, bytes]:
    found = _QUOTED.match(line)
    if found is None:
        raise IllegalClientResponse("A quote does not end")
    return _ESCAPED.sub(rb"\1", found[1]), _after(line, found.end())


def _literal(line: bytes) -> tuple[bytes, bytes]:
    found = _LITERAL.match(line)
    if found is None:
        raise IllegalClientResponse("This is no literal")
    end = found.end() + int(found[1])
    if end > len(line):
        raise IllegalClientResponse("A literal is cut short")
    return line[found.end() : end], _after(line, end)


def _after(line: bytes, end: int) -> bytes:
    return line[end + 1 :] if line[end : end + 1] == b" " else line[end:]


def _number(text: bytes) -> int | None:
    return None if text == b"*" else int(text)


def _month(text: bytes) -> int:
    try:
        return _MONTHS.index(text.lower()) + 1
    except ValueError:
        raise IllegalClientResponse("There is no such month") from None
