"""The pages: templates, server-sent events and forms over the same parts as the REST API."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import Route

from hub.web import nothing_here, shell
from hub.web.assets import NODE_MODULES, STATIC, OwnFiles, VendorFiles
from hub.web.docs import docs_page
from hub.web.frame import frame
from hub.web.script_words import words_of_scripts


def mount(app: FastAPI) -> None:
    """Serve what browsers load besides pages, and /docs.

    That is /static/vendor from npm, /static our own and /static/words what scripts say.
    """
    vendor = VendorFiles(NODE_MODULES)
    own = OwnFiles(STATIC)
    # Before all others: a first view asks for more than a dozen of them.
    app.router.routes[:0] = [
        Route("/static/shell.css", vendor.serve_shell, methods=["GET", "HEAD"]),
        Route("/static/vendor/{name:path}", vendor.serve, methods=["GET", "HEAD"]),
        Route("/static/words/{language}.js", words_of_scripts),
        Route("/static/{name:path}", own.serve, methods=["GET", "HEAD"]),
    ]
    app.router.routes.append(Route("/docs", docs_page, include_in_schema=False))
    app.include_router(shell.router)


def install(app: FastAPI) -> None:
    """Answer people who took a wrong address, and keep what pages share on ``app.state``.

    That is the event streams, one for each store and language that somebody watches in, and the
    frame of pages that tell of a refusal.
    """
    app.state.feeds = {}
    app.state.frame = frame
    nothing_here.install(app)
