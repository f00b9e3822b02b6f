"""The state report: on change, and as a heartbeat."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from edge.clock import Moment, earliest
from edge.identity import Identity
from edge.playing.zone_player import ZonePlayer
from edge.sensing import Sensing
from scenes.messages import ClockState, DeviceInfo, DeviceState, Reading, State, ZoneState

HEARTBEAT_S = 5.0
SPACING_S = 0.2
SETTLE_S = 0.04
"""A change is told this much later: by then every zone that changes with it has changed, and
the lights have had the machine for themselves."""

LOOK_S = 1.0
"""How often a device that changed by itself is noticed."""


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """How the edge itself is."""

    waiting_events: int = 0
    dropped_events: int = 0
    clock: ClockState | None = None
    problems: tuple[str, ...] = ()


class Reporter:
    """Builds a `State` from the zones and sensors and hands it to ``publish``."""

    def __init__(
        self,
        identity: Identity,
        zones: Sequence[ZonePlayer],
        sensing: Sensing,
        placed: Mapping[str, DeviceInfo],
        housekeeping: Callable[[], Housekeeping],
        publish: Callable[[State], None],
    ) -> None:
        self._identity = identity
        self._zones = tuple(zones)
        self._sensing = sensing
        self._placed = placed
        self._housekeeping = housekeeping
        self._publish = publish
        self._hurried = False
        self._seen: object = None
        self._told: object = None
        self._due_at: datetime | None = None
        self._told_at: datetime | None = None
        self._look_at: datetime | None = None

    def step(self, moment: Moment) -> datetime | None:
        """Publish if something changed or the heartbeat is due; when to come again."""
        if self._hurried:
            self._hurried = False
            self._due_at = None
        seen = self._glance(moment)
        if seen != self._seen:
            self._seen = seen
            self._due_at = self._due_at and min(self._due_at, self._soon(moment))
        if self._due_at is None or moment.steady >= self._due_at:
            self._tell(moment, heartbeat=True)
        elif self._look_at is None or moment.steady >= self._look_at:
            self._tell(moment, heartbeat=False)
        return earliest(self._due_at, self._look_at)

    def hurry(self) -> None:
        """Report in full at the next step (the link is back). From any thread."""
        self._hurried = True

    def build(self, moment: Moment) -> State:
        """What each zone and device really does now."""
        zones: dict[str, ZoneState] = {}
        readings: dict[str, Reading] = self._sensing.readings()
        for zone in self._zones:
            check = zone.check(moment)
            zones[zone.zone] = zone.state(check, moment)
            readings |= {seen.device: seen.reading for seen in check.observations}
        own = self._housekeeping()
        return State(
            store=self._identity.store,
            edge=self._identity.edge,
            boot=self._identity.boot,
            at=moment.utc,
            zones=zones,
            devices={name: self._device(name, reading) for name, reading in readings.items()},
            waiting_events=own.waiting_events,
            dropped_events=own.dropped_events,
            clock=own.clock,
            problems=own.problems,
        )

    def _tell(self, moment: Moment, heartbeat: bool) -> None:
        state = self.build(moment)
        zones = [(zone.confirmed, zone.problem) for zone in state.zones.values()]
        told = zones, state.clock, state.problems
        self._look_at = moment.later(LOOK_S)
        if heartbeat or told != self._told:
            self._told = told
            self._told_at = moment.steady
            self._due_at = moment.later(HEARTBEAT_S)
            self._publish(state)

    def _soon(self, moment: Moment) -> datetime:
        settled = moment.later(SETTLE_S)
        if self._told_at is None:
            return settled
        return max(settled, self._told_at + (moment.later(SPACING_S) - moment.steady))

    def _glance(self, moment: Moment) -> object:
        """What a change of is worth a report at once; cheap, for every step."""
        zones = tuple(
            (
                zone.due.slot.start if zone.due else None,
                zone.due.plan.order if zone.due else None,
                zone.fading(moment),
                zone.refused,
            )
            for zone in self._zones
        )
        return zones, self._sensing.glance()

    def _device(self, name: str, reading: Reading) -> DeviceState:
        placed = self._placed[name]
        return DeviceState(kind=placed.kind, zone=placed.zone, reading=reading, group=placed.group)
