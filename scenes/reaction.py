"""The machine of one reaction in one zone: from what is measured to when its scene is due.

It is a step function over a state that can be stored: whoever measures calls `step` every second
or so. Time is what lies between two steps, and what is not known counts for nothing:

* A value that is missing or stale (None) neither begins nor calms anything. Only ``longest_s``
  ends a run without one.
* Between two known values may lie `GAP_S` at most (a broker that restarts, a sensor that misses
  a report). After a longer hole, the hub's own absence too, "at or above for" and "at or below
  for" are counted anew from the first known value, so nothing begins or ends by a stale past.
* A hold, a cool-down and a run under way go on through every hole: a run that should have ended
  in it has ended when its longest time was over.
* A clock that is set back between two steps takes every instant of the state back with it,
  whether a value is known or not: no time has passed, and a run lasts no longer for it. A clock
  that is set forward is a hole.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec import Struct

from scenes.rules import Reaction
from scenes.units import Instant

GAP_S = 30.0
"""So many seconds may lie between two known values without a count beginning anew."""

_GAP = timedelta(seconds=GAP_S)

Phase = Literal["watching", "building", "at-work", "calming", "resting"]
"""watching: nothing is up; building: at or above, not yet for long enough; at-work: its scene is
due; calming: still due, at or below, not yet for long enough; resting: its cool-down runs."""


class ReactionState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a reaction stands. Plain data, UTC; a new one has never measured anything.

    ``stepped_at`` is when it was stepped last, by which a clock that was set back shows; None in a
    state of before there was one. ``known_at`` is when a value was known last; ``above_since``
    since when all known values were at or above ``above``; ``calm_since``, while its scene is due,
    since when they were at or below ``below``; ``began_at`` since when that is due, None while it
    isn't; ``ended_at`` when it ended last.
    """

    stepped_at: Instant | None = None
    known_at: Instant | None = None
    above_since: Instant | None = None
    calm_since: Instant | None = None
    began_at: Instant | None = None
    ended_at: Instant | None = None


def step(
    reaction: Reaction, state: ReactionState, value: float | None, now: datetime
) -> ReactionState:
    """The state at ``now``, with ``value`` measured then. At most one of begin and end a step.

    `begins` and `ends` say which, from the state before and the answer.
    """
    state = by_clock(state, now)
    began_at = state.began_at
    if began_at is not None:
        last = began_at + timedelta(seconds=reaction.longest_s)
        if now >= last:
            return _ended(_counted(reaction, state, value, now), last)
    if value is None:
        return state
    state = _counted(reaction, state, value, now)
    if began_at is None and _may_begin(reaction, state, now):
        return msgspec.structs.replace(state, began_at=now)
    if began_at is not None and _may_end(reaction, state, began_at, now):
        return _ended(state, now)
    return state


def by_clock(state: ReactionState, now: datetime) -> ReactionState:
    """The state by a clock that may have been set back since the last step; stepped at ``now``."""
    stepped_at = state.stepped_at or state.known_at
    back = max(stepped_at - now, timedelta()) if stepped_at is not None else timedelta()

    def moved(instant: datetime | None) -> datetime | None:
        return None if instant is None else instant - back

    return ReactionState(
        stepped_at=now,
        known_at=moved(state.known_at),
        above_since=moved(state.above_since),
        calm_since=moved(state.calm_since),
        began_at=moved(state.began_at),
        ended_at=moved(state.ended_at),
    )


def begins(before: ReactionState, after: ReactionState) -> bool:
    """Whether the step from one state to the other began a run."""
    return before.began_at is None and after.began_at is not None


def ends(before: ReactionState, after: ReactionState) -> bool:
    """Whether the step from one state to the other ended a run."""
    return before.began_at is not None and after.began_at is None


def phase(reaction: Reaction, state: ReactionState, now: datetime) -> Phase:
    """What the reaction does at ``now``, in a word."""
    if state.began_at is not None:
        return "calming" if state.calm_since is not None else "at-work"
    if rests_until(reaction, state, now) is not None:
        return "resting"
    return "building" if state.above_since is not None else "watching"


def rests_until(reaction: Reaction, state: ReactionState, now: datetime) -> datetime | None:
    """When its cool-down is over; None when none runs."""
    if state.began_at is not None or state.ended_at is None:
        return None
    until = state.ended_at + timedelta(seconds=reaction.cool_down_s)
    return until if now < until else None


def certain(reaction: Reaction, at_least: float, at_most: float) -> float | None:
    """The value to go by when only its bounds are known; None when they leave it open.

    Some of a zone's sensors may be silent: three that see somebody and one that says nothing are
    three or four people. That is no doubt as long as both bounds mean the same to the reaction.
    """
    sides = {_side(reaction, bound) for bound in (at_least, at_most)}
    return at_least if len(sides) == 1 else None


def _side(reaction: Reaction, value: float) -> int:
    return (value >= reaction.above) - (value <= reaction.below)


def _counted(
    reaction: Reaction, state: ReactionState, value: float | None, now: datetime
) -> ReactionState:
    """The state with a known value counted in."""
    if value is None:
        return state
    goes_on = state.known_at is not None and now - state.known_at <= _GAP
    side = _side(reaction, value)
    calms = side < 0 and state.began_at is not None
    return msgspec.structs.replace(
        state,
        known_at=now,
        above_since=((state.above_since if goes_on else None) or now) if side > 0 else None,
        calm_since=((state.calm_since if goes_on else None) or now) if calms else None,
    )


def _ended(state: ReactionState, at: datetime) -> ReactionState:
    return msgspec.structs.replace(state, began_at=None, ended_at=at, calm_since=None)


def _may_begin(reaction: Reaction, state: ReactionState, now: datetime) -> bool:
    return (
        state.above_since is not None
        and now - state.above_since >= timedelta(seconds=reaction.for_s)
        and rests_until(reaction, state, now) is None
    )


def _may_end(reaction: Reaction, state: ReactionState, began_at: datetime, now: datetime) -> bool:
    return (
        state.calm_since is not None
        and now - state.calm_since >= timedelta(seconds=reaction.calm_s)
        and now - began_at >= timedelta(seconds=reaction.hold_s)
    )
