"""Mail to recipients: messages as they are sent, and the relay that may carry them."""

from __future__ import annotations
