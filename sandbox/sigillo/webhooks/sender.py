"""The courier over HTTP: one pool of kept connections, every attempt bounded in time and in what it reads.

1. Refuse what can be refused from the URL alone.
2. Sign the body under each secret.
3. Send it; a redirect is an answer like another, no proxy and no cookie comes in between.
4. Read the first bytes of the answer, and drop the rest: a little of it is read so that the connection can be kept.

Whatever an address does becomes a :class:`Carried`; nothing is raised for it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from time import perf_counter

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar
from yarl import URL

from sigillo import __version__
from sigillo.application.ports.courier import Carried, Parcel
from sigillo.webhooks.addresses import AddressPolicy
from sigillo.webhooks.connections import Lookup, guarded_connector, look_up
from sigillo.webhooks.failures import explained, redirect
from sigillo.webhooks.signing import signature

LIMIT_S = 15.0
KEPT_BYTES = 2048
_MOST_READ_BYTES = 65_536
_MOST_HEADERS, _LONGEST_HEADER = 50, 500
USER_AGENT = f"Sigillo/{__version__} (SANDBOX)"
_log = logging.getLogger("sigillo.webhooks")


class HttpCourier:
    """Carries messages by POST. For one event loop; connections of live and test workspaces are never shared."""

    def __init__(self, policy: AddressPolicy, *, limit_s: float = LIMIT_S, lookup: Lookup = look_up) -> None:
        self._policy = policy
        self._limit_s = limit_s
        self._lookup = lookup
        self._sessions: dict[bool, ClientSession] = {}

    async def carry(self, parcel: Parcel) -> Carried:
        """Make one attempt within the limit of time; see the module for its steps."""
        began_s = perf_counter()
        headers: dict[str, str] = {}
        try:
            # 1. What can be told from the URL.
            refusal = self.refusal(parcel.url, live=parcel.live)
            if refusal:
                return _nobody(refusal, headers, began_s)
            # 2. The signature.
            headers = _headers(parcel)
            # 3. and 4. The attempt.
            return await self._carried(parcel, headers, began_s)
        except Exception as error:  # noqa: BLE001 – the port's promise: whatever it is, it is told and not raised
            if not isinstance(error, ClientError | OSError | ValueError):
                _log.exception("The attempt to send %s broke", parcel.message_id)
            return _nobody(explained(error, url=parcel.url, limit_s=self._limit_s), headers, began_s)

    def refusal(self, url: str, *, live: bool) -> str | None:
        """Say why a URL would never be called, as far as that can be told without asking anybody; None is good."""
        return self._policy.url_refusal(url, live=live)

    async def close(self) -> None:
        """Let go of connections."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def _carried(self, parcel: Parcel, headers: Mapping[str, str], began_s: float) -> Carried:
        session, url = self._session(live=parcel.live), _target(parcel.url)
        async with session.post(url, data=parcel.sent, headers=headers, allow_redirects=False) as answer:
            body = await _first_bytes(answer)
            return Carried(
                status=answer.status,
                latency_ms=_ms_since(began_s),
                request_headers=headers,
                headers=_told(answer),
                body=body,
                error=redirect(answer.status, answer.headers.get("Location")),
            )

    def _session(self, *, live: bool) -> ClientSession:
        session = self._sessions.get(live)
        if session is None:
            session = self._sessions[live] = ClientSession(
                connector=guarded_connector(self._policy, live=live, lookup=self._lookup),
                timeout=ClientTimeout(total=self._limit_s),
                cookie_jar=DummyCookieJar(),
                auto_decompress=False,  # an answer may be a bomb, and nobody reads it as a text of any length
                trust_env=False,  # a proxy would connect to what was never checked here
            )
        return session


@lru_cache(maxsize=1024)
def _target(url: str) -> URL:
    """Give the URL as it was written: `%2F` in a query stays; only what is not ASCII yet is encoded."""
    return URL(url, encoded=url.isascii())


def _headers(parcel: Parcel) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "webhook-id": parcel.message_id,
        "webhook-timestamp": str(parcel.timestamp_s),
        "webhook-signature": signature(
            parcel.secrets, parcel.message_id, timestamp_s=parcel.timestamp_s, body=parcel.body
        ),
    }


async def _first_bytes(answer: ClientResponse) -> bytes:
    """Give the first bytes of an answer's body; one that is long, slow or broken counts for what came of it."""
    kept = bytearray()
    read = 0
    try:
        async for chunk in answer.content.iter_any():
            kept += chunk[: KEPT_BYTES - len(kept)]
            read += len(chunk)
            if read > _MOST_READ_BYTES:
                answer.close()
                break
    except (ClientError, OSError):
        answer.close()
    return bytes(kept)


def _told(answer: ClientResponse) -> dict[str, str]:
    """Give the answer's headers as far as they are sane; repeated ones as one, divided by commas (RFC 9110 §5.3)."""
    told: dict[str, str] = {}
    for name, value in list(answer.headers.items())[:_MOST_HEADERS]:
        text = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")[:_LONGEST_HEADER]
        told[name] = f"{told[name]}, {text}"[:_LONGEST_HEADER] if name in told else text
    return told


def _nobody(why: str, headers: Mapping[str, str], began_s: float) -> Carried:
    return Carried(status=None, latency_ms=_ms_since(began_s), request_headers=headers, headers={}, body=b"", error=why)


def _ms_since(began_s: float) -> float:
    return (perf_counter() - began_s) * 1000
