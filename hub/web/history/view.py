"""The history page of a store's day, from the hub's parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.library_names import scene_name
from hub.parts import HubParts
from hub.people.who import NOBODY, Who
from hub.shop import Store
from hub.web.history.differences import told_again
from hub.web.history.reading import changes, told
from hub.web.history.ribbons import Day, DayRibbon, day_ribbons, hours
from hub.web.history.spans import Span, read_spans, with_gaps
from hub.web.history.telling import Teller
from hub.web.history.timeline import Entry, Filters, changed, happened, newest_first, played
from hub.web.words import date_words, day_words
from scenes.audition import AUDITION
from scenes.language import _
from scenes.names import Names
from scenes.units import EARLIEST, LATEST
from scenes.wall_time import instant_of, local_day

AT_ONCE = 60
"""Entries on one page."""
_DAY = timedelta(days=1)
_FIRST, _LAST = EARLIEST.date() + 2 * _DAY, LATEST.date() - 3 * _DAY


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """What the history template shows. ``pages`` counts from 1."""

    store: str
    day: date
    day_words: str
    day_long: str
    before: date
    after: date | None
    today: date
    zones: tuple[tuple[str, str], ...]
    people: tuple[str, ...]
    filters: Filters
    ribbons: tuple[DayRibbon, ...]
    hours: tuple[tuple[int, str], ...]
    day_start: datetime
    day_end: datetime
    now_x: int | None
    entries: tuple[Entry, ...]
    number: int
    page: int
    pages: int
    silent: bool
    moment: str


def store_names(hub: HubParts, store: Store) -> Names:
    """What people call the store's zones, the scenes, and what wishes for them."""
    return Names(
        {zone.id: zone.name for zone in store.zones},
        {each.id: scene_name(each.id, each.name) for each in hub.planner.shop.scenes.values()}
        | {AUDITION: _("A scene on trial")},
        {
            **{f"rule:{rule.id}": rule.name for rule in store.schedule.rules if rule.name},
            **{f"reaction:{each.id}": each.name for each in store.schedule.reactions if each.name},
        },
    )


def history_page(
    hub: HubParts,
    store: Store,
    day: date | None,
    filters: Filters,
    page: int,
    who: Who = NOBODY,
) -> HistoryPage:
    """One local day of a store, for who may review it."""
    now = hub.now()
    today = local_day(now, store.tz)
    shown = min(max(day or today, _FIRST), _LAST)
    stretch = day_of(shown, store)
    teller = Teller(store_names(hub, store), now, store.tz)
    spans, entries = _read(hub, store, stretch, teller, who)
    people = sorted({entry.person for entry in entries} - {""})
    wanted = newest_first(entry for entry in entries if filters.shows(entry))
    pages = max(1, -(-len(wanted) // AT_ONCE))
    page = min(max(1, page), pages)
    asked_about = min(now, stretch.end - timedelta(minutes=1))
    return HistoryPage(
        store=store.id,
        day=shown,
        day_words=day_words(shown, today),
        day_long=date_words(shown),
        before=shown - _DAY,
        after=shown + _DAY if shown < today else None,
        today=today,
        zones=tuple((zone.id, zone.name) for zone in store.zones),
        people=tuple(people),
        filters=filters,
        ribbons=day_ribbons(spans, teller.names, stretch) if shown <= today else (),
        hours=hours(stretch),
        day_start=stretch.start,
        day_end=stretch.end,
        now_x=stretch.x(now) if shown == today else None,
        entries=tuple(wanted[(page - 1) * AT_ONCE : page * AT_ONCE]),
        number=len(wanted),
        page=page,
        pages=pages,
        silent=not any(span.scene for each in spans.values() for span in each),
        moment=f"{asked_about.astimezone(store.tz):%Y-%m-%dT%H:%M}",
    )


def day_of(day: date, store: Store) -> Day:
    """A local day of a store as a stretch of UTC."""
    return Day(instant_of(day, "00:00", store.tz), instant_of(day, "24:00", store.tz), store.tz)


def _read(
    hub: HubParts, store: Store, day: Day, teller: Teller, who: Who
) -> tuple[Mapping[tuple[str, str], Sequence[Span]], list[Entry]]:
    zones = [zone.id for zone in store.zones]
    with hub.engine.connect() as connection:
        found = read_spans(connection, store.id, zones, day.start, day.end)
        audit = changes(connection, store.id, day.start, day.end, who)
        audit = told_again(connection, audit, lambda: store_names(hub, store))
        events = told(connection, store.id, day.start, day.end)
    by_agent: dict[tuple[str, str], list[Span]] = {(zone, ""): [] for zone in zones}
    for span in found:
        by_agent.pop((span.zone, ""), None)
        by_agent.setdefault((span.zone, span.edge), []).append(span)
    spans = {
        key: with_gaps(each, *key, day.start, day.end, teller.now) for key, each in by_agent.items()
    }
    entries = [
        *(entry for each in spans.values() for entry in played(each, teller)),
        *changed(audit, teller),
        *happened(events, teller),
    ]
    return spans, entries
