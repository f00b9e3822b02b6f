"""Why two scenes cannot be compared, in words that name the confounder."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from hub.insights.document import Confounder
from scenes.language import N_

_QUARTERS_OF_HOUR = 4
_MANY_RANGES = 3
TOO_LITTLE = N_(
    "{scene} ran on {days} only, {needed} are needed: not enough data to compare it with {other}"
)
SHARED_LITTLE = N_(
    "{scene} and {other} shared the same hours of the same weekdays on {days} only, {needed} are "
    "needed: not enough data"
)
HOUR = N_("{narrow} only ran {when}, {wide} {never}: hour and scene cannot be told apart")
WEEKDAY = N_("{narrow} only ran {when}, {wide} {never}: weekday and scene cannot be told apart")
BOTH = N_(
    "{narrow} only ran {when}; at the same hour of the same weekday {wide} {never}: weekday, hour "
    "and scene cannot be told apart"
)
NEVER, BUT_FOR = N_("never did"), N_("never did, but for {days}")
ONE_AFTER_ANOTHER = N_(
    "{early} ran until {last}, {late} from {first} on: date and scene cannot be told apart"
)
HARDLY_TOGETHER = N_(
    "{scene} and {other} were hardly in use in the same weeks: date and scene cannot be told apart"
)
EVERY_DAY, ON_WEEKDAYS, AT_WEEKENDS = N_("every day"), N_("on weekdays"), N_("at weekends")
ON_DAYS = N_("on {days}")
WHEN = {
    EVERY_DAY: N_("{hours} every day"),
    ON_WEEKDAYS: N_("{hours} on weekdays"),
    AT_WEEKENDS: N_("{hours} at weekends"),
}
WHEN_ON_DAYS = N_("{hours} on {days}")
AT_OTHER_TIMES = N_("at other times")
DAYS = ("{n} day", "{n} days")
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
            TOO_LITTLE.format(
                scene=short.name,
                days=_days(short.days),
                needed=shared.needed,
                other=(other if short is one else one).name,
            )
        )
    if shared.days_ever >= shared.needed:
        return "date", _date_words(one, other)
    but = BUT_FOR.format(days=_days(shared.days_ever)) if shared.days_ever else NEVER
    apart = {"narrow": narrow.name, "wide": wide.name, "never": but}
    if not _quarters(narrow) & _quarters(wide):
        return "hour", (HOUR.format(**apart, when=when(narrow.cells)))
    if not _weekdays(narrow) & _weekdays(wide):
        return "weekday", (WEEKDAY.format(**apart, when=weekday_words(_weekdays(narrow))))
    if not narrow.cells & wide.cells:
        return "weekday-and-hour", (BOTH.format(**apart, when=when(narrow.cells)))
    return "too-little", (
        SHARED_LITTLE.format(
            scene=narrow.name, other=wide.name, days=_days(shared.days_ever), needed=shared.needed
        )
    )


def when(cells: Collection[tuple[int, int]]) -> str:
    """Cells as people say them: ``09–11 on weekdays``."""
    hours = _hour_words({quarter for _, quarter in cells})
    weekdays = _of_week(cells)
    words = WHEN.get(weekday_words(weekdays), WHEN_ON_DAYS)
    return words.format(hours=hours, days=_days_of_week(weekdays))


def weekday_words(weekdays: Collection[int]) -> str:
    """``on weekdays``, ``at weekends``, ``every day`` or the days by name."""
    chosen = set(weekdays)
    if chosen == set(range(7)):
        return EVERY_DAY
    if chosen == set(range(5)):
        return ON_WEEKDAYS
    if chosen == {5, 6}:
        return AT_WEEKENDS
    return ON_DAYS.format(days=_days_of_week(chosen))


def _days_of_week(weekdays: Collection[int]) -> str:
    return _listed([_WEEKDAYS[day] for day in sorted(weekdays)])


def _date_words(one: Footprint, other: Footprint) -> str:
    early, late = sorted((one, other), key=lambda footprint: (footprint.first, footprint.last))
    if early.last <= late.first:
        last, first = _day(early.last), _day(late.first)
        return ONE_AFTER_ANOTHER.format(early=early.name, last=last, late=late.name, first=first)
    return HARDLY_TOGETHER.format(scene=early.name, other=late.name)


def _hour_words(quarters: set[int]) -> str:
    ranges: list[tuple[int, int]] = []
    for quarter in sorted(quarters):
        if ranges and ranges[-1][1] == quarter:
            ranges[-1] = (ranges[-1][0], quarter + 1)
        else:
            ranges.append((quarter, quarter + 1))
    words = [f"{_clock(start)}–{_clock(end)}" for start, end in ranges]
    if len(words) > _MANY_RANGES:
        words = [*words[:_MANY_RANGES], AT_OTHER_TIMES]
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
    return DAYS[count != 1].format(n=count)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
