"""Storage: workspaces, letters and journal in SQL or in memory, blobs in a folder or in memory."""

from __future__ import annotations
