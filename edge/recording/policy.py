"""What goes first when there is no room for all, in memory and on the disk alike.

A shop can do without the hundredth shopper of a day; without what it played, nobody can tell what
that did; and without an alarm nobody comes. So raw events are refused first, and what is refused
is counted. Refused is the newest: what was taken has its number, and numbers leave no gap.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from scenes.messages import (
    Alarm,
    AnyEvent,
    AsRun,
    ClockSet,
    Contact,
    DeviceTrouble,
    Dropped,
    Passage,
    PlanAccepted,
    Presence,
    Press,
    Started,
    TrackPlayed,
)

RAW_SHARE = 0.75
SHARES: dict[type[AnyEvent], float] = {
    Presence: RAW_SHARE,
    Passage: RAW_SHARE,
    Contact: RAW_SHARE,
    Press: RAW_SHARE,
    AsRun: 0.95,
    TrackPlayed: 0.95,
    Alarm: 1.0,
    Started: 1.0,
    DeviceTrouble: 1.0,
    PlanAccepted: 1.0,
    ClockSet: 1.0,
    Dropped: 1.0,
}
"""How full the room may be for an event of each kind to be taken."""

URGENT: frozenset[type[AnyEvent]] = frozenset({Alarm, DeviceTrouble})
"""What does not wait for company: somebody should come and look."""


def share_of(event: AnyEvent) -> float:
    """How full the room may be for ``event``; one of an unlisted kind is no raw event."""
    return SHARES.get(type(event), 1.0)


def kind_of(event: AnyEvent) -> str:
    """The event's kind, as the wire names it."""
    return str(event.__struct_config__.tag)


@dataclass
class Losses:
    """What had no room: how many of each kind, from when until when."""

    counts: dict[str, int] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None

    @property
    def total(self) -> int:
        """How many events."""
        return sum(self.counts.values())

    def add(self, kind: str, count: int, first: datetime, last: datetime) -> None:
        """Some more of one kind."""
        self.counts[kind] = self.counts.get(kind, 0) + count
        self.first = first if self.first is None else min(self.first, first)
        self.last = last if self.last is None else max(self.last, last)

    def refuse(self, event: AnyEvent) -> None:
        """One more."""
        self.add(kind_of(event), 1, event.at, event.at)

    def merge(self, other: Losses) -> None:
        """All of ``other`` too."""
        if other.first is not None and other.last is not None:
            for kind, count in other.counts.items():
                self.add(kind, count, other.first, other.last)

    def event(self) -> Dropped | None:
        """The event that tells of it; None when nothing was lost."""
        if self.first is None or self.last is None:
            return None
        return Dropped(seq=1, at=self.first, until=self.last, counts=dict(self.counts))
