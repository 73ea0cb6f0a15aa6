"""Rates: headers on every answer, 429 with Retry-After, and patience with wrong keys."""

from __future__ import annotations

import asyncio

from sigillo.api.app import create_app
from sigillo.api.rate_limits import Limits
from sigillo.bootstrap import build
from sigillo.domain.rate import Rate
from tests.api.caller import KEY, OTHER_KEY, Caller

_HEADERS = ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "ratelimit-policy")


def limited(loop: asyncio.AbstractEventLoop, limits: Limits) -> Caller:
    """The application with these limits and two workspaces."""
    sandbox = build(data=None)
    sandbox.workspaces.ensure("demo", seed="1", key=KEY)
    sandbox.workspaces.ensure("other", seed="2", key=OTHER_KEY)
    return Caller(sandbox, create_app(sandbox, limits=limits), loop)


def test_a_key_has_a_rate(loop: asyncio.AbstractEventLoop) -> None:
    """The quota counts down in the headers; one more is 429 with the time to wait; other keys are not touched."""
    api = limited(loop, Limits(per_key=Rate(3, 3600), wrong_keys=None))
    answers = [api("GET", "/v1/me"), api("GET", "/v1/nothing"), api("POST", "/v1/letters", json={})]
    assert [one.status_code for one in answers] == [200, 404, 422]
    assert [[one.headers[name] for name in _HEADERS] for one in answers] == [
        ["3", str(left), str(reset), "3;w=3600"] for left, reset in ((2, 1200), (1, 2400), (0, 3600))
    ]
    refused = api("GET", "/v1/me")
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert refused.headers["retry-after"] == "1200"
    assert refused.headers["ratelimit-remaining"] == "0"
    assert api.with_key(OTHER_KEY)("GET", "/v1/me").status_code == 200
    open_to_all = api("GET", "/healthz")
    assert open_to_all.status_code == 200
    assert not [name for name in _HEADERS if name in open_to_all.headers]


def test_a_key_may_have_a_rate_of_its_own(loop: asyncio.AbstractEventLoop) -> None:
    """The key's rate holds in place of the server's; a server without a limit tells of none."""
    api = limited(loop, Limits(per_key=None, wrong_keys=None))
    made = api("POST", "/v1/api-keys", json={"name": "slow", "scopes": ["read"], "rate_limit": "1/h"})
    assert not [name for name in _HEADERS if name in made.headers]
    slow = api.with_key(made.json()["secret"])
    assert [slow("GET", "/v1/me").status_code for _ in range(2)] == [200, 429]
    uses = api("GET", f"/v1/api-keys/{made.json()['id']}/uses").json()["data"]
    assert [(one["operation"], one["status"]) for one in uses] == [(None, 429), ("getMe", 200)]


def test_guessing_keys_is_slow(loop: asyncio.AbstractEventLoop) -> None:
    """After as many wrong keys an address is asked to wait; a key that is known there goes on working."""
    api = limited(loop, Limits(per_key=None, wrong_keys=Rate(2, 3600)))
    assert api("GET", "/v1/me").status_code == 200
    assert [api.with_key(f"sk_test_{n}")("GET", "/v1/me").status_code for n in range(2)] == [401, 401]
    refused = api.with_key("sk_test_2")("GET", "/v1/me")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_wrong_keys")
    assert refused.headers["retry-after"] == "1800"
    assert api.with_key(OTHER_KEY)("GET", "/v1/me").status_code == 429
    assert api("GET", "/v1/me").status_code == 200
