"""What things are called: the labels of what an answer has in it, and the nouns of what operations give.

The overlay's root has a table of each. A member is labelled by its name; where it means something else than elsewhere,
its schema has a `label` of its own. Whatever has no word is told, and so is a word that nothing needs.
"""

from __future__ import annotations

from sigillo.connectorgen.fields import Noun, Text
from sigillo.connectorgen.findings import Findings, below
from sigillo.connectorgen.grammar import EXTENSION
from sigillo.connectorgen.notes import NOTHING, Note
from sigillo.connectorgen.schemas import View

_NAMELESS = Noun(NOTHING, NOTHING)


class Vocabulary:
    """Gives words out of the tables `labels` and `nouns` of the root, and keeps which were asked for."""

    def __init__(self, root: Note, findings: Findings) -> None:
        self._labels = root.note("labels")
        self._nouns = root.note("nouns")
        self._findings = findings
        self._missing: set[str] = set()

    def label(self, name: str, member: View) -> Text:
        """Give the label of a member of an answer; a name without one is told where it is first met."""
        own = Note(member.note, member.at, self._findings, silent=True).text_or_none("label")  # judged already
        if own is not None:
            return own
        if name in self._labels:
            return self._labels.text(name)
        if name not in self._missing and not self._labels.void:
            self._missing.add(name)
            told = f"nothing is said of {name!r} in an answer: write it among the labels at the root, or here"
            self._findings.add(below(member.at, EXTENSION, "label"), told)
        return NOTHING

    def noun(self, of: Note, key: str, default: str | None = None) -> Noun:
        """Give the noun that a member of a note names; without a default it must be there."""
        name = of.string(key, default)
        if name in self._nouns:
            words = self._nouns.note(name)
            noun = Noun(words.text("one"), words.text("many"))
            words.close()
            return noun
        if name and key in of and not self._nouns.void:
            of.wrong(key, f"{name!r} is none of the nouns at the root")
        return _NAMELESS

    def close(self) -> None:
        """Refuse the words that nothing asked for."""
        self._labels.close("is in no answer and no event: take it away")
        self._nouns.close("is given by nothing: take it away")
