"""One plan after another: what was due stays, what will be due follows from the wishes now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from hub.planning.asked import Asked
from hub.planning.base import BasePlan, cut, overlay
from scenes.compiler import join_slots, recipes
from scenes.language import in_english
from scenes.plan import Plan, Slot
from scenes.scene import Scene

NONE_BEFORE = (0, 0)
"""What a plan follows whose maker knew of none before it."""
_MOST_PAST_SLOTS = 96
"""Two days in which somebody changes something every half an hour; whoever changes the scene every
second (a script, a sensor gone wild) must not make plans grow without end."""


@dataclass(frozen=True, slots=True)
class Present:
    """What all plans that are made together have in common."""

    epoch: int
    scenes: Mapping[str, Scene]
    now: datetime


def plan_after(
    last: Plan | None,
    store: str,
    base: BasePlan,
    asked: Asked,
    present: Present,
) -> Plan:
    """A zone's plan after ``last``; ``last`` itself when nothing would be another.

    `UnknownSceneError` when something asks for a scene that is not in the library.
    """
    with in_english():  # whoever's page asked for it: a plan is kept and sent
        wishes = asked.wishes(base.zone.id)
    begin = base.start if last is None else present.now
    slots = asked.adjust(overlay(base, wishes, begin), base.end, base.time_zone)
    library = {**present.scenes, **asked.recipes()}
    if last is None:
        return _plan(store, base, slots, library, present, NONE_BEFORE, 1)
    slots = join_slots(_past(last, base, present.now), slots)
    # A scene that is gone from the library may still stand in the past.
    library = {**last.scenes, **library}
    follows = followed(last, present.epoch)
    plan = _plan(store, base, slots, library, present, follows, last.revision + 1)
    return last if _says_the_same(last, plan) else plan


def followed(last: Plan, epoch: int) -> tuple[int, int]:
    """What a plan after ``last`` follows in this term of office: within it always the same.

    So an agent that was away keeps what it has, if that wasn't known when the term began, however
    many plans were made since.
    """
    if last.epoch == epoch and last.follows is not None:
        return last.follows
    return last.order


def knowing(plan: Plan, known: tuple[int, int] | None) -> Plan:
    """``plan`` by a maker who knows of somebody else's, whose (epoch, revision) is ``known``."""
    if known is None or (plan.follows is not None and plan.follows >= known):
        return plan
    return msgspec.structs.replace(plan, follows=known)


def _past(last: Plan, base: BasePlan, now: datetime) -> tuple[Slot, ...]:
    """What was due until now, as it was then.

    So that "since" stays true: a rule that begins to hold at noon must not claim the morning.
    """
    start = max(base.start, last.slots[0].start)
    reached = min(now, last.until)
    past = cut(last.slots, start, reached)
    if reached < now:
        past = join_slots(past, overlay(base, (), max(reached, base.start)))
        past = cut(past, past[0].start, now)
    return without_the_shortest(past, _MOST_PAST_SLOTS)


def without_the_shortest(past: tuple[Slot, ...], most: int) -> tuple[Slot, ...]:
    """At most so many slots of the past: what lasted longest stays, and how it all began.

    What is left out was due for the shortest; the slot before it lasts over it. The last one
    stays too: it may still go on. (The day's beginning must not be what goes.)
    """
    if len(past) <= most:
        return past
    inner = range(1, len(past) - 1)
    by_length = sorted(inner, key=lambda index: past[index].start - past[index + 1].start)
    kept = {0, *by_length[: most - 2], len(past) - 1}
    found: tuple[Slot, ...] = ()
    for index in sorted(kept):
        found = join_slots(found, (past[index],))
    return found


def _plan(
    store: str,
    base: BasePlan,
    slots: tuple[Slot, ...],
    library: Mapping[str, Scene],
    present: Present,
    follows: tuple[int, int],
    revision: int,
) -> Plan:
    return Plan(
        store=store,
        zone=base.zone.id,
        epoch=present.epoch,
        revision=revision,
        compiled_at=present.now,
        slots=slots,
        until=base.end,
        scenes=recipes(slots, library),
        time_zone=base.time_zone,
        follows=follows,
    )


def _says_the_same(one: Plan, other: Plan) -> bool:
    return (one.epoch, one.until, one.slots, one.scenes, one.time_zone) == (
        other.epoch,
        other.until,
        other.slots,
        other.scenes,
        other.time_zone,
    )
