"""The signature of a webhook message."""

from __future__ import annotations

from base64 import b64encode

import pytest

from sigillo.domain.errors import MalformedInput
from sigillo.webhooks.signing import key_of, signature

# The example that the specification's own libraries test with.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def _secret(size: int) -> str:
    return "whsec_" + b64encode(bytes(range(size))).decode()


def test_the_published_example() -> None:
    """The example of the specification gives its published signature."""
    assert signature([SECRET], MESSAGE, timestamp_s=1614265330, body=BODY) == SIGNED


def test_every_secret_signs_the_newest_first() -> None:
    """While a secret is being changed the header holds a signature of each, divided by one blank."""
    both = signature([_secret(32), SECRET], MESSAGE, timestamp_s=1614265330, body=BODY)
    assert both.split(" ") == [signature([_secret(32)], MESSAGE, timestamp_s=1614265330, body=BODY), SIGNED]


@pytest.mark.parametrize("changed", ["id", "time", "body", "secret"])
def test_whatever_changes_changes_the_signature(changed: str) -> None:
    """Id, time, body and secret are all signed."""
    assert (
        signature(
            [_secret(24) if changed == "secret" else SECRET],
            MESSAGE + ("x" if changed == "id" else ""),
            timestamp_s=1614265330 + (changed == "time"),
            body=BODY + (b" " if changed == "body" else b""),
        )
        != SIGNED
    )


@pytest.mark.parametrize("size", [24, 32, 64])
def test_a_secret_is_the_base64_of_its_key(size: int) -> None:
    """Keys of 24 to 64 bytes are read."""
    assert key_of(_secret(size)) == bytes(range(size))


@pytest.mark.parametrize(
    "bad", ["", "whsec_", SECRET[6:], _secret(23), _secret(65), SECRET + "*", "whsek_" + SECRET[6:], "whsec_é" * 9]
)
def test_what_is_no_secret_is_refused_and_not_repeated(bad: str) -> None:
    """Too short, too long, without its prefix or not base64: refused, in words that do not hold it."""
    with pytest.raises(MalformedInput) as refused:
        key_of(bad)
    assert len(bad) < 10 or bad not in str(refused.value)
