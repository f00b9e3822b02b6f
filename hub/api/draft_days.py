"""A draft changed as one changes a calendar: something moved, one day otherwise, a day copied."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends, Path, Response
from pydantic import ConfigDict, Field

from hub.api.access import needs
from hub.api.choosing import StoreInPath
from hub.api.drafts import ItemId, change_draft
from hub.api.errors import documented
from hub.api.models import Slug
from hub.api.precondition import IfMatch
from hub.api.scene_models import Act
from hub.api.schedule_models import DraftView
from hub.api.schedule_tags import by_whom
from hub.api.strict_wire import Strict
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from hub.schedules.copying import day_like, every_week_like
from hub.schedules.moving import Differing, Part, Way, move, otherwise_on
from hub.schedules.one_day import Ground
from scenes.rules import TimeOfDay
from scenes.schedule import Schedule

router = APIRouter(
    prefix="/stores/{store}/draft", tags=["drafts"], dependencies=[Depends(needs(Right.PLAN))]
)

_WRITES = documented(404, 409, 412, 428)
_Minutes = Annotated[int, Field(ge=-1440, le=1440, strict=True)]
_PARTS: dict[str, Part] = {
    "rules": "rules",
    "exceptions": "exceptions",
    "quiet-hours": "quiet_hours",
}
PartInPath = Literal["rules", "exceptions", "quiet-hours"]
DayInPath = Annotated[date, Path(examples=["2026-10-22"])]


class Move(Act):
    """How far something is moved. ``on`` is a local day on which it begins."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"on": "2026-10-22", "begin_min": -30, "end_min": -30}]}
    )

    on: date
    to: date | None = Field(default=None, description="Another local day. Default: the same.")
    begin_min: _Minutes = Field(default=0, description="So much later it begins, in minutes.")
    end_min: _Minutes = Field(default=0, description="So much later it ends, in minutes.")
    only: bool = Field(
        default=False, description="On that day alone, by exceptions; else on all of its days."
    )


class OnOneDay(Act):
    """What is otherwise on one day; what isn't said stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"on": "2026-10-22", "scene": "event"}]}
    )

    on: date
    from_: Annotated[TimeOfDay, Strict()] | None = Field(default=None, alias="from")
    until: Annotated[TimeOfDay, Strict()] | None = None
    scene: Slug | None = None
    gone: bool = Field(default=False, description="It does not hold on that day.")


class DayLike(Act):
    """Which local day to be like."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"like": "2026-10-24"}]})

    like: date
    every_week: bool = Field(
        default=False, description="By the rules of its weekday; else by exceptions on that date."
    )


@router.post("/{part}/{item_id}/move", responses=_WRITES, dependencies=[Depends(needs(Right.PLAN))])
def move_item(
    hub: HubPartsDep,
    store: StoreInPath,
    part: PartInPath,
    item_id: ItemId,
    wish: Annotated[Move, Body()],
    seen: IfMatch,
    response: Response,
) -> DraftView:
    """Move a rule, exception or quiet hour: its beginning, its end, or to another day.

    What goes by an opening or a sunset still does. With `only`, exceptions make one day differ,
    and what the move leaves free plays what it would without it.
    """
    way = Way(
        begin=timedelta(minutes=wish.begin_min),
        end=timedelta(minutes=wish.end_min),
        on=wish.on,
        to=wish.to or wish.on,
        only=wish.only,
    )
    turn = _on_ground(hub, store, lambda ground: move(ground, _PARTS[part], item_id, way))
    return change_draft(hub, store, turn, by_whom(wish.author, wish.why), seen, response)


@router.put(
    "/{part}/{item_id}/one-day", responses=_WRITES, dependencies=[Depends(needs(Right.PLAN))]
)
def put_one_day(
    hub: HubPartsDep,
    store: StoreInPath,
    part: Literal["rules", "exceptions"],
    item_id: ItemId,
    wish: Annotated[OnOneDay, Body()],
    seen: IfMatch,
    response: Response,
) -> DraftView:
    """Let a rule or exception be otherwise, or gone, on one of its days: by exceptions."""
    wanted = None if wish.gone else Differing(wish.from_, wish.until, wish.scene)

    def differ(ground: Ground) -> Schedule:
        return otherwise_on(ground, _PARTS[part], item_id, wish.on, wanted)

    turn = _on_ground(hub, store, differ)
    return change_draft(hub, store, turn, by_whom(wish.author, wish.why), seen, response)


@router.put("/days/{day}", responses=_WRITES, dependencies=[Depends(needs(Right.PLAN))])
def put_day_like(
    hub: HubPartsDep,
    store: StoreInPath,
    day: DayInPath,
    wish: Annotated[DayLike, Body()],
    seen: IfMatch,
    response: Response,
) -> DraftView:
    """Let a day play what another one plays: that date alone, or its weekday every week.

    Exceptions that are for that date alone give way.
    """
    copy = every_week_like if wish.every_week else day_like
    turn = _on_ground(hub, store, lambda ground: copy(ground, wish.like, day))
    return change_draft(hub, store, turn, by_whom(wish.author, wish.why), seen, response)


def _on_ground(
    hub: HubParts, store: str, turn: Callable[[Ground], Schedule]
) -> Callable[[Schedule], Schedule]:
    of = hub.planner.store(store)
    return lambda schedule: turn(Ground(of, schedule, hub.outlook.meaning(schedule)))
