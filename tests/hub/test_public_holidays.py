"""Public holidays, and the names that rules may use for them."""

from __future__ import annotations

from datetime import date

import pytest

from hub.public_holidays import countries, holidays_of, names_of


@pytest.mark.parametrize(
    ("country", "region", "day", "name"),
    [
        ("DK", None, date(2026, 12, 26), "Second Day of Christmas"),
        ("DE", "BY", date(2026, 1, 6), "Epiphany"),
        ("GB", "SCT", date(2026, 11, 30), "Saint Andrew's Day"),
    ],
)
def test_holidays_go_by_their_english_names(
    country: str, region: str | None, day: date, name: str
) -> None:
    assert name in holidays_of(country, region, day.year)[day]
    assert name in names_of(country, region)


def test_a_region_may_have_a_holiday_that_its_country_has_not() -> None:
    assert date(2026, 1, 6) not in holidays_of("DE", None, 2026)
    assert "Epiphany" not in names_of("DE", None)


def test_the_countries_are_known_with_their_regions() -> None:
    assert "BY" in countries()["DE"]
    assert countries()["DK"] == ()
    assert "Denmark" not in countries()
