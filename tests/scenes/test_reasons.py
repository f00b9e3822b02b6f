"""What stands on the tablet under "why is this on?"."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scenes.compiler import override_wishes, run_wishes, standing_wishes
from scenes.rules import (
    WEEKDAYS,
    DateException,
    DateSpan,
    Layer,
    OpenHours,
    Override,
    OverrideWhy,
    QuietHour,
    Rule,
    Run,
    SpecialDays,
    SpecialHours,
)
from scenes.schedule import Schedule
from scenes.time_of_day import time_words
from tests.scenes.no_almanac import NoAlmanac

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
EVE = SpecialDays(dates=(DateSpan(first="2026-12-24", last="2026-12-24"),))
NOON = datetime(2026, 12, 24, 12, tzinfo=UTC)


class Holiday(NoAlmanac):
    """Christmas Eve is a public holiday here."""

    def holidays(self, day: date) -> tuple[str, ...]:
        return ("Christmas Eve",) if (day.month, day.day) == (12, 24) else ()


def reasons(schedule: Schedule) -> list[str]:
    """What the wishes of 24 December at noon say, the strongest first."""
    found = standing_wishes(
        schedule, ["hall"], COPENHAGEN, Holiday(), NOON, NOON + timedelta(minutes=1)
    )
    return [wish.reason for wish in found["hall"]]


def test_every_layer_of_a_schedule_says_what_it_is_called_and_when_it_holds() -> None:
    schedule = Schedule(
        hours=dict.fromkeys(WEEKDAYS, OpenHours("10:00", "20:00")),
        rules=(
            Rule(
                id="evening",
                zones=("all",),
                scene="evening",
                from_="opening+01:00",
                until="closing",
                name="Evening",
                weekdays=("mon", "thu"),
            ),
        ),
        exceptions=(
            DateException(
                id="eve",
                zones=("all",),
                scene="calm",
                from_="10:00",
                until="14:00",
                days=EVE,
                name="Christmas Eve",
            ),
        ),
        quiet_hours=(QuietHour(id="q", zones=("all",), from_="opening", until="15:00"),),
    )
    assert reasons(schedule) == [
        "Quiet hour every day opening to 15:00",
        "Exception “Christmas Eve”, 24 December, 10:00 to 14:00",
        "Rule “Evening”, Mon and Thu 1 h after opening to closing",
    ]


def test_a_holiday_is_called_by_its_name_even_if_it_is_any() -> None:
    exception = DateException(
        id="e",
        zones=("all",),
        scene="calm",
        from_="10:00",
        until="14:00",
        days=SpecialDays(holidays=("all",)),
    )
    assert reasons(Schedule(exceptions=(exception,))) == ["Exception Christmas Eve, 10:00 to 14:00"]


def test_special_hours_that_moved_a_rule_are_named() -> None:
    early = SpecialHours(id="early", days=EVE, hours=OpenHours("10:00", "14:00"), name="Early")
    rule = Rule(id="day", zones=("all",), scene="calm", from_="opening", until="closing")
    assert reasons(Schedule(special_hours=(early,), rules=(rule,))) == [
        "Rule every day opening to closing (special hours “Early”)"
    ]


def choice(
    why: OverrideWhy = "other", reason: str = "", layer: Layer = Layer.OVERRIDE, author: str = "Kim"
) -> str:
    override = Override(
        id="1",
        zone="hall",
        scene="calm",
        start=NOON,
        end=NOON + timedelta(hours=1),
        author=author,
        why=why,
        reason=reason,
        layer=layer,
    )
    (wish,) = override_wishes([override], "hall")
    assert (wish.layer, wish.source, wish.author) == (layer, "override:1", author)
    return wish.reason


def test_a_choice_says_who_and_why() -> None:
    assert choice("too-loud") == "Kim chose this: too loud"
    assert choice("too-dark") == "Kim chose this: too dark"
    assert choice("too-strong", "lilies") == "Kim chose this: too strong, lilies"
    assert choice("event") == "Kim chose this: event"
    assert choice("complaint") == "Kim chose this: complaint"
    assert choice(reason="delivery") == "Kim chose this: delivery"
    assert choice() == "Kim chose this"
    assert choice(author="") == "Somebody in the shop chose this"


def test_a_choice_for_the_whole_store_says_which_one() -> None:
    assert choice("complaint", layer=Layer.QUIET_HOUR) == "Quiet hour, begun by Kim: complaint"
    assert choice(layer=Layer.EMERGENCY) == "Emergency, set off by Kim"


def test_a_run_keeps_the_sentence_of_what_set_it_off() -> None:
    run = Run(
        id="1",
        zone="hall",
        scene="breathing-space",
        start=NOON,
        end=NOON + timedelta(hours=1),
        source="reaction:crowd",
        reason="9 people for 5 minutes",
        author="Kim",
        priority=3,
    )
    (wish,) = run_wishes([run], "hall")
    assert (wish.layer, wish.reason, wish.priority) == (Layer.REACTION, run.reason, 3)
    assert (wish.source, wish.author, wish.scene) == (run.source, "Kim", run.scene)
    assert run_wishes([run], "window") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("09:00", "09:00"),
        ("sunset", "sunset"),
        ("closing-00:30", "30 min before closing"),
        ("sunrise+01:15", "1 h 15 min after sunrise"),
        ("opening+02:00", "2 h after opening"),
    ],
)
def test_times_of_day_in_words(text: str, words: str) -> None:
    assert time_words(text) == words
