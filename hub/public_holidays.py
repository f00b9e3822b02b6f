"""Public holidays by country and region, with the names that people write in rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

import holidays

_ENGLISH = "en_US"
_NAMED_YEARS = range(2000, 2051)
"""Whatever is a holiday in one of these years has a name that a rule may use."""


@cache
def countries() -> Mapping[str, tuple[str, ...]]:
    """ISO 3166 codes of the countries (like ``DK``) whose holidays are known, and their regions."""
    known = holidays.list_supported_countries(include_aliases=False)
    return {country: tuple(regions) for country, regions in sorted(known.items())}


@lru_cache(maxsize=256)
def holidays_of(country: str, region: str | None, year: int) -> Mapping[date, tuple[str, ...]]:
    """The public holidays of one year, each day's by their English names.

    The country and the region are those of `countries`.
    """
    found = holidays.country_holidays(country, subdiv=region, years=year, language=_ENGLISH)
    return {day: tuple(found.get_list(day)) for day in sorted(found)}


@lru_cache(maxsize=64)
def names_of(country: str, region: str | None) -> tuple[str, ...]:
    """The English names of all public holidays that the place has in one year or another."""
    found = holidays.country_holidays(country, subdiv=region, years=_NAMED_YEARS, language=_ENGLISH)
    return tuple(sorted({name for day in found for name in found.get_list(day)}))
