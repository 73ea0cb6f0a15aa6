"""The API: HTTP in, commands and queries of the sandbox out."""

from __future__ import annotations
