"""Nudging a zone, and mute and scent off for a whole store."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from hub.api.access import needs
from hub.api.adjustment_models import AdjustmentRequest, CalmRequest, CalmView
from hub.api.author import signed
from hub.api.choice_tags import begin_calm_check, calm_check, calm_tag, nudge_check, nudge_tag
from hub.api.choosing import Author, StoreInPath
from hub.api.ends import read_end
from hub.api.errors import documented
from hub.api.models import ZoneView
from hub.api.precondition import IfMatch, IfReplaces
from hub.api.views import zone_view
from hub.api.zones import StoreId, ZoneId
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from hub.planning.planner import NudgeWish
from scenes.adjustment import Sense
from scenes.nudge import Calm

router = APIRouter(tags=["zones"])

SenseInPath = Annotated[Sense, Path(alias="sense", examples=["volume"])]
_WRITES = documented(404, 409, 412, 428)
_BEGINS = documented(404, 409, 412)
_MAY_CHOOSE, _MAY_CALM, _MAY_SEE = (
    [Depends(needs(right))] for right in (Right.CHOOSE, Right.CALM, Right.SEE)
)


@router.put("/zones/{zone}/adjustments/{sense}", responses=_WRITES, dependencies=_MAY_CHOOSE)
def put_adjustment(
    hub: HubPartsDep,
    zone: ZoneId,
    sense: SenseInPath,
    wish: AdjustmentRequest,
    seen: IfMatch,
    response: Response,
    store: StoreId = None,
) -> ZoneView:
    """Make one sense of the zone more or less, whatever scene holds, until an end.

    It replaces the nudge of that sense; 100 ends it. The tag to send is in `adjustment_tags`.
    """
    planned = hub.planner.find(zone, store)
    hub.planner.nudge(
        planned.store.id,
        planned.zone.id,
        NudgeWish(sense, wish.percent, read_end(wish.end), wish.author, wish.why, wish.reason),
        check=nudge_check(hub, planned, sense, seen),
    )
    return _zone(hub, planned.store.id, planned.zone.id, sense, response)


@router.delete("/zones/{zone}/adjustments/{sense}", responses=_WRITES, dependencies=_MAY_CHOOSE)
def delete_adjustment(
    hub: HubPartsDep,
    zone: ZoneId,
    sense: SenseInPath,
    seen: IfMatch,
    response: Response,
    store: StoreId = None,
    author: Author = "",
) -> ZoneView:
    """Let that sense be as the scene says. Fine also when it is."""
    planned = hub.planner.find(zone, store)
    hub.planner.end_nudge(
        planned.store.id,
        planned.zone.id,
        sense,
        author=signed(author),
        check=nudge_check(hub, planned, sense, seen),
    )
    return _zone(hub, planned.store.id, planned.zone.id, sense, response)


@router.get("/stores/{store}/mute", responses=documented(404), dependencies=_MAY_SEE)
def get_mute(hub: HubPartsDep, store: StoreInPath, response: Response) -> CalmView | None:
    """The mute that holds, or null."""
    return _of_store(hub, store, "mute", response)


@router.post("/stores/{store}/mute", responses=_BEGINS, dependencies=_MAY_CALM)
def begin_mute(
    hub: HubPartsDep, store: StoreInPath, wish: CalmRequest, seen: IfReplaces, response: Response
) -> CalmView | None:
    """Let no music be heard in any zone, until closing if nothing else is said.

    While one holds, 409 says who began it and until when; with its ETag in `If-Match`, or `*`, the
    new one replaces it. Light and scent go on.
    """
    return _begun(hub, store, "mute", wish, seen, response)


@router.delete("/stores/{store}/mute", status_code=204, responses=_WRITES, dependencies=_MAY_CHOOSE)
def end_mute(hub: HubPartsDep, store: StoreInPath, seen: IfMatch, author: Author = "") -> None:
    """End the mute. Fine also when there is none."""
    _ended(hub, store, "mute", seen, author)


@router.get("/stores/{store}/scent-off", responses=documented(404), dependencies=_MAY_SEE)
def get_scent_off(hub: HubPartsDep, store: StoreInPath, response: Response) -> CalmView | None:
    """The scent-off that holds, or null."""
    return _of_store(hub, store, "scent-off", response)


@router.post("/stores/{store}/scent-off", responses=_BEGINS, dependencies=_MAY_CALM)
def begin_scent_off(
    hub: HubPartsDep, store: StoreInPath, wish: CalmRequest, seen: IfReplaces, response: Response
) -> CalmView | None:
    """Give no scent in any zone, until closing if nothing else is said; a burst ends at once.

    While one holds, 409 says who began it and until when; with its ETag in `If-Match`, or `*`, the
    new one replaces it. Light and music go on.
    """
    return _begun(hub, store, "scent-off", wish, seen, response)


@router.delete(
    "/stores/{store}/scent-off", status_code=204, responses=_WRITES, dependencies=_MAY_CHOOSE
)
def end_scent_off(hub: HubPartsDep, store: StoreInPath, seen: IfMatch, author: Author = "") -> None:
    """Let scenes give scent again. Fine also when they do."""
    _ended(hub, store, "scent-off", seen, author)


def _zone(hub: HubParts, store: str, zone: str, sense: Sense, response: Response) -> ZoneView:
    planned = hub.planner.planned(store, zone)
    response.headers["ETag"] = nudge_tag(planned, sense)
    return zone_view(hub, planned)


def _begun(
    hub: HubParts,
    store: str,
    calm: Calm,
    wish: CalmRequest,
    seen: IfReplaces,
    response: Response,
) -> CalmView | None:
    hub.planner.begin_calm(
        store,
        calm,
        read_end(wish.end),
        reason=wish.reason,
        author=wish.author,
        check=begin_calm_check(hub, hub.planner.store(store), calm, seen),
    )
    return _of_store(hub, store, calm, response)


def _ended(hub: HubParts, store: str, calm: Calm, seen: IfMatch, author: str) -> None:
    check = calm_check(hub, hub.planner.store(store), calm, seen)
    hub.planner.end_calm(store, calm, author=signed(author), check=check)


def _of_store(hub: HubParts, store: str, calm: Calm, response: Response) -> CalmView | None:
    held = hub.planner.store_calm(store, calm)
    response.headers["ETag"] = calm_tag(hub, store, calm)
    if held is None:
        return None
    return CalmView(
        store=store,
        kind=calm,
        start=held.start,
        end=held.end,
        author=held.author,
        reason=held.reason,
    )
