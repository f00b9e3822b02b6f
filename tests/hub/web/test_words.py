"""Instants and spans in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hub.moments import clock, moment
from hub.web.words import age, left, named_moment

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
