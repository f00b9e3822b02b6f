"""What the schedule confounds is said in words that name the confounder."""

from __future__ import annotations

from datetime import date

import pytest

from hub.insights.confounding import Footprint, Shared, confounder, when

WEEKDAYS, WEEKEND, ALWAYS = range(5), range(5, 7), range(7)
NOTHING_SHARED = Shared(days=0, days_ever=0, needed=7)


def footprint(
    name: str,
    weekdays: range,
    *hours: tuple[float, float],
    days: int = 40,
    first: date = date(2026, 1, 5),
    last: date = date(2026, 3, 1),
) -> Footprint:
    cells = {
        (weekday, quarter)
        for weekday in weekdays
        for start, end in hours
        for quarter in range(int(start * 4), int(end * 4))
    }
    return Footprint(name, frozenset(cells), days, first, last)


CALM = footprint("Calm morning", WEEKDAYS, (9, 11))
RUSH = footprint("Rush hour", ALWAYS, (12, 19))


def test_another_hour() -> None:
    expected = (
        "hour",
        (
            "Calm morning only ran 09–11 on weekdays, Rush hour never did: "
            "hour and scene cannot be told apart"
        ),
    )
    assert confounder(CALM, RUSH, NOTHING_SHARED) == expected
    assert confounder(RUSH, CALM, NOTHING_SHARED) == expected


def test_another_hour_but_for_an_exception() -> None:
    kind, words = confounder(CALM, RUSH, Shared(days=2, days_ever=2, needed=7))
    assert kind == "hour"
    assert "Rush hour never did, but for 2 days: hour and scene" in words


def test_another_weekday() -> None:
    weekend = footprint("Event", WEEKEND, (12, 15))
    working = footprint("Trading", WEEKDAYS, (12, 19))
    assert confounder(weekend, working, NOTHING_SHARED) == (
        "weekday",
        ("Event only ran at weekends, Trading never did: weekday and scene cannot be told apart"),
    )


def test_neither_hour_nor_weekday_alone() -> None:
    early = footprint("Trading", WEEKDAYS, (9, 12))
    late = footprint("Evening", WEEKDAYS, (12, 18))
    mixed = Footprint(
        "Mixed", frozenset({(0, 48), (5, 36)}), 40, date(2026, 1, 5), date(2026, 3, 1)
    )
    assert confounder(early, late, NOTHING_SHARED)[0] == "hour"
    assert confounder(mixed, early, NOTHING_SHARED) == (
        "weekday-and-hour",
        (
            "Mixed only ran 09–09:15 and 12–12:15 on Mon and Sat; "
            "at the same hour of the same weekday Trading never did: "
            "weekday, hour and scene cannot be told apart"
        ),
    )


def test_before_and_after() -> None:
    before = footprint("Trading", ALWAYS, (9, 19), last=date(2026, 2, 1))
    after = footprint("Evening", ALWAYS, (9, 19), first=date(2026, 2, 2))
    assert confounder(after, before, Shared(days=0, days_ever=28, needed=7)) == (
        "date",
        (
            "Trading ran until 1 February 2026, Evening from 2 February 2026 on: "
            "date and scene cannot be told apart"
        ),
    )


@pytest.mark.parametrize(("days", "words"), [(1, "1 day only"), (3, "3 days only")])
def test_too_few_days(days: int, words: str) -> None:
    event = footprint("Event", ALWAYS, (12, 15), days=days)
    kind, sentence = confounder(event, RUSH, Shared(days, days, needed=7))
    assert kind == "too-little"
    assert sentence.startswith(f"Event ran on {words}")
    assert sentence.endswith("compare it with Rush hour")


def test_too_little_in_common() -> None:
    other = footprint("Evening", ALWAYS, (18, 21))
    kind, sentence = confounder(RUSH, other, Shared(days=4, days_ever=4, needed=7))
    assert kind == "too-little"
    assert "on 4 days only, 7 are needed" in sentence


def test_times_are_said_as_people_say_them() -> None:
    assert (
        when(footprint("", WEEKDAYS, (9, 10.5), (18, 24)).cells) == "09–10:30 and 18–24 on weekdays"
    )
    assert when(footprint("", WEEKEND, (0, 24)).cells) == "00–24 at weekends"
    assert when({(0, 40), (2, 40), (4, 40)}) == "10–10:15 on Mon, Wed and Fri"
    many = {(day, quarter) for day in range(7) for quarter in (4, 12, 20, 28)}
    assert when(many) == "01–01:15, 03–03:15, 05–05:15 and at other times every day"
