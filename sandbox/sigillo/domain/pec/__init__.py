"""Certified e-mail as values: what its envelopes and receipts say, and how providers say it (RFC 6109 §3)."""

from __future__ import annotations
