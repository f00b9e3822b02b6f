"""Instants and spans in words."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hub.moments import clock, moment
from hub.web import words
from hub.web.words import age, left, named_moment
from scenes.language import ENGLISH, speaking

OSLO = ZoneInfo("Europe/Oslo")
NOON = datetime(2026, 11, 21, 11, tzinfo=UTC)  # a Saturday, 12:00 in Oslo


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(hours=6), "18:00"),
        (timedelta(hours=-3), "09:00"),
        (timedelta(hours=12), "tomorrow 00:00"),
        (timedelta(hours=-13), "yesterday 23:00"),
        (timedelta(days=2), "Mon 12:00"),
        (timedelta(days=-3), "Wed 12:00"),
        (timedelta(days=33), "24 Dec 12:00"),
    ],
)
def test_a_moment_is_as_short_as_it_stays_clear(away: timedelta, words: str) -> None:
    assert moment(NOON + away, NOON, OSLO) == words


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(hours=8), "Until closing, 20:00"),
        (timedelta(hours=32), "Until closing tomorrow, 20:00"),
        (timedelta(days=2), "Until closing Mon, 12:00"),
    ],
)
def test_a_named_moment_says_which_one_it_is(away: timedelta, words: str) -> None:
    assert named_moment("Until closing", NOON + away, NOON, OSLO) == words


def test_a_clock_shows_the_store_s_own_time() -> None:
    assert clock(NOON, OSLO) == "12:00"
    assert clock(NOON, ZoneInfo("Asia/Kolkata")) == "16:30"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h 0 min"),
        (86_399, "23 h 59 min"),
        (86_400, "1 day"),
        (200_000, "2 days"),
    ],
)
def test_ages(seconds: float, words: str) -> None:
    assert age(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "0:00"), (0.2, "0:01"), (59, "0:59"), (1692, "28:12"), (3600, "1 h 00 min")],
)
def test_what_is_left_never_ends_early(seconds: float, words: str) -> None:
    assert left(seconds) == words


def said_in(language: str) -> list[str]:
    """The same things in one language; only what needs no catalogue."""
    day = date(2026, 9, 21)
    with speaking(language, ENGLISH):
        return [
            words.weekday_words(day),
            words.weekday_words(day, short=True),
            words.date_words(day),
            words.day_words(day, date(2026, 8, 1)),
            words.number_words(12345.678, 2),
            words.percent_words(62),
            words.list_words(["A", "B", "C"]),
            moment(NOON + timedelta(days=33), NOON, OSLO),
        ]


def test_days_numbers_and_lists_are_as_the_language_writes_them() -> None:
    space = "\u00a0"
    assert said_in("en") == [
        *("Monday", "Mon", "21 September 2026", "Monday 21 September"),
        *("12,345.68", "62%", "A, B and C", "24 Dec 12:00"),
    ]
    assert said_in("sv") == [
        *("måndag", "mån", "21 september 2026", "Måndag 21 september"),
        *(f"12{space}345,68", f"62{space}%", "A, B och C", "24 dec 12:00"),
    ]
    assert said_in("nb") == [
        *("mandag", "man", "21 september 2026", "Mandag 21 september"),
        *(f"12{space}345,68", f"62{space}%", "A, B og C", "24 des 12:00"),
    ]
    assert said_in("ru") == [
        *("понедельник", "пн", "21 сентября 2026", "Понедельник 21 сентября"),
        *(f"12{space}345,68", f"62{space}%", "A, B и C", "24 дек 12:00"),
    ]
