"""What a letter's text may hold: plain text or HTML without anything that acts or fetches.

The check refuses; it does not clean: a letter that was changed on the way is not the letter that was sent.
"""

from __future__ import annotations

from html.parser import HTMLParser

HTML = "text/html"
PLAIN = "text/plain"

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
