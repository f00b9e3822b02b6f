"""A simulated shop floor: shoppers in front of sensors, in (its own) time."""

from __future__ import annotations

import heapq
import itertools
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from random import Random
from threading import Event, Thread

from devices.drivers.simulated.shoppers import Atmosphere, next_arrival, visit
from devices.errors import DeviceConfigurationError

log = logging.getLogger(__name__)

_LONGEST_WAIT_S = 1.0


@dataclass(frozen=True, slots=True)
class SimulatedSpot:
    """A sensor's view: ``drive(True)`` when somebody begins to move in it, False when nobody does.

    ``median_dwell_s`` is how long half of the shoppers stay at least, before any effect.
    """

    drive: Callable[[bool], None]
    zone: str
    median_dwell_s: float = 90.0


def utc_now() -> datetime:
    """The instant now, aware and in UTC."""
    return datetime.now(UTC)


class SimulatedFloor:
    """Shoppers who come by the hour and stay by the atmosphere (see `shoppers`).

    ``atmosphere`` tells what a zone really gives now, in per cent; it is asked when somebody
    enters. ``visits_per_hour`` come to each sensor in the busiest hour of ``time_zone``. With
    ``speed`` 10 an hour of theirs takes six minutes. The same ``seed``, start and atmospheres
    give the same shoppers.

    Raises `DeviceConfigurationError` for an impossible option. Nothing moves before `start`.
    """

    def __init__(
        self,
        sensors: Sequence[SimulatedSpot],
        atmosphere: Callable[[str], Atmosphere],
        time_zone: tzinfo = UTC,
        *,
        seed: int = 1,
        speed: float = 1.0,
        visits_per_hour: float = 40.0,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        for name, value in (("speed", speed), ("visits_per_hour", visits_per_hour)):
            if not value > 0:
                raise DeviceConfigurationError(
                    f"{name} of a simulated shop floor is above 0, not {value:g}"
                )
        self._atmosphere = atmosphere
        self._time_zone = time_zone
        self._speed = speed
        self._visits_per_hour = visits_per_hour
        self._now = now
        self._began_at = now()
        self._numbers = itertools.count()
        self._due: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._spots = [_Spot(spot, f"{seed}/{n}") for n, spot in enumerate(sensors)]
        for spot in self._spots:
            self._expect_next(spot, self._began_at)
        self._closing = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Let time run, in a thread of its own."""
        self._thread = Thread(target=self._run, name="simulated-floor", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Everybody leaves, for good. May be called twice."""
        self._closing.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()
        for spot in self._spots:
            spot.empty()

    def advance(self, until: datetime) -> None:
        """Let happen what is due up to and with ``until``, an instant in the floor's time."""
        while self._due and self._due[0][0] <= until:
            instant, _, happen = heapq.heappop(self._due)
            happen(instant)

    def _run(self) -> None:
        while True:
            instant = self._began_at + (self._now() - self._began_at) * self._speed
            self.advance(instant)
            ahead_s = _LONGEST_WAIT_S
            if self._due:
                ahead_s = (self._due[0][0] - instant).total_seconds() / self._speed
            if self._closing.wait(min(max(ahead_s, 0.0), _LONGEST_WAIT_S)):
                return

    def _expect(self, instant: datetime, happen: Callable[[datetime], None]) -> None:
        heapq.heappush(self._due, (instant, next(self._numbers), happen))

    def _expect_next(self, spot: _Spot, after: datetime) -> None:
        instant = next_arrival(after, self._visits_per_hour, self._time_zone, spot.dice)
        self._expect(instant, lambda entering: self._enter(spot, entering))

    def _enter(self, spot: _Spot, instant: datetime) -> None:
        self._expect_next(spot, instant)
        # Dice of each shopper's own: what one does changes nothing for the next.
        stay = visit(spot.median_dwell_s, self._ask_atmosphere(spot.zone), spot.dice_of_next())
        for start_s, end_s in stay.movements:
            self._expect(instant + timedelta(seconds=start_s), lambda _: spot.move(1))
            self._expect(instant + timedelta(seconds=end_s), lambda _: spot.move(-1))

    def _ask_atmosphere(self, zone: str) -> Atmosphere:
        try:
            return self._atmosphere(zone)
        except Exception:
            # The shoppers keep coming, whatever the light is doing.
            log.exception("simulated floor: nobody can tell the atmosphere of %s", zone)
            return Atmosphere()


class _Spot:
    """A sensor's view and who moves in it."""

    def __init__(self, spot: SimulatedSpot, seed: str) -> None:
        self.zone = spot.zone
        self.median_dwell_s = spot.median_dwell_s
        self.dice = Random(seed)
        self._seed = seed
        self._shoppers = itertools.count()
        self._drive = spot.drive
        self._moving = 0

    def dice_of_next(self) -> Random:
        return Random(f"{self._seed}/{next(self._shoppers)}")

    def move(self, change: int) -> None:
        """Count who moves; a sensor can't tell one from two."""
        before, self._moving = self._moving > 0, self._moving + change
        if before != (self._moving > 0):
            self._tell(self._moving > 0)

    def empty(self) -> None:
        if self._moving:
            self._moving = 0
            self._tell(False)

    def _tell(self, moving: bool) -> None:
        try:
            self._drive(moving)
        except Exception:
            log.exception("simulated floor: a sensor in %s cannot be moved", self.zone)
