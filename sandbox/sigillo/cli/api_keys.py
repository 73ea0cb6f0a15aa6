"""Keys that nobody can guess: the one place where chance is real, because a key must not follow from a seed."""

from __future__ import annotations

import secrets  # noqa: TID251 -- an API key has to be unpredictable

from sigillo.application.keys import new_secret
from sigillo.domain.workspace import Mode


def new_api_key() -> str:
    """Give a sandbox API key of 192 random bits."""
    return new_secret(Mode.TEST, secrets.token_bytes)


def new_seed() -> str:
    """Give a workspace seed of 128 random bits, hex."""
    return secrets.token_hex(16)
