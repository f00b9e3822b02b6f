"""What the text of a `TimeOfDay` means (an anchor, and how long after it), also in words."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from scenes.language import N_, _
from scenes.rules import TimeOfDay
from scenes.wall_time import since_midnight

Anchor = Literal["midnight", "opening", "closing", "sunrise", "sunset"]
_EVENTS: tuple[Anchor, ...] = ("opening", "closing", "sunrise", "sunset")
_EVENT_WORDS: dict[Anchor, str] = {
    "opening": N_("opening"),
    "closing": N_("closing"),
    "sunrise": N_("sunrise"),
    "sunset": N_("sunset"),
}


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


def event_words(anchor: Anchor) -> str:
    """What an anchor is called: "closing"."""
    return _(_EVENT_WORDS.get(anchor, anchor))


def time_words(time: TimeOfDay) -> str:
    """Like "09:00", "sunset" or "1 h 30 min before closing"."""
    anchor, offset = parse_time(time)
    if anchor == "midnight":
        return time
    event = event_words(anchor)
    if not offset:
        return event
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    parts = [_("{n} h").format(n=hours)] if hours else []
    parts += [_("{n} min").format(n=minutes)] if minutes else []
    said = _("{time} before {event}") if offset < timedelta() else _("{time} after {event}")
    return said.format(time=" ".join(parts), event=event)
