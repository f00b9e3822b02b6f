"""Public holidays as people of each language call them."""

from __future__ import annotations

import pytest

from hub.public_holidays import names_of
from hub.web.languages.catalogues import translations
from scenes.holiday_words import holiday_words
from scenes.language import speaking


@pytest.mark.parametrize("country", ["DK", "FI", "NO", "SE"])
def test_every_holiday_of_the_nordic_countries_has_a_name_in_russian(country: str) -> None:
    with speaking("ru", translations("ru")):
        for name in names_of(country, None):
            assert not holiday_words(name).isascii(), name


def test_a_holiday_is_said_in_the_readers_language() -> None:
    with speaking("sv", translations("sv")):
        assert holiday_words("Maundy Thursday") == "Skärtorsdagen"
        assert holiday_words("Songkran Festival") == "Songkran Festival"
    assert holiday_words("Maundy Thursday") == "Maundy Thursday"
