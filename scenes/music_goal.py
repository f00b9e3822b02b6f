"""What a player should play, and how loud, as a function of time.

Every instant here is on one time line: a player's steady one, or a rehearsal's.

Music from another source is reached through silence: the old one falls, after a moment of
silence the source changes, the new one rises. Both stretches are equally steep.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scenes.fades import CATCH_UP_S, VolumeFade, fade_end
from scenes.scene import MusicCue

OUTPUT_S = 0.5
"""A sound card plays what it was given so long ago. A change of source drops that, so the old
music has to have been silent for so long."""

LONGEST_WAIT_S = 600.0
"""A song that has not ended so long after its scene changes anyway."""


@dataclass(frozen=True, slots=True)
class MusicGoal:
    """The source, and the way of the volume to its target.

    Until the turn, where ``rise`` begins, ``leaving`` is played and ``fall`` holds.
    ``change_by``: the song that plays may end first, but not later than then.
    """

    source: str | None
    crossfade_s: float
    rise: VolumeFade
    since: datetime
    leaving: str | None = None
    fall: VolumeFade | None = None
    change_by: datetime | None = None

    @property
    def target(self) -> float:
        """The volume in the end, per cent."""
        return self.rise.target

    @property
    def settled_at(self) -> datetime:
        """When nothing moves any more."""
        return max(self.since, self.rise.end)

    def leads_to(self, cue: MusicCue | None) -> bool:
        """Whether this is on the way to ``cue`` already."""
        if (self.source, self.target) != (cue.source if cue else None, _volume(cue)):
            return False
        return self.change_by is None or (cue is not None and cue.change == "song-end")

    def at(self, instant: datetime) -> float:
        """The volume due at ``instant``, per cent."""
        if self.fall is not None and instant < self.rise.start:
            return self.fall.at(instant)
        return self.rise.at(instant)

    def turned(self, instant: datetime) -> bool:
        """Whether the source may be the new one."""
        return self.fall is None or instant >= self.rise.start

    def source_at(self, instant: datetime) -> str | None:
        """What is to be played at ``instant``."""
        return self.source if self.turned(instant) else self.leaving

    def done(self, instant: datetime) -> bool:
        """Whether the volume moves no more."""
        return self.turned(instant) and self.rise.done(instant)


def joined(
    cue: MusicCue | None, before: MusicCue | None, slot_start: datetime, now: datetime
) -> MusicGoal:
    """The goal of who enters a slot that may have begun long ago, as if there from its start."""
    asking = cue or before
    end = slot_start + timedelta(seconds=asking.crossfade_s if asking else 0.0)
    leaving = before.source if before is not None else None
    change_by = _change_by(cue, leaving, slot_start, now)
    through = change_by is None and now < end
    goal = _way(cue, leaving if through else None, _volume(before), slot_start, end)
    return replace(goal, since=now, change_by=change_by)


def changed(
    old: MusicGoal | None,
    cue: MusicCue | None,
    heard: str | None,
    slot_start: datetime,
    now: datetime,
) -> MusicGoal:
    """From the volume that is now to ``cue``, while the source ``heard`` plays."""
    crossfade_s = cue.crossfade_s if cue else (old.crossfade_s if old else 0.0)
    end = fade_end(slot_start, crossfade_s, now)
    level = old.at(now) if old is not None else 0.0
    change_by = _change_by(cue, heard, slot_start, now)
    goal = _way(cue, heard if change_by is None else None, level, now, end)
    return replace(goal, crossfade_s=crossfade_s, change_by=change_by)


def at_last(goal: MusicGoal, heard: str | None, now: datetime) -> MusicGoal:
    """The song did not end in time: the source changes now, through silence."""
    end = max(goal.rise.end, now + timedelta(seconds=max(goal.crossfade_s, CATCH_UP_S)))
    cue = MusicCue(source=goal.source or "", volume=goal.target, crossfade_s=goal.crossfade_s)
    return _way(cue, heard, goal.at(now), now, end)


def from_silence(goal: MusicGoal, now: datetime) -> MusicGoal:
    """The same goal for a player that was away: it comes back gently."""
    end = max(goal.rise.end, now + timedelta(seconds=CATCH_UP_S))
    rise = VolumeFade(0.0, goal.target, now, end)
    return MusicGoal(goal.source, goal.crossfade_s, rise, now)


def _way(
    cue: MusicCue | None, leaving: str | None, level: float, start: datetime, end: datetime
) -> MusicGoal:
    source, target = (cue.source, cue.volume) if cue is not None else (None, 0.0)
    crossfade_s = cue.crossfade_s if cue is not None else 0.0
    if source is None or leaving in {source, None} or level <= 0:
        return MusicGoal(source, crossfade_s, VolumeFade(level, target, start, end), start)
    silence = min(timedelta(seconds=OUTPUT_S), (end - start) / 4)
    fallen = start + (end - start - silence) * (level / (level + target))
    return MusicGoal(
        source,
        crossfade_s,
        rise=VolumeFade(0.0, target, fallen + silence, end),
        since=start,
        leaving=leaving,
        fall=VolumeFade(level, 0.0, start, fallen),
    )


def _change_by(
    cue: MusicCue | None, heard: str | None, slot_start: datetime, now: datetime
) -> datetime | None:
    """Until when the song that plays may go on; None: it may not."""
    if cue is None or cue.change != "song-end" or heard in {cue.source, None}:
        return None
    # A stream has no songs to wait for.
    if heard is not None and heard.startswith("stream:"):
        return None
    by = slot_start + timedelta(seconds=LONGEST_WAIT_S)
    return by if by > now else None


def _volume(cue: MusicCue | None) -> float:
    return cue.volume if cue is not None else 0.0
