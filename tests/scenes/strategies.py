"""Random shops: schedules, choices and horizons for the property tests."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import strategies as st

from scenes.rules import (
    EVERYWHERE,
    WEEKDAYS,
    DateException,
    DateSpan,
    Layer,
    OpenHours,
    Override,
    QuietHour,
    Rule,
    Run,
    SpecialDays,
    SpecialHours,
)
from scenes.schedule import Schedule

ZONE = "entrance"
SCENES = ("calm", "trading", "rush", "evening")
FALLBACK = "closed"

wall_times = st.builds(
    lambda hour, minute: f"{hour:02}:{minute:02}",
    st.integers(0, 23),
    st.sampled_from((0, 1, 15, 30, 45, 59)),
)
days = st.dates(date(2016, 1, 1), date(2036, 12, 31))


@st.composite
def rules(draw: st.DrawFn) -> tuple[Rule, ...]:
    """Up to six rules, most of them for the zone under test."""
    count = draw(st.integers(0, 6))
    return tuple(
        Rule(
            id=f"rule-{number}",
            zones=draw(st.sampled_from(((ZONE,), (ZONE, "window"), ("window",)))),
            scene=draw(st.sampled_from(SCENES)),
            from_=draw(wall_times),
            until=draw(st.one_of(wall_times, st.just("24:00"))),
            weekdays=tuple(
                sorted(
                    draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1)),
                    key=WEEKDAYS.index,
                )
            ),
            priority=draw(st.integers(-1, 1)),
            valid_from=draw(st.one_of(st.none(), days.map(date.isoformat))),
        )
        for number in range(count)
    )


def overrides(start: datetime) -> st.SearchStrategy[tuple[Override, ...]]:
    """Up to three overrides within ten days of ``start``."""
    minutes = st.integers(-600, 14400)
    return st.lists(st.tuples(minutes, st.integers(1, 600)), max_size=3).map(
        lambda spans: tuple(
            Override(
                id=f"o{number}",
                zone=ZONE,
                scene=SCENES[number],
                start=start + timedelta(minutes=begin),
                end=start + timedelta(minutes=begin + length),
                author="Anna",
            )
            for number, (begin, length) in enumerate(spans)
        )
    )


instants = st.datetimes(
    datetime(2016, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    datetime(2036, 12, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
).map(lambda instant: instant.replace(microsecond=0))


class Sky:
    """An almanac to plan by: the sun and the holidays of a place that no map knows.

    The sun moves a little each day, keeps hours of its own (``late_h`` after the clocks' day), and
    stays away for some days out of eleven: for more than eight in the north, where the hours are
    uneven. Every fifth day is a Feast, every seventh a Fair.
    """

    def __init__(self, late_h: int) -> None:
        self._late = timedelta(hours=late_h)
        self._dark_days = 9 if late_h % 2 else 3

    def sunrise(self, day: date) -> datetime | None:
        return self._sun(day, 330 + day.toordinal() * 7 % 90)

    def sunset(self, day: date) -> datetime | None:
        return self._sun(day, 1140 - day.toordinal() * 5 % 90)

    def holidays(self, day: date) -> tuple[str, ...]:
        number = day.toordinal()
        return tuple(name for name, each in (("Feast", 5), ("Fair", 7)) if number % each == 0)

    def _sun(self, day: date, minute: int) -> datetime | None:
        if day.toordinal() % 11 < self._dark_days:
            return None
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + (
            self._late + timedelta(minutes=minute)
        )


GROUP = "front"
OTHER = "window"


class WeekMaker:
    """Random schedules of one store, about the days around ``start``; the dice decide."""

    def __init__(self, dice: Random, start: datetime, *amid: str) -> None:
        self._dice = dice
        self._start = start.date()
        self._amid = amid

    def schedule(self) -> Schedule:
        """Up to eight rules, exceptions and quiet hours; opening hours on most days or few."""
        dice = self._dice
        open_share = dice.choice((0.8, 0.15))
        return Schedule(
            hours={day: self._hours() for day in WEEKDAYS if dice.random() < open_share},
            special_hours=tuple(
                SpecialHours(
                    id=f"special-{number}",
                    days=self._days(),
                    hours=self._hours() if dice.random() < 0.6 else None,
                )
                for number in range(dice.randrange(3))
            ),
            zone_groups={GROUP: (ZONE, OTHER)},
            rules=tuple(
                Rule(
                    **self._standing(number),  # type: ignore[arg-type]
                    **self._season(),  # type: ignore[arg-type]
                )
                for number in range(dice.randrange(6))
            ),
            exceptions=tuple(
                DateException(**self._standing(number), days=self._days())  # type: ignore[arg-type]
                for number in range(dice.randrange(3))
            ),
            quiet_hours=tuple(
                QuietHour(
                    **self._standing(number),  # type: ignore[arg-type]
                    **self._season(),  # type: ignore[arg-type]
                    days=self._days() if dice.random() < 0.5 else None,
                )
                for number in range(dice.randrange(2))
            ),
        )

    def overrides(self) -> tuple[Override, ...]:
        """Choices of people, in all three layers."""
        layers = (Layer.OVERRIDE, Layer.OVERRIDE, Layer.QUIET_HOUR, Layer.EMERGENCY)
        spans = (self._span(self._start) for _ in range(self._dice.randrange(4)))
        return tuple(
            Override(
                id=f"o{number}",
                zone=self._dice.choice((ZONE, ZONE, OTHER)),
                scene=self._dice.choice(SCENES),
                start=start,
                end=end,
                layer=self._dice.choice(layers),
            )
            for number, (start, end) in enumerate(spans)
        )

    def runs(self) -> tuple[Run, ...]:
        """Reactions and triggers at work."""
        spans = (self._span(self._start) for _ in range(self._dice.randrange(3)))
        return tuple(
            Run(
                id=f"r{number}",
                zone=self._dice.choice((ZONE, ZONE, OTHER)),
                scene=self._dice.choice(SCENES),
                start=start,
                end=end,
                source=self._dice.choice(("reaction:crowd", "trigger:mirror")),
                reason="It is crowded",
                priority=self._dice.randrange(2),
            )
            for number, (start, end) in enumerate(spans)
        )

    def _span(self, day: date) -> tuple[datetime, datetime]:
        begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
        begin += timedelta(minutes=self._dice.randrange(-600, 4000))
        return begin, begin + timedelta(minutes=self._dice.randrange(1, 600))

    def _standing(self, number: int) -> dict[str, object]:
        dice = self._dice
        zones = dice.choice(((ZONE,), (GROUP,), (EVERYWHERE,), (OTHER,), (OTHER, GROUP)))
        return {
            "id": f"n{number}",
            "zones": zones,
            "scene": dice.choice(SCENES),
            "from_": self._time(),
            "until": self._time(),
            "priority": dice.randrange(-1, 2),
        }

    def _season(self) -> dict[str, object]:
        dice = self._dice
        return {
            "weekdays": tuple(day for day in WEEKDAYS if dice.random() < 0.7) or ("sat",),
            "valid_from": self._date() if dice.random() < 0.2 else None,
            "valid_to": self._date() if dice.random() < 0.2 else None,
        }

    def _days(self) -> SpecialDays:
        dice = self._dice
        holidays = dice.choice(((), ("Feast",), ("Fair", "Feast"), ("all",), ("all", "Fair")))
        if holidays and dice.random() < 0.5:
            return SpecialDays(holidays=holidays)
        first, last = sorted((self._date(), self._date()))
        return SpecialDays(dates=(DateSpan(first=first, last=last),), holidays=holidays)

    def _date(self) -> str:
        return (self._start + timedelta(days=self._dice.randrange(-4, 5))).isoformat()

    def _hours(self) -> OpenHours:
        return OpenHours(self._clock(), self._clock())

    def _time(self) -> str:
        dice = self._dice
        if dice.random() < 0.5:
            return self._clock()
        event = dice.choice(("opening", "closing", "sunrise", "sunset"))
        # Mostly near, now and then as far off as can be said.
        hour = dice.choice((0, 0, 1, dice.randrange(24)))
        offset = f"{hour:02}:{dice.choice((0, 1, 30, 59)):02}"
        return event + dice.choice(("", f"+{offset}", f"-{offset}"))

    def _clock(self) -> str:
        dice = self._dice
        if self._amid and dice.random() < 0.4:
            return dice.choice(self._amid)
        if dice.random() < 0.1:
            return "24:00"
        return f"{dice.randrange(24):02}:{dice.choice((0, 1, 15, 30, 45, 59)):02}"
