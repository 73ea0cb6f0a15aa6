"""A French business letter as a PDF, for demonstrations and tests: real content of one page or of many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from sigillo.proofs.typesetter import Typesetter, build_typesetter
from sigillo.proofs.wording import french

# The metadata must have a date, and the one on the letter is free text: this one is the clock's first instant.
_UNDATED: Final = datetime(2000, 1, 1, tzinfo=UTC)


def press_letter(
    *,
    sender_name: str,
    sender_address: str,
    recipient_name: str,
    recipient_address: str,
    subject: str,
    paragraphs: Sequence[str],
    date_text: str,
    at: datetime = _UNDATED,
    typesetter: Typesetter | None = None,
) -> bytes:
    """Set a letter on A4, over as many pages as it takes, numbered ``1/3``; gives PDF/A-2b.

    Addresses have a line break between their lines; ``date_text`` stands as it is (``Lyon, le 1er mars 2026``);
    ``at`` is the date in the file's metadata. Give a ``typesetter`` to make many: building one takes some 50 ms.
    """
    data = {
        "sender": {"name": sender_name, "address": sender_address},
        "recipient": {"name": recipient_name, "address": recipient_address},
        "subject_label": french("Objet :"),
        "subject": subject,
        "paragraphs": list(paragraphs),
        "date": date_text,
    }
    return (typesetter or build_typesetter()).pdf("letter", data, at=at)
