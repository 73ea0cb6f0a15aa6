"""FastAPI, imported without the package of e-mail addresses that its model of an OpenAPI contact would load.

That package takes a sixth of a second, and whoever checks addresses here loads it at first need (``wire.texts``).
FastAPI does without where it is missing, so it is made to be missing for as long as FastAPI is imported.
"""

from __future__ import annotations

import sys

_UNUSED = "email_validator"
_LOADED = sys.modules.get(_UNUSED)

sys.modules[_UNUSED] = _LOADED  # type: ignore[assignment]  # None says to `import` that there is no such module
try:
    from fastapi import APIRouter, FastAPI
finally:
    if _LOADED is None:
        del sys.modules[_UNUSED]

__all__ = ["APIRouter", "FastAPI"]
