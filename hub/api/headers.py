"""Headers of every answer: what a browser may do with it, and that nobody keeps it."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'"
)
_OF_EVERY_ANSWER = {
    # Also of what is no page: the service worker's own says what it may ask for.
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # What holds a name, a key or a shop's numbers stays in no cache; files say otherwise.
    "Cache-Control": "no-store",
}


def dress(headers: MutableHeaders) -> None:
    """Add what an answer doesn't say itself."""
    for name, value in _OF_EVERY_ANSWER.items():
        headers.setdefault(name, value)


class Dressed:
    """ASGI middleware: `dress` for every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                dress(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, dressed if scope["type"] == "http" else send)
