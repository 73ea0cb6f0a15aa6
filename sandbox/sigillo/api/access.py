"""Who asks: a bearer key, looked up by its hash, remembered in a bounded table."""

from __future__ import annotations

from sigillo.api.desk import Access
from sigillo.application.workspaces import Workspaces
from sigillo.domain.errors import Unauthorized

_REMEMBERED = 1024
_LONGEST_KEY = 200


class Doorkeeper:
    """Opens workspaces. A key that was good stays good: keys are added, never taken away while the server runs.

    ``refused`` keys open nothing here, whatever the data folder says of them.
    """

    def __init__(self, workspaces: Workspaces, *, refused: frozenset[str] = frozenset()) -> None:
        self._workspaces = workspaces
        self._refused = refused
        self._known: dict[bytes, Access] = {}

    def admit(self, authorization: bytes | None) -> Access:
        """Give what the ``Authorization`` header opens; raises :class:`Unauthorized`."""
        access = self._known.get(authorization) if authorization else None
        return access or self._look_up(authorization)

    def _look_up(self, authorization: bytes | None) -> Access:
        scheme, _, key = (authorization or b"").partition(b" ")
        text = key.strip().decode("latin-1")
        if scheme.lower() != b"bearer" or not text or len(text) > _LONGEST_KEY or not authorization:
            raise Unauthorized("Send your API key with the request: `Authorization: Bearer sk_test_…`.")
        if text in self._refused:
            raise Unauthorized("This API key is for a server on loopback; use the key that this server printed.")
        workspace_id = self._workspaces.of_key(text)
        access = Access(workspace_id, self._workspaces.get(workspace_id).mode)
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[authorization] = access
        return access
