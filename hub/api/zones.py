"""Zones: what is on, what will be, and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import AwareDatetime

from hub.api.access import WhoDep, needs, own_stores
from hub.api.choice_tags import zone_tag
from hub.api.errors import documented
from hub.api.models import SLUG_PATTERN, PlanView, ZoneView
from hub.api.views import plan_view, zone_view, zone_views
from hub.errors import PlanRangeError, UnknownStoreError
from hub.parts import HubPartsDep
from hub.people.rights import Right
from hub.planning.planner import PlannedZone
from scenes.wall_time import instant_of, local_day

router = APIRouter(tags=["zones"])

ZoneId = Annotated[str, Path(pattern=SLUG_PATTERN, max_length=64, examples=["entrance"])]
StoreId = Annotated[
    str | None,
    Query(
        pattern=SLUG_PATTERN,
        max_length=64,
        description="Needed only where several stores have a zone of this id.",
    ),
]
_ONE_ZONE = documented(404, 409)


@router.get("/zones", responses=documented(404), dependencies=[Depends(needs(Right.SEE))])
def list_zones(hub: HubPartsDep, who: WhoDep, store: StoreId = None) -> list[ZoneView]:
    """Every zone: what is desired, what is reported and how old that is, and what is next."""
    if store is not None and hub.planner.shop.store(store) is None:
        raise UnknownStoreError(f"there is no store {store!r}")
    return own_stores(who, zone_views(hub, store), lambda zone: zone.store)


@router.get("/zones/{zone}", responses=_ONE_ZONE, dependencies=[Depends(needs(Right.SEE))])
def get_zone(hub: HubPartsDep, zone: ZoneId, response: Response, store: StoreId = None) -> ZoneView:
    """One zone. Its ETag changes when somebody chooses for it or returns to the plan."""
    planned = hub.planner.find(zone, store)
    response.headers["ETag"] = zone_tag(planned)
    return zone_view(hub, planned)


@router.get("/zones/{zone}/plan", responses=_ONE_ZONE, dependencies=[Depends(needs(Right.SEE))])
def get_plan(
    hub: HubPartsDep,
    zone: ZoneId,
    store: StoreId = None,
    start: Annotated[
        AwareDatetime | None,
        Query(
            alias="from",
            description=(
                "The first instant, with time zone. Default: the start of today, as the store "
                "counts days. In an address, + is written %2B."
            ),
            examples=["2026-10-22T00:00:00+02:00"],
        ),
    ] = None,
    end: Annotated[
        AwareDatetime | None,
        Query(
            alias="to",
            description=(
                "The instant after the last, with time zone. Default: the end of the day of from."
            ),
            examples=["2026-10-23T00:00:00+02:00"],
        ),
    ] = None,
) -> PlanView:
    """What plays when, and why: today, or between the instants `from` and `to`.

    The whole plan begins yesterday and ends with `planned_until`; a time outside of it has no
    slots. Instants have a time zone: `2026-10-22T09:00:00+02:00` or `2026-10-22T07:00:00Z`.
    """
    planned = hub.planner.find(zone, store)
    begin = start or _day_start(planned, hub.now(), 0)
    finish = end or _day_start(planned, begin, 1)
    if begin >= finish:
        raise PlanRangeError("'to' must lie after 'from'")
    return plan_view(planned, begin, finish)


def _day_start(planned: PlannedZone, instant: datetime, days: int) -> datetime:
    tz = planned.store.tz
    try:
        return instant_of(local_day(instant, tz) + timedelta(days=days), "00:00", tz)
    except (OverflowError, ValueError):
        raise PlanRangeError("no plan reaches that far") from None
