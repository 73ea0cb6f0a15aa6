"""What a letter's text may hold: plain text or HTML without anything that acts or fetches.

The check refuses; it does not clean: a letter that was changed on the way is not the letter that was sent.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

HTML = "text/html"
PLAIN = "text/plain"

_UNREAD = frozenset("head script style title".split())
_BLOCKS = frozenset(
    "address article aside blockquote body dd div dl dt figure footer h1 h2 h3 h4 h5 h6 header hr html li main nav ol "
    "p pre section table tr ul".split()
)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_ACTIVE = frozenset(
    "applet audio base button embed fieldset form frame frameset iframe input link math meta object script select "
    "slot source style svg template textarea track video".split()
)
_ADDRESSES = frozenset("href src action formaction background poster data xlink:href srcset".split())
_SCHEMES = ("http://", "https://", "mailto:", "tel:", "#")


def media_type_of(text: str) -> str:
    """Give ``text/html`` for a text that opens with a tag, else ``text/plain``."""
    head = text.lstrip()[:2]
    return HTML if len(head) == 2 and head[0] == "<" and (head[1].isalpha() or head[1] == "!") else PLAIN


def active_parts(html: str) -> list[str]:
    """Give, in plain words and in order, everything in the HTML that would act or fetch; empty when there is none."""
    finder = _Finder()
    finder.feed(html)
    finder.close()
    return finder.found


def readable(html: str) -> str:
    """Give an HTML text as plain text: its words, a line a block; the address of a link stands behind its words."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text


class _Reader(HTMLParser):
    """Collects the lines that a person would read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines = [""]
        self._hidden = 0
        self._links: list[str] = []

    @property
    def text(self) -> str:
        lines = [line.strip() for line in self._lines]
        return "".join(f"{line}\n" for line in lines if line)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _UNREAD
        if tag in _BLOCKS or tag == "br":
            self._lines.append("- " if tag == "li" else "")
        elif tag in ("td", "th"):
            self._lines[-1] += " "
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD and self._hidden:
            self._hidden -= 1
        elif tag in _BLOCKS:
            self._lines.append("")
        elif tag == "a" and self._links:
            address = self._links.pop()
            if address and not address.startswith("#") and not self._lines[-1].endswith(address):
                self._lines[-1] += f" <{address}>"

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._lines[-1] += _SPACES.sub(" ", data)


class _Finder(HTMLParser):
    """Collects active elements, event handlers and addresses that are not plain links."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ACTIVE:
            self._add(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on"):
                self._add(f"<{tag} {name}>")
            elif name == "style" and "url(" in (value or "").lower():
                self._add(f"<{tag} style> with url()")
            elif name in _ADDRESSES and not self._plain(tag, value or ""):
                self._add(f"<{tag} {name}> to {(value or '')[:40]!r}")

    def handle_comment(self, data: str) -> None:
        if data.lstrip().startswith("["):
            self._add("a conditional comment")

    def handle_pi(self, data: str) -> None:
        self._add("a processing instruction")

    def unknown_decl(self, data: str) -> None:
        self._add("a CDATA section")

    def _plain(self, tag: str, value: str) -> bool:
        return tag == "a" and value.strip().lower().startswith(_SCHEMES)

    def _add(self, what: str) -> None:
        if what not in self.found:
            self.found.append(what)
