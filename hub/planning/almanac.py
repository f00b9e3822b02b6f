"""The almanac of a place: its sun, by astral, and its public holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import astral
import astral.sun

from hub.public_holidays import holidays_of
from hub.shop import Place


class PlaceAlmanac:
    """Sun and holidays of a place; a place that doesn't say where it is has neither."""

    def __init__(self, place: Place, tz: ZoneInfo) -> None:
        self._place = place
        self._tz = tz

    def sunrise(self, day: date) -> datetime | None:
        """The instant (UTC) at which the sun rises; None on a day without one."""
        return _sun(self._place, self._tz, day, "sunrise")

    def sunset(self, day: date) -> datetime | None:
        """The instant (UTC) at which the sun sets; None on a day without one."""
        return _sun(self._place, self._tz, day, "sunset")

    def holidays(self, day: date) -> tuple[str, ...]:
        """English names of the public holidays on a day."""
        if self._place.country is None:
            return ()
        return holidays_of(self._place.country, self._place.region, day.year).get(day, ())


@lru_cache(maxsize=4096)
def _sun(place: Place, tz: ZoneInfo, day: date, event: str) -> datetime | None:
    if place.latitude is None or place.longitude is None:
        return None
    observer = astral.Observer(latitude=place.latitude, longitude=place.longitude)
    try:
        # Asked in UTC, the evening of a day west of Greenwich would be that of the day before.
        instant: datetime = getattr(astral.sun, event)(observer, date=day, tzinfo=tz)
    except ValueError:
        # The sun stays above or below the horizon all day.
        return None
    return instant.astimezone(UTC).replace(microsecond=0)
