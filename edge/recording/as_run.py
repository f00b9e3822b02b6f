"""The as-run log: what a zone was really given, in segments of at most a minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from edge.clock import Moment, earliest
from edge.playing.due import Due
from edge.playing.zone_player import Check, ZonePlayer
from scenes.messages import AnyEvent, AsRun

FIRST_CHECK_S = 0.2
"""After a scene change the lights of other zones, and other work, go before reading back."""

CHECK_S = 1.0
BLIND_AFTER = timedelta(seconds=3)
"""Longer between two looks (a stopped process, a sleeping machine) and nothing is claimed."""

_MINUTE = timedelta(minutes=1)
_CLOCK_STEP = timedelta(seconds=1)


class _Segment:
    """A stretch of time in which nothing changed but a fade."""

    def __init__(self, due: Due, at: datetime, moment: Moment) -> None:
        self.due = due
        self.at = at
        self.check: Check | None = None
        self.fading = False
        self.fading_s = 0.0
        self.looked = moment

    def look(self, moment: Moment, fading: bool) -> None:
        if self.fading:
            self.fading_s += (moment.steady - self.looked.steady).total_seconds()
        self.fading = fading
        self.looked = moment

    def blind(self, moment: Moment) -> bool:
        """Nobody looked for too long, or the wall clock was set in between."""
        steady = moment.steady - self.looked.steady
        return steady > BLIND_AFTER or abs(moment.utc - self.looked.utc - steady) > _CLOCK_STEP


class AsRunLog:
    """Watches one zone's player after each of its steps and records what was delivered.

    A segment is closed when the slot, the plan or the truth of the delivery changes, and at
    every full minute; after a stretch without looking there is a hole, not a claim. While the
    clock is wrong nothing is claimed at all: when it was played, nobody could say.
    """

    def __init__(self, player: ZonePlayer, record: Callable[[AnyEvent], None]) -> None:
        self._player = player
        self._record = record
        self._segment: _Segment | None = None
        self._check_at: datetime | None = None
        self._safety: str | None = None

    def step(self, moment: Moment) -> datetime | None:
        """Look at what is delivered now; when to look again (steady time)."""
        due = self._player.due
        if due is None:
            return None
        segment = self._segment
        if segment is not None and segment.blind(moment):
            self._close(segment, segment.looked.utc)
            segment = self._segment = None
        if self._player.clock_wrong(moment):
            # What was begun by this clock has a wrong time too: a plan has just shown it.
            self._segment = None
            return moment.later(CHECK_S)
        if segment is None:
            self._begin(due, moment.utc, moment, FIRST_CHECK_S)
        elif due.same(segment.due):
            self._continue(segment, moment)
        else:
            segment.look(moment, False)
            self._close(segment, moment.utc)
            self._begin(due, moment.utc, moment, FIRST_CHECK_S)
        return earliest(self._check_at, moment.steadily(_floor(moment.utc) + _MINUTE))

    def close(self, moment: Moment) -> None:
        """The agent ends: record what is left."""
        segment, self._segment = self._segment, None
        if segment is not None and not segment.blind(moment):
            segment.look(moment, False)
            self._close(segment, moment.utc)

    def _begin(self, due: Due, at: datetime, moment: Moment, first_check_s: float) -> None:
        self._segment = _Segment(due, at, moment)
        self._segment.look(moment, self._player.fading(moment))
        self._check_at = moment.later(first_check_s)

    def _continue(self, segment: _Segment, moment: Moment) -> None:
        segment.look(moment, self._player.fading(moment))
        minute = _floor(moment.utc)
        if minute > segment.at:
            self._close(segment, minute)
            self._begin(segment.due, minute, moment, first_check_s=0.0)
            return
        alarmed = self._player.safety != self._safety
        if alarmed or self._check_at is None or moment.steady >= self._check_at:
            self._look_closely(segment, moment)

    def _look_closely(self, segment: _Segment, moment: Moment) -> None:
        check = self._player.check(moment)
        self._check_at = moment.later(CHECK_S)
        self._safety = self._player.safety
        if segment.check is not None and segment.check.truth != check.truth:
            self._close(segment, moment.utc)
            segment = _Segment(segment.due, moment.utc, moment)
            segment.look(moment, self._player.fading(moment))
            self._segment = segment
        segment.check = check

    def _close(self, segment: _Segment, until: datetime) -> None:
        if until <= segment.at:
            return
        due, check = segment.due, segment.check
        self._record(
            AsRun(
                seq=1,
                at=segment.at,
                zone=self._player.zone,
                until=until,
                scene=due.slot.scene,
                scene_revision=due.scene.revision,
                layer=due.slot.layer,
                source=due.slot.source,
                epoch=due.plan.epoch,
                revision=due.plan.revision,
                slot_start=due.slot.start,
                # Too short for a look is not confirmed either.
                confirmed=check is not None and not check.failed,
                fading_s=min(segment.fading_s, (until - segment.at).total_seconds()),
                block=due.slot.block,
                devices={seen.device: seen.reading for seen in check.observations}
                if check is not None
                else {},
                repeated=due.repeated,
                adjust=due.slot.adjust,
                problem=check.gap[:500] if check is not None and check.gap else None,
            )
        )


def _floor(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)
