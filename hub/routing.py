"""Every route of the hub, laid out by FastAPI once in a process.

That takes a second. A route knows nothing of a hub: each request finds that by its application.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute

import hub.insights.api
import hub.plays.api
import hub.sales.api
import hub.web
import hub.web.pages
from hub.api import errors, health, routes
from hub.api.access import guarded


def application(**more: Any) -> FastAPI:  # noqa: ANN401
    """An application with all routes and no hub yet; ``more`` is FastAPI's own."""
    app = _bare(**more)
    app.router.routes[:] = every_route()
    errors.install(app)
    hub.web.install(app)
    return app


@cache
def every_route() -> Sequence[BaseRoute]:
    """The routes themselves, with all that FastAPI derives of them done, not at a first request."""
    app = _bare()
    for router in (
        routes.router,
        hub.sales.api.router,
        hub.insights.api.router,
        hub.plays.api.router,
        health.router,
        hub.web.pages.router,
    ):
        app.include_router(router)
    hub.web.mount(app)
    for _ in iter_route_contexts(app.routes):
        pass  # it is laid out by being looked at
    return tuple(app.routes)


def _bare(**more: Any) -> FastAPI:  # noqa: ANN401
    return FastAPI(
        title="Stemning",
        summary="The atmosphere of a shop: what it shall be, what it is, and what it did.",
        version="1",
        responses=errors.DOCUMENTED,
        dependencies=[Depends(guarded)],
        # Theirs load from the internet; ours is hub.web.docs.
        docs_url=None,
        redoc_url=None,
        **more,
    )
