"""Who asks: a bearer key, looked up by its hash, remembered in a bounded table; and what the key may do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sigillo.api.meters import Meters
from sigillo.api.problems import TooManyRequests
from sigillo.application.keys import Keys
from sigillo.domain.api_key import ALL_SCOPES, ApiKey, Scope
from sigillo.domain.errors import Forbidden, Unauthorized
from sigillo.domain.rate import Rate
from sigillo.domain.workspace import Mode

_REMEMBERED = 1024
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Access:
    """What a good key opens."""

    workspace_id: str
    mode: Mode
    key: ApiKey


class Doorkeeper:
    """Opens workspaces. A key that was good stays good until :meth:`forget` is told of it.

    ``refused`` keys open nothing here, whatever the data folder says of them. ``wrong_rate`` is how often one address
    may come with a key that is none; beyond it the address is let in with keys that are remembered alone.
    """

    def __init__(self, keys: Keys, *, refused: frozenset[str] = frozenset(), wrong_rate: Rate | None = None) -> None:
        self._keys = keys
        self._refused = refused
        self._wrong = Meters()
        self._wrong_rate = wrong_rate
        self._known: dict[bytes, Access] = {}

    def admit(self, authorization: bytes | None, *, address: str = "", now_s: float = 0.0) -> Access:
        """Give what the ``Authorization`` header opens; raises :class:`Unauthorized` and TooManyRequests."""
        access = self._known.get(authorization) if authorization else None
        return access or self._look_up(authorization, address, now_s)

    def forget(self, key_id: str) -> None:
        """Look a key up again when it comes next: it was revoked."""
        self._known = {header: access for header, access in self._known.items() if access.key.id != key_id}

    def _look_up(self, authorization: bytes | None, address: str, now_s: float) -> Access:
        scheme, _, key = (authorization or b"").partition(b" ")
        text = key.strip().decode("latin-1")
        if scheme.lower() != b"bearer" or not text or len(text) > _LONGEST_KEY or not authorization:
            raise Unauthorized("Send your API key with the request: `Authorization: Bearer sk_test_…`.")
        if text in self._refused:
            raise Unauthorized("This API key is for a server on loopback; use the key that this server printed.")
        self._require_patience(address, now_s)
        try:
            found, workspace = self._keys.of_secret(text)
        except Unauthorized:
            self._note_wrong(address, now_s)
            raise
        access = Access(workspace.id, workspace.mode, found)
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[authorization] = access
        return access

    def _require_patience(self, address: str, now_s: float) -> None:
        if self._wrong_rate is None:
            return
        passage = self._wrong.peek(address, self._wrong_rate, now_s)
        if not passage.allowed:
            detail = "Too many wrong API keys came from your address; wait, and check your key."
            raise TooManyRequests(detail, passage.retry_s, code="too_many_wrong_keys")

    def _note_wrong(self, address: str, now_s: float) -> None:
        if self._wrong_rate is not None:
            self._wrong.take(address, self._wrong_rate, now_s)


def require_scopes(key: ApiKey, needed: Collection[Scope]) -> None:
    """Raise :class:`Forbidden` naming the scopes that are needed, when the key lacks any."""
    if all(scope in key.scopes for scope in needed):
        return
    if len(needed) == len(ALL_SCOPES):
        wanted = f"all scopes ({', '.join(ALL_SCOPES)})"
    else:
        wanted = " and ".join(f"the scope `{scope}`" for scope in needed)
    raise Forbidden(f"This needs a key with {wanted}; yours has {', '.join(key.scopes)}.", code="scope_missing")
