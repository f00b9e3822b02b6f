"""What every layer wishes for: intervals in UTC that ask for a scene, each with its reason.

A new layer is a new function that yields wishes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from zoneinfo import ZoneInfo

from scenes.almanac import Almanac
from scenes.audition import AUDITION, Audition
from scenes.language import N_
from scenes.occurrences import Occurrences, Planned
from scenes.reasons import audition_words, override_words, planned_words
from scenes.rules import DateException, Layer, Override, QuietHour, Rule, Run
from scenes.schedule import Schedule

FALLBACK_SOURCE = "fallback"
FALLBACK_REASON = N_("Nothing is planned: the zone's fallback scene")

Strength = tuple[int, int, float, str]
"""Sort key: the smallest wins. The layer, the priority, who began last, the source."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody's wish for a scene from ``start`` (included) to ``end`` (excluded), UTC.

    ``reason`` is a sentence a manager reads. A wish for no time is refused (`ValueError`).
    """

    start: datetime
    end: datetime
    layer: Layer
    scene: str
    source: str
    reason: str
    author: str = ""
    block: str = ""
    priority: int = 0
    # Asked for again and again, of every zone that shares the wish: so it is worked out once.
    strength: Strength = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError("a wish ends after it starts")
        strength = self.layer.rank, -self.priority, -self.start.timestamp(), self.source
        object.__setattr__(self, "strength", strength)


strength_of = attrgetter("strength")
"""The key that sorts wishes, the strongest first."""


def standing_wishes(
    schedule: Schedule,
    zones: Iterable[str],
    tz: ZoneInfo,
    almanac: Almanac,
    start: datetime,
    end: datetime,
) -> dict[str, list[Wish]]:
    """What a store's rules, exceptions and quiet hours wish for in [start, end), by zone.

    The strongest first in every zone. Zones that a rule has in common share its wishes.
    """
    zones = tuple(zones)
    occurrences = Occurrences(schedule, almanac, tz, start, end)
    wanted: list[tuple[Wish, frozenset[str]]] = []
    everything: tuple[Planned, ...] = (
        *schedule.rules,
        *schedule.exceptions,
        *schedule.quiet_hours,
    )
    for planned in everything:
        there = schedule.zones_of(planned.zones, zones)
        if there:
            wanted.extend((wish, there) for wish in _planned_wishes(planned, occurrences))
    wanted.sort(key=lambda each: each[0].strength)
    wishes: dict[str, list[Wish]] = {zone: [] for zone in zones}
    for wish, there in wanted:
        for zone in there:
            wishes[zone].append(wish)
    return wishes


def override_wishes(overrides: Iterable[Override], zone: str) -> list[Wish]:
    """What people chose for ``zone``, each in its layer; of two that meet, the later one wins."""
    return [
        Wish(
            start=override.start,
            end=override.end,
            layer=override.layer,
            scene=override.scene,
            source=f"override:{override.id}",
            reason=override_words(override),
            author=override.author,
        )
        for override in overrides
        if override.zone == zone and override.start < override.end
    ]


def audition_wishes(auditions: Iterable[Audition], zone: str) -> list[Wish]:
    """What people audition in ``zone``: over a choice, which holds again afterwards."""
    return [
        Wish(
            start=audition.start,
            end=audition.end,
            layer=Layer.OVERRIDE,
            scene=AUDITION,
            source=audition.source,
            reason=audition_words(audition),
            author=audition.author,
            priority=1,
        )
        for audition in auditions
        if audition.zone == zone and audition.start < audition.end
    ]


def run_wishes(runs: Iterable[Run], zone: str) -> list[Wish]:
    """What reactions and triggers at work wish for in ``zone``."""
    return [
        Wish(
            start=run.start,
            end=run.end,
            layer=Layer.REACTION,
            scene=run.scene,
            source=run.source,
            reason=run.reason,
            author=run.author,
            priority=run.priority,
        )
        for run in runs
        if run.zone == zone and run.start < run.end
    ]


def fallback_wish(scene: str, start: datetime, end: datetime) -> Wish:
    """What plays when nobody wishes anything; it makes every plan total."""
    return Wish(
        start=start,
        end=end,
        layer=Layer.FALLBACK,
        scene=scene,
        source=FALLBACK_SOURCE,
        reason=FALLBACK_REASON,
    )


def _planned_wishes(planned: Planned, occurrences: Occurrences) -> Iterator[Wish]:
    layer = layer_of(planned)
    # The layers of what is planned are called as their sources: "quiet-hour:tuesday".
    source = f"{layer}:{planned.id}"
    told, reason = None, ""
    for span in occurrences.of(planned):
        if (span.why, span.special) != told:
            told = span.why, span.special
            reason = planned_words(planned, span)
        yield Wish(
            start=span.start,
            end=span.end,
            layer=layer,
            scene=planned.scene,
            source=source,
            reason=reason,
            author=planned.author,
            priority=planned.priority,
        )


def layer_of(planned: Planned) -> Layer:
    """The layer of what a schedule plans."""
    match planned:
        case Rule():
            return Layer.RULE
        case DateException():
            return Layer.EXCEPTION
        case QuietHour():
            return Layer.QUIET_HOUR
