"""Names of files in a container that every system can unpack, from names that people chose.

A folder separator is ``/`` alone; nothing climbs out, nothing hides, nothing is reserved by an operating system, and
no two names differ in case or in Unicode composition only. Accents stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

MAX_SEGMENT_BYTES: Final = 120
_MAX_EXTENSION_BYTES: Final = 16
# Reserved by Windows or by shells' path syntax; \ would be a folder there.
_RESERVED: Final = re.compile(r'[<>:"|?*\\]')
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
# What the container format keeps for itself (EN 319 162-1 §A.1), at the top.
_OWN: Final = re.compile(r"mimetype|meta-inf", re.IGNORECASE)
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def safe_names(names: Iterable[str]) -> list[str]:
    """Give each name as it goes into the container, in order; one that is taken gets ``-2``, ``-3`` and so on."""
    taken: set[str] = set()
    found = []
    for name in names:
        unique = _unique(safe_name(name), taken)
        taken.add(_key(unique))
        found.append(unique)
    return found


def safe_name(name: str) -> str:
    """Give a relative path of one or more harmless segments; ``file`` when nothing of the name is left."""
    segments = [_segment(part) for part in name.split("/")]
    kept = [segment for segment in segments if segment] or ["file"]
    if _OWN.fullmatch(kept[0]):
        kept[0] = f"_{kept[0]}"
    return "/".join(kept)


def _segment(part: str) -> str:
    visible = "".join(_seen(char) for char in part)
    plain = _RESERVED.sub("_", unicodedata.normalize("NFC", visible)).strip(" .")
    short = _shortened(plain)
    return f"_{short}" if _DEVICES.fullmatch(short) else short


def _seen(char: str) -> str:
    """Typographic blanks, as French has before its colons, become plain ones."""
    category = unicodedata.category(char)
    return " " if category == "Zs" else "_" if category in _UNSEEN else char


def _shortened(segment: str) -> str:
    """Cut the stem and keep the extension."""
    if len(segment.encode()) <= MAX_SEGMENT_BYTES:
        return segment
    stem, dot, extension = segment.rpartition(".")
    if not dot or len(extension.encode()) > _MAX_EXTENSION_BYTES:
        return _cut(segment, MAX_SEGMENT_BYTES)
    return _cut(stem, MAX_SEGMENT_BYTES - 1 - len(extension.encode())) + dot + extension


def _cut(text: str, length_bytes: int) -> str:
    return text.encode()[:length_bytes].decode(errors="ignore").rstrip(" .")


def _unique(name: str, taken: set[str]) -> str:
    if _key(name) not in taken:
        return name
    folder, slash, file = name.rpartition("/")
    stem, dot, extension = file.rpartition(".")
    head, tail = (f"{folder}{slash}{stem}", f".{extension}") if dot else (name, "")
    number = 2
    while _key(f"{head}-{number}{tail}") in taken:
        number += 1
    return f"{head}-{number}{tail}"


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
