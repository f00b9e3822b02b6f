"""All pages, each with its forms. Every button is a form that also works without any script."""

from __future__ import annotations

from fastapi import APIRouter

from hub.web import store_wide
from hub.web.devices import pages as devices
from hub.web.effects import pages as effects
from hub.web.floor import pages as floor
from hub.web.history import pages as history
from hub.web.now import pages as now
from hub.web.people import me_pages, pin_pages, sign_in_pages
from hub.web.people import pages as people
from hub.web.scenes import new_pages as new_scenes
from hub.web.scenes import pages as scenes
from hub.web.voice import pages as voice
from hub.web.week import pages as week

router = APIRouter(include_in_schema=False)
for part in (
    sign_in_pages,
    pin_pages,
    people,
    me_pages,
    now,
    store_wide,
    floor,
    week,
    devices,
    history,
    effects,
    scenes,
    new_scenes,
    voice,
):
    router.include_router(part.router)
