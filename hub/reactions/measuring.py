"""Occupancy, waiting and noise of a zone, as the hub knows them now. README.md says how."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from hub.reactions.events import stay_began
from hub.reactions.openings import Openings
from hub.reactions.outside import Outside
from hub.reactions.passages import PassageCounts
from hub.reactions.sensors import Sensor, ZoneKey, zone_sensors
from hub.reactions.stays import Stays
from hub.reported import ReportedEdge
from hub.shop import Store
from scenes.almanac import Almanac
from scenes.rules import Measure


@dataclass(frozen=True, slots=True)
class Measured:
    """A value between two bounds, how old it is, and how it was made, in words.

    The bounds differ where some sensors are silent. Both are None when nothing is known: then
    ``how`` says why.
    """

    at_least: float | None
    at_most: float | None
    age_s: float | None
    how: str


class Measuring:
    """Measures the zones that reactions go by. `look` and `measure` are one thread's."""

    def __init__(
        self,
        engine: Engine,
        edges: Callable[[], Iterable[ReportedEdge]],
        almanac_of: Callable[[Store], Almanac],
        outside: Outside,
    ) -> None:
        self._engine = engine
        self._edges = edges
        self._outside = outside
        self._openings = Openings(almanac_of)
        self._passages = PassageCounts(engine)
        self._stays = Stays(self._stay_began)
        self._sensors: Mapping[ZoneKey, Sequence[Sensor]] = {}

    def events_stored(self) -> None:
        """The ledger has stored events; from any thread, never waits."""
        self._passages.poke()

    def look(self, counted: Iterable[tuple[Store, str]], now: datetime) -> None:
        """Take in what all edges say, and count the people in these zones."""
        self._sensors = zone_sensors(self._edges())
        self._stays.look((each for zone in self._sensors.values() for each in zone), now)
        self._passages.update(
            {
                (store.id, zone): self._openings.counted_since(store, now)
                for store, zone in counted
                # Where nobody counts, there is nothing to read.
                if any(sensor.counts for sensor in self._sensors.get((store.id, zone), ()))
            }
        )

    def inside(self, store: str, zone: str) -> int | None:
        """How many are in a zone by who passed, as of the last `look`; from any thread.

        None where nobody counts.
        """
        count = self._passages.count((store, zone))
        return None if count is None else count.inside

    def measure(self, store: Store, zone: str, measure: Measure, now: datetime) -> Measured:
        """One value of a zone, as of the last `look`."""
        told = self._outside.last(store.id, zone, measure)
        if told is not None and told.fresh(now):
            return Measured(told.value, told.value, told.age_s(now), f"told by {told.by}")
        sensors = self._sensors.get((store.id, zone), ())
        if measure == "occupancy":
            measured = self._occupancy(store, zone, sensors)
        elif measure == "waiting":
            measured = self._waiting([sensor for sensor in sensors if not sensor.counts], now)
        else:
            measured = None
        if measured is not None:
            return measured
        return Measured(
            None,
            None,
            None if told is None else told.age_s(now),
            f"{told.by} tells nothing any more" if told else "nothing measures it in this zone",
        )

    def _occupancy(self, store: Store, zone: str, sensors: Sequence[Sensor]) -> Measured | None:
        counting = [sensor for sensor in sensors if sensor.counts]
        count = self._passages.count((store.id, zone))
        if counting:
            if count is None:
                return None
            silent = _names(sensor for sensor in counting if sensor.present is None)
            if silent:
                return Measured(None, None, _age_s(counting), f"{silent} says nothing now")
            since = f"{count.since.astimezone(store.tz):%H:%M}"
            how = f"counted by {_names(counting)} since {since}"
            return Measured(count.inside, count.inside, _age_s(counting), how)
        return _of(sensors, sum(sensor.present or False for sensor in sensors), 1)

    def _waiting(self, sensors: Sequence[Sensor], now: datetime) -> Measured | None:
        known = [sensor for sensor in sensors if sensor.present is not None]
        longest_s = max((self._stays.lasting_s(sensor, now) for sensor in known), default=0.0)
        # Before a silent sensor somebody may have been for ever.
        return _of(sensors, longest_s / 60, math.inf)

    def _stay_began(self, sensor: Sensor) -> datetime | None:
        with self._engine.connect() as connection:
            return stay_began(connection, *sensor.key[:2], sensor.boot, sensor.device)


def _of(sensors: Sequence[Sensor], value: float, more_each: float) -> Measured | None:
    """What presence sensors say together, each silent one standing for up to ``more_each``."""
    if not sensors:
        return None
    silent = [sensor for sensor in sensors if sensor.present is None]
    if len(silent) == len(sensors):
        return Measured(None, None, _age_s(sensors), f"{_names(sensors)} says nothing now")
    seen_by = _names(sensor for sensor in sensors if sensor.present is not None)
    how = f"seen by {seen_by}" + (f"; {_names(silent)} says nothing now" if silent else "")
    at_most = value + len(silent) * more_each if silent else value
    known = [sensor for sensor in sensors if sensor.present is not None]
    return Measured(value, at_most, _age_s(known), how)


def _age_s(sensors: Sequence[Sensor]) -> float:
    return max(sensor.age_s for sensor in sensors)


def _names(sensors: Iterable[Sensor]) -> str:
    return ", ".join(sorted({sensor.device for sensor in sensors}))
