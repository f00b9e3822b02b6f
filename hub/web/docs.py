"""The API's description as a page: Swagger UI from npm, so that it needs no internet."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from hub.api.headers import CONTENT_SECURITY_POLICY
from hub.web.rendering import page

# Swagger UI's style sheet holds its icons as data addresses; nothing else is allowed more.
_POLICY = f"{CONTENT_SECURITY_POLICY}; img-src 'self' data:"


async def docs_page(_request: Request) -> Response:
    """Every route, to read and to try."""
    answer = page("docs.html", {})
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer
