"""SEARCH (RFC 3501 §6.4.4): what must hold together is one question to the store; OR and NOT are made of several."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from twisted.mail.imap4 import IllegalClientResponse

from sigillo.domain.mail_folder import ANSWERED, DELETED, DRAFT, FLAGGED, SEEN, MailSearch
from sigillo.mail.servers.imap_selected import Selected
from sigillo.mail.servers.imap_words import Token, day, ranges

Run = Callable[[MailSearch], list[int]]

_WITH: Final = {b"ANSWERED": ANSWERED, b"DELETED": DELETED, b"DRAFT": DRAFT, b"FLAGGED": FLAGGED, b"SEEN": SEEN}
_WITHOUT: Final = {b"UN" + key: flag for key, flag in _WITH.items()}
_OPPOSITES: Final = {key: b"UN" + key for key in _WITH} | {b"UN" + key: key for key in _WITH}
_TEXTS: Final = {
    b"FROM": "sender",
    b"TO": "to",
    b"CC": "cc",
    b"SUBJECT": "subject",
    b"BODY": "body",
    b"TEXT": "text",
}
_DAY: Final = timedelta(days=1)
_MOST_KEYS: Final = 500
_DEEPEST: Final = 20
_LONGEST_NUMBER: Final = 18


def search(keys: list[Token], among: Selected, run: Run) -> list[int]:
    """Give the uids of the messages that all the keys want, in order; ``run`` asks the store, and may take long.

    Raises IllegalClientResponse for what is no search.
    """
    if not keys:
        raise IllegalClientResponse("Say what to search for")
    found = _Search(among, run).all_of(keys, depth=0)
    return [uid for uid in among.uids if uid in found]


class _Search:
    """One search; ``left`` is how many keys it may still have."""

    def __init__(self, among: Selected, run: Run) -> None:
        self._among = among
        self._run = run
        self._everything = set(among.uids)
        self._left = _MOST_KEYS

    def all_of(self, keys: list[Token], *, depth: int) -> set[int]:
        """Give the uids that all of the keys want."""
        rest = list(reversed(keys))
        wanted = MailSearch()
        found = self._everything
        while rest:
            key = self._next(rest, depth)
            if key == b"NOT" and (opposite := _OPPOSITES.get(_upper(rest))):
                key = opposite  # which the store is asked together with the rest
                rest.pop()
            if isinstance(key, list):
                found = found & self.all_of(key, depth=depth + 1)
            elif (narrowed := self._narrowed(wanted, key.upper(), rest)) is not None:
                wanted = narrowed
            else:
                found = found & self._combined(key.upper(), rest, depth)
        if wanted != MailSearch():
            found = found & set(self._run(wanted))
        return found

    def _next(self, rest: list[Token], depth: int) -> Token:
        self._left -= 1
        if not rest or self._left < 0 or depth > _DEEPEST:
            raise IllegalClientResponse("The search ends too early, or is too long")
        return rest.pop()

    def _one(self, rest: list[Token], depth: int) -> set[int]:
        """Give the uids that the next key wants, with the words that belong to it."""
        key = self._next(rest, depth)
        if isinstance(key, list):
            return self.all_of(key, depth=depth + 1)
        narrowed = self._narrowed(MailSearch(), key.upper(), rest)
        if narrowed is None:
            return self._combined(key.upper(), rest, depth + 1)
        return self._everything if narrowed == MailSearch() else self._everything & set(self._run(narrowed))

    def _combined(self, key: bytes, rest: list[Token], depth: int) -> set[int]:
        """Answer a key that the session itself knows the answer to, or that is made of others."""
        if key == b"NOT":
            return self._everything - self._one(rest, depth + 1)
        if key == b"OR":
            return self._one(rest, depth + 1) | self._one(rest, depth + 1)
        if key == b"RECENT":
            return set(self._among.recent)
        if key == b"OLD":
            return self._everything - self._among.recent
        if key == b"NEW":
            return self._among.recent & set(self._run(MailSearch(without_flags=(SEEN,))))
        if key == b"UID":
            return set(self._among.chosen(ranges(_word(rest)), by_uid=True))
        if key[:1].isdigit() or key[:1] == b"*":
            return set(self._among.chosen(ranges(key), by_uid=False))
        raise IllegalClientResponse(f"Not known here: {key[:40].decode('ascii', 'replace')}")

    def _narrowed(self, wanted: MailSearch, key: bytes, rest: list[Token]) -> MailSearch | None:
        """Add a key to a question; None for a key that is none for the store."""
        if key == b"ALL":
            return wanted
        if key in _WITH:
            return replace(wanted, with_flags=(*wanted.with_flags, _WITH[key]))
        if key in _WITHOUT:
            return replace(wanted, without_flags=(*wanted.without_flags, _WITHOUT[key]))
        if key == b"KEYWORD":
            return replace(wanted, with_flags=(*wanted.with_flags, _text(rest)))
        if key == b"UNKEYWORD":
            return replace(wanted, without_flags=(*wanted.without_flags, _text(rest)))
        return _narrowed_by_text(wanted, key, rest) or _narrowed_by_number(wanted, key, rest)


def _narrowed_by_text(wanted: MailSearch, key: bytes, rest: list[Token]) -> MailSearch | None:
    if key == b"HEADER":
        return _with_header(wanted, _text(rest), _text(rest))
    if key == b"BCC":
        return _with_header(wanted, "Bcc", _text(rest))
    if key not in _TEXTS:
        return None
    field = _TEXTS[key]
    changes: dict[str, Any] = {field: (*getattr(wanted, field), _text(rest))}
    return replace(wanted, **changes)


def _with_header(wanted: MailSearch, name: str, text: str) -> MailSearch:
    if name.lower() == "message-id" and text:
        return replace(wanted, message_id=(*wanted.message_id, text.strip("<>")))
    return replace(wanted, headers=(*wanted.headers, (name, text)))


def _narrowed_by_number(wanted: MailSearch, key: bytes, rest: list[Token]) -> MailSearch | None:
    if key == b"LARGER":
        return replace(wanted, larger_bytes=max(_size(rest), wanted.larger_bytes or 0))
    if key == b"SMALLER":
        size = _size(rest)
        return replace(wanted, smaller_bytes=size if wanted.smaller_bytes is None else min(size, wanted.smaller_bytes))
    sent = "sent_" if key.startswith(b"SENT") else ""
    which = key.removeprefix(b"SENT")
    if which not in (b"SINCE", b"BEFORE", b"ON"):
        return None
    begin = day(_word(rest))
    changes: dict[str, Any] = {}
    if which in (b"SINCE", b"ON"):
        since = getattr(wanted, f"{sent}since")
        changes[f"{sent}since"] = begin if since is None else max(since, begin)
    if which in (b"BEFORE", b"ON"):
        end, before = begin if which == b"BEFORE" else begin + _DAY, getattr(wanted, f"{sent}before")
        changes[f"{sent}before"] = end if before is None else min(before, end)
    return replace(wanted, **changes)


def _upper(rest: list[Token]) -> bytes:
    """Give the next word in capitals, without taking it; empty for a list or nothing."""
    return rest[-1].upper() if rest and isinstance(rest[-1], bytes) else b""


def _word(rest: list[Token]) -> bytes:
    found = rest.pop() if rest else None
    if not isinstance(found, bytes):
        raise IllegalClientResponse("A word is missing")
    return found


def _text(rest: list[Token]) -> str:
    raw = _word(rest)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _size(rest: list[Token]) -> int:
    raw = _word(rest)
    if not raw.isdigit() or len(raw) > _LONGEST_NUMBER:
        raise IllegalClientResponse("A size is a number of bytes")
    return int(raw)
