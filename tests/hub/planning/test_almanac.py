"""The sun of a place belongs to the day of its noon, also where it is up past midnight."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import astral
import astral.sun
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.planning.almanac import PlaceAlmanac
from hub.shop import Place
from scenes.compiler import standing_wishes
from scenes.rules import Rule
from scenes.schedule import Schedule
from scenes.wall_time import instant_of

DAY = timedelta(days=1)
# Astral says noon to the second, and by the equation of time of the date's midnight.
ABOUT = timedelta(minutes=1)
REYKJAVIK = ("Atlantic/Reykjavik", 64.15, -21.94)
TROMSO = ("Europe/Oslo", 69.65, 18.96)
PLACES = (
    REYKJAVIK,
    TROMSO,
    ("Europe/Copenhagen", 55.7, 12.6),
    ("Europe/Madrid", 42.9, -9.3),
    ("America/Anchorage", 61.2, -149.9),
    ("America/Nome", 64.5, -165.4),
    ("Asia/Urumqi", 43.8, 87.6),
    ("Pacific/Auckland", -44.0, -176.5),
    ("Pacific/Kiritimati", 1.9, -157.4),
    ("Pacific/Pago_Pago", -14.3, -170.7),
    ("Pacific/Fiji", -16.8, 179.99),
    ("Asia/Anadyr", 66.0, -169.7),
    ("Antarctica/Troll", -72.0, 2.5),
)
places = st.sampled_from(PLACES)
first_days = st.dates(date(2016, 1, 1), date(2036, 12, 1))


def almanac_of(place: tuple[str, float, float]) -> tuple[PlaceAlmanac, ZoneInfo]:
    name, latitude, longitude = place
    tz = ZoneInfo(name)
    return PlaceAlmanac(Place(None, None, latitude, longitude), tz), tz


def noon_of(place: tuple[str, float, float], day: date) -> datetime:
    """When the sun stands highest, next to the noon of the clocks."""
    name, latitude, longitude = place
    observer = astral.Observer(latitude=latitude, longitude=longitude)
    by_clock = instant_of(day, "12:00", ZoneInfo(name))
    noons = [astral.sun.noon(observer, day + number * DAY) for number in range(-2, 3)]
    return min(noons, key=lambda noon: abs(noon - by_clock))


@given(places, first_days)
def test_the_sun_rises_before_noon_and_sets_after_it_and_later_every_day(
    place: tuple[str, float, float], first: date
) -> None:
    almanac, _ = almanac_of(place)
    days = [first + number * DAY for number in range(45)]
    for day in days:
        noon, sunrise, sunset = noon_of(place, day), almanac.sunrise(day), almanac.sunset(day)
        assert sunrise is None or noon - DAY < sunrise < noon + ABOUT
        assert sunset is None or noon - ABOUT < sunset < noon + DAY
    for event in (almanac.sunrise, almanac.sunset):
        found = [instant for day in days if (instant := event(day)) is not None]
        assert all(one + DAY / 2 < other for one, other in pairwise(found))


@given(places.filter(lambda place: abs(place[1]) < 65), first_days)
def test_between_the_polar_circles_every_day_has_a_sunrise_and_a_sunset(
    place: tuple[str, float, float], first: date
) -> None:
    almanac, _ = almanac_of(place)
    assert all(almanac.sunset(first + number * DAY) for number in range(45))
    assert all(almanac.sunrise(first + number * DAY) for number in range(45))


def evenings(place: tuple[str, float, float], first: date, days: int) -> list[str]:
    """When a rule ``17:00 until sunset`` and one of Fridays ``sunset until 03:00`` hold."""
    almanac, tz = almanac_of(place)
    rules = (
        Rule(id="day", zones=("all",), scene="day", from_="17:00", until="sunset"),
        Rule(
            id="eve",
            zones=("all",),
            scene="eve",
            from_="sunset",
            until="03:00",
            weekdays=("fri",),
        ),
    )
    start = instant_of(first, "12:00", tz)
    end = start + days * DAY
    wishes = standing_wishes(Schedule(rules=rules), ["a"], tz, almanac, start, end)["a"]
    return [
        f"{wish.scene} {wish.start.astimezone(tz):%a %H:%M} to {wish.end.astimezone(tz):%a %H:%M}"
        for wish in sorted(wishes, key=lambda wish: wish.start)
        if wish.start >= start
    ]


def test_an_evening_whose_sun_sets_after_midnight_is_that_evening() -> None:
    assert evenings(REYKJAVIK, date(2026, 6, 15), 6) == [
        "day Mon 17:00 to Mon 23:59",
        "day Tue 17:00 to Wed 00:00",
        "day Wed 17:00 to Thu 00:01",
        "day Thu 17:00 to Fri 00:01",
        "day Fri 17:00 to Sat 00:02",
        "eve Sat 00:02 to Sat 03:00",
        "day Sat 17:00 to Sun 00:02",
    ]


def test_evenings_go_on_until_the_midnight_sun() -> None:
    assert evenings(TROMSO, date(2026, 5, 14), 8) == [
        "day Thu 17:00 to Thu 23:35",
        "day Fri 17:00 to Fri 23:46",
        "eve Fri 23:46 to Sat 03:00",
        "day Sat 17:00 to Sat 23:59",
        "day Sun 17:00 to Mon 00:20",
    ]


def test_a_sunrise_before_midnight_is_of_the_day_that_it_begins() -> None:
    """Where the clocks are behind the sun."""
    behind = ("Etc/GMT+3", 64.5, 18.9)
    almanac, tz = almanac_of(behind)
    sunrise = almanac.sunrise(date(2026, 6, 21))
    assert sunrise is not None
    assert sunrise.astimezone(tz).date() == date(2026, 6, 20)


@pytest.mark.parametrize("day", [date(2026, 6, 21), date(2026, 12, 21)])
def test_midnight_sun_and_polar_night_have_neither(day: date) -> None:
    almanac, _ = almanac_of(TROMSO)
    assert almanac.sunrise(day) is None
    assert almanac.sunset(day) is None


def test_a_place_that_nobody_told_has_no_sun() -> None:
    nowhere = PlaceAlmanac(Place(), ZoneInfo("Europe/Copenhagen"))
    assert nowhere.sunrise(date(2026, 6, 21)) is None
    assert nowhere.sunset(date(2026, 6, 21)) is None


def test_an_instant_is_a_whole_second_in_utc() -> None:
    almanac, _ = almanac_of(PLACES[2])
    assert almanac.sunset(date(2026, 12, 21)) == datetime(2026, 12, 21, 14, 37, 41, tzinfo=UTC)
