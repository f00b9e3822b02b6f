"""What people wish for: opening hours, rules, overrides, and the layers that rank them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct

from scenes.units import Instant, Slug

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
LocalDate = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)",
        description="Local date, YYYY-MM-DD.",
        examples=["2026-12-24"],
    ),
]


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


class Rule(Struct, frozen=True, kw_only=True, omit_defaults=True, rename={"from_": "from"}):
    """A standing wish, like "weekdays 09:00 to 11:00 Calm morning in the entrance".

    ``until`` at or before ``from`` means the next day. Of two rules that meet, the higher
    ``priority`` wins, then the one that began last, then the id that sorts first.
    """

    id: Slug
    zones: tuple[Slug, ...]
    scene: Slug
    from_: WallTime
    until: WallTime
    weekdays: tuple[Weekday, ...] = WEEKDAYS
    priority: int = 0
    valid_from: LocalDate | None = None
    valid_to: LocalDate | None = None
    name: str = ""


class Override(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person's choice for one zone, from ``start`` (included) to ``end`` (excluded)."""

    id: str
    zone: Slug
    scene: Slug
    start: Instant
    end: Instant
    author: str = ""
    reason: str = ""
