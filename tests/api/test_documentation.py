"""The page to read and try the API: served with all that it needs, and nothing that it shows comes from elsewhere."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
import yaml

from sigillo.api.document import served_json, served_yaml
from tests.api.caller import Caller

_ASSETS = {
    "docs.css": "text/css",
    "docs.js": "text/javascript",
    "favicon-32x32.png": "image/png",
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
}


class _Page(HTMLParser):
    """Collects what a page refers to, and whatever would run or be styled inside of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.references: set[str] = set()
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag's references and what it holds of script and style."""
        given = dict(attrs)
        self.references |= {value for name, value in attrs if name in ("href", "src") and value}
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)


def test_the_page_is_whole(memory_api: Caller) -> None:
    """Everything that the page refers to is a file beside it or the document, and is there."""
    answer = memory_api("GET", "/docs", headers={"authorization": ""})
    page = _Page(answer.text)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert page.references == {f"docs/{name}" for name in _ASSETS} | {"openapi.json", "openapi.yaml"}
    assert page.inline == []
    for reference in page.references:
        assert memory_api("GET", f"/{reference}").status_code == 200, reference


@pytest.mark.parametrize(("name", "media_type"), sorted(_ASSETS.items()))
def test_an_asset_is_what_it_is_called(memory_api: Caller, name: str, media_type: str) -> None:
    """Each file has bytes and the media type that a browser told not to guess will take."""
    answer = memory_api("GET", f"/docs/{name}")
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.content) > 100


def test_the_browser_is_told_to_load_nothing_else(memory_api: Caller) -> None:
    """The policy allows this server's own files and no inline script or style."""
    policy = memory_api("GET", "/docs").headers["content-security-policy"]
    sources = {part.split()[0]: part.split()[1:] for part in policy.split("; ")}
    assert sources["default-src"] == ["'none'"]
    assert {tuple(sources[name]) for name in ("script-src", "style-src", "connect-src")} == {("'self'",)}
    assert sources["img-src"] == ["'self'", "data:"]


def test_styles_and_our_script_name_no_other_place(memory_api: Caller) -> None:
    """No style loads a file from elsewhere, and what starts the page asks nobody to judge the document."""
    for name in ("docs.css", "swagger-ui.css"):
        loaded = re.findall(r"url\(\s*['\"]?(.{8})|@import", memory_api("GET", f"/docs/{name}").text)
        assert {one for one in loaded if not one.startswith("data:")} == set()
    script = memory_api("GET", "/docs/docs.js").text
    assert "//" not in re.sub(r"^//.*$", "", script, flags=re.MULTILINE)
    assert "validatorUrl: null" in script


@pytest.mark.parametrize("name", ["main.py", "..%2Fpages%2Fframe.html", "swagger-ui-bundle.js.map", "%2e%2e"])
def test_no_other_file_is_given(memory_api: Caller, name: str) -> None:
    """A name that is not the page's own is not found, whatever folder it points to."""
    assert memory_api("GET", f"/docs/{name}").status_code == 404


def test_the_package_of_the_page_is_not_run() -> None:
    """Starting the application imports nothing of the package whose files are shown."""
    code = "import sys, sigillo.cli.serve; print('fastapi_swagger' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "False"


def test_the_document_is_written_once(memory_api: Caller) -> None:
    """Whoever asks for the document, and no key is needed, gets what was written for the first who did; both agree."""
    forms = {"/openapi.json": served_json, "/openapi.yaml": served_yaml}
    first, again = ([memory_api("GET", path).content for path in forms] for _ in range(2))
    assert first == again
    assert [written.cache_info().misses for written in forms.values()] == [1, 1]
    assert json.loads(first[0]) == yaml.load(first[1], Loader=yaml.CSafeLoader)
