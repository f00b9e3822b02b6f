"""Floor plans: where each zone of a store is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response
from pydantic import BaseModel, Field

from hub.api.access import needs
from hub.api.choosing import StoreInPath
from hub.api.errors import documented
from hub.api.precondition import IfMatch, etag
from hub.api.schedule_tags import ByQuery, tag_check
from hub.floors.desk import Floor
from hub.floors.drawing import HEIGHT, WIDTH, Drawing
from hub.parts import HubPartsDep
from hub.people.rights import Right

router = APIRouter(prefix="/stores/{store}/floor", tags=["stores"])


class FloorView(BaseModel):
    """A store's floor plan, with a shape for each of its zones and for no other."""

    store: str
    width: int = Field(description="Of the plane that shapes are drawn on.", examples=[WIDTH])
    height: int = Field(examples=[HEIGHT])
    drawing: Drawing
    drawn: list[str] = Field(
        description="The zones that somebody placed; the others stand where there was room."
    )
    gone: list[str] = Field(
        description="Zones that were drawn and are no longer in the shop: the next drawing drops "
        "them."
    )
    edition: int = Field(description="0 as long as nobody drew.")
    author: str
    changed_at: datetime | None


@router.get("", responses=documented(404), dependencies=[Depends(needs(Right.SEE))])
def get_floor(hub: HubPartsDep, store: StoreInPath, response: Response) -> FloorView:
    """Where each zone is. A zone that nobody placed stands where there is room."""
    return _view(store, hub.floors.floor(hub.planner.store(store)), response)


@router.put(
    "",
    responses=documented(404, 409, 412, 428),
    dependencies=[Depends(needs(Right.INSTALL))],
)
def put_floor(
    hub: HubPartsDep,
    store: StoreInPath,
    drawing: Annotated[Drawing, Body()],
    seen: IfMatch,
    by: ByQuery,
    response: Response,
) -> FloorView:
    """Draw the floor plan anew. Shapes of zones that the store doesn't have are dropped.

    The answer names them under `gone`.
    """
    of = hub.planner.store(store)
    floor = hub.floors.draw(of, drawing, by, tag_check(floor_name(store), seen))
    shown = _view(store, floor, response)
    dropped = [zone for zone in drawing.shapes if zone not in floor.drawing.shapes]
    return shown.model_copy(update={"gone": dropped})


def floor_name(store: str) -> str:
    """The first of a floor plan's tag."""
    return f"floor-{store}"


def floor_tag(store: str, floor: Floor) -> str:
    """The tag of a floor plan: another one after every change."""
    return etag(floor_name(store), floor.edition)


def _view(store: str, floor: Floor, response: Response) -> FloorView:
    response.headers["ETag"] = floor_tag(store, floor)
    return FloorView(
        store=store,
        width=WIDTH,
        height=HEIGHT,
        drawing=floor.drawing,
        drawn=sorted(floor.drawn),
        gone=list(floor.gone),
        edition=floor.edition,
        author=floor.author,
        changed_at=floor.changed_at,
    )
