"""What an operator replaces in a private connector: names, addresses, people and the logo, each judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sigillo.connectorgen.logo import judge_logo
from sigillo.connectorgen.model import App, ConnectorModel, Logo
from sigillo.connectorgen.naming import EMAIL, PAGE, PERSON, SERVER, TITLE, Name

_LIVE = "live"


@dataclass(frozen=True, slots=True)
class Brand:
    """What an operator replaces; None keeps what the overlay says.

    `name` is letters, digits and single blanks; `base_url` is where the live server is, without a path; `logo` and
    `dark_logo` are SVGs, the latter for dark grounds. The package is under MIT: the copyright of `author` is added.
    """

    name: str | None = None
    base_url: str | None = None
    logo: bytes | None = None
    dark_logo: bytes | None = None
    homepage: str | None = None
    documentation: str | None = None
    author: str | None = None
    email: str | None = None
    repository: str | None = None


_JUDGED: tuple[tuple[str, Name, str], ...] = (
    ("name", TITLE, "A name is"),
    ("base_url", SERVER, "A base URL is"),
    ("homepage", PAGE, "A homepage is"),
    ("documentation", PAGE, "A documentation is"),
    ("author", PERSON, "An author is"),
    ("email", EMAIL, "An e-mail is"),
    ("repository", PAGE, "A repository is"),
)
_PEOPLE = ("homepage", "documentation", "author", "email", "repository")


def branded(model: ConnectorModel, brand: Brand) -> ConnectorModel:
    """Give the connector under another name, address and logo; ValueError with all that cannot be."""
    wrong = list(_wrong(brand))
    if brand.base_url is not None and _LIVE not in {server.key for server in model.app.servers}:
        wrong.append(f"The overlay has no server {_LIVE!r} that a base URL could be given to.")
    if wrong:
        raise ValueError("\n".join(wrong))
    app = _named(model.app, brand)
    if brand.base_url is not None:
        servers = tuple(replace(one, url=brand.base_url) if one.key == _LIVE else one for one in app.servers)
        app = replace(app, servers=servers, default_server=_LIVE)
    light = brand.logo or app.logo.light
    if brand.logo is not None or brand.dark_logo is not None:
        app = replace(app, logo=Logo(light, brand.dark_logo or brand.logo or app.logo.dark))
    return replace(model, app=app)


def _named(app: App, brand: Brand) -> App:
    if brand.name is not None:
        app = replace(app, name=brand.name, key=re.sub(r"[^a-z0-9]", "", brand.name.lower()))
    given = {key: getattr(brand, key) for key in _PEOPLE if getattr(brand, key) is not None}
    # MIT asks that the notices of those before stay.
    holders = (*app.holders, *([brand.author] if brand.author and brand.author not in app.holders else []))
    return replace(app, **given, holders=holders)


def _wrong(brand: Brand) -> Iterator[str]:
    for key, name, says in _JUDGED:
        value = getattr(brand, key)
        if value is not None and not name.allows(value):
            yield f"{says} {name.says}: {value!r} cannot be."
    for picture in (brand.logo, brand.dark_logo):
        if picture is not None:
            for reason in judge_logo(picture):
                yield f"A logo is an SVG file of shapes only: {reason}."
