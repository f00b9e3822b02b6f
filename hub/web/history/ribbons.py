"""What really played in a day as ribbons: one for each zone and agent, gaps drawn as gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.web.history.adjustments import adjusted_words
from hub.web.history.spans import Span
from hub.web.looks import scene_look
from hub.web.words import clock_words
from scenes.language import _
from scenes.names import Names

WIDTH = 1440
"""Units of the drawing from the day's start to its end."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One span of a ribbon; ``kind`` is ``good``, ``partly`` or ``gap``. ``at`` is its start."""

    x: int
    width: int
    css: str
    kind: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DayRibbon:
    """One agent's day in a zone; ``agent`` is named where a zone has several."""

    zone: str
    name: str
    agent: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A local day as a stretch of UTC."""

    start: datetime
    end: datetime
    tz: ZoneInfo

    def x(self, instant: datetime) -> int:
        """Where an instant lies, kept inside the drawing."""
        share = (instant - self.start) / (self.end - self.start)
        return round(WIDTH * min(1.0, max(0.0, share)))


def day_ribbons(
    spans: Mapping[tuple[str, str], Sequence[Span]], names: Names, day: Day
) -> tuple[DayRibbon, ...]:
    """The ribbons in the zones' order; ``spans`` by (zone, agent), gaps among them."""
    ribbons = []
    for zone, name in names.zones.items():
        agents = sorted(agent for each, agent in spans if each == zone)
        for agent in agents:
            pieces = tuple(_pieces(spans[zone, agent], names, day))
            ribbons.append(DayRibbon(zone, name, agent if len(agents) > 1 else "", pieces))
    return tuple(ribbons)


def hours(day: Day) -> tuple[tuple[int, str], ...]:
    """Where the hours 0, 6, 12, 18 and 24 are, and their words."""
    step = (day.end - day.start) / 4
    marks = [day.start + number * step for number in range(5)]
    return tuple((day.x(mark), clock_words(mark, day.tz)) for mark in marks)


def _pieces(spans: Sequence[Span], names: Names, day: Day) -> Iterator[Piece]:
    for span in spans:
        left, right = day.x(span.start), day.x(span.until)
        look = scene_look(span.scene)
        word = names.scene(span.scene) if span.scene else _("Nothing was reported")
        words = f"{clock_words(span.start, day.tz)} – {clock_words(span.until, day.tz)} {word}"
        if span.adjust:
            words = f"{words}: {adjusted_words(span.adjust)}"
        kind = "gap" if span.scene is None else "good" if span.confirmed else "partly"
        yield Piece(left, max(1, right - left), look.css, kind, words, span.start)
