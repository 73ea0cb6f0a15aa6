"""Typst, held ready: a template and data in, PDF/A-2b bytes out, the same on every machine.

Nothing of the machine reaches the page: fonts are those inside Typst, the date is an argument, templates come from
this package, and the data travels as one JSON text, so that nobody's name or subject is ever read as markup.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from threading import Lock
from typing import Final

import typst

# Control and format characters (direction overrides among them), private use, lone surrogates, line separators.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
# What the fonts inside Typst show for certain: Latin, Greek, Cyrillic, Hebrew letters, general punctuation in use.
_CERTAIN: Final = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x17F),
    (0x391, 0x3A1),
    (0x3A3, 0x3C9),
    (0x410, 0x44F),
    (0x5D0, 0x5EA),
    (0x1EA0, 0x1EF9),
    (0x2013, 0x2014),
    (0x2018, 0x201A),
    (0x201C, 0x201E),
    (0x2026, 0x2026),
    (0x202F, 0x202F),
    (0x20AC, 0x20AC),
)


@dataclass(frozen=True, slots=True)
class Typesetter:
    """A compiler and its templates. Threads take turns: the compiler is one mutable thing."""

    compiler: typst.Compiler
    templates: Mapping[str, bytes]
    turn: Lock = field(default_factory=Lock)

    def pdf(self, template: str, data: Mapping[str, object], *, at: datetime) -> bytes:
        """Set ``data`` (JSON values) with the template of that name; ``at`` is the document's date, aware.

        Characters that nobody can see are written as ``[U+202E]``. Where a font lacks a character, which PDF/A
        forbids, all but the plain alphabets are written so.
        """
        try:
            return self._compile(template, _map_text(data, _visible), at=at)
        except typst.TypstError:
            return self._compile(template, _map_text(data, _certain), at=at)

    def _compile(self, template: str, data: object, *, at: datetime) -> bytes:
        inputs = {"data": json.dumps(data, ensure_ascii=False)}
        with self.turn:
            pdf = self.compiler.compile(
                self.templates[template],
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=["a-2b"],
                timestamp=int(at.timestamp()),
                pdf_tags=False,  # they are twice as many objects as the page has, and signing reads each
            )
        assert isinstance(pdf, bytes)  # a list comes of formats with a file a page
        return pdf


def build_typesetter() -> Typesetter:
    """Load the fonts and the templates (some 50 ms)."""
    pages = files("sigillo.proofs").joinpath("pages")
    templates = {name: pages.joinpath(f"{name}.typ").read_bytes() for name in ("proof", "letter")}
    return Typesetter(typst.Compiler(ignore_system_fonts=True), templates)


def _map_text(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, str):
        plain = value.isascii() and value.isprintable()
        return value if plain else "".join(map(change, value))
    if isinstance(value, Mapping):
        return {key: _map_text(item, change) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_map_text(item, change) for item in value]
    return value


def _visible(character: str) -> str:
    unseen = unicodedata.category(character) in _UNSEEN and character != "\n"
    return _code_point(character) if unseen else character


def _certain(character: str) -> str:
    known = character == "\n" or any(low <= ord(character) <= high for low, high in _CERTAIN)
    return character if known else _code_point(character)


def _code_point(character: str) -> str:
    return f"[U+{ord(character):04X}]"
