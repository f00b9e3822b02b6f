"""Who wins now? Asked of every minute, from the words of the documentation alone.

Written apart from `scenes.occurrences` and `scenes.compiler`, and slow: it shares no code with
them. It reads a table of what the clock on the wall showed in every minute, so a missing or
repeated wall time needs no thought: a time takes effect when the clock first shows it or more.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from scenes.almanac import Almanac
from scenes.rules import (
    DateException,
    OpenHours,
    Override,
    QuietHour,
    Rule,
    Run,
    SpecialDays,
)
from scenes.schedule import Schedule

LAYERS = (
    *("emergency", "quiet-hour", "override", "experiment"),
    *("reaction", "exception", "rule", "fallback"),
)
MARGIN_DAYS = 56
STEP = timedelta(hours=6)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FIVE_WEEKS, SIXTEEN_HOURS = timedelta(weeks=5), timedelta(hours=16)


@dataclass(frozen=True)
class Claim:
    """One that wants a scene from ``begin`` to before ``end``."""

    begin: datetime
    end: datetime
    layer: str
    priority: int
    source: str
    scene: str

    def beats(self, other: "Claim") -> bool:
        if self.layer != other.layer:
            return LAYERS.index(self.layer) < LAYERS.index(other.layer)
        if self.priority != other.priority:
            return self.priority > other.priority
        if self.begin != other.begin:
            return self.begin > other.begin
        return self.source < other.source


class WallClock:
    """What the clock on a shop's wall showed in each minute around [start, end)."""

    def __init__(self, tz: ZoneInfo, start: datetime, end: datetime) -> None:
        self.first = start.replace(second=0, microsecond=0) - MARGIN_DAYS * DAY
        self.most_so_far: list[int] = []
        begin, now = self.first, self._shown(self.first, tz)
        most = now
        while begin < end + MARGIN_DAYS * DAY:
            later = self._shown(begin + STEP, tz)
            # Nothing changes within hours that end as they began, so their minutes count up.
            if later - now == STEP // MINUTE and now >= most:
                self.most_so_far.extend(range(now, later))
                most = later - 1
            else:
                for minute in range(STEP // MINUTE):
                    most = max(most, self._shown(begin + minute * MINUTE, tz))
                    self.most_so_far.append(most)
            begin, now = begin + STEP, later

    def _shown(self, instant: datetime, tz: ZoneInfo) -> int:
        """Minutes on the wall, counted as if they had always been."""
        wall = instant.astimezone(tz).replace(tzinfo=UTC)
        return (wall - self.first) // MINUTE

    def first_shows(self, day: date, hours: int, minutes: int) -> datetime:
        """When it first showed this time of this day, or more."""
        wall = datetime(day.year, day.month, day.day, tzinfo=UTC)
        wall += timedelta(hours=hours, minutes=minutes)
        minute = bisect_left(self.most_so_far, (wall - self.first) // MINUTE)
        assert 0 < minute < len(self.most_so_far), "the table is too short"
        return self.first + minute * MINUTE


class MinuteModel:
    """A store's claims of [start, end), minute by minute."""

    def __init__(
        self, schedule: Schedule, tz: ZoneInfo, almanac: Almanac, start: datetime, end: datetime
    ) -> None:
        self.schedule, self.almanac = schedule, almanac
        self.start, self.end = start, end
        self.clock = WallClock(tz, start, end)
        self.days = [start.date() + number * DAY for number in range(-45, (end - start).days + 5)]

    def winners(
        self,
        zone: str,
        fallback: str,
        overrides: Sequence[Override] = (),
        runs: Sequence[Run] = (),
    ) -> Iterator[tuple[str, str, str]]:
        """(scene, source, layer) of who wins, minute by minute."""
        claims = [*self.planned(zone), *self.chosen(zone, overrides, runs)]
        claims = [each for each in claims if each.begin < self.end and each.end > self.start]
        always = Claim(self.start, self.end, "fallback", 0, "fallback", fallback)
        now = self.start
        while now < self.end:
            best = always
            for claim in claims:
                if claim.begin <= now < claim.end and claim.beats(best):
                    best = claim
            yield best.scene, best.source, best.layer
            now += MINUTE

    def chosen(
        self, zone: str, overrides: Sequence[Override], runs: Sequence[Run]
    ) -> Iterator[Claim]:
        for choice in overrides:
            if choice.zone == zone:
                source = f"override:{choice.id}"
                yield Claim(choice.start, choice.end, choice.layer, 0, source, choice.scene)
        for run in runs:
            if run.zone == zone:
                yield Claim(run.start, run.end, "reaction", run.priority, run.source, run.scene)

    def planned(self, zone: str) -> Iterator[Claim]:
        for rule in self.schedule.rules:
            yield from self.claims_of(rule, "rule", zone)
        for exception in self.schedule.exceptions:
            yield from self.claims_of(exception, "exception", zone)
        for quiet in self.schedule.quiet_hours:
            yield from self.claims_of(quiet, "quiet-hour", zone)

    def claims_of(
        self, each: Rule | DateException | QuietHour, layer: str, zone: str
    ) -> Iterator[Claim]:
        groups = self.schedule.zone_groups
        if not any(zone in (name, *groups.get(name, ())) or name == "all" for name in each.zones):
            return
        for day in self.days:
            begin = self.moment(each.from_, day) if self.is_day_of(each, day) else None
            end = begin and self.end_of(each.from_, each.until, day, begin)
            if begin and end and begin < end:
                yield Claim(begin, end, layer, each.priority, f"{layer}:{each.id}", each.scene)

    def is_day_of(self, each: Rule | DateException | QuietHour, day: date) -> bool:
        if isinstance(each, DateException):
            return self.is_special(each.days, day) is not None
        if each.valid_from and day < date.fromisoformat(each.valid_from):
            return False
        if each.valid_to and day > date.fromisoformat(each.valid_to):
            return False
        if isinstance(each, QuietHour) and each.days is not None:
            return self.is_special(each.days, day) is not None
        return day.strftime("%a").lower() in each.weekdays

    def is_special(self, days: SpecialDays, day: date) -> str | None:
        """By its "date", by a "name" or by "any" holiday; None for a day like others."""
        for span in days.dates:
            if date.fromisoformat(span.first) <= day <= date.fromisoformat(span.last):
                return "date"
        holidays = set(self.almanac.holidays(day))
        if holidays & set(days.holidays):
            return "name"
        return "any" if holidays and "all" in days.holidays else None

    def hours(self, day: date) -> OpenHours | None:
        for kind in ("date", "name", "any"):
            for special in self.schedule.special_hours:
                if self.is_special(special.days, day) == kind:
                    return special.hours
        weekly = {str(weekday): hours for weekday, hours in self.schedule.hours.items()}
        return weekly.get(day.strftime("%a").lower())

    def open_from_until(self, day: date) -> tuple[datetime, datetime] | None:
        hours = self.hours(day)
        if hours is None:
            return None
        begin = self.moment(hours.from_, day)
        end = self.moment(hours.until, day + DAY if hours.until <= hours.from_ else day)
        return (begin, end) if begin and end and begin < end else None

    def moment(self, time: str, day: date) -> datetime | None:
        """When a time of day comes on a day, if it does."""
        event, sign, hours, minutes = parsed(time)
        if not event:
            return self.clock.first_shows(day, hours, minutes)
        if event in ("opening", "closing"):
            both = self.open_from_until(day)
            moment = both and both[event == "closing"]
        else:
            moment = getattr(self.almanac, event)(day)
        return moment and moment + sign * timedelta(hours=hours, minutes=minutes)

    def end_of(self, from_: str, until: str, day: date, begin: datetime) -> datetime | None:
        from_event, until_event = parsed(from_)[0], parsed(until)[0]
        if until_event in ("closing", "sunset"):
            return self.moment(until, day)
        if not from_event and not until_event:
            return self.moment(until, day + DAY if until <= from_ else day)
        around = (self.moment(until, day + number * DAY) for number in range(-7, 43))
        end = next((end for end in around if end and begin < end), None)
        if end is None or until_event:
            return end if end and end - begin <= FIVE_WEEKS else None
        return end if self.is_ahead(from_event, day, begin, end) else None

    def is_ahead(self, event: str, day: date, begin: datetime, end: datetime) -> bool:
        """Whether a wall time that is next after an event is meant, or has been that day."""
        if event in ("closing", "sunset"):
            next_noon = self.clock.first_shows(day + DAY, 12, 0)
            return end - begin <= SIXTEEN_HOURS or end <= next_noon
        finish = self.moment("closing" if event == "opening" else "sunset", day)
        midnight = self.clock.first_shows(day, 24, 0)
        return end <= midnight or (finish is not None and end <= finish)


@cache
def parsed(time: str) -> tuple[str, int, int, int]:
    """Event (or nothing), sign, hours and minutes."""
    found = re.fullmatch(r"([a-z]*)([+-]?)(?:(\d\d):(\d\d))?", time)
    assert found
    return found[1], -1 if found[2] == "-" else 1, int(found[3] or 0), int(found[4] or 0)
