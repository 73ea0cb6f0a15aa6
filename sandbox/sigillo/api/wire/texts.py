"""The kinds of text that fields hold: bounded, printable, with the JSON Schema that says so."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from sigillo.domain.calendar import parse_instant
from sigillo.domain.errors import MalformedInput, OutOfRange

_NOT_PRINT = r"\u0000-\u001f\u007f-\u009f\ufffe\uffff"
LINE = rf"^[^{_NOT_PRINT}]*[^\s{_NOT_PRINT}][^{_NOT_PRINT}]*$"
PROSE = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]*$"
# A day that there is, from 2000 to 2100.
DAY = (
    r"((20[0-9]{2}|2100)-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    r"|02-(0[1-9]|1[0-9]|2[0-8]))|20([02468][048]|[13579][26])-02-29)"
)
ZONE = r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
INSTANT = rf"^{DAY}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{{1,6}})?{ZONE}$"
DURATION = (
    r"(P(?=[0-9T])([0-9]{1,4}W)?([0-9]{1,5}D)?(T(?=[0-9])([0-9]{1,5}H)?([0-9]{1,6}M)?([0-9]{1,8}S)?)?"
    r"|[0-9]{1,4}[wdhms])"
)
_LONGEST_SCENARIO = 80  # what the pattern allows: a name of 40 characters, and the longest delay
_SCENARIO = rf"^[a-z][a-z0-9-]{{0,39}}(\+{DURATION})?$"
URL = r"^https?://([A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$"  # the characters of RFC 3986 §2
MOST_CONTENT = 1_000_000
_NO_LINE = re.compile("[\x00-\x1f\x7f-\x9f\ufffe\uffff]")
_NO_PROSE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_URL = re.compile(URL)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})?")


def _one_line(text: str) -> str:
    found = _NO_LINE.search(text)
    if found:
        raise PydanticCustomError(
            "unprintable",
            "The text holds U+{point} at character {place}: write it on one line, without control characters.",
            {"point": f"{ord(found[0]):04X}", "place": found.start() + 1},
        )
    if not text.strip():
        raise PydanticCustomError("blank", "The text is blank: write something, or leave it out.")
    return text


def _prose(text: str) -> str:
    found = _NO_PROSE.search(text)
    if found:
        raise PydanticCustomError(
            "unprintable",
            "The text holds U+{point} at character {place}: only tabs and line breaks are allowed besides print.",
            {"point": f"{ord(found[0]):04X}", "place": found.start() + 1},
        )
    if not text.strip():
        raise PydanticCustomError("blank", "The text is blank: write something, or leave it out.")
    return text


def _instant(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise PydanticCustomError("bad_instant", "This is not an instant: write RFC 3339 such as 2026-03-01T09:00:00Z.")
    try:
        at = parse_instant(value)
    except OutOfRange as error:
        raise PydanticCustomError("out_of_range", "{detail}", {"detail": error.detail}) from None
    except MalformedInput as error:
        no_zone = value[-1] not in "Zz" and value[-6] not in "+-"
        code = "no_zone" if no_zone else "bad_instant"
        raise PydanticCustomError(code, "{detail}", {"detail": error.detail}) from None
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


@lru_cache(maxsize=4096)
def _normal_email(address: str) -> tuple[str, str]:
    """Give the normalised address, or nothing and what is wrong with it."""
    from email_validator import EmailNotValidError, validate_email  # a quarter of a second of imports at first need

    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized, ""
    except EmailNotValidError as error:
        return "", str(error)


def _email(address: str) -> str:
    normal, wrong = _normal_email(_one_line(address))
    if wrong:
        raise PydanticCustomError("bad_email", "This is not an e-mail address: {wrong}", {"wrong": wrong})
    return normal


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


# For integers: JSON Schema, and so the document, takes 20.0 for one.
WHOLE = BeforeValidator(_whole)
_IS_LINE = AfterValidator(_one_line)
_LINE_SCHEMA: JsonDict = {"pattern": LINE}
Name = Annotated[
    str,
    Field(min_length=1, max_length=200, json_schema_extra=_LINE_SCHEMA, examples=["Atelier Martin SARL"]),
    _IS_LINE,
]
Subject = Annotated[
    str,
    Field(
        min_length=1,
        max_length=255,
        json_schema_extra=_LINE_SCHEMA,
        description="One line.",
        examples=["Résiliation du bail du 12 mars 2024"],
    ),
    _IS_LINE,
]
Reference = Annotated[
    str,
    Field(
        min_length=1,
        max_length=255,
        json_schema_extra=_LINE_SCHEMA,
        description="Yours, to find the letter by.",
        examples=["dossier-2026-117"],
    ),
    _IS_LINE,
]
Label = Annotated[str, Field(min_length=1, max_length=64, json_schema_extra=_LINE_SCHEMA, examples=["bail"]), _IS_LINE]
ScenarioText = Annotated[
    str,
    Field(min_length=1, max_length=_LONGEST_SCENARIO, json_schema_extra={"pattern": _SCENARIO}, examples=["accept+3d"]),
    _IS_LINE,
]
Note = Annotated[str, Field(min_length=1, max_length=500, json_schema_extra=_LINE_SCHEMA, examples=["4711"]), _IS_LINE]

_KEY_SCHEMA: JsonDict = {"type": "string", "minLength": 1, "maxLength": 64, "pattern": LINE}
_NOTE_SCHEMA: JsonDict = {"type": "string", "minLength": 1, "maxLength": 500, "pattern": LINE}
# Told by hand: pydantic tells a key's pattern as `patternProperties`, which lets every other key pass.
Metadata = Annotated[
    dict[Label, Note],
    Field(max_length=20, description="Yours, given back.", examples=[{"deal": "4711"}]),
    WithJsonSchema(
        {
            "type": "object",
            "maxProperties": 20,
            "propertyNames": _KEY_SCHEMA,
            "additionalProperties": _NOTE_SCHEMA,
            "description": "Yours, given back.",
            "examples": [{"deal": "4711"}],
        }
    ),
]
Prose = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MOST_CONTENT,
        json_schema_extra={"pattern": PROSE},
        examples=["Madame,\n\nJe résilie le bail au 30 juin."],
    ),
    AfterValidator(_prose),
]
Email = Annotated[
    str,
    Field(
        min_length=3,
        max_length=254,
        json_schema_extra={"format": "email"},
        description="An e-mail address.",
        examples=["accept@lre.test"],
    ),
    AfterValidator(_email),
]
Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": INSTANT, "examples": ["2026-03-01T09:00:00Z"]}),
    Field(description="An instant, RFC 3339 with its zone."),
]


def _web_url(text: str) -> str:
    try:
        parts = urlsplit(_one_line(text))
        good = _URL.fullmatch(text) and parts.hostname and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise PydanticCustomError(
            "bad_url",
            "This is not a web address: write https://… in ASCII (a host's accents as xn--…, a path's as %C3%A9), "
            "without user and password.",
        )
    return text


WebUrl = Annotated[
    str,
    Field(
        min_length=8,
        max_length=2000,
        json_schema_extra={"format": "uri", "pattern": URL},
        description="A web address.",
        examples=["https://hooks.example.com/sigillo"],
    ),
    AfterValidator(_web_url),
]
