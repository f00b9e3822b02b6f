"""A shop with every scene that the layers have, and a planner on SQLite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hub.shop import Place, Shop
from scenes.scene import Scene
from scenes.schedule import Schedule
from tests.hub.shops import SCENES, ShopMaker, scene

LIBRARY: Mapping[str, Scene] = {
    **SCENES,
    **{name: scene(name) for name in ("quiet-hour", "emergency", "breathing-space")},
}
BOTH_ZONES = ("entrance", "fitting-rooms")


def a_shop(schedule: Schedule | None = None, *zones: str, place: Place | None = None) -> Shop:
    maker = ShopMaker(scenes=LIBRARY, zones=zones or BOTH_ZONES)
    store = replace(maker.store(), place=place or Place())
    if schedule is not None:
        store = replace(store, schedule=schedule)
    return Shop((store,), LIBRARY)
