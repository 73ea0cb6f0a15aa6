"""Certified e-mail as bytes: messages laid out and signed, and those of any provider read (RFC 6109)."""

from __future__ import annotations
