"""The shape of what comes in: pydantic checks it, and every finding is told with a pointer and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sigillo.domain.document import escaped, shown, suggestion
from sigillo.domain.errors import FieldError, Invalid

T = TypeVar("T", bound=BaseModel)

_CODES: Mapping[str, str] = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_too_long": "too_long",
    "string_too_short": "blank",
    "too_long": "too_many",
    "too_short": "too_few",
    "string_unicode": "unprintable",
    "literal_error": "unknown_value",
    "enum": "unknown_value",
    "string_pattern_mismatch": "bad_format",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "finite_number": "out_of_range",
    "int_parsing": "wrong_type",
    "int_from_float": "wrong_type",
}
_MOST = 100  # findings told of one request; a hostile one may hold any number


def read_shape(model: type[T], raw: object) -> T:
    """Give the document as the model; raises :class:`Invalid` with every error."""
    shaped, problems = try_shape(model, raw)
    if shaped is None:
        raise Invalid(problems)
    return shaped


def try_shape(model: type[T], raw: object) -> tuple[T | None, list[FieldError]]:
    """Give the document as the model, or None and every error of its shape."""
    try:
        return model.model_validate(raw), []
    except ValidationError as error:
        return None, [_finding(model, one) for one in error.errors(include_url=False)[:_MOST]]


def pointer_of(location: tuple[int | str, ...]) -> str:
    """Give a place as an RFC 6901 pointer, printable whatever the keys hold."""
    return "".join(f"/{escaped(_printable(str(token)))}" for token in location)


def _finding(model: type[BaseModel], error: ErrorDetails) -> FieldError:
    location = tuple(token for token in error["loc"] if token != "[key]")  # noqa: S105 – pydantic's mark of a key
    return FieldError(pointer_of(location), _code(error), _detail(model, location, error))


def _code(error: ErrorDetails) -> str:
    if error["type"] == "string_too_short" and error["input"]:
        return "too_short"
    return _CODES.get(error["type"], "wrong_type" if error["type"].endswith("_type") else error["type"])


def _detail(model: type[BaseModel], location: tuple[int | str, ...], error: ErrorDetails) -> str:
    context: Mapping[str, Any] = error.get("ctx") or {}
    name = _printable(str(location[-1])) if location else "the body"
    match error["type"]:
        case "missing":
            return f"{name} is missing: add it."
        case "extra_forbidden":
            return f"{shown(name)} is not known here: {suggestion(name, sorted(_known(model, location[:-1])))}"
        case "string_too_long" | "too_long":
            return f"{name} is too long: at most {context['max_length']} are allowed."
        case "string_too_short" if error["input"]:
            return f"{name} is too short: at least {context['min_length']} characters are needed."
        case "string_too_short":
            return f"{name} is empty: write something, or leave it out."
        case "string_unicode":
            return f"{name} holds a lone surrogate, which is no character: take it out."
        case "literal_error" | "enum":
            return f"{shown(error['input'])} is not known here: write {context['expected']}."
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"{name} is not an object: write {{…}}."
        case _:
            return error["msg"] if error["msg"].endswith(".") else f"{error['msg']}."


def _known(model: type[BaseModel], location: tuple[int | str, ...]) -> Iterator[str]:
    """Give the fields of the model at a place."""
    here: type[BaseModel] | None = model
    for token in location:
        field = here.model_fields.get(str(token)) if here else None
        here = _model_in(field.annotation) if field else None
    return iter(field.alias or name for name, field in here.model_fields.items()) if here else iter(())


def _model_in(annotation: object) -> type[BaseModel] | None:
    candidates = [annotation, *get_args(annotation)]
    return next((one for one in candidates if isinstance(one, type) and issubclass(one, BaseModel)), None)


def _printable(text: str) -> str:
    short = text if len(text) <= _LONGEST_TOKEN else f"{text[:_LONGEST_TOKEN]}…"
    return short if short.isprintable() else short.encode("unicode_escape").decode("ascii")


_LONGEST_TOKEN = 80
