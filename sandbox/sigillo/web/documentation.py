"""The page to read and try the API: Swagger UI, from this server alone, over the document that this server gives.

Its script and style are files of the package ``fastapi-swagger`` (Apache-2.0, as npm has them), found without running
any of its code. The page holds no script of its own and loads nothing from elsewhere, and the browser is told so.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from sigillo.api.desk import Desk
from sigillo.domain.errors import NotFound

PATH = "/docs"
ASSET_PATH = "/docs/{asset}"
_PACKAGE = "fastapi_swagger"
_PAGES = Path(__file__).with_name("pages")
_OURS = MappingProxyType({"docs.js": "text/javascript", "docs.css": "text/css"})
_THEIRS = MappingProxyType(
    {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css", "favicon-32x32.png": "image/png"}
)
_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
)


async def documentation_page(desk: Desk, request: Request) -> Response:
    """Show the page."""
    return FileResponse(_PAGES / "docs.html", headers=dict(_HEADERS), media_type="text/html; charset=utf-8")


async def documentation_asset(desk: Desk, request: Request) -> Response:
    """Give one of the page's files; raises :class:`NotFound` for any other name."""
    name = request.path_params["asset"]
    if name in _OURS:
        return FileResponse(_PAGES / name, headers=dict(_HEADERS), media_type=_OURS[name])
    if name in _THEIRS:
        return FileResponse(_resources() / name, headers=dict(_HEADERS), media_type=_THEIRS[name])
    raise NotFound(f"The page {PATH} has no file {name[:40]!r}.", code="no_route")


@cache
def _resources() -> Path:
    """Give the folder of Swagger UI's files, wherever the package is installed; its code is not run."""
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise NotFound(f"The package {_PACKAGE} is not installed: install what Sigillo depends on.", code="no_route")
    return Path(spec.submodule_search_locations[0]) / "resources"
