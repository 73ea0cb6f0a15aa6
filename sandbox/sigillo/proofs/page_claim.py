"""What the page of a proof says, once more for machines: the keywords of the PDF, under the seal like all of it.

Names and subjects stand there as digests: a page shows them as fonts allow, a digest is what they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from sigillo.domain.calendar import format_instant


def page_claim(
    *,
    event_id: str,
    kind: str,
    number: str,
    at: datetime,
    sender: tuple[str | None, str | None, str | None],
    recipient: tuple[str | None, str | None, str | None],
    subject: str,
    content_sha256: str,
    fact_digest: str,
) -> dict[str, str]:
    """Say a claim by names and plain ASCII values; a party is its name, company and e-mail address."""
    return {
        "event": event_id,
        "kind": kind,
        "number": number,
        "at": format_instant(at),
        "sender": _digest(list(sender)),
        "recipient": _digest(list(recipient)),
        "subject": _digest(subject),
        "content": content_sha256,
        "fact": fact_digest,
    }


def keywords(claim: Mapping[str, str]) -> list[str]:
    """Write a page's claim as keywords, ``name=value`` each."""
    return [f"{name}={value}" for name, value in claim.items()]


def read_keywords(text: str) -> dict[str, str]:
    """Read the claim from a PDF's keywords; others' keywords are left out."""
    pairs = (each.strip().partition("=") for each in text.split(","))
    return {name: value for name, is_pair, value in pairs if is_pair}


def _digest(value: object) -> str:
    return sha256(json.dumps(value).encode("ascii")).hexdigest()
