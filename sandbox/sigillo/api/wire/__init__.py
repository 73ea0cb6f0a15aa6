"""The documents on the wire, as pydantic models; they stop at the routes."""

from __future__ import annotations
