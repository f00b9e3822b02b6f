"""What a music channel was asked: written by the player thread, carried out by the channel's loop.

An order is replaced as a whole and never changed, so whoever reads it sees no half of another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from edge.playing.announcement import Announcement
from edge.playing.gesture import Gesture
from scenes.music_goal import MusicGoal


@dataclass(frozen=True, slots=True)
class MusicOrder:
    """The goal, and what is laid over it.

    ``most`` (None: no limit) and ``scene_most`` are in per cent of the cap: what nothing is louder
    than, and what nothing that is laid over the music of this scene is.
    """

    goal: MusicGoal | None = None
    muted: bool = False
    most: float | None = None
    scene_most: float = 100.0
    gesture: Gesture | None = None
    announcement: Announcement | None = None

    def without_gesture(self, gesture: Gesture) -> MusicOrder:
        """The same once ``gesture`` is over; another one goes on."""
        return replace(self, gesture=None) if self.gesture is gesture else self

    def without_announcement(self, announcement: Announcement) -> MusicOrder:
        """The same once ``announcement`` is over; another one goes on."""
        return replace(self, announcement=None) if self.announcement is announcement else self


class StandingOrder:
    """Holds the order that counts now, for all threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._now = MusicOrder()

    @property
    def now(self) -> MusicOrder:
        """The order that counts."""
        return self._now

    def change(self, how: Callable[[MusicOrder], MusicOrder]) -> MusicOrder:
        """Put what ``how`` makes of the order in its place; ``how`` must not wait for anything."""
        with self._lock:
            self._now = how(self._now)
            return self._now
