"""IMAP commands on folders (RFC 3501 §6.3). Each gives the text of its OK, or raises Refused."""

from __future__ import annotations

from typing import Final

from twisted.mail.imap4 import IllegalClientResponse

from sigillo.domain.mail_folder import INBOX, SEEN, SEPARATOR, SYSTEM_FLAGS, Folder, FolderStatus, MailSearch
from sigillo.mail.servers.imap_selected import Selected
from sigillo.mail.servers.imap_talk import Talk
from sigillo.mail.servers.imap_words import Token

_LONGEST_PATTERN: Final = 500
_FLAGS: Final = " ".join(SYSTEM_FLAGS).encode()
_COUNTS: Final = {
    b"MESSAGES": "messages",
    b"RECENT": "recent",
    b"UIDNEXT": "uid_next",
    b"UIDVALIDITY": "uid_validity",
    b"UNSEEN": "unseen",
}


async def select(talk: Talk, name: str) -> str:
    """Open a folder to work in it."""
    return await _open(talk, name, is_read_only=False)


async def examine(talk: Talk, name: str) -> str:
    """Open a folder to read it."""
    return await _open(talk, name, is_read_only=True)


async def close(talk: Talk) -> str:
    """Leave the folder; what is flagged as deleted goes, and nothing is told of it (§6.4.2)."""
    selected = talk.chosen
    if not selected.is_read_only:
        await talk.ask(lambda: talk.folders.expunge(talk.box, selected.name))
    talk.selected = None
    return "Closed"


async def unselect(talk: Talk) -> str:
    """Leave the folder as it is (RFC 3691)."""
    talk.selected = None
    return "Left"


async def create(talk: Talk, name: str) -> str:
    """Make a folder."""
    await talk.ask(lambda: talk.folders.create_folder(talk.box, name))
    return "Made"


async def delete(talk: Talk, name: str) -> str:
    """Forget a folder with what is in it."""
    await talk.ask(lambda: talk.folders.delete_folder(talk.box, name))
    return "Deleted"


async def rename(talk: Talk, name: str, new_name: str) -> str:
    """Rename a folder."""
    await talk.ask(lambda: talk.folders.rename_folder(talk.box, name, new_name))
    return "Renamed"


async def subscribe(talk: Talk, name: str) -> str:
    """Subscribe to a folder."""
    await talk.ask(lambda: talk.folders.subscribe(talk.box, name))
    return "Subscribed"


async def unsubscribe(talk: Talk, name: str) -> str:
    """Subscribe to a folder no longer."""
    await talk.ask(lambda: talk.folders.subscribe(talk.box, name, on=False))
    return "No longer subscribed"


async def list_all(talk: Talk, reference: str, pattern: str) -> str:
    """Tell of folders."""
    return await _list(talk, reference + pattern, only_subscribed=False)


async def list_subscribed(talk: Talk, reference: str, pattern: str) -> str:
    """Tell of folders that are subscribed to."""
    return await _list(talk, reference + pattern, only_subscribed=True)


async def status(talk: Talk, name: str, wanted: list[Token]) -> str:
    """Tell how a folder stands, without opening it."""
    asked = wanted[0] if len(wanted) == 1 else None
    if not isinstance(asked, list):
        raise IllegalClientResponse("Say in parentheses what to tell")
    fields = [_COUNTS.get(one.upper() if isinstance(one, bytes) else b"") for one in asked]

    def read() -> FolderStatus:
        talk.folders.sync(talk.box)
        return talk.folders.status(talk.box, name)

    stands = await talk.ask(read)
    told = [b"%s %d" % (key, getattr(stands, field)) for key, field in _COUNTS.items() if field in fields]
    talk.tell(b"* STATUS %s (%s)\r\n" % (written_name(name), b" ".join(told)))
    return "That is how it stands"


async def namespace(talk: Talk) -> str:
    """Tell that all folders are the client's own (RFC 2342)."""
    talk.tell(b'* NAMESPACE (("" "%s")) NIL NIL\r\n' % SEPARATOR.encode())
    return "That is all"


def matches(pattern: str, name: str) -> bool:
    """Tell whether a name fits a pattern: ``*`` is anything, ``%`` anything within one level."""
    reached = {0}
    for sign in pattern:
        if sign in "*%":
            reached = {end for start in reached for end in range(start, _reach(name, start, across=sign == "*") + 1)}
        else:
            reached = {place + 1 for place in reached if name[place : place + 1] == sign}
    return len(name) in reached


def written_name(name: str) -> bytes:
    """Write a folder's name, quoted, in modified UTF-7."""
    raw: bytes = name.encode("imap4-utf-7")
    return b'"%s"' % raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


async def _open(talk: Talk, name: str, *, is_read_only: bool) -> str:
    talk.selected = None

    def read() -> tuple[Selected, int | None]:
        folders, box = talk.folders, talk.box
        folders.sync(box)
        standing = talk.standing(name, folders.status(box, name))
        noticed = 0 if is_read_only else folders.notice(box, name)
        unseen = folders.search(box, name, MailSearch(without_flags=(SEEN,)))[:1] if standing.status.unseen else []
        selected = Selected(name, standing, noticed_uid=noticed, is_read_only=is_read_only)
        return selected, next((selected.number(uid) for uid in unseen if selected.has(uid)), None)

    selected, unseen = await talk.ask(read)
    talk.tell(_told(selected, unseen))
    talk.selected = selected
    return f"[{'READ-ONLY' if is_read_only else 'READ-WRITE'}] Opened"


def _told(selected: Selected, unseen: int | None) -> bytes:
    permanent = b"" if selected.is_read_only else _FLAGS + b" \\*"
    lines = [
        b"* FLAGS (%s)" % _FLAGS,
        b"* %d EXISTS" % len(selected),
        b"* %d RECENT" % len(selected.recent),
        b"* OK [PERMANENTFLAGS (%s)] What can be set" % permanent,
        b"* OK [UIDVALIDITY %d] Uids are good" % selected.status.uid_validity,
        b"* OK [UIDNEXT %d] The next one" % selected.status.uid_next,
    ]
    if unseen is not None:
        lines.append(b"* OK [UNSEEN %d] The first one unseen" % unseen)
    return b"".join(line + b"\r\n" for line in lines)


async def _list(talk: Talk, pattern: str, *, only_subscribed: bool) -> str:
    command = b"LSUB" if only_subscribed else b"LIST"
    if not pattern:
        talk.tell(b'* %s (\\Noselect) "%s" ""\r\n' % (command, SEPARATOR.encode()))
        return "That is what parts levels"
    if len(pattern) > _LONGEST_PATTERN:
        raise IllegalClientResponse("The pattern is too long")
    there = await talk.ask(lambda: talk.folders.folders(talk.box))
    names = [folder.name for folder in there]
    for folder in there:
        fits = matches(pattern, folder.name) or (folder.name == INBOX and matches(pattern.upper(), INBOX))
        if fits and (folder.is_subscribed or not only_subscribed):
            attributes = _attributes(folder, names).encode()
            talk.tell(b'* %s (%s) "%s" %s\r\n' % (command, attributes, SEPARATOR.encode(), written_name(folder.name)))
    return "That is all"


def _attributes(folder: Folder, names: list[str]) -> str:
    has_below = any(name.startswith(folder.name + SEPARATOR) for name in names)
    below = "\\HasChildren" if has_below else "\\HasNoChildren"
    return f"{below} {folder.special_use}" if folder.special_use else below


def _reach(name: str, start: int, *, across: bool) -> int:
    stop = -1 if across else name.find(SEPARATOR, start)
    return len(name) if stop < 0 else stop
