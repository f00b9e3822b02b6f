"""Days and weekdays as people say them."""

import pytest

from scenes.day_words import span_words, weekday_words
from scenes.rules import WEEKDAYS, DateSpan, Weekday


@pytest.mark.parametrize(
    ("first", "last", "words", "without_year"),
    [
        ("2026-12-24", "2026-12-24", "24 December 2026", "24 December"),
        ("2026-12-24", "2026-12-26", "24 to 26 December 2026", "24 to 26 December"),
        (
            "2026-12-30",
            "2027-01-02",
            "30 December 2026 to 2 January 2027",
            "30 December to 2 January",
        ),
        ("2026-11-30", "2026-12-02", "30 November to 2 December 2026", "30 November to 2 December"),
    ],
)
def test_dates_in_words(first: str, last: str, words: str, without_year: str) -> None:
    span = DateSpan(first=first, last=last)
    assert (span_words(span), span_words(span, year=False)) == (words, without_year)


@pytest.mark.parametrize(
    ("weekdays", "words", "short"),
    [
        (WEEKDAYS, "every day", "every day"),
        (("mon", "tue", "wed"), "Monday to Wednesday", "Mon to Wed"),
        (("sun", "sat"), "Saturday and Sunday", "Sat and Sun"),
        (("mon", "tue", "wed", "sat"), "Monday to Wednesday and Saturday", "Mon to Wed and Sat"),
    ],
)
def test_weekdays_in_words(weekdays: tuple[Weekday, ...], words: str, short: str) -> None:
    assert (weekday_words(weekdays), weekday_words(weekdays, short=True)) == (words, short)
