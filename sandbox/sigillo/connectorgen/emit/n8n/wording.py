"""Texts as n8n wants them: Title Case for names, no full stop behind a single sentence, HTML for code."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sigillo.connectorgen.fields import Kind, Text

# What n8n's linter leaves small inside a title.
_SMALL = frozenset(
    "a an and as at because but by en for if in neither nor of on only or over per so some than that the to up upon "
    "v versus via vs when with without yet".split()
)
_EXAMPLE = {"en": "e.g.", "fr": "p. ex.", "it": "es."}
_SAMPLED = frozenset({Kind.TEXT, Kind.URL, Kind.LONG_TEXT, Kind.EMAIL})


@dataclass(frozen=True, slots=True)
class Wording:
    """Speaks one of the languages."""

    language: str

    def plain(self, text: Text) -> str:
        """Give a text as it is."""
        return text.in_(self.language)

    def with_label(self, text: Text, label: str) -> str:
        """Give a text with a label put in for `{label}`."""
        return self.plain(text).replace("{label}", label)

    def title(self, text: Text) -> str:
        """Give a name: in English in Title Case."""
        plain = self.plain(text)
        return _title(plain) if self.language == "en" else plain

    def sentence(self, text: Text | None) -> str | None:
        """Give a description: code as HTML, and no full stop where it is one sentence."""
        if text is None:
            return None
        marked = re.sub(r"`([^`]*)`", r"<code>\1</code>", self.plain(text))
        several = re.search(r"[.!?] \S", marked)
        return marked if several else marked.removesuffix(".")

    def example(self, kind: Kind, sample: object) -> str | None:
        """Give a placeholder made of a sample, None where a sample says nothing."""
        if kind not in _SAMPLED or not isinstance(sample, str) or "\n" in sample or len(sample) > 60:
            return None
        return f"{_EXAMPLE[self.language]} {sample}"


def _title(text: str) -> str:
    words = text.split(" ")
    last = len(words) - 1
    return " ".join(_capital(word, keep_small=0 < index < last) for index, word in enumerate(words))


def _capital(word: str, *, keep_small: bool) -> str:
    bare = word.strip("(),:;")
    if keep_small and bare in _SMALL:
        return word
    return "-".join(part if any(letter.isupper() for letter in part) else _raised(part) for part in word.split("-"))


def _raised(part: str) -> str:
    start = next((index for index, letter in enumerate(part) if letter.isalpha()), None)
    return part if start is None else part[:start] + part[start].upper() + part[start + 1 :]


def camel(key: str) -> str:
    """Give `recipient_email` as `recipientEmail`; what is camel case already stays."""
    head, *rest = key.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def pascal(name: str) -> str:
    """Give a name of words as one identifier: `Acme Mail` as `AcmeMail`."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name))
