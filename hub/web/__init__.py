"""The pages: templates, server-sent events and forms over the same parts as the REST API."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import Mount, Route

from hub.web import nothing_here
from hub.web.assets import NODE_MODULES, STATIC, OwnFiles, VendorFiles
from hub.web.docs import docs_page


def mount(app: FastAPI) -> None:
    """Serve what browsers load besides pages: /static/vendor from npm, /static our own, /docs.

    Also keeps the event streams, one for each store that somebody watches, on ``app.state``, and
    answers people who took a wrong address.
    """
    app.state.feeds = {}
    vendor = VendorFiles(NODE_MODULES)
    app.router.routes.append(
        Route("/static/vendor/{name:path}", vendor.serve, methods=["GET", "HEAD"])
    )
    app.router.routes.append(Route("/docs", docs_page, include_in_schema=False))
    app.router.routes.append(Mount("/static", OwnFiles(directory=STATIC), name="static"))
    nothing_here.install(app)
