"""The page of the floor plan's editor; it saves over REST (`hub/api/floors.py`)."""

from __future__ import annotations

import json

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from hub.api.access import needs
from hub.api.floors import floor_tag
from hub.floors.drawing import HEIGHT, LEAST, WIDTH
from hub.floors.grid import grid
from hub.parts import HubPartsDep
from hub.people.rights import Right
from hub.web.rendering import PageRoute, page
from hub.web.store_bar import StoreId, no_store, pick_store, store_bar

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/floor", dependencies=[Depends(needs(Right.INSTALL))])
def floor_page(hub: HubPartsDep, store: StoreId = None) -> Response:
    """Where each zone is: drag, resize, draw, save."""
    picked = pick_store(hub, store)
    if picked is None:
        return no_store(hub)
    floor = hub.floors.floor(picked)
    zones = [zone.id for zone in picked.zones]
    editing = {
        "drawing": floor.drawing.document(),
        "drawn": sorted(floor.drawn),
        "grid": {zone: shape.model_dump() for zone, shape in grid(zones).items()},
        "names": {zone.id: zone.name for zone in picked.zones},
        "least": LEAST,
    }
    values = {
        "bar": store_bar(hub, picked, "/floor"),
        "zones": picked.zones,
        "gone": floor.gone,
        "tag": floor_tag(picked.id, floor),
        "editing": json.dumps(editing),
        "width": WIDTH,
        "height": HEIGHT,
    }
    return page("floor/page.html", values)
