"""How every page for people is made: one style, one set of headers, templates that escape all that they are given."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sigillo.domain.calendar import civil_datetime, format_instant

if TYPE_CHECKING:
    from jinja2 import Environment

_PAGES = Path(__file__).with_name("pages")


def render(template: str, **values: object) -> str:
    """Give a page as HTML."""
    return _templates().get_template(template).render(style=_style(), **values)


def headers(*, more_policy: str = "") -> dict[str, str]:
    """Give what every page is sent with: no script, nothing from elsewhere, kept nowhere, framed by nobody.

    ``more_policy`` is added to the Content-Security-Policy.
    """
    digest = b64encode(sha256(_style().encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; {more_policy}"
    return {
        "Content-Security-Policy": f"{policy}frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


def instant(at: datetime | None) -> dict[str, str] | None:
    """Give an instant as pages show it: in UTC as it is written, and as people read it in Paris."""
    if at is None:
        return None
    local = civil_datetime(at)
    return {"utc": format_instant(at), "paris": local.strftime("%d/%m/%Y à %H:%M:%S")}


@cache
def _style() -> str:
    return (_PAGES / "page.css").read_text(encoding="utf-8")


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # a fifth of a second at first need

    return Environment(loader=FileSystemLoader(_PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
