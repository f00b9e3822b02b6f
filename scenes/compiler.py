"""Rules, overrides and the fallback of one zone, compiled to slots.

Every layer turns what it knows into *wishes*: intervals in UTC that ask for a scene. One sweep
lets the strongest wish win each moment. A new layer is a new function that yields wishes.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scenes.errors import UnknownSceneError
from scenes.plan import Slot
from scenes.rules import WEEKDAYS, Layer, OpenHours, Override, Rule, Weekday
from scenes.scene import Scene
from scenes.wall_time import instant_of, local_day

_DAY = timedelta(days=1)
_WEEKDAY_NAMES = dict(zip(WEEKDAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody's wish for a scene from ``start`` (included) to ``end`` (excluded), UTC."""

    start: datetime
    end: datetime
    layer: Layer
    scene: str
    source: str
    reason: str
    author: str = ""
    block: str = ""
    priority: int = 0

    @property
    def strength(self) -> tuple[int, int, float, str]:
        """Sort key: the smallest wins. The layer, the priority, who began last, the source."""
        return self.layer.rank, -self.priority, -self.start.timestamp(), self.source

    def slot(self, start: datetime) -> Slot:
        return Slot(
            start=start,
            scene=self.scene,
            layer=self.layer,
            reason=self.reason,
            source=self.source,
            author=self.author,
            block=self.block,
        )


def rule_wishes(
    rules: Iterable[Rule], zone: str, tz: ZoneInfo, start: datetime, end: datetime
) -> list[Wish]:
    """Every occurrence of every rule for ``zone`` that touches [start, end)."""
    # One day more on both sides: a rule may run past midnight, and local days start off UTC's.
    first, last = local_day(start, tz) - _DAY, local_day(end, tz) + _DAY
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    wishes = []
    for rule in rules:
        if zone not in rule.zones:
            continue
        reason = _rule_reason(rule)
        for day in days:
            if not _applies(rule, day):
                continue
            begin = instant_of(day, rule.from_, tz)
            finish = end_instant(day, rule.from_, rule.until, tz)
            # Both ends of a short rule can fall into the same spring gap: then it is no time.
            if begin < finish and begin < end and finish > start:
                wishes.append(
                    Wish(
                        start=begin,
                        end=finish,
                        layer=Layer.RULE,
                        scene=rule.scene,
                        source=f"rule:{rule.id}",
                        reason=reason,
                        priority=rule.priority,
                    )
                )
    return wishes


def override_wishes(overrides: Iterable[Override], zone: str) -> list[Wish]:
    """The overrides of ``zone``; of two that meet, the one that began last wins."""
    return [
        Wish(
            start=override.start,
            end=override.end,
            layer=Layer.OVERRIDE,
            scene=override.scene,
            source=f"override:{override.id}",
            reason=_override_reason(override),
            author=override.author,
        )
        for override in overrides
        if override.zone == zone and override.start < override.end
    ]


def fallback_wish(scene: str, start: datetime, end: datetime) -> Wish:
    """What plays when nobody wishes anything; it makes every plan total."""
    return Wish(
        start=start,
        end=end,
        layer=Layer.FALLBACK,
        scene=scene,
        source="fallback",
        reason="Nothing is planned: the zone's fallback scene",
    )


def compile_slots(
    wishes: Sequence[Wish], fallback_scene: str, start: datetime, end: datetime
) -> tuple[Slot, ...]:
    """Let the strongest wish win every moment of [start, end). Total, gapless, sorted, merged.

    A slot that is under way at ``start`` keeps its true beginning only from ``start`` on: the
    first slot always starts at ``start``.
    """
    if start >= end:
        raise ValueError("a horizon ends after it starts")
    ranked = sorted(
        (wish for wish in wishes if wish.start < end and wish.end > start),
        key=lambda wish: wish.start,
    )
    fallback = fallback_wish(fallback_scene, start, end)
    moments = sorted(
        {start}
        | {wish.start for wish in ranked if wish.start > start}
        | {wish.end for wish in ranked if wish.end < end}
    )
    standing: list[tuple[tuple[int, int, float, str], datetime, int]] = []
    slots: list[Slot] = []
    winner: Wish | None = None
    upcoming = 0
    for moment in moments:
        while upcoming < len(ranked) and ranked[upcoming].start <= moment:
            wish = ranked[upcoming]
            heapq.heappush(standing, (wish.strength, wish.end, upcoming))
            upcoming += 1
        while standing and standing[0][1] <= moment:
            heapq.heappop(standing)
        strongest = ranked[standing[0][2]] if standing else fallback
        if strongest is not winner:
            slot = strongest.slot(moment)
            # The same claim again (a rule that ends and begins at midnight) is one slot, so that
            # a plan compiled in two halves equals the plan compiled whole.
            if not slots or not same_claim(slots[-1], slot):
                slots.append(slot)
        winner = strongest
    return tuple(slots)


def join_slots(earlier: tuple[Slot, ...], later: tuple[Slot, ...]) -> tuple[Slot, ...]:
    """Two neighbouring horizons as one: equal to compiling the whole at once."""
    if earlier and later and same_claim(earlier[-1], later[0]):
        later = later[1:]
    return earlier + later


def same_claim(one: Slot, other: Slot) -> bool:
    """Whether two neighbouring slots are one: the same wish goes on."""
    return (one.source, one.scene, one.reason, one.author, one.block) == (
        other.source,
        other.scene,
        other.reason,
        other.author,
        other.block,
    )


def recipes(slots: Iterable[Slot], library: Mapping[str, Scene]) -> dict[str, Scene]:
    """The scenes that ``slots`` name; `UnknownSceneError` for one the library lacks."""
    names = sorted({slot.scene for slot in slots})
    for name in names:
        if name not in library:
            raise UnknownSceneError(f"no scene is called {name!r}")
    return {name: library[name] for name in names}


def end_instant(day: date, from_: str, until: str, tz: ZoneInfo) -> datetime:
    """When a span of wall time that began on ``day`` ends; at or before ``from_``: next day."""
    if until != "24:00" and _clock(until) <= _clock(from_):
        day += _DAY
    return instant_of(day, until, tz)


def closing_after(
    instant: datetime, hours: Mapping[Weekday, OpenHours], tz: ZoneInfo
) -> datetime | None:
    """The first closing time after ``instant``, looking eight days ahead; None if never open."""
    today = local_day(instant, tz)
    closings = (
        end_instant(day, opening.from_, opening.until, tz)
        for day in (today + timedelta(days=number) for number in range(-1, 9))
        if (opening := hours.get(WEEKDAYS[day.weekday()])) is not None
    )
    return min((closing for closing in closings if closing > instant), default=None)


def _clock(wall_time: str) -> str:
    return wall_time if len(wall_time) == 8 else f"{wall_time}:00"


def _applies(rule: Rule, day: date) -> bool:
    text = day.isoformat()
    return (
        WEEKDAYS[day.weekday()] in rule.weekdays
        and (rule.valid_from is None or rule.valid_from <= text)
        and (rule.valid_to is None or text <= rule.valid_to)
    )


def _rule_reason(rule: Rule) -> str:
    name = f"“{rule.name}”, " if rule.name else ""
    return f"Rule {name}{_weekday_words(rule.weekdays)} {rule.from_} to {rule.until}"


def _weekday_words(weekdays: Sequence[Weekday]) -> str:
    chosen = [weekday for weekday in WEEKDAYS if weekday in weekdays]
    if len(chosen) == len(WEEKDAYS):
        return "every day"
    positions = [WEEKDAYS.index(weekday) for weekday in chosen]
    if len(chosen) > 2 and positions[-1] - positions[0] == len(chosen) - 1:
        return f"{_WEEKDAY_NAMES[chosen[0]]} to {_WEEKDAY_NAMES[chosen[-1]]}"
    return ", ".join(_WEEKDAY_NAMES[weekday] for weekday in chosen)


def _override_reason(override: Override) -> str:
    who = override.author or "Somebody in the shop"
    return f"{who} chose this" + (f": {override.reason}" if override.reason else "")
