"""What is planned on one day as blocks: which lanes, when, how deep under others, how it reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.schedules.shifting import just
from hub.schedules.week import WeekSlot, WeekZone
from hub.web.looks import Look, layer_look, scene_look
from hub.web.week.rows import Place, Rows
from hub.web.words import clock_words, list_words
from scenes.occurrences import Occurrences, Span
from scenes.rules import DateException, Layer, QuietHour, Rule
from scenes.schedule import Schedule
from scenes.wall_time import instant_of, local_day

_DAY = timedelta(days=1)
DEEPEST = 3
_LABEL_MIN = 25
"""So many minutes of the calendar the words of a block are high."""

BY_HAND = (Layer.EMERGENCY, Layer.OVERRIDE, Layer.EXPERIMENT, Layer.REACTION)
"""What stands in a plan and not in a schedule; so does a quiet hour that was begun by hand."""

Item = Rule | DateException | QuietHour


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One stretch of one thing in neighbouring lanes of a day.

    ``part`` and ``item`` name it in the draft (empty for what stands in no schedule); ``on`` is the
    local day on which it begins. ``starts`` and ``ends``: that end of it is in this column.
    ``many``: it holds on other days too. ``words`` says all of it; ``label`` is where its shorter
    words stand, from its own top, unless other blocks lie upon all of it.
    """

    id: str
    part: str
    item: str
    on: date
    layer: Layer
    kind: Look
    look: Look
    name: str
    times: str
    words: str
    place: Place
    lane: int
    lanes: int
    depth: int
    label: Place | None
    starts: bool
    ends: bool
    editable: bool
    many: bool

    @property
    def css(self) -> str:
        """The classes that put it where it stands, in its scene's colour."""
        return f"{self.look.css} {self.place.css} l{self.lane} w{self.lanes} d{self.depth}"


@dataclass(frozen=True, slots=True)
class Names:
    """What people call zones and scenes."""

    zones: Mapping[str, str]
    scenes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DayGround:
    """What the blocks of one day are made from. ``lanes`` are zones, from left to right."""

    day: date
    tz: ZoneInfo
    rows: Rows
    lanes: Sequence[str]
    names: Names
    schedule: Schedule
    occurrences: Occurrences
    editable: bool


@dataclass(frozen=True, slots=True)
class _Wish:
    """A span before it is drawn; ``rank`` orders what lies upon what, the lowest first."""

    rank: tuple[int, int, datetime]
    start: datetime
    end: datetime
    zones: frozenset[str]
    layer: Layer
    scene: str
    part: str = ""
    item: Item | None = None
    reason: str = ""


def blocks(ground: DayGround, played: Iterable[WeekZone]) -> list[Block]:
    """The blocks of a day, what lies below first."""
    found: list[Block] = []
    wishes = [*_planned(ground), *_by_hand(ground, played)]
    for wish in sorted(wishes, key=lambda each: each.rank):
        for lane, lanes in _runs(wish.zones, ground.lanes):
            drawn = _block(ground, wish, lane, lanes)
            if drawn is not None:
                found.append(replace(drawn, depth=_depth(drawn, found)))
    return [replace(each, label=_label(each, found[at + 1 :])) for at, each in enumerate(found)]


def _planned(ground: DayGround) -> Iterable[_Wish]:
    schedule = ground.schedule
    start, end = _bounds(ground)
    parts: tuple[tuple[str, Layer, Sequence[Item]], ...] = (
        ("rules", Layer.RULE, schedule.rules),
        ("exceptions", Layer.EXCEPTION, schedule.exceptions),
        ("quiet-hours", Layer.QUIET_HOUR, schedule.quiet_hours),
    )
    for part, layer, items in parts:
        for item in items:
            zones = schedule.zones_of(item.zones, ground.names.zones)
            for span in ground.occurrences.of(item):
                if span.start < end and span.end > start:
                    yield _wish(part, layer, item, span, zones)


def _wish(part: str, layer: Layer, item: Item, span: Span, zones: frozenset[str]) -> _Wish:
    rank = (-layer.rank, item.priority, span.start)
    return _Wish(rank, span.start, span.end, zones, layer, item.scene, part, item)


def _by_hand(ground: DayGround, played: Iterable[WeekZone]) -> Iterable[_Wish]:
    start, end = _bounds(ground)
    ours = {f"quiet-hour:{each.id}" for each in ground.schedule.quiet_hours}
    for zone in played:
        for slot in zone.slots:
            own = slot.layer in BY_HAND or (
                slot.layer is Layer.QUIET_HOUR and slot.source not in ours
            )
            if own and slot.since < end and slot.until > start:
                yield _slot_wish(slot, zone.zone)


def _slot_wish(slot: WeekSlot, zone: str) -> _Wish:
    rank = (-slot.layer.rank, 0, slot.since)
    zones = frozenset({zone})
    return _Wish(rank, slot.since, slot.until, zones, slot.layer, slot.scene, reason=slot.reason)


def _bounds(ground: DayGround) -> tuple[datetime, datetime]:
    return (
        instant_of(ground.day, "00:00", ground.tz),
        instant_of(ground.day + _DAY, "00:00", ground.tz),
    )


def _runs(zones: frozenset[str], lanes: Sequence[str]) -> list[tuple[int, int]]:
    """Neighbouring lanes that belong together: the first, and how many."""
    runs: list[tuple[int, int]] = []
    for at, lane in enumerate(lanes):
        if lane not in zones:
            continue
        if runs and sum(runs[-1]) == at:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((at, 1))
    return runs


def _block(ground: DayGround, wish: _Wish, lane: int, lanes: int) -> Block | None:
    place = ground.rows.place(wish.start, wish.end, ground.day)
    if place is None:
        return None
    start, end = _bounds(ground)
    item, kind = wish.item, layer_look(wish.layer)
    scene = ground.names.scenes.get(wish.scene, wish.scene)
    times = f"{clock_words(wish.start, ground.tz)}–{_end_words(wish.end, ground.tz)}"
    name = (item.name if item else wish.reason) or kind.word
    zones = [ground.names.zones[each] for each in ground.lanes[lane : lane + lanes]]
    return Block(
        id=_id(ground, wish, lane, place.top),
        part=wish.part,
        item=item.id if item else "",
        on=local_day(wish.start, ground.tz),
        layer=wish.layer,
        kind=kind,
        look=scene_look(wish.scene, scene),
        name=name,
        times=times,
        words=", ".join((f"{scene} {times}", name, list_words(zones))),
        place=place,
        lane=lane,
        lanes=lanes,
        depth=0,
        label=None,
        starts=wish.start >= start,
        ends=wish.end <= end,
        editable=ground.editable and item is not None and not item.locked,
        many=_holds_on_many_days(item),
    )


def _id(ground: DayGround, wish: _Wish, lane: int, top: int) -> str:
    """Something planned keeps its id wherever it is moved on its day, and so the focus."""
    if wish.item is None:
        return f"block-{ground.day}-{wish.layer}-{lane}-{top}"
    begins = local_day(wish.start, ground.tz)
    return f"block-{ground.day}-{wish.part}-{wish.item.id}-{begins}-{lane}"


def _depth(block: Block, below: Sequence[Block]) -> int:
    under = [
        each.depth
        for each in below
        if each.place.top < block.place.end
        and block.place.top < each.place.end
        and each.lane < block.lane + block.lanes
        and block.lane < each.lane + each.lanes
    ]
    return min(DEEPEST, max(under) + 1) if under else 0


def _label(block: Block, above: Sequence[Block]) -> Place | None:
    """The first stretch in which no other block lies upon the words of this one."""
    top = block.place.top
    over = [each for each in above if each.lane <= block.lane < each.lane + each.lanes]
    for each in sorted(over, key=lambda each: each.place.top):
        if each.place.top < top + _LABEL_MIN and top < each.place.end:
            top = each.place.end
    if top > block.place.top and top + _LABEL_MIN > block.place.end:
        return None
    return Place(top - block.place.top, block.place.end - block.place.top)


def _holds_on_many_days(item: Item | None) -> bool:
    if isinstance(item, DateException):
        dates = item.days.dates
        return not dates or item.days != just(date.fromisoformat(dates[0].first))
    if isinstance(item, QuietHour) and item.days is not None:
        return True
    return not (item and item.valid_from and item.valid_from == item.valid_to)


def _end_words(instant: datetime, tz: ZoneInfo) -> str:
    words = clock_words(instant, tz)
    return "24:00" if words == "00:00" else words
