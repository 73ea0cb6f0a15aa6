"""The signature of a webhook message: Standard Webhooks 1.0.0, symmetric scheme ``v1``.

1. The secret is ``whsec_`` and the base64 of 24 to 64 random bytes; the key is those bytes.
2. What is signed is the message's id, the time of the attempt and the body as it is sent, divided by full stops.
3. The signature is ``v1,`` and the base64 of HMAC-SHA256 (RFC 2104) over it.
4. While a secret is being changed each secret signs, the newest first; the header holds all of them, divided by blanks.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Sequence

from sigillo.domain.errors import MalformedInput

SECRET_PREFIX = "whsec_"  # noqa: S105 – what every secret begins with, no secret
SHORTEST_KEY, LONGEST_KEY = 24, 64


def signature(secrets: Sequence[str], message_id: str, *, timestamp_s: int, body: bytes) -> str:
    """Give the value of ``webhook-signature``; raises :class:`MalformedInput` for what is no secret."""
    # 2. What is signed.
    signed = b"%b.%d.%b" % (message_id.encode(), timestamp_s, body)
    # 3. and 4. One signature for each secret.
    return " ".join(f"v1,{_mac(secret, signed)}" for secret in secrets)


def key_of(secret: str) -> bytes:
    """Give the key of a secret; raises :class:`MalformedInput`, whose words do not repeat the secret."""
    # 1. The key.
    prefix, text = secret[: len(SECRET_PREFIX)], secret[len(SECRET_PREFIX) :]
    try:
        key = b64decode(text, validate=True)
    except (Error, ValueError):
        key = b""
    if prefix != SECRET_PREFIX or not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        detail = f"A webhook secret is {SECRET_PREFIX} and the base64 of {SHORTEST_KEY} to {LONGEST_KEY} bytes."
        raise MalformedInput(detail, code="bad_webhook_secret")
    return key


def _mac(secret: str, signed: bytes) -> str:
    return b64encode(hmac.digest(key_of(secret), signed, "sha256")).decode("ascii")
