"""What a review of a schedule tells, and how much of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hub.schedules.reviewing import MOST_TOLD, Reviewed, days_from, reviewed, store_names
from hub.shop import Library
from scenes.rules import Rule
from scenes.stretches import Review
from tests.hub.shops import SCENES, ShopMaker, rule


def a_review(rules: Sequence[Rule]) -> Reviewed:
    """Of a Monday."""
    store = ShopMaker(rules=rules, zones=("entrance",)).store()
    names = store_names(store, Library(SCENES), store.schedule)
    time = Review(*days_from(store, date(2026, 11, 23), 1), store.tz, names)
    return reviewed(store, store.schedule, store.schedule, time, ())


def together(count: int) -> list[Rule]:
    """So many rules behind a first one that wants another scene at the same time."""
    rules = [rule(f"r{number:03}", "event", "10:00", "20:00") for number in range(1, count + 1)]
    return [rule("r000", "evening", "10:00", "20:00"), *rules]


def test_a_long_list_of_conflicts_ends_with_how_many_more_there_are() -> None:
    found = a_review(together(MOST_TOLD + 30))
    for told in (found.conflicts, found.never):
        assert len(told) == MOST_TOLD + 1
        assert told[-1] == "And 30 more"
        assert "“r100”" in told[-2]


def test_a_list_that_is_just_not_too_long_is_told_whole() -> None:
    found = a_review(together(MOST_TOLD))
    assert len(found.conflicts) == len(found.never) == MOST_TOLD
    assert "“r100”" in found.conflicts[-1]


def test_a_long_list_of_gaps_ends_with_how_many_more_there_are() -> None:
    each_five_minutes = [
        rule(f"r{minute}", "event", clock(minute), clock(minute + 1))
        for minute in range(600, 1200, 5)
    ]
    gaps = a_review(each_five_minutes).gaps
    assert len(gaps) == MOST_TOLD + 1
    assert gaps[-1] == "And 20 more"


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
