"""The pages of scenes, and the parts of them that scripts fetch."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path
from fastapi.responses import HTMLResponse, Response

from hub.api.access import WhoDep, needs
from hub.api.models import SLUG_PATTERN
from hub.parts import HubPartsDep
from hub.people.rights import Right
from hub.people.who import Who
from hub.web.rendering import PageRoute, page
from hub.web.scenes.editor import editor
from hub.web.scenes.gallery import shelves
from hub.web.scenes.places import places
from hub.web.scenes.publishing import publishing
from hub.web.scenes.standing import standing_view
from hub.web.store_bar import Id, StoreId, no_store, pick_store, store_bar
from scenes.errors import InvalidSceneError
from scenes.language import _
from scenes.scene import Scene
from scenes.scene_changes import scene_changes
from scenes.scene_file import read_document

router = APIRouter(include_in_schema=False, route_class=PageRoute)

SceneId = Annotated[str, Path(pattern=SLUG_PATTERN, max_length=64)]
_Document = Annotated[dict[str, Any], Body()]
_SEE = [Depends(needs(Right.SEE))]


@router.get("/scenes", dependencies=_SEE)
def gallery_page(hub: HubPartsDep, who: WhoDep, store: StoreId = None) -> Response:
    """Every scene there is."""
    picked = pick_store(hub, store)
    if picked is None:
        return no_store(hub)
    values = {
        "bar": store_bar(hub, picked, "/scenes"),
        "shelves": shelves(hub, picked, hub.now()),
        "may_write": who.may(Right.SCENES),
    }
    return page("scenes/page.html", values)


@router.get("/scenes/{scene}", dependencies=_SEE)
def editor_page(hub: HubPartsDep, who: WhoDep, scene: SceneId, store: StoreId = None) -> Response:
    """The editor of one scene. Looking and moving sliders is free: saving asks who it is."""
    picked = pick_store(hub, store)
    if picked is None:
        return no_store(hub)
    standing = hub.scene_book.standing(scene)
    values = {
        "bar": store_bar(hub, picked, "/scenes"),
        "scene": editor(hub, standing, picked),
        "standing": standing_view(hub, standing, picked, who),
        "may_write": who.may(Right.SCENES),
        "who_saves": _who_saves(who),
    }
    return page("scenes/editor.html", values)


def _who_saves(who: Who) -> str:
    if who.kind == "tablet":
        return _("Saving asks for a PIN.")
    return _("{person} may not save scenes; a manager may.").format(person=who.name)


@router.get("/fragments/scenes", dependencies=_SEE)
def shelves_part(hub: HubPartsDep, store: Id) -> Response:
    """Every scene, anew: what is on now and where each stands."""
    picked = hub.planner.store(store)
    values = {"bar": store_bar(hub, picked, "/scenes"), "shelves": shelves(hub, picked, hub.now())}
    return page("scenes/_shelves.html", values)


@router.get("/fragments/scenes/{scene}/standing", dependencies=_SEE)
def standing_part(hub: HubPartsDep, who: WhoDep, scene: SceneId, store: Id) -> Response:
    """Where the scene stands, anew."""
    standing = hub.scene_book.standing(scene)
    shown = standing_view(hub, standing, hub.planner.store(store), who)
    return page("scenes/_standing.html", {"standing": shown})


@router.get("/fragments/scenes/{scene}/places", dependencies=_SEE)
def places_part(hub: HubPartsDep, scene: SceneId, store: Id) -> Response:
    """What is on in each zone of a store, and who is there, anew."""
    shown = places(hub, scene, hub.planner.store(store))
    return page("scenes/_there.html", {"places": shown})


@router.get("/fragments/scenes/{scene}/publish", dependencies=_SEE)
def publish_part(hub: HubPartsDep, who: WhoDep, scene: SceneId) -> Response:
    """What publishing the scene would change, and where it would be heard at once."""
    asked = publishing(hub, hub.scene_book.standing(scene), who)
    return page("scenes/_publish.html", {"ask": asked})


@router.post("/fragments/scenes/{scene}/changes", dependencies=_SEE)
def changes_part(scene: SceneId, before: _Document, after: _Document) -> HTMLResponse:
    """What differs between two recipes of the scene, in words. Writes nothing."""
    changes = scene_changes(_scene(scene, before), _scene(scene, after))
    return page("scenes/_changes.html", {"changes": changes})


def _scene(scene_id: str, document: object) -> Scene:
    try:
        return read_document(document).scene(scene_id)
    except ValueError as error:
        raise InvalidSceneError(str(error)) from error
