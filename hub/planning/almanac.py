"""The almanac of a place: its sun, by astral, and its public holidays.

A sunrise and a sunset belong to the day of the noon between them, so those of days near midsummer
in the north may lie before and after the midnights of that day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import astral
import astral.sun

from hub.public_holidays import holidays_of
from hub.shop import Place
from scenes.wall_time import instant_of

_Event = Literal["sunrise", "sunset"]
_SIX_HOURS = timedelta(hours=6)


class PlaceAlmanac:
    """Sun and holidays of a place; a place that doesn't say where it is has neither."""

    def __init__(self, place: Place, tz: ZoneInfo) -> None:
        self._place = place
        self._tz = tz

    def sunrise(self, day: date) -> datetime | None:
        """The instant (UTC) at which the sun rises before a day's noon; None where it doesn't."""
        return _sun(self._place, self._tz, day, "sunrise")

    def sunset(self, day: date) -> datetime | None:
        """The instant (UTC) at which the sun sets after a day's noon; None where it doesn't."""
        return _sun(self._place, self._tz, day, "sunset")

    def holidays(self, day: date) -> tuple[str, ...]:
        """English names of the public holidays on a day."""
        if self._place.country is None:
            return ()
        return holidays_of(self._place.country, self._place.region, day.year).get(day, ())


@lru_cache(maxsize=16384)
def _sun(place: Place, tz: ZoneInfo, day: date, event: _Event) -> datetime | None:
    if place.latitude is None or place.longitude is None:
        return None
    # The noon next to that of the clocks lies on the date that a sundial shows then.
    sun_day = (instant_of(day, "12:00", tz) + _by_sun(place.longitude)).date()
    instant = _seen(place.latitude, place.longitude, sun_day, event)
    if instant is None:
        # On a UTC date with two sunsets astral finds one. An hour to the west or the east it finds
        # them all, but where the sun stays above or below the horizon all day.
        aside = -15.0 if place.longitude > 0 else 15.0
        instant = _seen(place.latitude, place.longitude + aside, sun_day, event)
        instant = instant and instant + _by_sun(aside)
    return instant and instant.astimezone(UTC).replace(microsecond=0)


def _seen(latitude: float, longitude: float, sun_day: date, event: _Event) -> datetime | None:
    """When astral sees the sun rise before the noon of a sundial's date, or set after it."""
    # Astral gives what comes on a date of some clock. Where the sun is up till midnight, the clocks
    # of people have dates with two sunsets and with none; this one shows 06:00 at the noon before a
    # sunset and 18:00 at the noon after a sunrise, so that both lie far from its midnight.
    clock = timezone(_by_sun(longitude) + (_SIX_HOURS if event == "sunrise" else -_SIX_HOURS))
    observer = astral.Observer(latitude=latitude, longitude=longitude)
    try:
        found: datetime = getattr(astral.sun, event)(observer, date=sun_day, tzinfo=clock)
    except ValueError:
        return None
    return found


def _by_sun(longitude: float) -> timedelta:
    """How far a sundial is ahead of UTC, on the mean of a year."""
    return timedelta(hours=longitude / 15)
