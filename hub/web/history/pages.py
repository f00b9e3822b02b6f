"""The history page, and one moment explained."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from hub.api.access import WhoDep, needs
from hub.errors import PlanRangeError
from hub.parts import HubPartsDep
from hub.people.rights import Right
from hub.web.history.moment import explained
from hub.web.history.timeline import Filters
from hub.web.history.view import history_page
from hub.web.rendering import PageRoute, page
from hub.web.store_bar import Id, StoreId, no_store, pick_store, store_bar
from scenes.language import _
from scenes.wall_time import instant_of

router = APIRouter(include_in_schema=False, route_class=PageRoute)
PATH = "/history"
_MOST_PAGES = 1000
_Filter = Annotated[str, Query(max_length=100)]
_EVERYTHING = Filters()


def _filters(
    zone: _Filter = "",
    kind: Literal["", "played", "changed", "alarm"] = "",
    person: _Filter = "",
) -> Filters:
    return Filters(zone, kind, person)


@router.get(PATH, dependencies=[Depends(needs(Right.REVIEW))])
def history(
    hub: HubPartsDep,
    who: WhoDep,
    store: StoreId = None,
    day: Annotated[date | Literal[""] | None, Query()] = None,
    filters: Annotated[Filters, Depends(_filters)] = _EVERYTHING,
    number: Annotated[int, Query(alias="page", ge=1, le=_MOST_PAGES)] = 1,
) -> Response:
    """A store's day: what played, who changed what, what went wrong."""
    picked = pick_store(hub, store)
    if picked is None:
        return no_store(hub)
    shown = history_page(hub, picked, day or None, filters, number, who)
    return page("history/page.html", {"bar": store_bar(hub, picked, PATH), "history": shown})


@router.get("/explain", dependencies=[Depends(needs(Right.SEE))])
def explain(
    hub: HubPartsDep,
    who: WhoDep,
    store: Id,
    zone: Id,
    at: Annotated[datetime | Literal[""] | None, Query()] = None,
) -> Response:
    """Why a zone played what it played at a moment. A time without a zone is the store's own."""
    planned = hub.planner.find(zone, store)
    instant = _instant(at, planned.store.tz) if isinstance(at, datetime) else hub.now()
    shown = explained(hub, planned, instant, who)
    bar = store_bar(hub, planned.store, PATH)
    return page("history/moment.html", {"bar": bar, "it": shown})


def _instant(at: datetime, tz: object) -> datetime:
    try:
        if at.tzinfo is None:
            return instant_of(at.date(), f"{at:%H:%M:%S}", tz)  # type: ignore[arg-type]
        return at.astimezone(UTC)
    except (OverflowError, ValueError):
        raise PlanRangeError(_("no plan reaches there")) from None
