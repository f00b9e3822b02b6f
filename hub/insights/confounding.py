"""Why two scenes cannot be compared, in words that name the confounder."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from hub.insights.document import Confounder

_QUARTERS_OF_HOUR = 4
_MANY_RANGES = 3
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Footprint:
    """When a scene ran in a zone.

    ``cells`` are the (weekday, quarter-hour of the day) in which it ran as a rule, Monday and
    midnight being 0; ``days`` counts its days, from ``first`` to ``last``.
    """

    name: str
    cells: frozenset[tuple[int, int]]
    days: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Shared:
    """How far two scenes overlap: days of the one that had fewer, in cells that both had.

    ``days`` are between the first and last day on which both were in use, ``days_ever`` all;
    ``needed`` is how many a comparison takes.
    """

    days: int
    days_ever: int
    needed: int


def confounder(one: Footprint, other: Footprint, shared: Shared) -> tuple[Confounder, str]:
    """What tells these two scenes apart besides the scene, for a pair that shares too little."""
    narrow, wide = sorted((one, other), key=lambda footprint: len(footprint.cells))
    short = min(one, other, key=lambda footprint: footprint.days)
    if short.days < shared.needed:
        return "too-little", (
            f"{short.name} ran on {_days(short.days)} only, {shared.needed} are needed: "
            f"not enough data to compare it with {(other if short is one else one).name}"
        )
    if shared.days_ever >= shared.needed:
        return "date", _date_words(one, other)
    but = f", but for {_days(shared.days_ever)}" if shared.days_ever else ""
    if not _quarters(narrow) & _quarters(wide):
        return "hour", (
            f"{narrow.name} only ran {when(narrow.cells)}, {wide.name} never did{but}: "
            "hour and scene cannot be told apart"
        )
    if not _weekdays(narrow) & _weekdays(wide):
        return "weekday", (
            f"{narrow.name} only ran {weekday_words(_weekdays(narrow))}, "
            f"{wide.name} never did{but}: weekday and scene cannot be told apart"
        )
    if not narrow.cells & wide.cells:
        return "weekday-and-hour", (
            f"{narrow.name} only ran {when(narrow.cells)}, {wide.name} never at the same hour of "
            f"the same weekday{but}: "
            "weekday, hour and scene cannot be told apart"
        )
    return "too-little", (
        f"{narrow.name} and {wide.name} shared the same hours of the same weekdays on "
        f"{_days(shared.days_ever)} only, {shared.needed} are needed: not enough data"
    )


def when(cells: Collection[tuple[int, int]]) -> str:
    """Cells as people say them: ``09–11 on weekdays``."""
    return f"{_hour_words({quarter for _, quarter in cells})} {weekday_words(_of_week(cells))}"


def weekday_words(weekdays: Collection[int]) -> str:
    """``on weekdays``, ``at weekends``, ``every day`` or the days by name."""
    chosen = set(weekdays)
    if chosen == set(range(7)):
        return "every day"
    if chosen == set(range(5)):
        return "on weekdays"
    if chosen == {5, 6}:
        return "at weekends"
    return f"on {_listed([_WEEKDAYS[day] for day in sorted(chosen)])}"


def _date_words(one: Footprint, other: Footprint) -> str:
    early, late = sorted((one, other), key=lambda footprint: (footprint.first, footprint.last))
    if early.last <= late.first:
        return (
            f"{early.name} ran until {_day(early.last)}, {late.name} from {_day(late.first)} on: "
            "date and scene cannot be told apart"
        )
    return (
        f"{early.name} and {late.name} were hardly in use in the same weeks: "
        "date and scene cannot be told apart"
    )


def _hour_words(quarters: set[int]) -> str:
    ranges: list[tuple[int, int]] = []
    for quarter in sorted(quarters):
        if ranges and ranges[-1][1] == quarter:
            ranges[-1] = (ranges[-1][0], quarter + 1)
        else:
            ranges.append((quarter, quarter + 1))
    words = [f"{_clock(start)}–{_clock(end)}" for start, end in ranges]
    if len(words) > _MANY_RANGES:
        words = [*words[:_MANY_RANGES], "at other times"]
    return _listed(words)


def _clock(quarter: int) -> str:
    hour, part = divmod(quarter, _QUARTERS_OF_HOUR)
    return f"{hour:02}:{part * 15:02}" if part else f"{hour:02}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _quarters(footprint: Footprint) -> set[int]:
    return {quarter for _, quarter in footprint.cells}


def _weekdays(footprint: Footprint) -> set[int]:
    return _of_week(footprint.cells)


def _of_week(cells: Collection[tuple[int, int]]) -> set[int]:
    return {weekday for weekday, _ in cells}


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
