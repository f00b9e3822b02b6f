"""A shop's week, told twice: as rules for the real planner, and minute by minute as a model."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hub.planning.base import compile_store, horizon_around
from hub.shop import Store, Zone
from scenes.plan import Plan
from scenes.rules import WEEKDAYS, Rule
from scenes.scene import LightCue, Scene, ScentCue
from scenes.schedule import Schedule

TIME_ZONE = "Europe/Copenhagen"
TZ = ZoneInfo(TIME_ZONE)
HORIZON = timedelta(days=30)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

LEVELS = {"night": 20.0, "calm": 31.7, "trading": 43.3, "rush": 52.9, "cleaning": 64.1}
"""One for each scene, so that a light tells which is played."""

_WEEK = (
    ("mon tue wed thu fri", "09:00", "11:00", "calm"),
    ("mon tue wed thu fri sat", "11:00", "17:00", "trading"),
    ("fri sat", "17:00", "20:00", "rush"),
    ("sat", "22:15", "01:45", "calm"),  # over midnight
    ("sun", "02:30", "03:30", "cleaning"),  # where the clocks change
)


def the_plan(now: datetime, revision: int = 1) -> Plan:
    """What the hub would send at ``now``."""
    rules = tuple(
        Rule(
            id=f"rule-{number}",
            zones=("hall",),
            scene=scene,
            from_=begin,
            until=end,
            weekdays=tuple(day for day in WEEKDAYS if day in days.split()),
        )
        for number, (days, begin, end, scene) in enumerate(_WEEK)
    )
    zone = Zone("hall", "Hall", "night")
    store = Store(
        "nordic", "Nordic", TIME_ZONE, "DKK", zones=(zone,), schedule=Schedule(rules=rules)
    )
    base = compile_store(store, *horizon_around(now, store, HORIZON)).zones["hall"]
    return Plan(
        store="nordic",
        zone="hall",
        epoch=1,
        revision=revision,
        compiled_at=now,
        slots=base.slots,
        until=base.end,
        scenes={name: _scene(name, level) for name, level in LEVELS.items()},
        time_zone=TIME_ZONE,
    )


def scene_due(instant: datetime) -> str:
    """The model: what a customer should see, by the clock on the wall."""
    local = instant.astimezone(TZ)
    if not local.fold:
        return _by_wall(local.replace(tzinfo=None))
    # The hour comes a second time: what ended or began in it has done so already.
    while local.fold:
        instant -= MINUTE
        local = instant.astimezone(TZ)
    return _by_wall(local.replace(tzinfo=None))


def switches(start: datetime, end: datetime) -> Iterator[tuple[datetime, str]]:
    """When which scene begins in (start, end), by looking at every quarter of an hour."""
    playing = scene_due(start)
    quarter = timedelta(minutes=15)
    instant = start + (quarter - (start - datetime(2000, 1, 1, tzinfo=UTC)) % quarter)
    while instant < end:
        due = scene_due(instant)
        if due != playing:
            playing = due
            yield instant, due
        instant += quarter


def _by_wall(wall: datetime) -> str:
    today, yesterday = _spans(wall.date()), _spans(wall.date() - DAY)
    minute = wall.hour * 60 + wall.minute
    for begin, end, scene in today:
        if begin <= minute < (end if end > begin else 24 * 60):
            return scene
    for begin, end, scene in yesterday:
        if end <= begin and minute < end:
            return scene
    return "night"


@cache
def _spans_of(weekday: str) -> tuple[tuple[int, int, str], ...]:
    return tuple(
        (_minutes(begin), _minutes(end), scene)
        for days, begin, end, scene in _WEEK
        if weekday in days.split()
    )


def _spans(day: date) -> tuple[tuple[int, int, str], ...]:
    return _spans_of(WEEKDAYS[day.weekday()])


def _minutes(wall_time: str) -> int:
    hours, minutes = wall_time.split(":")
    return int(hours) * 60 + int(minutes)


def _scene(name: str, level: float) -> Scene:
    scent = ScentCue(fragrance="linen", intensity=20) if name == "rush" else None
    return Scene(id=name, name=name, light={"all": LightCue(level=level, fade_s=0)}, scent=scent)
