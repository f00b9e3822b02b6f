"""Special hours that don't hold on one of their days, since others of the list name it before."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from scenes.language import _
from scenes.rules import EVERY_HOLIDAY, SpecialHours


class Overlap(NamedTuple):
    """``holder`` holds on what both name in the same way, ``loser`` comes later in the list.

    ``shared`` is the first such date, or the name of the holiday.
    """

    holder: SpecialHours
    loser: SpecialHours
    shared: str


class _Taken(NamedTuple):
    """Ordinals of days from ``begin`` to before ``end``, and whose they are by its place."""

    begin: int
    end: int
    owner: int


def overlaps(specials: Sequence[SpecialHours]) -> Iterator[Overlap]:
    """Every two with other hours of which one holds on a day of the other, in the list's order."""
    taken: list[_Taken] = []
    by_name: dict[str, int] = {}
    for place, special in enumerate(specials):
        shared: dict[int, str] = {}
        for span in sorted(special.days.dates, key=lambda span: span.first):
            first, last = date.fromisoformat(span.first), date.fromisoformat(span.last)
            days = _Taken(first.toordinal(), last.toordinal() + 1, place)
            for owner, day in _take(taken, days):
                shared.setdefault(owner, day.isoformat())
        for name in special.days.holidays:
            words = _("every public holiday") if name == EVERY_HOLIDAY else name
            shared.setdefault(by_name.setdefault(name, place), words)
        for owner in sorted(shared):
            if specials[owner].hours != special.hours:
                yield Overlap(specials[owner], special, shared[owner])


def _take(taken: list[_Taken], wanted: _Taken) -> list[tuple[int, date]]:
    """Take what is free of ``wanted``; whose the rest is, and the first day of it, rising.

    ``taken`` is rising and nobody's twice: so a day is looked at once, however many name it.
    """
    start = wanted.begin
    low = high = bisect_right(taken, start, key=itemgetter(1))
    met: list[tuple[int, date]] = []
    pieces: list[_Taken] = []
    while high < len(taken) and taken[high].begin < wanted.end:
        held = taken[high]
        if start < held.begin:
            pieces.append(_Taken(start, held.begin, wanted.owner))
        met.append((held.owner, date.fromordinal(max(start, held.begin))))
        pieces.append(held)
        start = held.end
        high += 1
    if start < wanted.end:
        pieces.append(_Taken(start, wanted.end, wanted.owner))
    taken[low:high] = pieces
    return met
