"""A limit to what a request may bring: nobody's long body keeps the others waiting."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.api.errors import error_answer

MOST_BYTES = 2 * 1024 * 1024
"""A schedule of a thousand rules takes a sixth of it."""

TOO_LONG = "a request brings {most} bytes at most"
_OWN_LIMIT = "/api/v1/sales/imports"
"""Receipts are read piece by piece, under a limit of their own."""


class BodyLimit:
    """ASGI middleware: 413 for a request that brings more than `MOST_BYTES`.

    One that says its length is refused unread, one that doesn't as soon as it is too long.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_OWN_LIMIT):
            await self._app(scope, receive, send)
            return
        if _said_length(scope) > MOST_BYTES:
            await error_answer(413, "http.413", TOO_LONG.format(most=MOST_BYTES))(
                scope, receive, send
            )
            return
        brought = 0

        async def counted() -> Message:
            nonlocal brought
            message = await receive()
            brought += len(message.get("body", b""))
            if brought > MOST_BYTES:
                raise HTTPException(413, TOO_LONG.format(most=MOST_BYTES))
            return message

        await self._app(scope, counted, send)


def _said_length(scope: Scope) -> int:
    said: bytes = dict(scope["headers"]).get(b"content-length", b"")
    return int(said) if said.isdigit() else 0
