"""Where a rehearsal is shown: the floor plan, if somebody drew one, and what scenes are called."""

from __future__ import annotations

import json
from dataclasses import dataclass

from hub.parts import HubParts
from hub.shop import Store
from hub.web.looks import scene_look
from hub.web.now.floor import Ground, ground, places
from scenes.audition import AUDITION
from scenes.language import _


@dataclass(frozen=True, slots=True)
class Stage:
    """``places`` are zones' places on the plan as JSON, of a drawn one alone; so is ``ground``."""

    scenes: str
    places: str
    ground: Ground | None


def stage(hub: HubParts, store: Store) -> Stage:
    """The stage of a store's rehearsals."""
    floor = hub.floors.floor(store)
    words = {
        scene.id: scene_look(scene.id, scene.name).word
        for scene in hub.planner.shop.scenes.values()
    }
    words[AUDITION] = _("A scene on trial")
    if not floor.drawn:
        return Stage(json.dumps(words), "{}", None)
    found = {zone: [place.box, place.corners] for zone, place in places(floor).items()}
    return Stage(json.dumps(words), json.dumps(found), ground(floor))
