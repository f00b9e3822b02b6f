"""Reactions in words."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from scenes.reaction import ReactionState, phase, rests_until
from scenes.rules import Measure, Reaction

_NAMES: dict[Measure, str] = {"occupancy": "Crowded", "waiting": "Somebody waits", "noise": "Loud"}


def amount(measure: Measure, value: float) -> str:
    """A measured value with its unit."""
    if measure == "occupancy":
        return "1 person" if value == 1 else f"{value:g} people"
    if measure == "waiting":
        return span(60 * value)
    return f"{value:.0f} dB(A)"


def span(seconds: float) -> str:
    """A length of time, about as people say it: 40 seconds, 5 minutes, 2 hours."""
    for unit_s, name in ((3600, "hour"), (60, "minute")):
        if seconds >= unit_s:
            number = f"{seconds / unit_s:.1f}".removesuffix(".0")
            return f"{number} {name}" if number == "1" else f"{number} {name}s"
    return "1 second" if seconds == 1 else f"{seconds:.0f} seconds"


def reason(reaction: Reaction, value: float | None) -> str:
    """Why its scene is due: "Crowded: 7 people for 5 minutes (limit 6)"."""
    name = reaction.name or _NAMES[reaction.measure]
    measured = amount(reaction.measure, reaction.above if value is None else value)
    lasting = f" for {span(reaction.for_s)}" if reaction.for_s else ""
    return f"{name}: {measured}{lasting} (limit {reaction.above:g})"


def standing(
    reaction: Reaction, state: ReactionState, now: datetime, tz: ZoneInfo, *, known: bool
) -> str:
    """What a reaction does now and what it waits for."""
    high = f"{amount(reaction.measure, reaction.above)} or more"
    low = f"{amount(reaction.measure, reaction.below)} or fewer"
    if reaction.measure != "occupancy":
        low = f"{amount(reaction.measure, reaction.below)} or less"
    unknown = "" if known else "; nothing is measured now"
    match phase(reaction, state, now):
        case "watching":
            return f"Waits for {high}{_for(reaction.for_s)}{unknown}"
        case "building":
            return f"{high.capitalize()} {_gone(state.above_since, now, reaction.for_s)}{unknown}"
        case "at-work":
            return f"At work; waits for {low}{_for(reaction.calm_s)}{unknown}"
        case "calming":
            return f"At work; {low} {_gone(state.calm_since, now, reaction.calm_s)}{unknown}"
        case "resting":
            until = rests_until(reaction, state, now)
            return f"Rests until {until.astimezone(tz):%H:%M:%S}" if until else "Rests"
        case never:
            assert_never(never)


def _for(seconds: float) -> str:
    return f" for {span(seconds)}" if seconds else ""


def _gone(since: datetime | None, now: datetime, of_s: float) -> str:
    gone_s = 0.0 if since is None else max(0.0, (now - since).total_seconds())
    return f"for {span(gone_s)} of {span(of_s)}" if of_s else "now"
