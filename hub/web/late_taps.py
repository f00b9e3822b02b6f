"""No tap is done later than its page believes: what reaches the hub late is refused.

A hub that hung, or a network that held a request back, would else do what somebody asked for
minutes ago and was told had failed. Our scripts say in ``X-Asked-At`` when it was tapped, in
milliseconds by the hub's clock, which their page knows.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from hub.api.errors import error_answer
from hub.parts import HubParts
from hub.web.rendering import refusal
from scenes.language import _

LATE_MS = 7500
"""Less than the 8 s after which a page says that the hub does not answer."""
SCREEN_LATE_MS = 3500
"""Less than the 4 s after which a second screen asks to try again: nobody is counted twice."""
_SAFE = ("GET", "HEAD", "OPTIONS")


class LateTaps:
    """ASGI middleware: 409 for a write that somebody tapped long ago."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _SAFE or not _late(scope):
            await self._app(scope, receive, send)
            return
        words = _("This came too late to be done. Look, and tap again if you still want it.")
        if scope["path"].startswith("/api/"):
            await error_answer(409, "request.late", words)(scope, receive, send)
        else:
            answer = await run_in_threadpool(refusal, Request(scope), 409, words)
            await answer(scope, receive, send)


def _late(scope: Scope) -> bool:
    asked_at = Headers(scope=scope).get("X-Asked-At", "")
    if not asked_at.isdecimal():
        return False
    now: datetime = cast("HubParts", scope["app"].state.hub).now()
    most_ms = SCREEN_LATE_MS if scope["path"].startswith("/say/") else LATE_MS
    return now.timestamp() * 1000 - int(asked_at) > most_ms
