"""An address that leads nowhere, told to people as a page and to programs as before."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import cast

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from hub.web.rendering import refusal
from scenes.language import _

_FOR_PROGRAMS = ("/api/", "/healthz", "/metrics", "/openapi.json")


def install(app: FastAPI) -> None:
    """Answer a browser with a page where ``app`` would answer with JSON."""
    answer_program = app.exception_handlers[HTTPException]

    async def answer(request: Request, error: HTTPException) -> Response:
        if not _by_person(request):
            # The application's own handler, whatever it is.
            return await cast("Awaitable[Response]", answer_program(request, error))
        if error.status_code == 404:
            words = _("There is no page at {address}").format(address=request.url.path)
            return await run_in_threadpool(refusal, request, 404, words, _("Nothing here"))
        return await run_in_threadpool(refusal, request, error.status_code, str(error.detail))

    app.exception_handler(HTTPException)(answer)


def _by_person(request: Request) -> bool:
    wants_page = "text/html" in request.headers.get("Accept", "")
    return wants_page and not request.url.path.startswith(_FOR_PROGRAMS)
