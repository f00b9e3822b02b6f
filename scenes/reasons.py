"""Why a scene is on, in a sentence a manager reads: the reasons that wishes and slots carry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from scenes.day_words import dated
from scenes.occurrences import Planned, Span
from scenes.rules import (
    WEEKDAYS,
    DateException,
    DateSpan,
    Layer,
    LocalDate,
    Override,
    OverrideWhy,
    QuietHour,
    Rule,
    Weekday,
)
from scenes.special_days import Match
from scenes.time_of_day import time_words

_WEEKDAY_NAMES = dict(zip(WEEKDAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
_WHY_WORDS: dict[OverrideWhy, str] = {
    "too-loud": "too loud",
    "too-dark": "too dark",
    "too-strong": "too strong",
    "event": "event",
    "complaint": "complaint",
    "other": "",  # only their own words tell
}


def short_weekdays(weekdays: Sequence[Weekday]) -> str:
    """Like "every day", "Mon to Fri" or "Mon, Wed"."""
    chosen = [weekday for weekday in WEEKDAYS if weekday in weekdays]
    if len(chosen) == len(WEEKDAYS):
        return "every day"
    positions = [WEEKDAYS.index(weekday) for weekday in chosen]
    if len(chosen) > 2 and positions[-1] - positions[0] == len(chosen) - 1:
        return f"{_WEEKDAY_NAMES[chosen[0]]} to {_WEEKDAY_NAMES[chosen[-1]]}"
    return ", ".join(_WEEKDAY_NAMES[weekday] for weekday in chosen)


def span_words(span: DateSpan) -> str:
    """Like "24 December", "24 to 26 December" or "30 December to 2 January"."""
    first, last = _day_and_month(span.first), _day_and_month(span.last)
    if span.first == span.last:
        return first
    if span.first[:7] == span.last[:7]:
        first = first.split(" ")[0]
    return f"{first} to {last}"


def _day_and_month(day: LocalDate) -> str:
    try:
        return dated(date.fromisoformat(day), year=False)
    except ValueError:
        # A text of the right shape that is no date, like the end of a long February, stays.
        return day


def planned_words(planned: Planned, span: Span) -> str:
    """Like "Rule “Calm mornings”, Mon to Fri 09:00 to 11:00", for one time that it holds.

    Of special days it names those that this one is of, and the special hours that moved it.
    """
    match planned:
        case Rule():
            words = "Rule "
        case DateException():
            words = "Exception "
        case QuietHour():
            words = "Quiet hour "
    if planned.name:
        words += f"“{planned.name}”, "
    if span.why is not None:
        words += f"{_special_day_words(span.why)}, "
    elif not isinstance(planned, DateException):
        words += f"{short_weekdays(planned.weekdays)} "
    words += f"{time_words(planned.from_)} to {time_words(planned.until)}"
    if span.special is not None:
        words += f" (special hours “{span.special.name or span.special.id}”)"
    return words


def _special_day_words(why: Match) -> str:
    return span_words(why.what) if isinstance(why.what, DateSpan) else why.what


def override_words(override: Override) -> str:
    """Like "Kim chose this: too loud"; the kind of reason before the person's own words."""
    who = override.author or "Somebody in the shop"
    match override.layer:
        case Layer.EMERGENCY:
            said = f"Emergency, set off by {who}"
        case Layer.QUIET_HOUR:
            said = f"Quiet hour, begun by {who}"
        case _:
            said = f"{who} chose this"
    why = ", ".join(words for words in (_WHY_WORDS[override.why], override.reason) if words)
    return f"{said}: {why}" if why else said
