"""Leases: outputs go to their fail levels while the player has stopped stepping.

The player renews every lease at the end of each whole step, as one of its followers. A keeper
looks on from a thread of its own. What it drives, it drives from a third one, because the driver
that holds the player up may hold up whoever comes next as well.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Thread

from edge.clock import Clock, Moment
from edge.config import Config
from edge.falling import FailLevel, Safety, unguarded
from edge.loop import Loop
from edge.playing.health import Told
from edge.playing.light_output import STEP_S, LightOutput
from edge.playing.music_channel import MusicChannel
from edge.playing.worker import LONGEST_CALL_S
from edge.playing.zone_player import ZonePlayer

logger = logging.getLogger(__name__)

Fall = Callable[[float], bool]
"""One step towards the fail level at a steady second; whether it is reached."""


@dataclass(frozen=True, slots=True)
class Lease:
    """An output that is driven by the player alone, as long as that steps every ``lease_s``."""

    device: str
    lease_s: float
    fall: Fall


class Leases:
    """``step`` renews, on the player's thread; ``loop`` is the keeper's.

    ``told`` hears of each output that fell back, and when the player has it again. ``safety`` is
    asked all the while: what fell already is brought where an alarm wants it, and back.
    """

    def __init__(
        self, leases: Sequence[Lease], zones: Sequence[ZonePlayer], told: Told, clock: Clock
    ) -> None:
        self.safety: Safety = unguarded
        self.loop = Loop("leases", self.look, clock)
        self._leases = tuple(leases)
        self._zones = tuple(zones)
        self._told = told
        self._clock = clock
        self._renewed_s = clock.monotonic()
        self._fallen: set[str] = set()
        self._sweep: Sweep | None = None
        self._safe: list[bool] = []

    def step(self, moment: Moment) -> datetime | None:
        """The player has done a whole step: everything is its own again."""
        self._renewed_s = self._clock.monotonic()
        if not self._fallen:
            return None
        if self._sweep is not None:
            self._sweep.end()
        fallen, self._fallen = self._fallen, set()
        logger.warning("the player steps again and takes over")
        for zone in self._zones:
            zone.regain(moment)
        for device in sorted(fallen):
            self._told(device, None)
        return moment.steady

    def look(self, moment: Moment) -> datetime | None:
        """Let fall whose lease has run out; step it about once a second."""
        idle_s = self._clock.monotonic() - self._renewed_s
        due = [it for it in self._leases if it.device not in self._fallen and idle_s >= it.lease_s]
        if due:
            logger.error(
                "the player has not stepped for %.0f s: %s to the fail level",
                idle_s,
                ", ".join(lease.device for lease in due),
            )
            self._fallen = self._fallen | {lease.device for lease in due}
            self._begin([*self._left(), *due])
            for lease in due:
                self._told(lease.device, f"the player hung for {idle_s:.0f} s: at its fail level")
        elif self._fallen and self._safe != self._are_safe():
            self._left()
            self._begin([it for it in self._leases if it.device in self._fallen])
        elif self._sweep is not None and self._sweep.stuck():
            self._begin(self._left())
        return None

    def end(self, timeout_s: float) -> None:
        """Keep no longer."""
        self.loop.end(timeout_s)
        if self._sweep is not None:
            self._sweep.end()

    def _left(self) -> list[Lease]:
        return [] if self._sweep is None else self._sweep.end()

    def _are_safe(self) -> list[bool]:
        return [self.safety(zone.zone) is None for zone in self._zones]

    def _begin(self, leases: Sequence[Lease]) -> None:
        self._safe = self._are_safe()
        self._sweep = Sweep(leases, self._clock)
        self._sweep.start()


class Sweep:
    """Brings outputs to their fail levels side by side, on a thread that a driver may hold up."""

    def __init__(self, leases: Sequence[Lease], clock: Clock) -> None:
        self._left = list(leases)
        self._clock = clock
        self._over = Event()
        self._at: tuple[Lease, float] | None = None
        self._thread = Thread(target=self._run, name="edge-fail-levels", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stuck(self) -> bool:
        """Whether a driver doesn't return."""
        at = self._at
        return at is not None and self._clock.monotonic() - at[1] > LONGEST_CALL_S

    def end(self) -> list[Lease]:
        """Go no further; what is still to be done, but for the one that is stuck."""
        self._over.set()
        stuck_at = self._at[0] if self._at is not None and self.stuck() else None
        return [lease for lease in self._left if lease is not stuck_at]

    def _run(self) -> None:
        while self._left and not self._over.is_set():
            for lease in tuple(self._left):
                if self._over.is_set():
                    return
                self._at = (lease, self._clock.monotonic())
                if self._fall(lease):
                    self._left.remove(lease)
                self._at = None
            self._over.wait(STEP_S)

    def _fall(self, lease: Lease) -> bool:
        try:
            return lease.fall(self._clock.monotonic())
        except Exception:
            logger.exception("%s can't be brought to its fail level", lease.device)
            return True


def leases_of(
    config: Config, zones: Sequence[ZonePlayer], safety: Safety = unguarded
) -> list[Lease]:
    """One for each light and each player of the zones."""
    leases: list[Lease] = []
    for zone in zones:
        leases += [
            Lease(light.name, light.lease_s, _darker(config, zone.zone, light, safety))
            for light in zone.lighting.outputs
        ]
        for music in zone.music:
            options = config.players[music.name].options
            leases.append(Lease(music.name, options.lease_s, _quieter(music, options.fail_level)))
    return leases


def _darker(config: Config, zone: str, light: LightOutput, safety: Safety) -> Fall:
    """A light goes to its fail level, or in an alarm to full."""
    level, fade_s = FailLevel(config, zone, light, safety), config.zone(zone).fade_s

    def fall(at_s: float) -> bool:
        level.choose()
        return light.fall_back(fade_s, at_s)

    return fall


def _quieter(music: MusicChannel, level: float) -> Fall:
    """Music has a thread of its own, which knows the ramp: it is only told how loud it may be."""

    def fall(_at_s: float) -> bool:
        music.hold_to(level)
        return True

    return fall
