"""The wishes of all layers, compiled to the slots of one zone: one sweep for everybody who asks.

The preview, "why is this on", "what if" and the published plan all come from here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter

from scenes.errors import UnknownSceneError
from scenes.opening import Opening, closing_after, opening_of
from scenes.plan import Slot, same_claim
from scenes.scene import Scene
from scenes.wishes import (
    Wish,
    audition_wishes,
    fallback_wish,
    override_wishes,
    run_wishes,
    standing_wishes,
    strength_of,
)

__all__ = [
    "Opening",
    "Wish",
    "audition_wishes",
    "closing_after",
    "compile_slots",
    "fallback_wish",
    "join_slots",
    "opening_of",
    "override_wishes",
    "recipes",
    "run_wishes",
    "same_claim",
    "standing_wishes",
]

_Piece = tuple[datetime, Wish]


def compile_slots(
    wishes: Iterable[Wish], fallback_scene: str, start: datetime, end: datetime
) -> tuple[Slot, ...]:
    """Let the strongest wish win every moment of [start, end). Total, gapless, sorted, merged.

    A slot that is under way at ``start`` keeps its true beginning only from ``start`` on: the
    first slot always starts at ``start``.
    """
    if start >= end:
        raise ValueError("a horizon ends after it starts")
    pieces, free = _take_turns(sorted(wishes, key=strength_of), start, end)
    fallback = fallback_wish(fallback_scene, start, end)
    pieces.extend((moment, fallback) for moment in free)
    pieces.sort(key=itemgetter(0))
    slots: list[Slot] = []
    for moment, wish in pieces:
        slot = _slot(wish, moment)
        # The same claim again (a rule that ends and begins at midnight) is one slot, so that
        # a plan compiled in two halves equals the plan compiled whole.
        if not slots or not same_claim(slots[-1], slot):
            slots.append(slot)
    return tuple(slots)


def _take_turns(
    ranked: Sequence[Wish], start: datetime, end: datetime
) -> tuple[list[_Piece], list[datetime]]:
    """Each wish, the strongest first, takes what is still free of its time.

    Returns what was taken, in no order, and the beginnings of what stays free. A piece holds
    until the next one or the next free time begins. A wish that finds nothing free, the usual
    fate of a weak one, costs one search.
    """
    begins, ends = [start], [end]  # of the free times, side by side, in their order
    taken: list[_Piece] = []
    for wish in ranked:
        index = bisect_right(ends, wish.start)
        while index < len(begins) and begins[index] < wish.end:
            begin, finish = begins[index], ends[index]
            left, right = wish.start > begin, wish.end < finish
            taken.append((wish.start if left else begin, wish))
            if left and right:
                begins.insert(index + 1, wish.end)
                ends.insert(index, wish.start)
            elif left:
                ends[index] = wish.start
            elif right:
                begins[index] = wish.end
            else:
                del begins[index], ends[index]
            if right:
                break
            index += left
    return taken, begins


def _slot(wish: Wish, start: datetime) -> Slot:
    return Slot(
        start=start,
        scene=wish.scene,
        layer=wish.layer,
        reason=wish.reason,
        source=wish.source,
        author=wish.author,
        block=wish.block,
    )


def join_slots(earlier: tuple[Slot, ...], later: tuple[Slot, ...]) -> tuple[Slot, ...]:
    """Two neighbouring horizons as one: equal to compiling the whole at once."""
    if earlier and later and same_claim(earlier[-1], later[0]):
        later = later[1:]
    return earlier + later


def recipes(slots: Iterable[Slot], library: Mapping[str, Scene]) -> dict[str, Scene]:
    """The scenes that ``slots`` name; `UnknownSceneError` for one the library lacks."""
    names = sorted({slot.scene for slot in slots})
    for name in names:
        if name not in library:
            raise UnknownSceneError(f"no scene is called {name!r}")
    return {name: library[name] for name in names}
