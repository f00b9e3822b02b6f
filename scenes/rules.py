"""What people wish for: opening hours, rules, overrides, and the layers that rank them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct

from scenes.units import LINE_PATTERN, Instant, Seconds, Slug

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

WallTime = Annotated[
    str,
    Meta(
        pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?|24:00)$(?!\n)",
        description="Local time of day, HH:MM or HH:MM:SS; 24:00 is the day's end.",
        examples=["09:00"],
    ),
]
TimeOfDay = Annotated[
    str,
    Meta(
        pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?|24:00"
        r"|(opening|closing|sunrise|sunset)([+-]([01][0-9]|2[0-3]):[0-5][0-9])?)$(?!\n)",
        description="Local time of day, HH:MM or HH:MM:SS (24:00 is the day's end); or opening, "
        "closing, sunrise or sunset, and how long after or before it, like closing-00:30.",
        examples=["09:00", "closing-00:30", "sunset"],
    ),
]
LocalDate = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)",
        description="Local date, YYYY-MM-DD.",
        examples=["2026-12-24"],
        extra_json_schema={"format": "date"},
    ),
]
_LINE = LINE_PATTERN + r"(?!\n)"
Name = Annotated[str, Meta(max_length=60, pattern=_LINE)]
Note = Annotated[str, Meta(max_length=200, pattern=_LINE, description="Why it is so, for people.")]
Zones = Annotated[tuple[Slug, ...], Meta(max_length=500)]
Weekdays = Annotated[
    tuple[Weekday, ...],
    Meta(max_length=len(WEEKDAYS), extra_json_schema={"uniqueItems": True}),
]
Priority = Annotated[int, Meta(ge=-1000, le=1000, description="The larger wins in its layer.")]
EVERYWHERE = "all"
"""In place of a zone: the group of all zones of a store."""

EVERY_HOLIDAY = "all"
"""In place of a public holiday's name: each of them."""


class Layer(StrEnum):
    """Whose wish wins, strongest first."""

    EMERGENCY = "emergency"
    QUIET_HOUR = "quiet-hour"
    OVERRIDE = "override"
    EXPERIMENT = "experiment"
    REACTION = "reaction"
    EXCEPTION = "exception"
    RULE = "rule"
    FALLBACK = "fallback"

    @property
    def rank(self) -> int:
        """0 is the strongest."""
        return _RANKS[self]


_RANKS = {layer: rank for rank, layer in enumerate(Layer)}


class OpenHours(Struct, frozen=True, rename={"from_": "from"}):
    """One weekday's opening hours; ``until`` at or before ``from`` is on the next day."""

    from_: WallTime
    until: WallTime


class DateSpan(Struct, frozen=True, kw_only=True):
    """Local dates from ``first`` to ``last``, both included."""

    first: LocalDate
    last: LocalDate

    def __post_init__(self) -> None:
        _check_dates(self.first, self.last)
        if self.last < self.first:
            raise ValueError(f"the last day {self.last} is before the first, {self.first}")


class SpecialDays(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Days that differ: dates, and public holidays of the store's country by their English names.

    The holiday ``all`` stands for each of them.
    """

    dates: Annotated[tuple[DateSpan, ...], Meta(max_length=400)] = ()
    holidays: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=100)], ...], Meta(max_length=200)
    ] = ()

    def __post_init__(self) -> None:
        if not self.dates and not self.holidays:
            raise ValueError("special days name at least one date or holiday")


class SpecialHours(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Other opening hours on special days; without ``hours`` the store is closed."""

    id: Slug
    days: SpecialDays
    hours: OpenHours | None = None
    name: Name = ""
    note: Note = ""


class Standing(Struct, frozen=True, kw_only=True, omit_defaults=True, rename={"from_": "from"}):
    """What rules, exceptions and quiet hours have in common: who wants which scene where, and when.

    ``zones`` names zones, zone groups or ``all``. Of two wall times, ``until`` at or before
    ``from`` means the next day (`scenes.occurrences` tells of the others). Of two wishes of a layer
    that meet, the higher ``priority`` wins, then the one that began last, then the id that sorts
    first. One that is ``locked`` is its template's: a store can't change it.
    """

    id: Slug
    zones: Zones
    scene: Slug
    from_: TimeOfDay
    until: TimeOfDay
    name: Name = ""
    priority: Priority = 0
    locked: bool = False
    author: Name = ""
    note: Note = ""


class Rule(Standing, frozen=True, kw_only=True, omit_defaults=True, rename={"from_": "from"}):
    """A standing wish, like "weekdays 09:00 to 11:00 Calm morning in the entrance"."""

    weekdays: Weekdays = WEEKDAYS
    valid_from: LocalDate | None = None
    valid_to: LocalDate | None = None

    def __post_init__(self) -> None:
        _check_weekdays(self.weekdays)
        _check_dates(self.valid_from, self.valid_to)


class DateException(
    Standing, frozen=True, kw_only=True, omit_defaults=True, rename={"from_": "from"}
):
    """A date that differs: on ``days`` it holds from ``from`` to ``until``, over the rules."""

    days: SpecialDays


class QuietHour(Standing, frozen=True, kw_only=True, omit_defaults=True, rename={"from_": "from"}):
    """A planned time of less light, no music and no scent, above everybody's choice.

    On ``weekdays``, or on ``days`` alone where they are given.
    """

    scene: Slug = "quiet-hour"
    weekdays: Weekdays = WEEKDAYS
    valid_from: LocalDate | None = None
    valid_to: LocalDate | None = None
    days: SpecialDays | None = None

    def __post_init__(self) -> None:
        _check_weekdays(self.weekdays)
        _check_dates(self.valid_from, self.valid_to)


Measure = Literal["occupancy", "waiting", "noise"]
"""What a reaction goes by. occupancy: people in the zone; waiting: minutes that somebody has waited
there; noise: dB(A)."""


class Reaction(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A zone answers to what is measured: "crowded for 5 minutes, then calm for 10".

    It begins when ``measure`` has been at or above ``above`` for ``for_s``, and ends when it has
    been at or below ``below`` for ``calm_s``; never before ``hold_s`` have gone, never later than
    ``longest_s``, and not again before ``cool_down_s`` have gone since its end. Measured is the
    zone itself, or ``measured_in`` for all of ``zones``.
    """

    id: Slug
    zones: Zones
    scene: Slug
    measure: Measure
    above: Annotated[float, Meta(gt=0, le=1000)]
    below: Annotated[float, Meta(ge=0, le=1000)]
    for_s: Seconds = 300.0
    calm_s: Seconds = 600.0
    hold_s: Seconds = 300.0
    cool_down_s: Seconds = 600.0
    longest_s: Annotated[float, Meta(ge=1, le=86400)] = 7200.0
    measured_in: Slug | None = None
    name: Name = ""
    priority: Priority = 0
    locked: bool = False
    author: Name = ""
    note: Note = ""

    def __post_init__(self) -> None:
        if self.below >= self.above:
            raise ValueError("a reaction ends at less than it begins at: below lies under above")
        if self.hold_s > self.longest_s:
            raise ValueError("a reaction can't hold for longer than its longest time")


class Run(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reaction or a trigger at work in one zone, from ``start`` to ``end`` at the latest.

    ``source`` is ``reaction:ID`` or ``trigger:INTEGRATION``; ``reason`` a sentence for people.
    """

    id: str
    zone: Slug
    scene: Slug
    start: Instant
    end: Instant
    source: str
    reason: str
    author: str = ""
    priority: Priority = 0


OverrideWhy = Literal["too-loud", "too-dark", "too-strong", "event", "complaint", "other"]


class Override(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person's choice for one zone, from ``start`` (included) to ``end`` (excluded).

    In the layer ``override``; ``quiet-hour`` and ``emergency`` are choices for a whole store, one
    of these in each zone. ``why`` is the kind of reason, ``reason`` the person's own words.
    """

    id: str
    zone: Slug
    scene: Slug
    start: Instant
    end: Instant
    author: str = ""
    reason: str = ""
    why: OverrideWhy = "other"
    layer: Layer = Layer.OVERRIDE


def _check_dates(*days: LocalDate | None) -> None:
    for day in days:
        try:
            date.fromisoformat(day or "2000-01-01")
        except ValueError:
            raise ValueError(f"there is no {day}") from None


def _check_weekdays(weekdays: tuple[Weekday, ...]) -> None:
    if len(set(weekdays)) < len(weekdays):
        raise ValueError("a weekday is named twice")
