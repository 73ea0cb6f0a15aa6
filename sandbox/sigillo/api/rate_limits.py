"""The rate limit of each key, and the headers that tell of it.

The headers are the four plain ones (``RateLimit-Limit``, ``-Remaining``, ``-Reset``, ``-Policy``) of drafts 3 to 6 of
draft-ietf-httpapi-ratelimit-headers, because clients and no-code tools read them today; the structured fields that
later drafts put in their place still change from draft to draft, and hardly anybody parses them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from sigillo.api.meters import Meters
from sigillo.api.problems import TooManyRequests
from sigillo.domain.api_key import ApiKey
from sigillo.domain.rate import Rate

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many requests are taken: of each key without a rate of its own, and with wrong keys from each address.

    None takes any number.
    """

    per_key: Rate | None
    wrong_keys: Rate | None


# More than one process answers: nobody comes upon the limit who has not asked for one.
USUAL = Limits(per_key=Rate(1_000_000, 60), wrong_keys=Rate(600, 60))


class RateLimits:
    """``default`` holds for keys without a rate of their own; None lets them do as they please."""

    def __init__(self, default: Rate | None = None) -> None:
        self._default = default
        self._meters = Meters()

    def take(self, key: ApiKey, now_s: float, *, tell: Headers) -> None:
        """Count a request of a key at an instant of a clock that only goes forward, and tell its answer's headers.

        Raises TooManyRequests when it is one too many; the headers are told then as well.
        """
        rate = key.rate or self._default
        if rate is None:
            return
        passage = self._meters.take(key.id, rate, now_s)
        limit, policy = _constant(rate)
        tell += (
            limit,
            (b"ratelimit-remaining", b"%d" % passage.remaining),
            (b"ratelimit-reset", b"%d" % math.ceil(passage.reset_s)),
            policy,
        )
        if not passage.allowed:
            said = (
                f"This API key may make {rate.quota} requests in {rate.window_s} s; wait as long as Retry-After says."
            )
            raise TooManyRequests(said, passage.retry_s)


@lru_cache(maxsize=256)
def _constant(rate: Rate) -> tuple[tuple[bytes, bytes], tuple[bytes, bytes]]:
    return (b"ratelimit-limit", b"%d" % rate.quota), (b"ratelimit-policy", b"%d;w=%d" % (rate.quota, rate.window_s))
