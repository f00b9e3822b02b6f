"""When a store opens and closes: its hours of the week, and its special hours over them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scenes.almanac import Almanac
from scenes.rules import WEEKDAYS, OpenHours, SpecialHours
from scenes.schedule import Schedule
from scenes.special_days import why_special
from scenes.wall_time import instant_of, local_day, since_midnight

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """A store is open from ``start`` (included) to ``end`` (excluded), UTC.

    ``special`` are the special hours that say so, where it is not the hours of the week.
    """

    start: datetime
    end: datetime
    special: SpecialHours | None = None


def hours_on(
    schedule: Schedule, almanac: Almanac, day: date
) -> tuple[OpenHours | None, SpecialHours | None]:
    """The hours of a local day (None: closed), and the special hours that they come from, if so.

    Of several special hours for one day, those that name its date hold; then those that name its
    holiday, then those for every holiday; of equals the first.
    """
    found = [
        (why.rank, special)
        for special in schedule.special_hours
        if (why := why_special(special.days, day, almanac)) is not None
    ]
    if not found:
        return schedule.hours.get(WEEKDAYS[day.weekday()]), None
    _, special = min(found, key=lambda each: each[0])
    return special.hours, special


def opening_of(schedule: Schedule, almanac: Almanac, tz: ZoneInfo, day: date) -> Opening | None:
    """When the store opens on a local day, and when it closes then (maybe the day after).

    None on a day without hours, and where a clock change leaves no time between the two.
    """
    hours, special = hours_on(schedule, almanac, day)
    if hours is None:
        return None
    past_midnight = since_midnight(hours.until) <= since_midnight(hours.from_)
    start = instant_of(day, hours.from_, tz)
    end = instant_of(day + _DAY if past_midnight else day, hours.until, tz)
    return Opening(start, end, special) if start < end else None


def closing_after(
    instant: datetime, schedule: Schedule, almanac: Almanac, tz: ZoneInfo
) -> datetime | None:
    """The first closing time after ``instant``, looking eight days ahead; None if never open."""
    today = local_day(instant, tz)
    days = (today + timedelta(days=number) for number in range(-1, 9))
    openings = (opening_of(schedule, almanac, tz, day) for day in days)
    closings = (opening.end for opening in openings if opening is not None)
    return min((closing for closing in closings if closing > instant), default=None)
