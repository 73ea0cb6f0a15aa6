"""A private connector: whose it is, where it is, and a logo that can do nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sigillo.connectorgen.artwork import seal
from sigillo.connectorgen.brand import Brand, branded
from sigillo.connectorgen.emit import n8n
from sigillo.connectorgen.logo import judge_logo
from sigillo.connectorgen.naming import is_page, is_server
from tests.connectors.project import model

_NS = b"xmlns='http://www.w3.org/2000/svg'"
_PAGE = "https://acme.example/connector"


def _svg(inside: bytes = b"", attributes: bytes = b"", before: bytes = b"") -> bytes:
    return before + b"<svg " + _NS + b" " + attributes + b">" + inside + b"</svg>"


def test_a_brand_s_people_and_pages_take_the_place_of_ours() -> None:
    """In the manifest, the credential and the codex; the licence keeps the notice of those before."""
    brand = Brand(
        name="Acme Mail",
        homepage=_PAGE,
        documentation="https://docs.acme.example/mail",
        author="Acme S.r.l.",
        email="help@acme.example",
        repository="https://git.acme.example/mail.git",
    )
    files = n8n.emit(branded(model(), brand))
    manifest = json.loads(files["package.json"])
    assert manifest["author"] == {"name": "Acme S.r.l.", "email": "help@acme.example"}
    assert manifest["homepage"] == _PAGE
    assert manifest["repository"]["url"] == "https://git.acme.example/mail.git"
    assert manifest["license"] == "MIT"
    assert b"https://docs.acme.example/mail#credentials" in files["credentials/AcmeMailApi.credentials.ts"]
    assert b"Copyright (c) The Sigillo authors\nCopyright (c) Acme S.r.l.\n" in files["LICENSE"]
    own = b"".join(content for path, content in files.items() if not path.startswith("runtime/"))
    assert b"sigillo-lab" not in own


def test_two_logos_are_one_for_each_ground() -> None:
    """One alone is for both."""
    light, dark = _svg(b"<g/>"), _svg(b"<path d='M0 0'/>")
    both = branded(model(), Brand(logo=light, dark_logo=dark)).app.logo
    assert (both.light, both.dark) == (light, dark)
    assert branded(model(), Brand(logo=light)).app.logo.dark == light


def test_all_that_cannot_be_of_a_brand_is_told_at_once() -> None:
    """Three options, three lines."""
    with pytest.raises(ValueError, match="A name is") as refused:
        branded(model(), Brand(name="O'Mail", base_url="ftp://x", homepage="javascript:alert(1)"))
    assert len(str(refused.value).splitlines()) == 3


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""},
        {"name": "A" * 51},
        {"name": "Acme\n"},
        {"base_url": "https://."},
        {"base_url": "https://a:b:c"},
        {"base_url": "https://a:99999"},
        {"base_url": "https://"},
        {"base_url": "https://-a.example"},
        {"base_url": "https://a.example/"},
        {"base_url": "https://user@a.example"},
        {"base_url": "https://[::zz]"},
        {"homepage": "https://a.example/'x"},
        {"documentation": "data:text/html,x"},
        {"author": "Acme <x>\n"},
        {"email": "a b@acme.example"},
        {"repository": "git@acme.example:x"},
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, Any]) -> None:
    """Names, addresses and people go into sources, manifests and pages."""
    with pytest.raises(ValueError, match=" is "):
        branded(model(), Brand(**given))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8025", "https://mail.example.com", "https://[::1]:8443", "http://localhost"]
)
def test_addresses_of_servers(url: str) -> None:
    """With a port or without, by name or by number."""
    assert is_server(url)
    assert is_page(f"{url}/path?a=b#c")


@pytest.mark.parametrize(
    "logo",
    [
        _svg(b"<script>alert(1)</script>"),
        _svg(attributes=b"onload='alert(1)'"),
        _svg(b"<g ONCLICK='x'/>"),
        _svg(b"<foreignObject/>"),
        _svg(b"<a href='#x'/>"),
        _svg(b"<image href='#x'/>"),
        _svg(b"<animate attributeName='href'/>"),
        _svg(b"<use href='https://evil.example/x.svg#a'/>"),
        _svg(b"<use xmlns:x='http://www.w3.org/1999/xlink' x:href='data:image/svg+xml,x'/>"),
        _svg(b"<g fill='url(https://evil.example/x)'/>"),
        _svg(b"<g style='fill: url( \"https://evil.example/x\")'/>"),
        _svg(b"<style>@import 'https://evil.example/x.css';</style>"),
        _svg(b"<style>g { fill: u\\72l(https://evil.example/x) }</style>"),
        _svg(b"<style><!-- --><![CDATA[@import 'x']]></style>"),
        _svg(b"<h:b xmlns:h='http://www.w3.org/1999/xhtml'/>"),
        _svg(before=b"<!DOCTYPE svg [<!ENTITY a 'b'>]>"),
        _svg(before=b"<!DOCTYPE svg SYSTEM 'https://evil.example/x.dtd'>"),
        _svg(before=b"<?xml-stylesheet href='https://evil.example/x.css'?>"),
        _svg(b"<g/>" * 70_000),
        b"GIF89a" + _svg(),
        b"<svg/>",
        b"<html " + _NS + b"/>",
        b"\x89PNG",
        b"",
    ],
)
def test_a_logo_that_could_do_something_is_refused(logo: bytes) -> None:
    """Scripts, handlers, what is foreign, what leads out, what is no SVG at all."""
    assert list(judge_logo(logo))


def test_plain_logos_pass() -> None:
    """Our own, and one with a gradient that it refers to itself."""
    gradient = b"<defs><linearGradient id='a'><stop offset='0'/></linearGradient></defs><g fill='url(#a)'/><!-- x -->"
    for logo in (*seal(), _svg(gradient), _svg(b"<use href='#a'/><style>g { fill: #fff }</style>")):
        assert list(judge_logo(logo)) == []
