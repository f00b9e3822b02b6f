"""The compiled result for one zone: which scene is due at every instant of a horizon, and why."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

import msgspec
from msgspec import Struct

from scenes.adjustment import Adjustment, adjusted, quickly
from scenes.errors import OutsidePlanError
from scenes.rules import Layer
from scenes.scene import Scene
from scenes.units import Count, Instant, Number, Slug, TimeZone, check_instants


class Slot(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """From ``start`` until the next slot's start this scene is due, and this is why.

    ``reason`` is a sentence a manager reads; ``source`` names the rule or override that won
    (``rule:calm-mornings``); ``block`` is an experiment's block, where one set the slot.
    ``adjust`` is what people made of the scene here, and ``adjust_reason`` who did and why.
    """

    start: Instant
    scene: Slug
    layer: Layer
    reason: str
    source: str
    author: str = ""
    block: str = ""
    adjust: Adjustment | None = None
    adjust_reason: str = ""


class Plan(Struct, frozen=True, kw_only=True):
    """Slots of one zone in UTC. Slots hold only their start, so no gap or overlap can be said.

    ``epoch`` is the hub's term of office and ``revision`` counts this zone's plans: of two
    plans the larger (epoch, revision) holds. ``until`` is the horizon's end and the plan's
    expiry. ``scenes`` holds the recipe of every scene that a slot names, so that whoever has
    the plan needs nothing else. ``time_zone`` is the IANA name by which the shop counts its
    weeks: past its end the plan is repeated by them (`scenes.repetition`), without it by UTC's.
    ``follows`` is the order of the newest plan of this zone that its maker knew when its term of
    office began, or that a person confirmed since; (0, 0) if it knew none. An agent that has a
    newer one of another term keeps it: a hub that forgot (an old copy of its database) made this.
    """

    store: Slug
    zone: Slug
    epoch: Count
    revision: Number
    compiled_at: Instant
    slots: tuple[Slot, ...]
    until: Instant
    scenes: dict[Slug, Scene]
    time_zone: TimeZone | None = None
    follows: tuple[Count, Count] | None = None

    def __post_init__(self) -> None:
        starts = [slot.start for slot in self.slots]
        if not starts:
            raise ValueError("a plan has at least one slot")
        if any(later <= earlier for earlier, later in pairwise(starts)):
            raise ValueError("slots start in strictly rising order")
        if self.until <= starts[-1]:
            raise ValueError("a plan ends after its last slot starts")
        check_instants(self.compiled_at, starts[0], self.until)
        missing = {slot.scene for slot in self.slots} - self.scenes.keys()
        if missing:
            raise ValueError(f"the plan lacks the recipe of {', '.join(sorted(missing))}")

    @property
    def order(self) -> tuple[int, int]:
        """(epoch, revision): the larger one holds."""
        return self.epoch, self.revision

    def index_at(self, instant: datetime) -> int:
        """Position of the slot due at ``instant``; `OutsidePlanError` beyond the horizon."""
        index = bisect_right(self.slots, instant, key=_start) - 1
        if index < 0 or instant >= self.until:
            raise OutsidePlanError(
                f"the plan of {self.zone} covers {self.slots[0].start} to {self.until}, "
                f"not {instant}"
            )
        return index

    def at(self, instant: datetime) -> Slot:
        """The slot due at ``instant``; `OutsidePlanError` beyond the horizon."""
        return self.slots[self.index_at(instant)]

    def next_change(self, instant: datetime) -> Slot | None:
        """The first later slot with another scene, or None within this horizon."""
        index = self.index_at(instant)
        scene = self.slots[index].scene
        return next((slot for slot in self.slots[index + 1 :] if slot.scene != scene), None)

    def end_of(self, index: int) -> datetime:
        """When the slot at ``index`` ends."""
        return self.slots[index + 1].start if index + 1 < len(self.slots) else self.until

    def claim_of(self, index: int) -> tuple[datetime, datetime]:
        """From when to when the wish behind a slot holds, over what people nudge meanwhile."""
        first = last = index
        while first and same_wish(self.slots[first - 1], self.slots[index]):
            first -= 1
        while last + 1 < len(self.slots) and same_wish(self.slots[last + 1], self.slots[index]):
            last += 1
        return self.slots[first].start, self.end_of(last)

    def recipe(self, index: int) -> Scene:
        """What the slot at ``index`` gives: its scene, as people adjusted it.

        Where only that differs from the slot before, it is reached quickly.
        """
        return recipe_of(self.slots, index, self.scenes)

    def scene_at(self, instant: datetime) -> Scene:
        """The recipe due at ``instant``; `OutsidePlanError` beyond the horizon."""
        return self.recipe(self.index_at(instant))


def recipe_of(slots: Sequence[Slot], index: int, scenes: Mapping[str, Scene]) -> Scene:
    """What the slot at ``index`` gives, by the recipes in ``scenes``: see `Plan.recipe`."""
    slot = slots[index]
    before = slots[index - 1] if index else None
    scene = scenes[slot.scene]
    if slot.adjust is not None:
        scene = adjusted(scene, slot.adjust)
    nudged = before and before.scene == slot.scene and before.adjust != slot.adjust
    return quickly(scene) if nudged else scene


def same_claim(one: Slot, other: Slot) -> bool:
    """Whether two neighbouring slots are one: the same wish goes on, and nobody nudged it."""
    return (
        same_wish(one, other)
        and one.adjust == other.adjust
        and one.adjust_reason == other.adjust_reason
    )


def same_wish(one: Slot, other: Slot) -> bool:
    """Whether the same wish goes on in two neighbouring slots, nudged or not."""
    return (
        one.source == other.source
        and one.scene == other.scene
        and one.reason == other.reason
        and one.author == other.author
        and one.block == other.block
    )


def plainly(slots: Iterable[Slot]) -> tuple[Slot, ...]:
    """Neighbouring slots as they would be if nobody had nudged."""
    found: list[Slot] = []
    for slot in slots:
        if not found or not same_wish(found[-1], slot):
            found.append(msgspec.structs.replace(slot, adjust=None, adjust_reason=""))
    return tuple(found)


def _start(slot: Slot) -> datetime:
    return slot.start
