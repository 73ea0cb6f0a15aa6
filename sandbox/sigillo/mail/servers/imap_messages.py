"""IMAP commands on messages (RFC 3501 §6.4, MOVE of RFC 6851, UIDPLUS of RFC 4315). Each gives the text of its OK."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from twisted.mail.imap4 import IllegalClientResponse

from sigillo.domain.errors import NotFound
from sigillo.domain.mail_folder import SEEN, Change, Stored
from sigillo.mail.servers.imap_fetch import Given, Wanted, fetched, told_flags
from sigillo.mail.servers.imap_search import search as searched
from sigillo.mail.servers.imap_selected import Selected
from sigillo.mail.servers.imap_talk import Refused, Talk
from sigillo.mail.servers.imap_words import Ranges, Token, as_set
from sigillo.mail.servers.smtp_data import Unfit, fitting

_LIGHT_AT_ONCE: Final = 1000
_HEAVY_AT_ONCE: Final = 8
_LARGE_BYTES: Final = 1 << 20
_CHARSETS: Final = (b"US-ASCII", b"ASCII", b"UTF-8")
_CHANGES: Final = {b"FLAGS": Change.SET, b"+FLAGS": Change.ADD, b"-FLAGS": Change.REMOVE}


async def noop(talk: Talk) -> str:
    """Tell what is new."""
    await talk.look()
    return "That is how it stands"


async def fetch(talk: Talk, numbers: Ranges, items: Sequence[Any], *, by_uid: bool) -> str:
    """Give messages, or what is asked for of them."""
    selected = talk.chosen
    wanted = Wanted(items, by_uid)
    uids = selected.chosen(numbers, by_uid=by_uid)
    with talk.session.answering() as outflow:
        for start in range(0, len(uids), _LIGHT_AT_ONCE):
            for some in _portions(await _known(talk, selected, uids[start : start + _LIGHT_AT_ONCE]), wanted):
                await outflow.write(await _fetched(talk, selected, some, wanted))
    return "That is all"


async def store(talk: Talk, numbers: Ranges, how: bytes, flags: tuple[str, ...], *, by_uid: bool) -> str:
    """Change flags."""
    selected = talk.writable
    what, _, silent = how.upper().partition(b".")
    if what not in _CHANGES or silent not in (b"", b"SILENT"):
        raise IllegalClientResponse("Say FLAGS, +FLAGS or -FLAGS")
    uids = selected.chosen(numbers, by_uid=by_uid)
    after = await talk.ask(lambda: talk.folders.flag(talk.box, selected.name, uids, flags, _CHANGES[what]))
    selected.note(after)
    if not silent:
        told = (
            told_flags(selected.number(one.uid), selected.flags(one.uid), uid=one.uid if by_uid else None)
            for one in after
        )
        talk.tell(b"".join(told))
    return "Changed"


async def search(talk: Talk, keys: list[Token], *, by_uid: bool) -> str:
    """Look for messages."""
    selected = talk.chosen
    if keys and isinstance(keys[0], bytes) and keys[0].upper() == b"CHARSET":
        charset = keys[1] if len(keys) > 1 else b""
        if not isinstance(charset, bytes) or charset.upper() not in _CHARSETS:
            raise Refused("[BADCHARSET (US-ASCII UTF-8)] Write it in UTF-8")
        keys = keys[2:]
    found = await talk.ask(
        lambda: searched(keys, selected, lambda wanted: talk.folders.search(talk.box, selected.name, wanted))
    )
    numbers = found if by_uid else selected.numbers(found)
    talk.tell(b"* SEARCH" + b"".join(b" %d" % number for number in numbers) + b"\r\n")
    return "That is all"


async def copy(talk: Talk, numbers: Ranges, folder: str, *, by_uid: bool) -> str:
    """Copy messages into a folder."""
    uids = talk.chosen.chosen(numbers, by_uid=by_uid)
    copies, validity = await talk.ask(
        lambda: (talk.folders.copy(talk.box, uids, folder), talk.folders.status(talk.box, folder).uid_validity),
        code_for_missing="TRYCREATE",
    )
    await talk.look()
    return f"{_copied(uids, copies, validity)}Copied"


async def move(talk: Talk, numbers: Ranges, folder: str, *, by_uid: bool) -> str:
    """Move messages into a folder."""
    uids = talk.writable.chosen(numbers, by_uid=by_uid)
    copies, validity = await talk.ask(
        lambda: (talk.folders.move(talk.box, uids, folder), talk.folders.status(talk.box, folder).uid_validity),
        code_for_missing="TRYCREATE",
    )
    code = _copied(uids, copies, validity)
    if code:
        talk.tell(f"* OK {code}Moved\r\n".encode())
    await talk.look()
    return "Moved"


async def expunge(talk: Talk) -> str:
    """Let what is flagged as deleted go."""
    return await _expunge(talk, talk.writable, None)


async def expunge_some(talk: Talk, numbers: Ranges) -> str:
    """Let those of some messages go that are flagged as deleted."""
    selected = talk.writable
    return await _expunge(talk, selected, selected.chosen(numbers, by_uid=True))


async def append(talk: Talk, folder: str, flags: tuple[str, ...], at: datetime | None, raw: bytes) -> str:
    """Put a message into a folder; without an instant it is dated with the workspace's clock."""

    def put() -> tuple[int, int]:
        sandbox = talk.service.sandbox
        message = fitting(raw, most_line_bytes=talk.service.limits.message_line_bytes)
        instant = at or sandbox.simulation.clock(talk.box.workspace_id)[1]
        uid = talk.folders.append(talk.box, folder, message, flags, instant)
        return uid, talk.folders.status(talk.box, folder).uid_validity

    try:
        uid, validity = await talk.ask(put, code_for_missing="TRYCREATE")
    except Unfit as unfit:
        raise Refused(f"[CANNOT] {str(unfit.args[1]).partition(' ')[2]}") from None
    await talk.look()
    return f"[APPENDUID {validity} {uid}] Put there"


async def _expunge(talk: Talk, selected: Selected, uids: list[int] | None) -> str:
    gone = await talk.ask(lambda: talk.folders.expunge(talk.box, selected.name, uids))
    talk.told_removed(gone)
    return "Gone"


def _copied(uids: list[int], copies: list[int], validity: int) -> str:
    """Write the COPYUID code; none where a message was gone already, as nobody could tell which."""
    if not copies or len(uids) != len(copies):
        return ""
    return f"[COPYUID {validity} {as_set(uids).decode()} {as_set(copies).decode()}] "


async def _known(talk: Talk, selected: Selected, uids: list[int]) -> list[Stored]:
    """Give how messages stand; those that are gone meanwhile are passed over."""
    unknown = selected.unknown(uids)
    if unknown:
        selected.note(await talk.ask(lambda: talk.folders.stored(talk.box, selected.name, unknown)))
    return selected.known(uids)


def _portions(stored: list[Stored], wanted: Wanted) -> list[list[Stored]]:
    """Part messages into what is read at once: many where little is asked for, large ones each by itself."""
    if wanted.is_light and not (wanted.needs_size and any(one.size_bytes is None for one in stored)):
        return [stored] if stored else []
    portions: list[list[Stored]] = []
    for one in stored:
        is_large = (one.size_bytes or 0) > _LARGE_BYTES
        if portions and not is_large and len(portions[-1]) < _HEAVY_AT_ONCE:
            portions[-1].append(one)
        else:
            portions.append([one])
    return portions


async def _fetched(talk: Talk, selected: Selected, some: list[Stored], wanted: Wanted) -> bytes:
    """Write the answers about some messages; one that is gone meanwhile is passed over."""
    newly_seen = [one.uid for one in some if wanted.reads and not selected.is_read_only and SEEN not in one.flags]
    folders, box = talk.folders, talk.box

    def read() -> tuple[dict[int, bytes], list[Stored], dict[int, int]]:
        seen = folders.flag(box, selected.name, newly_seen, (SEEN,), Change.ADD) if newly_seen else []
        unsized = [one.uid for one in some if one.size_bytes is None] if wanted.needs_size else []
        sizes = folders.sizes(box, selected.name, unsized) if unsized and wanted.is_light else {}
        return {} if wanted.is_light else _raws(talk, some), seen, sizes

    raws, seen, sizes = await talk.ask(read)
    selected.note(seen)
    selected.note(_sized(selected, sizes | {uid: len(raw) for uid, raw in raws.items()}))
    given = [_given(selected, one.uid, raws.get(one.uid)) for one in some if wanted.is_light or one.uid in raws]
    return await talk.service.beside(
        lambda: b"".join(fetched(wanted, one, tell_flags=one.stored.uid in newly_seen) for one in given)
    )


def _sized(selected: Selected, sizes: dict[int, int]) -> list[Stored]:
    return [selected.at(uid)._replace(size_bytes=size) for uid, size in sizes.items()]


def _given(selected: Selected, uid: int, raw: bytes | None) -> Given:
    stored = selected.at(uid)
    return Given(selected.number(uid), stored, selected.flags(uid), stored.size_bytes, raw)


def _raws(talk: Talk, some: list[Stored]) -> dict[int, bytes]:
    found = {}
    for one in some:
        with suppress(NotFound):
            found[one.uid] = talk.folders.raw(talk.box, one.uid)
    return found
