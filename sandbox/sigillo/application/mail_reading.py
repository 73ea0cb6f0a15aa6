"""The bytes of messages in mailboxes, and what is looked for in them: read from where they are kept, or written."""

from __future__ import annotations

from dataclasses import dataclass

from sigillo.application.ports.blobs import Blobs
from sigillo.application.ports.post import Post
from sigillo.application.ports.storage import Transaction
from sigillo.application.receipts import Receipts
from sigillo.domain.claims import attested
from sigillo.domain.ids import letter_id
from sigillo.domain.letter import Letter, ProofKind
from sigillo.domain.mail_folder import Kept, MailSearch, MessageKind, Summary, folded
from sigillo.domain.pec.dispatch import one_line
from sigillo.domain.pec.found import ReadMessage
from sigillo.domain.pec.lines import with_crlf
from sigillo.domain.pec_arrivals import fact_of
from sigillo.domain.pec_receipts import Fact
from sigillo.domain.workspace import Workspace

_LONGEST_FIELD = 4_000
_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that the bytes of a message follow from, so that they can be written with no transaction open."""

    workspace: Workspace
    kept: Kept
    letter: Letter | None = None
    fact: Fact | None = None


@dataclass(frozen=True, slots=True)
class MailReading:
    """Gives the bytes of messages, the same ones always."""

    blobs: Blobs
    post: Post

    @property
    def receipts(self) -> Receipts:
        """Give what writes receipts, envelopes and copies of what was sent."""
        return Receipts(self.blobs, self.post)

    def recipe(self, tx: Transaction, kept: Kept) -> Recipe:
        """Take what the bytes follow from out of the store."""
        if kept.source.letter is None:
            return Recipe(tx.workspace, kept)
        found = tx.letters.find(letter_id(tx.workspace.lot, kept.source.letter))
        assert found is not None  # letters are taken away by a reset alone, and their mail with them
        letter, kind = found[0], kept.stored.kind
        if kind is MessageKind.SENT:
            return Recipe(tx.workspace, kept, letter)
        facts = attested(tx.events.of_letter(letter.ordinal))
        event = next(event for proof, event in facts if proof.value == kind.value)
        return Recipe(tx.workspace, kept, letter, fact_of(letter, event))

    def raw(self, recipe: Recipe) -> bytes:
        """Give a message's bytes, with CRLF; those of a receipt are the very ones of the proof."""
        letter, source = recipe.letter, recipe.kept.source
        if letter is not None and recipe.fact is not None:
            return self.receipts.write(recipe.workspace, letter, ProofKind(recipe.kept.stored.kind.value), recipe.fact)
        if letter is not None:
            return with_crlf(self.receipts.original(letter))
        assert source.sha256 is not None
        with self.blobs.open(source.sha256) as kept:
            return with_crlf(kept.read())

    def matches(self, raw: bytes, wanted: MailSearch) -> bool:
        """Tell whether a message says what is looked for in its header, its body and its text."""
        head, _, body = raw.partition(_HEAD_END)
        if not all(_field_holds(head, name, text) for name, text in wanted.headers):
            return False
        return not (wanted.body or wanted.text) or self._says(raw, head, body, wanted)

    def summary(self, raw: bytes) -> Summary:
        """Give the fields that a message is looked for by."""
        return summary_of(self.post.read(raw).face)

    def _says(self, raw: bytes, head: bytes, body: bytes, wanted: MailSearch) -> bool:
        found = self.post.read(raw)
        seen = [found.face] if found.original is None else [found.face, found.original]
        shown = folded("\n".join([*(f"{one.text}\n{one.html}" for one in seen), body.decode("utf-8", "replace")]))
        fields = folded("\n".join([*map(_shown_fields, seen), head.decode("utf-8", "replace")]))
        return all(folded(word) in shown for word in wanted.body) and all(
            folded(word) in shown or folded(word) in fields for word in wanted.text
        )


def summary_of(message: ReadMessage) -> Summary:
    """Give the fields that a message is looked for by, each bounded and on one line."""
    sender = f"{message.sender_name} <{message.sender}>" if message.sender_name else message.sender
    return Summary(
        sender=_line(sender),
        to=_line(", ".join(message.to)),
        cc=_line(", ".join(message.cc)),
        subject=_line(message.subject),
        message_id=_line(message.message_id),
        sent_at=message.at,
    )


def _line(text: str) -> str:
    return one_line(text)[:_LONGEST_FIELD]


def _shown_fields(message: ReadMessage) -> str:
    summary = summary_of(message)
    return "\n".join((summary.sender, summary.to, summary.cc, summary.subject))


def _field_holds(head: bytes, name: str, text: str) -> bool:
    """Tell whether a header field of that name is there and holds a text; an empty text asks for the field alone."""
    wanted = name.encode("ascii", "replace").lower() + b":"
    fields = head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(b"\r\n")
    values = (
        field.partition(b":")[2].decode("utf-8", "replace") for field in fields if field.lower().startswith(wanted)
    )
    return any(folded(text) in folded(value) for value in values)
