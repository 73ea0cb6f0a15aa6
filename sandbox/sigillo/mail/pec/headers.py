"""Header fields of any message, read leniently: raw as they stand, and decoded with the standard library."""

from __future__ import annotations

import codecs
import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value, getaddresses
from typing import Final

_FIELD_END: Final = re.compile(rb"\r?\n(?![ \t])")
_NAME: Final = re.compile(rb"[!-9;-~]+")
_FOLD: Final = re.compile(r"[\r\n]+[ \t]*")
_TOKEN_END: Final = re.compile(r"[;\s(]")
_ANGLE: Final = re.compile(r"<\s*([^<>\s]+)\s*>")
# One address as most write it; whatever has a comment, a quote, an encoded word or a space too many has none of these.
_ATOMS: Final = r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*"
_PLAIN_ADDRESS: Final = re.compile(rf" ?(?:(?:([\w'-]+(?: [\w'-]+)*) )?<({_ATOMS}@{_ATOMS})>|({_ATOMS}@{_ATOMS}))")
_LONGEST_PLAIN: Final = 1024
_MOST_HEAD_BYTES: Final = 256 * 1024
_LONGEST_VALUE: Final = 32 * 1024
# The library takes quadratic time over parameters and addresses; honest fields are far below these.
_LONGEST_TOKEN: Final = 256
_LONGEST_PARAMETERS: Final = 4096
_MOST_PARAMETERS: Final = 64
_FIELDS: Final = range(4)
_MOST_PIECES: Final = 8
# Codecs that are no charset of a text, or take quadratic time over long ones.
_NO_CHARSETS: Final = ("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem")


@dataclass(frozen=True, slots=True)
class Field:
    """A header field: its name and its value as bytes, folded as it came; ``raw`` without its last line end."""

    name: str
    raw: bytes

    @property
    def value(self) -> bytes:
        """Give what follows the colon."""
        return self.raw.partition(b":")[2]


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of a header, in order; ``_firsts`` are the first ones of each name, which are asked for most."""

    fields: tuple[Field, ...]
    _firsts: Mapping[str, Field] = dataclasses.field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_firsts", {field.name.lower(): field for field in reversed(self.fields)})

    def all(self, *names: str) -> Iterator[Field]:
        """Give the fields of these names, whatever their case, in order."""
        wanted = {name.lower() for name in names}
        if wanted.isdisjoint(self._firsts):
            return iter(())
        return (field for field in self.fields if field.name.lower() in wanted)

    def first(self, name: str) -> Field | None:
        """Give the first field of a name, whatever its case, or None."""
        return self._firsts.get(name.lower())

    def text(self, name: str) -> str:
        """Give the first field of a name, decoded (RFC 2047), on one line; empty without one."""
        field = self.first(name)
        return "" if field is None else decoded(field.value)

    def token(self, name: str) -> str:
        """Give a field that holds one word, in lower case and without what follows a semicolon or a bracket."""
        field = self.first(name)
        if field is None:
            return ""
        value = decoded(field.value[:_LONGEST_TOKEN])
        return _TOKEN_END.split(value.strip("'\" "), maxsplit=1)[0].lower()

    def parameter(self, name: str, parameter: str) -> str:
        """Give a parameter of a field, decoded (RFC 2231, RFC 2047); empty without it."""
        field = self.first(name)
        if field is None:
            return ""
        message = Message()
        message[name] = _unfolded(_plain_text(_bounded(field.value)))
        try:
            found = message.get_param(parameter, header=name)
            value = collapse_rfc2231_value(found) if found is not None else ""
        except Exception:  # noqa: BLE001 - the library has its own accidents with what strangers write
            return ""
        return _words(value)

    def parameters(self, name: str) -> tuple[tuple[str, str], ...]:
        """Give the names of a field's parameters and their values, decoded as :meth:`parameter` does."""
        field = self.first(name)
        if field is None:
            return ()
        message = Message()
        message[name] = _unfolded(_plain_text(_bounded(field.value)))
        try:
            found = (message.get_params([], header=name) or [])[1:]
            return tuple((key, _words(collapse_rfc2231_value(value))) for key, value in found)
        except Exception:  # noqa: BLE001 - as above
            return ()

    def addresses(self, *names: str) -> tuple[tuple[str, str], ...]:
        """Give the name and the address of everybody in these fields."""
        if not any(map(self.first, names)):
            return ()
        longest = _LONGEST_VALUE if names != ("From",) else _LONGEST_PARAMETERS
        fields = [field for field, _ in zip(self.all(*names), _FIELDS, strict=False)]
        found: list[tuple[str, str]] = []
        for piece in (piece for field in fields for piece in _pieces(field.value, longest)):
            try:
                found += _addresses(_unfolded(_plain_text(piece)))
            except Exception:  # noqa: BLE001 - as above
                return ()
        return tuple((_words(name), address.strip()) for name, address in found if address.strip())

    def message_id(self, name: str) -> str:
        """Give a message id without its angle brackets; empty without one."""
        value = self.text(name).strip()
        inside = _ANGLE.search(value)
        return inside[1] if inside else value.split(" ")[0].strip("<>")


def read_headers(head: bytes) -> Headers:
    """Read the fields of a header block; what is none, as an mbox line, is passed over."""
    found = []
    for raw in _FIELD_END.split(head[:_MOST_HEAD_BYTES]):
        name, colon, _ = raw.partition(b":")
        if colon and _NAME.fullmatch(name.rstrip(b" \t")):
            found.append(Field(name.rstrip(b" \t").decode("ascii"), raw))
    return Headers(tuple(found))


def unfolded_lines(head: bytes) -> tuple[tuple[str, str], ...]:
    """Give every line of a header block, unfolded: name in lower case and value; what is no field has an empty name."""
    lines = (raw.partition(b":") for raw in _FIELD_END.split(head.strip(b"\r\n")) if raw.strip())
    return tuple(_line(name.rstrip(b" \t"), colon, value) for name, colon, value in lines)


def _line(name: bytes, colon: bytes, value: bytes) -> tuple[str, str]:
    is_field = bool(colon) and _NAME.fullmatch(name) is not None
    text = value if is_field else name + colon + value
    return name.decode("ascii").lower() if is_field else "", " ".join(text.decode("latin-1").split())


def decoded(value: bytes) -> str:
    """Decode a field's value: encoded words, or raw UTF-8 or Latin-1, on one line."""
    return _words(_unfolded(_plain_text(value)).strip())


def text_in(data: bytes, charset: str) -> str:
    """Decode bytes in the named charset, else in UTF-8, else in Latin-1: always something."""
    for name in (charset, "utf-8"):
        if _is_charset(name):
            try:
                return data.decode(name)
            except (UnicodeError, ValueError, LookupError):
                continue
    return data.decode("latin-1")


def _is_charset(name: str) -> bool:
    """Tell a charset of texts: Python names compressions, encodings of bytes and traps in the same way."""
    try:
        codec = codecs.lookup(name) if name else None
    except (LookupError, ValueError, UnicodeError):
        return False
    return codec is not None and codec.name not in _NO_CHARSETS and getattr(codec, "_is_text_encoding", True)


def _pieces(value: bytes, longest: int) -> Iterator[bytes]:
    """Cut a list of addresses that is too long to be read at once where a line ends with a comma; eight at most."""
    for _ in range(_MOST_PIECES):
        cut = value.rfind(b",\r\n", 0, longest) if len(value) > longest else -1
        yield value[: cut if cut > 0 else longest]
        if cut <= 0:
            return
        value = value[cut + 1 :]


def _addresses(value: str) -> list[tuple[str, str]]:
    """Give what the library reads; an address alone, or after a name of plain words, is read without it."""
    ones = value.split(",") if len(value) <= _LONGEST_PLAIN else []
    plain = [_PLAIN_ADDRESS.fullmatch(one) for one in ones]
    found = [(match[1] or "", match[2] or match[3]) for match in plain if match]
    return found if ones and len(found) == len(ones) else getaddresses([value])


def _bounded(value: bytes) -> bytes:
    return b";".join(value[:_LONGEST_PARAMETERS].split(b";")[:_MOST_PARAMETERS])


def _unfolded(value: str) -> str:
    return _FOLD.sub(" ", value) if "\n" in value or "\r" in value else value


def _plain_text(value: bytes) -> str:
    try:
        return value[:_LONGEST_VALUE].decode("utf-8")
    except UnicodeDecodeError:
        return value[:_LONGEST_VALUE].decode("latin-1")


def _words(value: str) -> str:
    if "=?" not in value:
        return value
    try:
        return "".join(_word(word, charset) for word, charset in decode_header(value))
    except Exception:  # noqa: BLE001 - as above: broken encoded words stay as they are written
        return value


def _word(word: str | bytes, charset: str | None) -> str:
    if isinstance(word, str):
        return word
    # The library gives text around encoded words as bytes in raw-unicode-escape.
    return text_in(word, charset) if charset else word.decode("raw-unicode-escape", "replace")
