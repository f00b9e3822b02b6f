"""(i) 30 days of plans for 200 zones by 60 rules each: ``python -m tests.bench.compile``.

Target: 2 s on one core, from schedules and the almanac to slots. The hard case: every rule of a
store holds in each of its zones, and each zone has rules of its own besides; all kinds of times,
weekdays and priorities; holidays, special hours, exceptions and quiet hours. Every round plans
other days than those before, so that nothing is remembered. The floor, in the same run, walks as
many tuples as there are wishes: it sorts them as the compiler must, and looks at each once.
``--profile`` adds where the time goes.
"""

import cProfile
import pstats
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hub.planning.almanac import PlaceAlmanac
from hub.shop import Place
from scenes.compiler import compile_slots, standing_wishes
from scenes.plan import Slot
from scenes.rules import (
    WEEKDAYS,
    DateException,
    DateSpan,
    OpenHours,
    QuietHour,
    Rule,
    SpecialDays,
    SpecialHours,
)
from scenes.schedule import Schedule
from scenes.wishes import Strength
from tests.bench.figures import say

ZONES = 200
RULES = 60
OWN_RULES = 5
DAYS = timedelta(days=30)
ROUNDS = 3
FIRST = datetime(2026, 11, 21, tzinfo=UTC)
SCENES = ("calm", "trading", "rush", "evening", "stocking", "cleaning")
PLACES = (
    ("Europe/Copenhagen", Place("DK", None, 55.7, 12.6)),
    ("Europe/Oslo", Place("NO", None, 69.6, 18.9)),
    ("Europe/London", Place("GB", "ENG", 51.5, -0.1)),
    ("Europe/Madrid", Place("ES", "MD", 40.4, -3.7)),
    ("America/New_York", Place("US", "NY", 40.7, -74.0)),
)
EVENTS = ("opening", "closing", "sunrise", "sunset")


@dataclass(frozen=True)
class Shop:
    """One store of the benchmark."""

    schedule: Schedule
    zones: tuple[str, ...]
    tz: ZoneInfo
    almanac: PlaceAlmanac


def a_time(dice: Random) -> str:
    """Any kind of time of day; half of them by the clock."""
    clock = f"{dice.randrange(24):02}:{dice.randrange(0, 60, 5):02}"
    if dice.random() < 0.5:
        return clock
    return dice.choice(EVENTS) + dice.choice(("", f"+0{clock[1:]}", f"-0{clock[1:]}"))


def a_span(dice: Random) -> tuple[str, str]:
    """From and until; half of them less than an hour, which cut a plan into many slots."""
    if dice.random() < 0.5:
        return a_time(dice), a_time(dice)
    before = dice.choice(("", "opening+", "closing-", "sunrise+", "sunset-"))
    hour, first, last = dice.randrange(10), dice.randrange(30), dice.randrange(30, 60)
    if before.endswith("-"):
        first, last = last, first
    return f"{before}0{hour}:{first:02}", f"{before}0{hour}:{last:02}"


def a_rule(dice: Random, name: str, zone: str) -> Rule:
    """A rule on most days."""
    from_, until = a_span(dice)
    return Rule(
        id=name,
        name=name.capitalize(),
        zones=(zone,),
        scene=dice.choice(SCENES),
        from_=from_,
        until=until,
        weekdays=tuple(day for day in WEEKDAYS if dice.random() < 0.8) or WEEKDAYS,
        priority=dice.randrange(-2, 3),
        author="Kim",
    )


def a_schedule(dice: Random, zones: Sequence[str]) -> Schedule:
    """A store's: what is for all of its zones, and what is for each alone."""
    holidays = SpecialDays(holidays=("all",))
    advent = SpecialDays(dates=(DateSpan(first="2026-12-01", last="2026-12-24"),))
    late = OpenHours("11:00", "01:00")
    everywhere = [a_rule(dice, f"rule-{number}", "all") for number in range(RULES)]
    own = [a_rule(dice, f"{zone}-{number}", zone) for zone in zones for number in range(OWN_RULES)]
    return Schedule(
        hours={**dict.fromkeys(WEEKDAYS, OpenHours("10:00", "20:00")), "sat": late},
        special_hours=(
            SpecialHours(id="holidays", days=holidays),
            SpecialHours(id="advent", days=advent, hours=OpenHours("09:00", "22:00")),
        ),
        rules=(*everywhere, *own),
        exceptions=tuple(
            DateException(
                id=f"day-{number}",
                zones=("all",),
                scene="calm",
                from_=a_time(dice),
                until=a_time(dice),
                days=dice.choice((holidays, advent)),
            )
            for number in range(5)
        ),
        quiet_hours=(
            QuietHour(
                id="tuesdays", zones=("all",), from_="opening", until="11:00", weekdays=("tue",)
            ),
        ),
    )


def shops(count: int) -> Iterator[Shop]:
    """So many stores that have `ZONES` zones together."""
    dice = Random(4)
    zones = tuple(f"zone-{number}" for number in range(ZONES // count))
    for number in range(count):
        name, place = PLACES[number % len(PLACES)]
        tz = ZoneInfo(name)
        yield Shop(a_schedule(dice, zones), zones, tz, PlaceAlmanac(place, tz))


def compile_all(stores: Sequence[Shop], start: datetime) -> list[tuple[Slot, ...]]:
    """Every zone's slots."""
    return [
        compile_slots(wishes, "trading", start, start + DAYS)
        for shop in stores
        for wishes in standing_wishes(
            shop.schedule, shop.zones, shop.tz, shop.almanac, start, start + DAYS
        ).values()
    ]


def strengths_of(stores: Sequence[Shop], start: datetime) -> list[list[Strength]]:
    """How strong every wish is, zone by zone, in no order."""
    dice = Random(4)
    strengths = [
        [wish.strength for wish in wishes]
        for shop in stores
        for wishes in standing_wishes(
            shop.schedule, shop.zones, shop.tz, shop.almanac, start, start + DAYS
        ).values()
    ]
    for each in strengths:
        dice.shuffle(each)
    return strengths


def sort_and_walk(strengths: Sequence[list[Strength]]) -> int:
    """The floor."""
    return sum(1 for each in strengths for strength in sorted(each) if strength[0] >= 0)


def measure(name: str, stores: Sequence[Shop]) -> None:
    """One line for each round."""
    for number in range(ROUNDS):
        start = FIRST + number * timedelta(days=120)
        begin = time.process_time()
        plans = compile_all(stores, start)
        took = time.process_time() - begin
        strengths = strengths_of(stores, start)
        begin = time.process_time()
        sort_and_walk(strengths)
        floor = time.process_time() - begin
        wishes, slots = sum(map(len, strengths)), sum(map(len, plans))
        say(f"    {name} {wishes:>9,} {slots:>9,} {floor:>8.2f} {took:>8.2f} {took / floor:>6.1f}")


def main(*, profile: bool = False) -> None:
    """Print the table; with a profile, the functions that took most of the time."""
    say("(i) 30 days, 200 zones, 60 rules in each and 5 of its own (target: 2 s on one core)")
    say(f"    {'':>20} {'wishes':>9} {'slots':>9} {'floor s':>8} {'ours s':>8} {'ratio':>6}")
    measure(" 1 store × 200 zones", list(shops(1)))
    measure("20 stores × 10 zones", list(shops(20)))
    if profile:
        stores = list(shops(20))
        with cProfile.Profile() as profiler:
            compile_all(stores, FIRST - timedelta(days=120))
        pstats.Stats(profiler, stream=sys.stdout).sort_stats("tottime").print_stats(18)


if __name__ == "__main__":
    main(profile="--profile" in sys.argv)
