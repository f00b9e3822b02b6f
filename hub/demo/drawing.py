"""Dice for the demo's history: days, visits and receipts as `hub.demo.truth` describes them."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from math import exp
from zoneinfo import ZoneInfo

from hub.demo.schedule import CLOSE_HOUR, OPEN_HOUR, Hours, Schedule
from hub.demo.truth import (
    BASKET,
    BASKET_SD,
    DAY_SD,
    DAYS,
    DWELL_SHAPE,
    RECEIPTS_PER_HOUR,
    STORE,
    TRUTH,
    ZoneTruth,
)
from scenes.messages import AnyEvent, AsRun, Presence, Started
from scenes.rules import Layer
from scenes.wall_time import instant_of

# Share of a usual hour, by hour of the day; and of a usual day, by weekday.
_HOURS = dict(
    zip(
        range(OPEN_HOUR, CLOSE_HOUR),
        (0.5, 0.7, 0.9, 1.1, 1.1, 1.0, 1.0, 1.2, 1.4, 1.2, 0.7),
        strict=True,
    )
)
_WEEKDAYS = (0.85, 0.85, 0.9, 1.0, 1.15, 1.35, 0.9)

# The plan that the history played by: before all that a hub makes.
HISTORY_EPOCH, HISTORY_REVISION = 0, 1
HISTORY_SOURCE = "rule:history"

_SEGMENT = timedelta(minutes=15)
_FADE_S = 5.0
_UNCONFIRMED = 0.02
# Longer than the gap that the ledger still takes for a sensor's blinking.
_SENSOR_REST = timedelta(seconds=30)
_SHORTEST_S = 2.0


@dataclass(frozen=True, slots=True)
class Day:
    """One day's luck: how many come, how long they stay, how much they buy."""

    number: int
    day: date
    traffic: float
    patience: float


@dataclass(frozen=True, slots=True)
class Draw:
    """One history: a seed, the day after its last, and where its clocks stand."""

    seed: int
    today: date
    tz: ZoneInfo

    @property
    def schedule(self) -> Schedule:
        """What was played."""
        return Schedule(self.seed)

    def days(self) -> list[Day]:
        """Every day with its luck."""
        first = self.today - timedelta(days=DAYS)
        # Counted from a Monday, so that a day's dice and its weekday belong together: whichever
        # day the history is made on, it is one stretch of the same nine weeks.
        monday = first - timedelta(days=first.weekday())
        return [self._day(monday, (first - monday).days + number) for number in range(DAYS)]

    def _day(self, monday: date, number: int) -> Day:
        luck = random.Random(f"{self.seed}/day/{number}")
        return Day(number, monday + timedelta(days=number), _shock(luck), _shock(luck))

    def events(self, zone: str) -> Iterator[AnyEvent]:
        """Everything that a zone's agent saw and did, in the order of its numbers."""
        numbers = count(1)
        days = self.days()
        start = instant_of(days[0].day, f"{OPEN_HOUR - 2:02}:00", self.tz)
        yield Started(seq=next(numbers), at=start, version="history")
        for day in days:
            luck = random.Random(f"{self.seed}/{zone}/{day.number}")
            plan = self.schedule.day(zone, day.number, day.day.weekday())
            moments = heapq.merge(
                sorted(_played(zone, day, plan, self.tz, luck), key=_moment),
                sorted(_seen(zone, day, plan, self.tz, luck), key=_moment),
                key=_moment,
            )
            for _, make in moments:
                yield make(next(numbers))

    def receipt_lines(self) -> Iterator[tuple[str, str, str, str]]:
        """(store, receipt, time, amount) of every line that the till wrote."""
        for day in self.days():
            luck = random.Random(f"{self.seed}/sales/{day.number}")
            plan = self.schedule.day("sales-floor", day.number, day.day.weekday())
            yield from _receipts(day, plan, self.tz, luck)


def _shock(luck: random.Random) -> float:
    """Log-normal with mean 1."""
    return exp(luck.gauss(-(DAY_SD**2) / 2, DAY_SD))


_Making = tuple[datetime, Callable[[int], AnyEvent]]
"""When an agent notes an event, and the event once it has its number."""


def _moment(making: _Making) -> datetime:
    return making[0]


def _played(
    zone: str, day: Day, plan: list[Hours], tz: ZoneInfo, luck: random.Random
) -> Iterator[_Making]:
    for hours in plan:
        slot_start = instant_of(day.day, f"{hours.start:02}:00", tz)
        slot_end = instant_of(day.day, f"{hours.until:02}:00", tz)
        start = slot_start
        while start < slot_end:
            until = min(start + _SEGMENT, slot_end)
            yield until, _as_run(zone, hours.scene, slot_start, (start, until), luck)
            start = until


def _as_run(
    zone: str,
    scene: str,
    slot_start: datetime,
    span: tuple[datetime, datetime],
    luck: random.Random,
) -> Callable[[int], AnyEvent]:
    confirmed = luck.random() >= _UNCONFIRMED
    start, until = span
    return lambda seq: AsRun(
        seq=seq,
        at=start,
        zone=zone,
        until=until,
        scene=scene,
        scene_revision=1,
        layer=Layer.RULE,
        source=HISTORY_SOURCE,
        epoch=HISTORY_EPOCH,
        revision=HISTORY_REVISION,
        slot_start=slot_start,
        confirmed=confirmed,
        fading_s=_FADE_S if start == slot_start else 0.0,
    )


def _seen(
    zone: str, day: Day, plan: list[Hours], tz: ZoneInfo, luck: random.Random
) -> Iterator[_Making]:
    free_at: list[datetime] = []
    for enter, dwell_s in sorted(_visits(TRUTH[zone], day, plan, tz, luck)):
        leave = enter + timedelta(seconds=dwell_s)
        # Whoever comes while all sensors see somebody stands before one more.
        sensor = next(
            (number for number, free in enumerate(free_at) if free <= enter), len(free_at)
        )
        free_at[sensor : sensor + 1] = [leave + _SENSOR_REST]
        yield enter, _presence(zone, sensor, enter, present=True)
        yield leave, _presence(zone, sensor, leave, present=False)


def _presence(zone: str, sensor: int, at: datetime, *, present: bool) -> Callable[[int], AnyEvent]:
    return lambda seq: Presence(
        seq=seq,
        at=at,
        zone=zone,
        device=f"{zone}-sensor-{sensor + 1}",
        present=present,
        sensor_type="simulated",
    )


def _visits(
    truth: ZoneTruth, day: Day, plan: list[Hours], tz: ZoneInfo, luck: random.Random
) -> Iterator[tuple[datetime, float]]:
    for start, scene, share in _open_hours(day, plan, tz):
        effect = truth.effect(scene)
        rate = truth.visits_per_hour * share * effect.visits
        for enter in _arrivals(start, rate, luck):
            stay = luck.gammavariate(DWELL_SHAPE, 1 / DWELL_SHAPE)
            dwell_s = truth.dwell_s * day.patience * effect.dwell * stay
            yield enter, round(max(_SHORTEST_S, dwell_s), 3)


def _open_hours(day: Day, plan: list[Hours], tz: ZoneInfo) -> Iterator[tuple[datetime, str, float]]:
    """(start, scene, traffic against a usual hour) of each hour that the shop is open."""
    usual = day.traffic * _WEEKDAYS[day.day.weekday()]
    for hour, share in _HOURS.items():
        scene = next(hours.scene for hours in plan if hours.start <= hour < hours.until)
        yield instant_of(day.day, f"{hour:02}:00", tz), scene, usual * share


def _arrivals(start: datetime, per_hour: float, luck: random.Random) -> Iterator[datetime]:
    """A Poisson process over one hour."""
    passed_s = luck.expovariate(per_hour / 3600)
    while passed_s < 3600:
        yield start + timedelta(milliseconds=round(passed_s * 1000))
        passed_s += luck.expovariate(per_hour / 3600)


def _receipts(
    day: Day, plan: list[Hours], tz: ZoneInfo, luck: random.Random
) -> Iterator[tuple[str, str, str, str]]:
    numbers = count(1)
    for start, scene, share in _open_hours(day, plan, tz):
        effect = TRUTH["sales-floor"].effect(scene)
        for at in _arrivals(start, RECEIPTS_PER_HOUR * share * effect.conversion, luck):
            number = f"{day.day}-{next(numbers):04}"
            time = at.astimezone(tz).isoformat(timespec="seconds")
            amount = BASKET * effect.basket * exp(luck.gauss(-(BASKET_SD**2) / 2, BASKET_SD))
            cents = max(1, round(amount * 100))
            for part in _lines(cents, luck):
                yield STORE, number, time, f"{part // 100}.{part % 100:02}"


def _lines(cents: int, luck: random.Random) -> list[int]:
    """An amount as one to four lines that add up to it."""
    cuts = sorted(luck.randrange(cents + 1) for _ in range(luck.randrange(4)))
    return [upper - lower for lower, upper in zip([0, *cuts], [*cuts, cents], strict=True)]
