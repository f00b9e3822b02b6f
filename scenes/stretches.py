"""Stretches of time in the zones of a store, joined over days and zones as people say them.

"Monday to Friday 09:00 to 11:00", "everywhere": what a difference, a conflict and a gap share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scenes.day_words import (
    clock_words,
    day_name,
    day_words,
    end_words,
    from_to,
    listed,
    start_words,
)
from scenes.language import _
from scenes.names import Names
from scenes.wall_time import local_day, wall_of

_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
DRIFT = timedelta(minutes=5)
"""By so much may a time move from one day to the next (sunset) and still be said together."""


@dataclass(frozen=True, slots=True)
class Review:
    """The time that is looked at, [start, end) in UTC, of a store whose clocks show ``tz``."""

    start: datetime
    end: datetime
    tz: ZoneInfo
    names: Names

    @property
    def first_day(self) -> date:
        """The local day on which it begins."""
        return local_day(self.start, self.tz)

    @property
    def last_day(self) -> date:
        """The local day on which it ends."""
        return local_day(self.end - _TICK, self.tz)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Something in one zone from ``start`` (included) to ``end`` (excluded), UTC.

    Stretches with the same ``about`` may be joined. Those of a ``series`` come from the same rule:
    their times may drift from day to day, as those of the sun do.
    """

    zone: str
    start: datetime
    end: datetime
    about: Hashable
    series: Hashable = None


@dataclass(frozen=True, slots=True)
class Occasion:
    """Stretches about the same thing; ``when`` they are, in words, and in which ``zones``."""

    stretches: tuple[Stretch, ...]
    when: str
    zones: tuple[str, ...]

    @property
    def start(self) -> datetime:
        """When the first of them begins."""
        return min(stretch.start for stretch in self.stretches)


def joined(stretches: Iterable[Stretch], review: Review) -> list[Occasion]:
    """Every stretch in exactly one occasion, the earliest first."""
    apart: dict[tuple[str, Hashable], list[Stretch]] = defaultdict(list)
    for stretch in sorted(stretches, key=lambda each: each.start):
        apart[stretch.zone, stretch.about].append(stretch)
    alike: dict[tuple[Hashable, str], dict[str, list[Stretch]]] = {}
    for (zone, about), of_zone in apart.items():
        for days in _over_days(of_zone, review.tz):
            by_zone = alike.setdefault((about, _when(days, review)), {})
            by_zone.setdefault(zone, []).extend(days)
    occasions = [
        Occasion(
            tuple(stretch for days in by_zone.values() for stretch in days),
            when,
            tuple(by_zone),
        )
        for (_, when), by_zone in alike.items()
    ]
    order = {zone: place for place, zone in enumerate(review.names.zones)}
    return sorted(occasions, key=lambda each: (each.start, order.get(each.zones[0], len(order))))


def _over_days(stretches: Sequence[Stretch], tz: ZoneInfo) -> list[list[Stretch]]:
    """Stretches of one zone about one thing, those together that have the same times of day."""
    groups: list[list[Stretch]] = []
    exact: dict[Hashable, list[Stretch]] = {}
    for stretch in stretches:
        shape = _shape(stretch, tz)
        group = exact.get(shape)
        if group is None:
            group = next((each for each in groups if _drifts(each[-1], stretch, tz)), None)
        if group is None:
            group = []
            groups.append(group)
        exact[shape] = group
        group.append(stretch)
    return groups


def _nights(stretch: Stretch, tz: ZoneInfo) -> int:
    """How many midnights lie within a stretch."""
    return (end_words(stretch.end, tz)[0] - start_words(stretch.start, tz)[0]).days


def _shape(stretch: Stretch, tz: ZoneInfo) -> Hashable:
    """What stretches of different days have in common: the times of day, and over how many days."""
    begins, ends = start_words(stretch.start, tz)[1], end_words(stretch.end, tz)[1]
    if (begins, ends) == ("00:00", "24:00"):
        return begins, ends
    return begins, ends, _nights(stretch, tz)


def _drifts(earlier: Stretch, later: Stretch, tz: ZoneInfo) -> bool:
    """Whether two stretches are of one series, on following days, and nearly at the same time.

    And over as many days: one that drifts over midnight is said apart from there on.
    """
    if later.series is None or later.series != earlier.series:
        return False
    pairs = ((earlier.start, later.start), (earlier.end, later.end))
    if any(abs(wall_of(two, tz) - wall_of(one, tz) - _DAY) > DRIFT for one, two in pairs):
        return False
    if _nights(earlier, tz) != _nights(later, tz):
        return False
    # A word like "(first)" can't stand in a range of times.
    return all(" " not in clock_words(each, tz) for pair in pairs for each in pair)


def _when(days: Sequence[Stretch], review: Review) -> str:
    """When the stretches of one zone are that have the same times of day."""
    tz, first, last = review.tz, review.first_day, review.last_day
    starts, ends = _edges(days, tz, seconds=False)
    if any(start == end for start, end in zip(starts, ends, strict=True)):
        starts, ends = _edges(days, tz, seconds=True)
    begins, finishes = _range([words for _, words in starts]), _range([words for _, words in ends])
    if (begins, finishes) == ("00:00", "24:00"):
        whole = _whole_days(starts, ends)
        if whole[0] == first and whole[-1] == last and len(whole) == (last - first).days + 1 > 2:
            return _("all the time")
        return _("{days} all day").format(days=day_words(whole, first, last))
    nights = {(end - start).days for (start, _), (end, _) in zip(starts, ends, strict=True)}
    if nights == {0}:
        return f"{day_words(_days(starts), first, last)} {from_to(begins, finishes)}"
    if nights == {1} and len(days) > 1:
        return _("{days} {begin} to {end} the next day").format(
            days=day_words(_days(starts), first, last), begin=begins, end=finishes
        )
    return listed(
        [
            from_to(f"{day_name(start, first)} {begin}", f"{day_name(end, first)} {finish}")
            for (start, begin), (end, finish) in zip(starts, ends, strict=True)
        ]
    )


def _edges(
    days: Sequence[Stretch], tz: ZoneInfo, *, seconds: bool
) -> tuple[list[tuple[date, str]], list[tuple[date, str]]]:
    """When each stretch begins and ends. The sun keeps to seconds that nobody wants to read."""
    return (
        [start_words(stretch.start, tz, seconds=seconds) for stretch in days],
        [end_words(stretch.end, tz, seconds=seconds) for stretch in days],
    )


def _range(words: Sequence[str]) -> str:
    low, high = min(words), max(words)
    return low if low == high else f"{low}–{high}"


def _days(starts: Sequence[tuple[date, str]]) -> list[date]:
    return sorted({day for day, _ in starts})


def _whole_days(starts: Sequence[tuple[date, str]], ends: Sequence[tuple[date, str]]) -> list[date]:
    return sorted(
        start + _DAY * number
        for (start, _), (end, _) in zip(starts, ends, strict=True)
        for number in range((end - start).days + 1)
    )
