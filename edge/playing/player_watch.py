"""What a music player says of itself: asked by its own loop, looked at from others.

A call that never comes back holds up that loop, so whether one does is seen from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from devices.capabilities import Player, Track, TrackTeller
from devices.errors import DeviceUnavailableError
from edge.clock import Moment
from edge.playing.agreement import Agreement, Observation, observe
from edge.playing.health import Health
from edge.playing.worker import LONGEST_CALL_S
from scenes.messages import Reading

READ_S = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """What a player said that is heard, and when it was asked."""

    track: Track | None
    moment: Moment


@dataclass(frozen=True, slots=True)
class _Seen:
    """One reading, and the volume (per cent) that the player had been told by then."""

    reading: Reading
    told_volume: float | None = None


JudgeSeen = Callable[[Reading, float | None], Agreement]
"""Judges a reading; its second argument is the volume that the player had been told by then."""


class PlayerWatch:
    """The last reading of one player, at most about a second old.

    Its loop reads; any thread may `observe`. What it saw is replaced as a whole.
    """

    def __init__(self, player: Player, health: Health) -> None:
        self.look: Look | None = None
        self._seen = _Seen(Reading())
        self.due_at: datetime | None = None
        """When to read it again; None: now."""
        self._player = player
        self._health = health
        self._calling_since: datetime | None = None

    @property
    def reading(self) -> Reading:
        """What it said last."""
        return self._seen.reading

    @contextmanager
    def calling(self, moment: Moment) -> Iterator[None]:
        """Calls are made meanwhile, which may hang."""
        self._calling_since = moment.steady
        try:
            yield
        finally:
            self._calling_since = None

    def due(self, moment: Moment) -> bool:
        """Whether to read it now."""
        return self.due_at is None or moment.steady >= self.due_at

    def read(self, said_volume: float | None, moment: Moment) -> bool:
        """Ask the player how it is; whether that has just become a problem."""
        track = None
        try:
            reading = self._player.reading()
            track = self._player.track() if isinstance(self._player, TrackTeller) else None
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            reading = Reading(problem=f"gives no reading: {error}"[:500])
        worse = reading.problem is not None and self.reading.problem is None
        self._seen = _Seen(reading, said_volume)
        self.look = Look(track, moment)
        self.due_at = moment.later(READ_S)
        return worse

    def observe(self, judge: JudgeSeen, moment: Moment) -> Observation:
        """The last reading, judged; a call that does not return is a problem."""
        seen = self._seen

        def read() -> Reading:
            since = self._calling_since
            lasts_s = (moment.steady - since).total_seconds() if since is not None else 0.0
            if lasts_s > LONGEST_CALL_S:
                raise DeviceUnavailableError(f"it has not answered for {lasts_s:.0f} s")
            return seen.reading

        def judge_seen(reading: Reading) -> Agreement:
            return judge(reading, seen.told_volume)

        return observe(self._health.device, read, self._health, judge_seen)
