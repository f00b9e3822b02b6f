"""The plan as a calendar: where its blocks stand, what they lie upon, what a page says of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hub.by import By
from hub.floors.drawing import Drawing, Rectangle
from hub.parts import HubParts
from hub.planning.asked import Choice
from hub.planning.ends import ForMinutes
from hub.web.week.blocks import Block
from hub.web.week.calendar import Calendar, Planned, Wanted, calendar
from hub.web.week.drafted import draft_state
from hub.web.week.hours import DayHours, day_hours, hours_rows
from hub.web.week.lists import coming_holidays, sections
from hub.web.week.rows import Place, Rows
from hub.web.week.sheet import Beginning, new_sheet, sheet_of
from hub.web.week.stage import stage
from scenes.rules import WEEKDAYS, DateException, DateSpan, OpenHours, QuietHour, SpecialDays
from scenes.schedule import Schedule
from tests.hub.shops import FakeClock, rule

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
SUNDAY = date(2026, 10, 25)
"""Of 25 hours: 02:00 comes twice."""
SPRING = date(2027, 3, 28)
"""Of 23 hours: 02:00 never comes."""
THURSDAY = date(2026, 10, 22)
DAY = timedelta(days=1)


def week_of(day: date) -> list[date]:
    return [day - (day.weekday() - number) * DAY for number in range(7)]


def test_an_hour_that_comes_twice_has_two_rows_on_every_day() -> None:
    rows = Rows(week_of(SUNDAY), COPENHAGEN)
    assert rows.height == 25 * 60
    first, second = (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )
    assert [rows.at(each, SUNDAY) for each in (first, second)] == [150, 210]
    noon = datetime(2026, 10, 22, 10, tzinfo=UTC)
    assert rows.at(noon, THURSDAY) == rows.at(datetime(2026, 10, 25, 11, tzinfo=UTC), SUNDAY) == 780
    assert [(each.top, each.end) for each in rows.missing(THURSDAY)] == [(180, 240)]
    assert rows.twice == Place(180, 240)
    assert Rows(week_of(THURSDAY - 7 * DAY), COPENHAGEN).twice is None
    assert list(rows.missing(SUNDAY)) == []
    assert [hour.words for hour in rows.hours][2:5] == ["02:00", "02:00 ²", "03:00"]


def test_an_hour_that_never_comes_is_empty() -> None:
    rows = Rows(week_of(SPRING), COPENHAGEN)
    assert rows.height == 24 * 60
    assert [(each.top, each.end) for each in rows.missing(SPRING)] == [(120, 180)]
    assert rows.at(datetime(2027, 3, 28, 1, tzinfo=UTC), SPRING) == 180
    assert list(rows.missing(SPRING - DAY)) == []


def test_what_runs_over_midnight_is_cut() -> None:
    before = THURSDAY - 7 * DAY
    rows = Rows(week_of(before), COPENHAGEN)
    start, end = datetime(2026, 10, 15, 20, tzinfo=UTC), datetime(2026, 10, 16, 2, tzinfo=UTC)
    here, next_day = rows.place(start, end, before), rows.place(start, end, before + DAY)
    assert here is not None
    assert next_day is not None
    assert (here.top, here.end, next_day.top, next_day.end) == (22 * 60, 24 * 60, 0, 4 * 60)
    assert here.css == "h22 m0 u24 v0"
    assert rows.place(start, end, before + 2 * DAY) is None


def drawn(parts: HubParts, means: Schedule, *, zone: str = "", may_plan: bool = True) -> Calendar:
    store = parts.planner.store("nordic")
    week = parts.outlook.week("nordic", date(2026, 10, 19))
    planned = Planned(means, week.days, week.zones)
    return calendar(parts, store, Wanted(THURSDAY, zone, may_plan), planned)


def on(shown: Calendar, day: date) -> Sequence[Block]:
    return next(column.blocks for column in shown.columns if column.day == day)


LONG = rule("long", "trading", "08:00", "20:00", zones=("all",))
SHORT = rule("short", "event", "08:00", "12:00", priority=1)
QUIET = QuietHour(id="quiet", zones=("all",), from_="15:00", until="16:00")


def test_blocks_lie_upon_what_they_win_over_and_words_stand_clear(parts: HubParts) -> None:
    shown = drawn(parts, Schedule(rules=(SHORT, LONG), quiet_hours=(QUIET,)))
    below, above, quiet = on(shown, THURSDAY)
    assert [each.item for each in (below, above, quiet)] == ["long", "short", "quiet"]
    assert [each.depth for each in (below, above, quiet)] == [0, 1, 1]
    # Both zones in one block; the words of what lies below begin where nothing lies upon it.
    assert (below.lane, below.lanes, above.lanes) == (0, 2, 1)
    assert below.label is not None
    assert below.place.top + below.label.top == above.place.end
    assert above.words == "Event 08:00–12:00, Schedule, Entrance"


def test_one_zone_is_one_lane(parts: HubParts) -> None:
    shown = drawn(parts, Schedule(rules=(SHORT, LONG)), zone="fitting-rooms")
    assert [lane.zone for lane in shown.lanes] == ["fitting-rooms"]
    assert [each.item for each in on(shown, THURSDAY)] == ["long"]


def test_days_that_are_over_show_what_was_planned_then_and_cannot_be_changed(
    parts: HubParts,
) -> None:
    shown = drawn(parts, Schedule(rules=(LONG,)))
    past, today = on(shown, THURSDAY - DAY), on(shown, THURSDAY)
    assert {each.item for each in past} == {"calm-mornings", "evenings"}
    assert {each.item for each in today} == {"long"}
    assert [any(each.editable for each in day) for day in (past, today)] == [False, True]


def test_who_may_not_plan_and_what_is_the_templates_cannot_be_dragged(parts: HubParts) -> None:
    locked = rule("kept", "event", "08:00", "12:00", locked=True)
    looking = drawn(parts, Schedule(rules=(LONG,)), may_plan=False)
    planning = drawn(parts, Schedule(rules=(locked,)))
    assert not any(each.editable for each in (*on(looking, THURSDAY), *on(planning, THURSDAY)))


@pytest.mark.parametrize(
    ("dates", "many"),
    [
        ((DateSpan(first="2026-10-22", last="2026-10-22"),), False),
        ((DateSpan(first="2026-10-22", last="2026-10-23"),), True),
    ],
)
def test_what_holds_once_asks_nothing(
    parts: HubParts, dates: tuple[DateSpan, ...], many: bool
) -> None:
    sale = DateException(
        id="sale",
        zones=("all",),
        scene="event",
        from_="10:00",
        until="12:00",
        days=SpecialDays(dates=dates),
    )
    (block,) = on(drawn(parts, Schedule(exceptions=(sale,))), THURSDAY)
    assert block.many is many


def test_a_choice_by_hand_stands_in_the_calendar_too(parts: HubParts) -> None:
    parts.planner.override("nordic", "entrance", Choice("event", ForMinutes(60)))
    (block,) = on(drawn(parts, Schedule()), THURSDAY)
    assert (block.layer, block.part, block.editable) == ("override", "", False)
    evening = parts.scene_book.standing("evening").newest
    parts.planner.audition("nordic", "entrance", evening, 120)
    names = {each.look.word for each in on(drawn(parts, Schedule()), THURSDAY)}
    assert names == {"Event", "A scene on trial"}


def test_a_sheet_shows_an_item_and_begins_a_new_one(parts: HubParts, clock: FakeClock) -> None:
    store, shop = parts.planner.store("nordic"), parts.planner.shop
    means = draft_state(parts, store).schedule
    sheet = sheet_of(shop, store, means, "rules", "calm-mornings", THURSDAY)
    assert sheet.only == "Thursday 22 October"
    assert [each.value for each in sheet.weekdays if each.chosen][-1] == "sat"
    assert [time.clock for time in sheet.times] == ["09:00", "11:00"]
    new = new_sheet(shop, store, means, "exceptions", Beginning(THURSDAY, "12:00", "13:00"))
    assert new.spans[0] == DateSpan(first="2026-10-22", last="2026-10-22")
    assert new.only == ""


def test_a_block_keeps_its_name_wherever_it_is_moved_on_its_day(parts: HubParts) -> None:
    """So that who moves it by keys goes on having it."""
    night = rule("night", "event", "22:00", "02:00")
    before = on(drawn(parts, Schedule(rules=(LONG, night))), THURSDAY)
    later = [rule(each.id, each.scene, "09:15", "20:00") for each in (LONG, night)]
    after = on(drawn(parts, Schedule(rules=tuple(later))), THURSDAY)
    assert {each.id for each in after} < {each.id for each in before}
    assert len({each.id for each in before}) == len(before) == 3


def test_opening_hours_are_said_by_weekdays_and_changed_one_by_one() -> None:
    hours = {day: OpenHours("09:00", "20:00") for day in WEEKDAYS[:5]}
    schedule = Schedule(hours={**hours, "sat": OpenHours("10:00", "24:00")})
    assert hours_rows(schedule) == [
        ("Monday to Friday", "09:00–20:00"),
        ("Saturday", "10:00–24:00"),
        ("Sunday", "closed"),
    ]
    saturday, sunday = day_hours(schedule)[5:]
    assert saturday == DayHours("sat", "Saturday", True, "10:00", "00:00")
    assert sunday == DayHours("sun", "Sunday", False, "09:00", "20:00")


def test_something_drawn_goes_on_as_another_kind_with_what_was_chosen(parts: HubParts) -> None:
    store, shop = parts.planner.store("nordic"), parts.planner.shop
    begun = Beginning(THURSDAY, "12:00", "13:30", "entrance", "event")
    for part in ("rules", "exceptions"):
        sheet = new_sheet(shop, store, Schedule(), part, begun)
        assert [each.value for each in sheet.scenes if each.chosen] == ["event"]
        assert [time.clock for time in sheet.times] == ["12:00", "13:30"]
    unknown = new_sheet(shop, store, Schedule(), "rules", Beginning(THURSDAY, scene="gone"))
    assert sum(each.chosen for each in unknown.scenes) == 1


def test_a_rehearsal_stands_on_the_floor_plan_that_somebody_drew(parts: HubParts) -> None:
    store = parts.planner.store("nordic")
    nobody_drew = stage(parts, store)
    assert (nobody_drew.places, nobody_drew.ground) == ("{}", None)
    shape = Rectangle(x=100, y=70, width=500, height=350)
    drawing = Drawing(shapes={"entrance": shape}, outline=((0, 0), (1000, 0), (1000, 700)))
    parts.floors.draw(store, drawing, By("Kim"), lambda *_: None)
    drawn_now = stage(parts, store)
    assert json.loads(drawn_now.places)["entrance"] == ["10.00 10.00 50.00 50.00", ""]
    assert drawn_now.ground is not None
    assert drawn_now.ground.outline == "0,0 1000,0 1000,700"
    assert json.loads(drawn_now.scenes)["calm-morning"] == "Calm morning"


def test_the_lists_hold_everything(parts: HubParts) -> None:
    store, shop = parts.planner.store("nordic"), parts.planner.shop
    found = {each.part: each for each in sections(shop, store, Schedule(quiet_hours=(QUIET,)))}
    assert [row.item for row in found["quiet-hours"].rows] == ["quiet"]
    assert found["rules"].rows == ()
    assert coming_holidays(store, THURSDAY) == ()  # the shop file names no country
