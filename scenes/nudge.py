"""A person's nudge: one sense of a zone made more or less for a while, over whatever scene holds.

``mute`` and ``scent-off`` are nudges for a whole store, one in each zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

from scenes.adjustment import FULL, Adjustment, Sense, combined
from scenes.audition import AUDITION
from scenes.day_words import day_name, end_words, start_words
from scenes.language import _
from scenes.plan import Slot, same_claim
from scenes.reasons import why_words
from scenes.rules import Layer, OverrideWhy
from scenes.units import Instant, Slug

Calm = Literal["mute", "scent-off"]
"""What everybody can ask of a whole store at once, at any time."""
NudgeKind = Sense | Calm
KINDS: tuple[NudgeKind, ...] = ("mute", "scent-off", "volume", "light", "scent")
CALMS: tuple[Calm, ...] = get_args(Calm)
_SENSE_OF: dict[NudgeKind, Sense] = {
    "mute": "volume",
    "scent-off": "scent",
    "volume": "volume",
    "light": "light",
    "scent": "scent",
}


class Nudge(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person asked of one zone, from ``start`` (included) to ``end`` (excluded).

    ``percent`` is of what the scene asks; 0 of a mute and of a scent-off. ``why`` is the kind of
    reason, ``reason`` the person's own words.
    """

    id: str
    zone: Slug
    kind: NudgeKind
    percent: Annotated[float, Meta(ge=0, le=150)]
    start: Instant
    end: Instant
    author: str = ""
    reason: str = ""
    why: OverrideWhy = "other"

    @property
    def sense(self) -> Sense:
        """What it makes more or less of."""
        return _SENSE_OF[self.kind]


def adjustment_in(layer: Layer, source: str, nudges: Iterable[Nudge]) -> Adjustment | None:
    """What nudges that hold make of a slot; None when that is nothing.

    An emergency is never adjusted, a quiet hour never louder or stronger. Of a recipe that
    somebody auditions only what is to be off is off.
    """
    holding = heeded(layer, source, nudges)
    found = combined((nudge.sense, nudge.percent) for nudge in holding)
    if layer is Layer.QUIET_HOUR:
        found = found.lowering()
    return None if found.plain else found


def adjusted_slots(
    slots: Sequence[Slot], nudges: Sequence[Nudge], until: datetime, tz: ZoneInfo
) -> tuple[Slot, ...]:
    """Gapless slots until ``until``, cut where nudges begin and end, and what they make of each."""
    if not nudges:
        return tuple(slots)
    first, last = min(each.start for each in nudges), max(each.end for each in nudges)
    found: list[Slot] = []
    ends = [*(slot.start for slot in slots[1:]), until]
    for slot, end in zip(slots, ends, strict=True):
        if end <= first or slot.start >= last:
            pieces = [slot]
        else:
            starts = _cuts(slot.start, end, nudges)
            pieces = [_piece(slot, start, nudges, tz) for start in starts]
        for piece in pieces:
            if not found or not same_claim(found[-1], piece):
                found.append(piece)
    return tuple(found)


def adjustment_words(layer: Layer, source: str, nudges: Iterable[Nudge], tz: ZoneInfo) -> str:
    """Every nudge that made a slot what it is, in words; empty where none did."""
    holding = list(nudges)
    if adjustment_in(layer, source, holding) is None:
        return ""
    followed = sorted(heeded(layer, source, holding), key=_order)
    return "; ".join(nudge_words(nudge, tz) for nudge in followed)


def nudge_words(nudge: Nudge, tz: ZoneInfo) -> str:
    """Like "20 % quieter until 18:00, Kim: too loud", by the clocks of ``tz``."""
    said = _("{what} until {when}").format(what=how_words(nudge), when=_end_words(nudge, tz))
    if nudge.author:
        said = f"{said}, {nudge.author}"
    why = ", ".join(words for words in (why_words(nudge.why), nudge.reason) if words)
    return f"{said}: {why}" if why else said


def heeded(layer: Layer, source: str, nudges: Iterable[Nudge]) -> list[Nudge]:
    """Those of ``nudges`` that a slot of a layer, from a source, follows at all."""
    if layer is Layer.EMERGENCY:
        return []
    if source.partition(":")[0] == AUDITION:
        return [nudge for nudge in nudges if nudge.kind in CALMS]
    if layer is Layer.QUIET_HOUR:
        return [nudge for nudge in nudges if nudge.sense == "light" or nudge.percent < FULL]
    return list(nudges)


def _cuts(start: datetime, end: datetime, nudges: Iterable[Nudge]) -> list[datetime]:
    edges = {edge for nudge in nudges for edge in (nudge.start, nudge.end) if start < edge < end}
    return [start, *sorted(edges)]


def _piece(slot: Slot, start: datetime, nudges: Iterable[Nudge], tz: ZoneInfo) -> Slot:
    holding = [nudge for nudge in nudges if nudge.start <= start < nudge.end]
    adjust = adjustment_in(slot.layer, slot.source, holding)
    said = adjustment_words(slot.layer, slot.source, holding, tz)
    return msgspec.structs.replace(slot, start=start, adjust=adjust, adjust_reason=said)


def _order(nudge: Nudge) -> int:
    return KINDS.index(nudge.kind)


def how_words(nudge: Nudge) -> str:
    """What it makes of its sense, beside what the scene asks: 20 % brighter."""
    more = nudge.percent > FULL
    said = {
        "mute": _("Muted"),
        "scent-off": _("Scent off"),
        "volume": _("{points} % louder") if more else _("{points} % quieter"),
        "light": _("{points} % brighter") if more else _("{points} % darker"),
        "scent": _("{points} % less scent"),
    }[nudge.kind]
    return said.format(points=f"{abs(nudge.percent - FULL):g}")


def _end_words(nudge: Nudge, tz: ZoneInfo) -> str:
    """The time, and the day where it is another one than that on which the nudge began."""
    today, _start = start_words(nudge.start, tz, seconds=False)
    day, clock = end_words(nudge.end, tz, seconds=False)
    return clock if day == today else f"{day_name(day, today)} {clock}"
