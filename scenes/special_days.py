"""Which days are special: by date, by the name of a public holiday, or as any public holiday."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from scenes.almanac import Almanac
from scenes.rules import EVERY_HOLIDAY, DateSpan, SpecialDays


class Match(NamedTuple):
    """What made a day special: the dates that hold it, or the name of its public holiday.

    ``rank`` says how particular that is: 0 for dates, 1 for a named holiday, 2 for any holiday.
    """

    rank: int
    what: DateSpan | str


def why_special(days: SpecialDays, day: date, almanac: Almanac) -> Match | None:
    """Why a local day is one of ``days``, by the most particular of their parts; None if not."""
    text = day.isoformat()
    for span in days.dates:
        if span.first <= text <= span.last:
            return Match(0, span)
    if not days.holidays:
        return None
    names = almanac.holidays(day)
    for name in names:
        if name in days.holidays:
            return Match(1, name)
    return Match(2, names[0]) if names and EVERY_HOLIDAY in days.holidays else None
