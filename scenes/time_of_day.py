"""What the text of a `TimeOfDay` means (an anchor, and how long after it), also in words."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from scenes.rules import TimeOfDay
from scenes.wall_time import since_midnight

Anchor = Literal["midnight", "opening", "closing", "sunrise", "sunset"]
_EVENTS: tuple[Anchor, ...] = ("opening", "closing", "sunrise", "sunset")


class ParsedTime(NamedTuple):
    """``offset`` after ``anchor``; after midnight by the clock on the wall, else as time passes."""

    anchor: Anchor
    offset: timedelta


@lru_cache(maxsize=8192)
def parse_time(text: TimeOfDay) -> ParsedTime:
    """Read "closing-00:30" as half an hour before closing; a valid text is taken for granted."""
    for event in _EVENTS:
        if text.startswith(event):
            sign, rest = text[len(event) : len(event) + 1], text[len(event) + 1 :]
            offset = since_midnight(rest) if rest else timedelta()
            return ParsedTime(event, -offset if sign == "-" else offset)
    return ParsedTime("midnight", since_midnight(text))


def time_words(time: TimeOfDay) -> str:
    """Like "09:00", "sunset" or "1 h 30 min before closing"."""
    anchor, offset = parse_time(time)
    if anchor == "midnight":
        return time
    if not offset:
        return anchor
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    amount = [f"{number} {unit}" for number, unit in ((hours, "h"), (minutes, "min")) if number]
    return f"{' '.join(amount)} {'before' if offset < timedelta() else 'after'} {anchor}"
