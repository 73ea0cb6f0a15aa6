"""One module a revision; a revision that was released never changes."""

from __future__ import annotations
