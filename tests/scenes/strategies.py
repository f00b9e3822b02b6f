"""Random shops: rules, overrides and horizons for the property tests."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from scenes.rules import WEEKDAYS, Override, Rule

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
