"""The page for a new scene, and its two forms: from a blank or another scene, and from a file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from fastapi.responses import RedirectResponse, Response

from hub.api.access import WhoDep, needs
from hub.api.precondition import Precondition
from hub.api.scene_tags import scene_check, scene_tag
from hub.by import By
from hub.parts import HubPartsDep
from hub.people.rights import Right
from hub.scene_yaml import read_scene
from hub.web.forms import Field, own_form
from hub.web.rendering import PageRoute, page
from hub.web.scenes.gallery import shelves
from hub.web.scenes.making import blank, free_id, id_of_file
from hub.web.store_bar import StoreId, no_store, pick_store, store_bar
from scenes.errors import InvalidSceneError
from scenes.language import _
from scenes.scene_file import document_of, parse_scene

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_LONGEST_BYTES = 100_000
_WRITES = [Depends(needs(Right.SCENES)), Depends(own_form)]
_Name = Annotated[str, Form(max_length=60)]
_Start = Annotated[str, Query(max_length=64)]
_Tag = Annotated[str, Form(max_length=100)]


@router.get("/new-scene", dependencies=[Depends(needs(Right.SEE))])
def new_page(hub: HubPartsDep, store: StoreId = None, start: _Start = "") -> Response:
    """What to call it, and what to begin with: a blank or ``start``."""
    picked = pick_store(hub, store)
    if picked is None:
        return no_store(hub)
    cards = [card for shelf in shelves(hub, picked, hub.now()) for card in shelf.cards]
    values = {"bar": store_bar(hub, picked, "/scenes"), "cards": cards, "start": start}
    return page("scenes/new.html", values)


@router.post("/new-scene", dependencies=_WRITES)
def make(hub: HubPartsDep, who: WhoDep, store: Field, name: _Name, start: Field = "") -> Response:
    """Make a draft, a blank or what ``start`` plays, and open it."""
    scene_id, by = free_id(hub, name), By(who.name)
    if start:
        hub.scene_book.clone(start, scene_id, name.strip(), by)
    else:
        # Read as a person's, so that a name which nobody can see is refused.
        made = parse_scene(scene_id, document_of(blank(scene_id, name.strip())))
        check = scene_check(scene_id, Precondition(scene_tag(scene_id, 0)))
        hub.scene_book.save(made, by, check)
    return _open(scene_id, store)


@router.post("/import-scene", dependencies=_WRITES)
def take_file(
    hub: HubPartsDep,
    who: WhoDep,
    store: Field,
    file: Annotated[UploadFile, File()],
    scene: Field = "",
    seen: _Tag = "",
) -> Response:
    """Save what a file says as a draft: a new scene, or the next one of the open ``scene``.

    Without ``seen`` nothing is written over: the scene must not be there yet.
    """
    scene_id = scene or id_of_file(file.filename or "")
    found = read_scene(scene_id, _text(file))
    seen_tag = seen or scene_tag(scene_id, 0)
    hub.scene_book.save(found, By(who.name), scene_check(scene_id, Precondition(seen_tag)))
    return _open(scene_id, store)


def _open(scene_id: str, store: str) -> Response:
    return RedirectResponse(f"/scenes/{scene_id}?store={store}", 303)


def _text(file: UploadFile) -> str:
    """What the file says; `InvalidSceneError` when it is no small text."""
    content = file.file.read(_LONGEST_BYTES + 1)
    if len(content) > _LONGEST_BYTES:
        said = _("a scene file has at most {n} bytes")
        raise InvalidSceneError(said.format(n=_LONGEST_BYTES))
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise InvalidSceneError(_("a scene file is text in UTF-8; this one isn’t")) from error
