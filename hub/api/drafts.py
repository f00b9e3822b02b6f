"""The draft of a store's next schedule: begun, changed part by part, reviewed, deployed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Body, Depends, Path, Query, Response

from hub.api.access import needs
from hub.api.author import signed
from hub.api.choosing import StoreInPath
from hub.api.errors import documented
from hub.api.models import SLUG_PATTERN
from hub.api.precondition import IfMatch, etag
from hub.api.scene_models import Act
from hub.api.schedule_models import (
    EXCEPTION,
    QUIET_HOUR,
    REACTION,
    RULE,
    SPECIAL_HOURS,
    DraftToBegin,
    DraftToSave,
    DraftView,
    HoursToSave,
    PresetsToSave,
    ProblemView,
    Rebase,
    ReviewView,
    ScheduleView,
    ShortReview,
    TemplateUseToSave,
    ZoneGroupsToSave,
)
from hub.api.schedule_tags import ByQuery, by_whom, tag_check
from hub.api.schedules import get_schedule
from hub.api.strict_wire import Strict
from hub.by import By
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from hub.planning.drafts import Draft
from hub.schedules.editing import ListName, drop_item, put_item
from hub.schedules.outlook import MOST_DAYS, REVIEW_DAYS, DraftReview
from scenes.rules import DateException, QuietHour, Reaction, Rule, SpecialHours
from scenes.schedule import Schedule
from scenes.schedule_words import Item

router = APIRouter(prefix="/stores/{store}/draft", tags=["drafts"])

ItemId = Annotated[str, Path(pattern=SLUG_PATTERN, max_length=64, examples=["calm-mornings"])]
_Act = Annotated[Act, Body(default_factory=Act)]
_WRITES = documented(404, 409, 412, 428)
_LISTS: dict[str, ListName] = {
    "rules": "rules",
    "exceptions": "exceptions",
    "quiet-hours": "quiet_hours",
    "reactions": "reactions",
    "special-hours": "special_hours",
}
_Turn = Callable[[Schedule], Schedule]


@router.post(
    "", responses=documented(404, 409), status_code=201, dependencies=[Depends(needs(Right.PLAN))]
)
def begin_draft(
    hub: HubPartsDep,
    store: StoreInPath,
    wish: Annotated[DraftToBegin, Body(default_factory=DraftToBegin)],
    response: Response,
) -> DraftView:
    """Begin the store's draft, from what is deployed or from an earlier version.

    There is one at most: while somebody has one, another is refused (409).
    """
    return _shown(hub, hub.schedules.begin(store, wish.version, _by(wish)), response)


@router.get("", responses=documented(404), dependencies=[Depends(needs(Right.SEE))])
def get_draft(hub: HubPartsDep, store: StoreInPath, response: Response) -> DraftView:
    """The draft, and what it would do."""
    return _shown(hub, hub.schedules.draft(store), response)


@router.put("", responses=_WRITES, dependencies=[Depends(needs(Right.PLAN))])
def put_draft(
    hub: HubPartsDep, store: StoreInPath, wish: DraftToSave, seen: IfMatch, response: Response
) -> DraftView:
    """Let the draft say something else, whole."""
    return change_draft(hub, store, lambda _: wish.schedule, _by(wish), seen, response)


@router.delete("", responses=_WRITES, status_code=204, dependencies=[Depends(needs(Right.PLAN))])
def discard_draft(hub: HubPartsDep, store: StoreInPath, seen: IfMatch, by: ByQuery) -> None:
    """Let the draft go. The audit keeps what it said."""
    hub.schedules.discard(store, by, tag_check("draft", seen))


@router.put("/rules/{item_id}", responses=_WRITES, dependencies=[Depends(needs(Right.PLAN))])
def put_rule(
    hub: HubPartsDep,
    store: StoreInPath,
    item_id: ItemId,
    item: Annotated[Rule, Strict(without_id=True, example=RULE), Body()],
    seen: IfMatch,
    response: Response,
) -> DraftView:
    """Put one rule into the draft, in the place of the one of its id."""
    return _put(hub, store, "rules", item_id, item, seen, response)


@router.put("/exceptions/{item_id}", responses=_WRITES, dependencies=[Depends(needs(Right.PLAN))])
def put_exception(
    hub: HubPartsDep,
    store: StoreInPath,
    item_id: ItemId,
    item: Annotated[DateException, Strict(without_id=True, example=EXCEPTION), Body()],
    seen: IfMatch,
    response: Response,
) -> DraftView:
    """Put one exception (a date that differs) into the draft."""
    return _put(hub, store, "exceptions", item_id, item, seen, response)


@router.put("/quiet-hours/{item_id}", responses=_WRITES, dependencies=[Depends(needs(Right.PLAN))])
def put_quiet_hour(
    hub: HubPartsDep,
    store: StoreInPath,
    item_id: ItemId,
    item: Annotated[QuietHour, Strict(without_id=True, example=QUIET_HOUR), Body()],
    seen: IfMatch,
    response: Response,
) -> DraftView:
    """Put one planned quiet hour into the draft."""
    return _put(hub, store, "quiet_hours", item_id, item, seen, response)


@router.put("/reactions/{item_id}", responses=_WRITES, dependencies=[Depends(needs(Right.PLAN))])
def put_reaction(
    hub: HubPartsDep,
    store: StoreInPath,
    item_id: ItemId,
    item: Annotated[Reaction, Strict(without_id=True, example=REACTION), Body()],
    seen: IfMatch,
    response: Response,
) -> DraftView:
    """Put one reaction into the draft."""
    return _put(hub, store, "reactions", item_id, item, seen, response)


@router.put(
    "/special-hours/{item_id}", responses=_WRITES, dependencies=[Depends(needs(Right.PLAN))]
)
def put_special_hours(
    hub: HubPartsDep,
    store: StoreInPath,
    item_id: ItemId,
    item: Annotated[SpecialHours, Strict(without_id=True, example=SPECIAL_HOURS), Body()],
    seen: IfMatch,
    response: Response,
) -> DraftView:
    """Put special opening hours into the draft; without hours the store is closed then."""
    return _put(hub, store, "special_hours", item_id, item, seen, response)


@router.put("/hours", responses=_WRITES, dependencies=[Depends(needs(Right.PLAN))])
def put_hours(
    hub: HubPartsDep, store: StoreInPath, wish: HoursToSave, seen: IfMatch, response: Response
) -> DraftView:
    """The opening hours of an ordinary week, whole."""
    return change_draft(hub, store, _setting(hours=wish.hours), _by(wish), seen, response)


@router.put("/zone-groups", responses=_WRITES, dependencies=[Depends(needs(Right.PLAN))])
def put_zone_groups(
    hub: HubPartsDep, store: StoreInPath, wish: ZoneGroupsToSave, seen: IfMatch, response: Response
) -> DraftView:
    """All zone groups."""
    return change_draft(
        hub, store, _setting(zone_groups=wish.zone_groups), _by(wish), seen, response
    )


@router.put("/presets", responses=_WRITES, dependencies=[Depends(needs(Right.PLAN))])
def put_presets(
    hub: HubPartsDep, store: StoreInPath, wish: PresetsToSave, seen: IfMatch, response: Response
) -> DraftView:
    """The scenes of a quiet hour and of an emergency that somebody begins by hand."""
    given = {"quiet_scene": wish.quiet_scene, "emergency_scene": wish.emergency_scene}
    named = {name: scene for name, scene in given.items() if scene is not None}
    return change_draft(hub, store, _setting(**named), _by(wish), seen, response)


@router.put("/template", responses=_WRITES, dependencies=[Depends(needs(Right.PLAN))])
def put_template_use(
    hub: HubPartsDep,
    store: StoreInPath,
    wish: TemplateUseToSave,
    seen: IfMatch,
    response: Response,
) -> DraftView:
    """The template that the schedule builds on, and what of it is left out and why."""
    return change_draft(hub, store, _setting(template=wish.template), _by(wish), seen, response)


@router.delete("/template", responses=_WRITES, dependencies=[Depends(needs(Right.PLAN))])
def delete_template_use(
    hub: HubPartsDep,
    store: StoreInPath,
    seen: IfMatch,
    by: ByQuery,
    response: Response,
) -> DraftView:
    """Build on no template."""
    return change_draft(hub, store, _setting(template=None), by, seen, response)


@router.delete("/{part}/{item_id}", responses=_WRITES, dependencies=[Depends(needs(Right.PLAN))])
def delete_part(
    hub: HubPartsDep,
    store: StoreInPath,
    part: Literal["rules", "exceptions", "quiet-hours", "reactions", "special-hours"],
    item_id: ItemId,
    seen: IfMatch,
    by: ByQuery,
    response: Response,
) -> DraftView:
    """Take one item out of the draft."""
    turn: _Turn = lambda schedule: drop_item(schedule, _LISTS[part], item_id)  # noqa: E731
    return change_draft(hub, store, turn, by, seen, response)


@router.get("/review", responses=documented(404), dependencies=[Depends(needs(Right.SEE))])
def review_draft(
    hub: HubPartsDep,
    store: StoreInPath,
    first: Annotated[
        date | None,
        Query(alias="from", description="The first local day. Default: today, in the store."),
    ] = None,
    days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = REVIEW_DAYS,
) -> ReviewView:
    """What the draft would do: mistakes, how the plans differ in words, conflicts and gaps.

    By the schedules alone; what people chose for today is left out.
    """
    review = hub.outlook.review(store, first, days)
    found = review.reviewed
    return ReviewView(
        conflicts=list(found.conflicts),
        gaps=list(found.gaps),
        never=list(found.never),
        **_short(review),
    )


@router.post("/rebase", responses=_WRITES, dependencies=[Depends(needs(Right.PLAN))])
def rebase_draft(
    hub: HubPartsDep,
    store: StoreInPath,
    wish: Annotated[Rebase, Body(default_factory=Rebase)],
    seen: IfMatch,
    response: Response,
) -> DraftView:
    """Put the draft on top of what was deployed since it was begun, item by item.

    What both change is refused (409) and named, unless `prefer` says whose part holds.
    """
    draft = hub.schedules.rebase(store, wish.prefer, _by(wish), tag_check("draft", seen))
    return _shown(hub, draft, response)


@router.post("/deploy", responses=_WRITES, dependencies=[Depends(needs(Right.PLAN))])
def deploy_draft(
    hub: HubPartsDep, store: StoreInPath, act: _Act, seen: IfMatch, response: Response
) -> ScheduleView:
    """Let the draft be the next version and plan by it, in every zone or in none.

    412, with what was deployed, when somebody deployed since the draft was begun: rebase it. 409,
    with the problems, when a mistake forbids it.
    """
    hub.schedules.deploy(store, _by(act), tag_check("draft", seen))
    return get_schedule(hub, store, response)


def _put(
    hub: HubParts,
    store: str,
    section: ListName,
    item_id: str,
    item: Item,
    seen: IfMatch,
    response: Response,
) -> DraftView:
    named = msgspec.structs.replace(item, id=item_id)
    author = "" if isinstance(named, SpecialHours) else named.author
    turn: _Turn = lambda schedule: put_item(schedule, section, named)  # noqa: E731
    return change_draft(hub, store, turn, By(signed("") or author), seen, response)


def _setting(**fields: object) -> _Turn:
    return lambda schedule: msgspec.structs.replace(schedule, **fields)


def change_draft(
    hub: HubParts, store: str, turn: _Turn, by: By, seen: IfMatch, response: Response
) -> DraftView:
    """Let the draft say what ``turn`` makes of it, and answer with it."""
    draft = hub.schedules.change(store, turn, by, tag_check("draft", seen))
    return _shown(hub, draft, response)


def _by(act: Act) -> By:
    return by_whom(act.author, act.why)


def _shown(hub: HubParts, draft: Draft, response: Response) -> DraftView:
    response.headers["ETag"] = etag("draft", draft.edition)
    return DraftView(
        store=draft.store,
        based_on=draft.based_on,
        edition=draft.edition,
        origin="file" if draft.origin == "file" else "person",
        author=draft.author,
        changed_at=draft.changed_at,
        schedule=draft.schedule,
        review=ShortReview(**_short(hub.outlook.shortly(draft))),
    )


def _short(review: DraftReview) -> dict[str, Any]:
    found = review.reviewed
    forbidden = any(problem.forbids for problem in found.problems)
    return {
        "deployable": not forbidden and not review.deployed_since,
        "problems": [
            ProblemView(place=each.place, sentence=each.sentence, forbids=each.forbids)
            for each in found.problems
        ],
        "deployed_since": list(review.deployed_since),
        "changes": list(found.changes),
    }
