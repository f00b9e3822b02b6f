"""All that an agent has of the guard: the link, the diffusers that ask it, alarms, cartridges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from edge.alarms import AlarmLog
from edge.cartridges import Cartridges
from edge.clock import Clock, Moment
from edge.config import Config
from edge.guard_link import GuardLink, guard_socket
from edge.guarded_diffuser import GuardedScent
from edge.playing.worker import Worker
from edge.wiring import inventory
from scenes.messages import Alarm

ALARMS = "alarms.json"
CARTRIDGES = "cartridges.json"


class Guarding:
    """Made before the devices are, started after the first light; nobody waits for the guard.

    An edge without diffusers, and without a pin of the guard's, looks for none (``needed``).
    """

    def __init__(self, config: Config, data: Path, clock: Clock) -> None:
        self.link = GuardLink(guard_socket(config, data), clock.monotonic)
        self.cartridges = Cartridges(
            data / CARTRIDGES,
            {name: it.options.cartridge_ml for name, it in config.diffusers.items()},
            clock.now,
        )
        self.scent = GuardedScent(
            self.link, self.cartridges, lambda name, read: Worker(name, read, clock), clock
        )
        self._devices = inventory(config)
        self.needed = bool(config.diffusers) or any(config.guard.claims(config.zones))
        self._alarms = AlarmLog(self.link, self._devices, data / ALARMS)

    def safety(self, zone: str) -> str | None:
        """Why a zone has to be kept safe now, or None."""
        return self.link.safety(zone)

    def start(self, wake: Callable[[], None], record: Callable[[Alarm], None]) -> None:
        """Look for the guard; ``wake`` at each news, ``record`` alarms at the next `step`."""
        self._alarms.record = record
        self.link.tell(self._heard)
        self.link.tell(wake)
        if self.needed:
            self.link.start()

    def step(self, moment: Moment) -> datetime | None:
        """Tell what alarms began and ended; stepped by the player."""
        return self._alarms.step(moment) if self.needed else None

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with the guard, in words."""
        problem = self.link.problem if self.needed else None
        return () if problem is None else (problem[:500],)

    def keep(self, moment: Moment) -> datetime | None:
        """Write what was told of alarms, on the thread that may wait for a disk."""
        return self._alarms.keep(moment)

    def close(self) -> None:
        """Hang up: what runs ends at once. May be called twice."""
        self.link.close()

    def _heard(self) -> None:
        status = self.link.status
        if status is not None:
            self.cartridges.heard({name: it.total_ml for name, it in status.outputs.items()})
