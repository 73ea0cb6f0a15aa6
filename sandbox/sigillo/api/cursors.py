"""Cursors: where a page goes on, opaque and signed.

A cursor is bound to the workspace, to the times it was emptied, to the list and to its filters, so that it is good
for the next page of the same list and for nothing else.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Mapping
from dataclasses import dataclass

from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.events import canonical_json
from sigillo.domain.workspace import Workspace

_PLACE_BYTES = 8
_SEAL_BYTES = 16


@dataclass(frozen=True, slots=True)
class Cursors:
    """The cursors of one list with one set of filters."""

    key: bytes
    about: bytes

    @classmethod
    def of(cls, workspace: Workspace, listed: str, filters: Mapping[str, object]) -> Cursors:
        """Give the cursors of a workspace's list; ``filters`` are JSON values."""
        about = canonical_json([workspace.id, workspace.resets, listed, dict(filters)]).encode()
        return cls(workspace.lot.child("cursor").key, about)

    def write(self, place: int) -> str:
        """Give the cursor of a place."""
        payload = place.to_bytes(_PLACE_BYTES, "big")
        return urlsafe_b64encode(payload + self._seal(payload)).decode()

    def read(self, cursor: str | None) -> int | None:
        """Give the place of a cursor, None without one; raises :class:`Invalid` for one that is not of this list."""
        if cursor is None:
            return None
        try:
            data = urlsafe_b64decode(cursor.encode("ascii"))
        except (Error, ValueError):
            data = b""
        payload, seal = data[:_PLACE_BYTES], data[_PLACE_BYTES:]
        if not hmac.compare_digest(seal, self._seal(payload)):
            detail = "This cursor is not of this list with these filters; take `next_cursor` as it was given."
            raise Invalid([FieldError("/cursor", "bad_cursor", detail)])
        return int.from_bytes(payload, "big")

    def _seal(self, payload: bytes) -> bytes:
        return hmac.digest(self.key, self.about + b"\0" + payload, "sha256")[:_SEAL_BYTES]
