"""When the count of people begins anew: at each opening and closing of the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.shop import Store
from scenes.almanac import Almanac
from scenes.opening import opening_of
from scenes.schedule import Schedule
from scenes.wall_time import instant_of, local_day

_DAYS_BACK, _DAYS_AHEAD = 8, 2


@dataclass(frozen=True, slots=True)
class _Stretch:
    """From ``start`` to ``end`` the store neither opens nor closes."""

    schedule: Schedule
    start: datetime
    end: datetime


class Openings:
    """Since when people are counted in a store. One thread's."""

    def __init__(self, almanac_of: Callable[[Store], Almanac]) -> None:
        self._almanac_of = almanac_of
        self._known: dict[str, _Stretch] = {}

    def counted_since(self, store: Store, now: datetime) -> datetime:
        """The last opening or closing, or midnight where there was none for a week."""
        known = self._known.get(store.id)
        if (
            known is None
            or known.schedule is not store.schedule
            or not known.start <= now < known.end
        ):
            known = self._known[store.id] = self._stretch(store, now)
        return known.start

    def _stretch(self, store: Store, now: datetime) -> _Stretch:
        tz, almanac = store.tz, self._almanac_of(store)
        today = local_day(now, tz)
        turns = []
        for number in range(-_DAYS_BACK, _DAYS_AHEAD + 1):
            opening = opening_of(store.schedule, almanac, tz, today + timedelta(days=number))
            if opening is not None:
                turns += [opening.start, opening.end]
        midnights = (instant_of(today + timedelta(days=number), "00:00", tz) for number in (0, 1))
        midnight, next_midnight = midnights
        return _Stretch(
            store.schedule,
            max((turn for turn in turns if turn <= now), default=midnight),
            # Looked at again at midnight: only the next few days are in the list.
            min((turn for turn in turns if turn > now), default=next_midnight),
        )
