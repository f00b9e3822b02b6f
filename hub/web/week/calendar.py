"""A store's week as a calendar: days side by side, zones as lanes, one scale of hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.library_names import scene_name
from hub.parts import HubParts
from hub.planning.almanac import PlaceAlmanac
from hub.schedules.week import Week, WeekDay, WeekZone
from hub.shop import Store, Zone
from hub.web.looks import scene_look
from hub.web.week.blocks import Block, DayGround, Names, blocks
from hub.web.week.rows import Hour, Place, Rows
from hub.web.words import clock_words, day_words, weekday_words
from scenes.audition import AUDITION
from scenes.holiday_words import holiday_words
from scenes.language import _
from scenes.occurrences import Occurrences
from scenes.schedule import Schedule
from scenes.wall_time import instant_of, local_day

_DAY = timedelta(days=1)
DAYS = 7
MOST_LANES = 24


@dataclass(frozen=True, slots=True)
class Lane:
    """A zone, and what it plays when nothing is planned."""

    zone: str
    name: str
    otherwise: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One local day. ``closed`` and ``missing`` are shaded; ``now`` is a line on today."""

    day: date
    weekday: str
    number: int
    words: str
    hours: str
    holidays: tuple[str, ...]
    special: str
    today: bool
    past: bool
    selected: bool
    closed: tuple[Place, ...]
    missing: tuple[Place, ...]
    now: Place | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Seven days; ``scroll`` is where the first store day of them begins, in minutes.

    ``twice`` are the rows in which an hour comes again: each row below them is earlier by the
    clock than it stands.
    """

    first: date
    selected: date
    lanes: tuple[Lane, ...]
    hours: tuple[Hour, ...]
    height: int
    twice: Place | None
    scroll: int
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the plan: the week of a day, all zones or one."""

    day: date
    zone: str
    may_plan: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """What is shown: the schedule with its template, and what is drawn over it from plans."""

    means: Schedule
    days: Sequence[WeekDay]
    zones: Sequence[WeekZone]


def calendar(hub: HubParts, store: Store, wanted: Wanted, planned: Planned) -> Calendar:
    """The week in which the wanted day lies, from Monday on."""
    now, tz = hub.now(), store.tz
    first = monday_of(wanted.day)
    rows = Rows([first + number * _DAY for number in range(DAYS)], tz)
    scenes = {each.id: scene_name(each.id, each.name) for each in hub.planner.shop.scenes.values()}
    scenes[AUDITION] = _("A scene on trial")
    lanes = _lanes(store, wanted.zone)
    names = Names({zone.id: zone.name for zone in store.zones}, scenes)
    columns = []
    for number, told in enumerate(planned.days):
        day = first + number * _DAY
        past = day < local_day(now, tz)
        midnight = instant_of(day + _DAY, "00:00", tz)
        # What was planned then, whatever the plan says by now.
        means = hub.outlook.meant_at(store.id, midnight) if past else planned.means
        ground = DayGround(
            day=day,
            tz=tz,
            rows=rows,
            lanes=[lane.id for lane in lanes],
            names=names,
            schedule=means,
            occurrences=_occurrences(store, means, day),
            editable=wanted.may_plan and not past,
        )
        drawn = blocks(ground, () if past else planned.zones)
        columns.append(_column(ground, told, drawn, now, wanted.day))
    return Calendar(
        first=first,
        selected=wanted.day,
        lanes=tuple(_lane(zone, scenes) for zone in lanes),
        hours=rows.hours,
        height=rows.height,
        twice=rows.twice,
        scroll=_scroll(columns),
        columns=tuple(columns),
    )


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - day.weekday() * _DAY


def by_hand(week: Week) -> Planned:
    """Days and slots of a week, for a schedule that is still to be named."""
    return Planned(Schedule(), week.days, week.zones)


def _lanes(store: Store, zone: str) -> list[Zone]:
    found = [each for each in store.zones if each.id == zone] or list(store.zones)
    return found[:MOST_LANES]


def _lane(zone: Zone, scenes: dict[str, str]) -> Lane:
    otherwise = scene_look(zone.fallback, scenes.get(zone.fallback, zone.fallback)).word
    return Lane(zone.id, zone.name, otherwise)


def _occurrences(store: Store, schedule: Schedule, day: date) -> Occurrences:
    start, end = (instant_of(each, "00:00", store.tz) for each in (day, day + _DAY))
    return Occurrences(schedule, PlaceAlmanac(store.place, store.tz), store.tz, start, end)


def _column(
    ground: DayGround, told: WeekDay, drawn: list[Block], now: datetime, selected: date
) -> Column:
    day, tz, rows = ground.day, ground.tz, ground.rows
    today = local_day(now, tz)
    open_hours = (told.opens, told.closes)
    line = rows.at(now, day)
    return Column(
        day=day,
        weekday=weekday_words(day, short=True),
        number=day.day,
        words=day_words(day, today),
        hours=_hours_words(ground, open_hours),
        holidays=tuple(map(holiday_words, told.holidays)),
        special=told.special,
        today=day == today,
        past=day < today,
        selected=day == selected,
        closed=tuple(_closed(ground, open_hours)),
        missing=tuple(rows.missing(day)),
        now=Place(line, line) if day == today else None,
        blocks=tuple(drawn),
    )


_Hours = tuple[datetime | None, datetime | None]


def _hours_words(ground: DayGround, hours: _Hours) -> str:
    opens, closes = hours
    if opens is None or closes is None:
        return ""
    return f"{clock_words(opens, ground.tz)}–{clock_words(closes, ground.tz)}"


def _closed(ground: DayGround, hours: _Hours) -> list[Place]:
    opens, closes = hours
    height = ground.rows.height
    if opens is None or closes is None:
        return [Place(0, height)]
    top, end = ground.rows.at(opens, ground.day), ground.rows.at(closes, ground.day)
    return [place for place in (Place(0, top), Place(end, height)) if place.top < place.end]


def _scroll(columns: Sequence[Column]) -> int:
    """An hour above the first thing of the week that is worth a look."""
    tops = [
        column.closed[0].end for column in columns if column.closed and column.closed[0].top == 0
    ]
    opening = min((top for top in tops if top < 24 * 60), default=8 * 60)
    return max(0, opening - 60)
