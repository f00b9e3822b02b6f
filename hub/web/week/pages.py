"""The Week page, and the parts of it that its script fetches anew after every change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from hub.api.access import WhoDep, needs
from hub.errors import NoDraftError
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from hub.people.who import Who
from hub.schedules.week import Week
from hub.shop import Store
from hub.web.rendering import PageRoute, page
from hub.web.store_bar import Id, StoreId, no_store, pick_store, store_bar
from hub.web.week.calendar import Planned, Wanted, calendar, monday_of
from hub.web.week.drafted import draft_state, first_otherwise, past_versions, review
from hub.web.week.hours import day_hours, hours_rows
from hub.web.week.lists import coming_holidays, sections
from hub.web.week.sheet import Beginning, Part, new_sheet, sheet_of
from hub.web.week.stage import stage
from hub.web.words import date_words
from scenes.language import _
from scenes.rules import EVERYWHERE
from scenes.wall_time import local_day

router = APIRouter(include_in_schema=False, route_class=PageRoute)
SEE = [Depends(needs(Right.SEE))]
PLAN = [Depends(needs(Right.PLAN))]
_DAY = timedelta(days=1)

Day = Annotated[date | None, Query()]
View = Literal["week", "day"]
Clock = Annotated[str, Query(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]


@dataclass(frozen=True, slots=True)
class Shown:
    """What of the plan somebody looks at."""

    day: date | None
    zone: str
    view: View


def _shown(
    day: Day = None, zone: Annotated[str, Query(max_length=64)] = "", view: View = "week"
) -> Shown:
    return Shown(day, zone, view)


_Drawn = tuple[str, str, str, str]
"""From when, until when, in which zone, and which scene if one was chosen already."""


def _drawn(
    from_: Annotated[Clock, Query(alias="from")] = "09:00",
    until: Clock = "10:00",
    zone: Annotated[str, Query(max_length=64)] = "",
    scene: Annotated[str, Query(max_length=64)] = "",
) -> _Drawn:
    return from_, until, zone or EVERYWHERE, scene


ShownDep = Annotated[Shown, Depends(_shown)]


@router.get("/week", dependencies=SEE)
def week_page(hub: HubPartsDep, who: WhoDep, shown: ShownDep, store: StoreId = None) -> Response:
    """The plan as a calendar, and the draft of the next one."""
    picked = pick_store(hub, store)
    if picked is None:
        return no_store(hub)
    values = _values(hub, picked, who, shown)
    around = {"bar": store_bar(hub, picked, "/week"), "stage": stage(hub, picked)}
    return page("week/page.html", {**around, **values})


@router.get("/fragments/week", dependencies=SEE)
def week_part(hub: HubPartsDep, who: WhoDep, shown: ShownDep, store: Id) -> Response:
    """Everything on the page that a change of the draft changes."""
    return page("week/_week.html", _values(hub, _store(hub, store), who, shown))


@router.get("/fragments/week/sheet", dependencies=PLAN)
def sheet_part(
    hub: HubPartsDep,
    store: Id,
    part: Part,
    item: Annotated[str, Query(max_length=64)],
    on: Day = None,
) -> Response:
    """One thing that is planned, to be changed."""
    picked = _store(hub, store)
    means = hub.outlook.meaning(draft_state(hub, picked).schedule)
    return page(
        "week/_sheet.html", {"sheet": sheet_of(hub.planner.shop, picked, means, part, item, on)}
    )


@router.get("/fragments/week/new", dependencies=PLAN)
def new_part(
    hub: HubPartsDep,
    store: Id,
    asked: Annotated[_Drawn, Depends(_drawn)],
    part: Part = "rules",
    on: Day = None,
) -> Response:
    """Something new, as it was drawn in the calendar."""
    picked = _store(hub, store)
    means = hub.outlook.meaning(draft_state(hub, picked).schedule)
    begun = Beginning(on or local_day(hub.now(), picked.tz), *asked)
    return page(
        "week/_sheet.html", {"sheet": new_sheet(hub.planner.shop, picked, means, part, begun)}
    )


@router.get("/fragments/week/hours", dependencies=PLAN)
def hours_part(hub: HubPartsDep, store: Id) -> Response:
    """The opening hours of an ordinary week, to be changed."""
    state = draft_state(hub, _store(hub, store))
    return page("week/_hours.html", {"days": day_hours(state.schedule)})


@router.get("/fragments/week/review", dependencies=SEE)
def review_part(hub: HubPartsDep, who: WhoDep, store: Id) -> Response:
    """What the draft would do, and the buttons that decide of it."""
    picked = _store(hub, store)
    may_plan = who.may(Right.PLAN, picked.id)
    return page("week/_review.html", {"review": review(hub, picked), "may_plan": may_plan})


@router.get("/fragments/week/versions", dependencies=SEE)
def versions_part(hub: HubPartsDep, who: WhoDep, store: Id) -> Response:
    """The versions that were deployed, and the way back to each."""
    picked = _store(hub, store)
    values = {
        # First: of a version that is deployed meanwhile the tag must not say that it was seen.
        "tag": draft_state(hub, picked).deployed_tag,
        "versions": past_versions(hub, picked),
        "may_plan": who.may(Right.PLAN, picked.id),
    }
    return page("week/_versions.html", values)


def _store(hub: HubParts, store: str) -> Store:
    return hub.planner.store(store)


def _values(hub: HubParts, store: Store, who: Who, shown: Shown) -> dict[str, Any]:
    may_plan = who.may(Right.PLAN, store.id)
    today = local_day(hub.now(), store.tz)
    day = shown.day or today
    state = draft_state(hub, store)
    means = hub.outlook.meaning(state.schedule)
    week = _week(hub, store, monday_of(day), draft=state.exists)
    zone = shown.zone if any(each.id == shown.zone for each in store.zones) else ""
    wanted = Wanted(day, zone, may_plan)
    drawn = calendar(hub, store, wanted, Planned(means, week.days, week.zones))
    step = _DAY if shown.view == "day" else 7 * _DAY
    return {
        "store": store,
        "zone": zone,
        "view": shown.view,
        "calendar": drawn,
        "draft": state,
        "opening": hours_rows(means),
        "sections": sections(hub.planner.shop, store, means),
        "holidays": coming_holidays(store, today),
        "may_plan": may_plan,
        "today": today,
        "rehearsed": first_otherwise(hub, store, week) or day,
        "before": day - step,
        "after": day + step,
        "title": _title(drawn.first),
    }


def _week(hub: HubParts, store: Store, first: date, *, draft: bool) -> Week:
    if draft:
        try:
            return hub.outlook.week(store.id, first, draft=True)
        except NoDraftError:
            pass  # somebody has just ended it
    return hub.outlook.week(store.id, first)


def _title(first: date) -> str:
    last = first + 6 * _DAY
    begin = date_words(first, year=first.year != last.year)
    if (first.year, first.month) == (last.year, last.month):
        begin = str(first.day)
    return _("Week {number}, {first}–{last}").format(
        number=first.isocalendar().week, first=begin, last=date_words(last)
    )
