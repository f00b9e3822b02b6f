"""What belongs to no page: the app that a tablet installs, and what it shows without its hub."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse, JSONResponse, Response

from hub.api.access import needs, open_to_all
from hub.parts import HubPartsDep
from hub.people.rights import Right
from hub.web.assets import STATIC
from hub.web.rendering import PageRoute, page
from hub.web.store_bar import StoreId, pick_store
from scenes.language import _

_EVERYBODY = [Depends(open_to_all)]
_FRESH = {"Cache-Control": "no-cache"}
_PAPER, _NIGHT = "#f6f2ec", "#15120f"

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/alive", dependencies=[Depends(needs(Right.SEE))])
async def alive(hub: HubPartsDep, store: StoreId = None) -> Response:
    """204 for a reader who is known, of a store that is there; a stream can't say why it ended."""
    pick_store(hub, store)
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


@router.get("/manifest.webmanifest", dependencies=_EVERYBODY)
async def manifest() -> Response:
    """What a browser needs to know to install the pages as an app."""
    document = {
        "id": "/",
        "name": "Stemning",
        "short_name": "Stemning",
        "description": _("Light, music and scent of the shop"),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "orientation": "any",
        "background_color": _PAPER,
        "theme_color": _PAPER,
        "icons": [
            {"src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml"},
            {"src": "/static/icon-192.png", "sizes": "192x192", "type": "image/png"},
            {"src": "/static/icon-512.png", "sizes": "512x512", "type": "image/png"},
            {
                "src": "/static/icon-whole-512.png",
                "sizes": "512x512",
                "type": "image/png",
                "purpose": "maskable",
            },
        ],
    }
    return JSONResponse(document, headers=_FRESH, media_type="application/manifest+json")


@router.get("/service-worker.js", dependencies=_EVERYBODY)
async def service_worker() -> Response:
    """The script that shows `offline` when the hub does not answer; from here it may."""
    path = STATIC / "service-worker.js"
    return FileResponse(path, headers=_FRESH, media_type="text/javascript")


@router.get("/offline", dependencies=_EVERYBODY)
async def offline() -> Response:
    """What an installed app shows in place of any page while the hub does not answer."""
    return page("offline.html", {"bar": None})
