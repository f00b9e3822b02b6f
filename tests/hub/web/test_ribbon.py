"""Today as a ribbon."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.web.now.ribbon import busy_spans, ribbon
from scenes.adjustment import Adjustment
from scenes.plan import Plan, Slot
from scenes.rules import Layer
from scenes.scene import Scene

OSLO = ZoneInfo("Europe/Oslo")
MIDNIGHT = datetime(2026, 11, 20, 23, tzinfo=UTC)  # in Oslo


def plan(*slots: tuple[float, str, Layer], start: datetime = MIDNIGHT) -> Plan:
    names = {scene for _, scene, _ in slots}
    return Plan(
        store="oslo",
        zone="entrance",
        epoch=1,
        revision=1,
        compiled_at=start,
        slots=tuple(
            Slot(
                start=start + timedelta(hours=hour),
                scene=scene,
                layer=layer,
                reason="because",
                source="x",
            )
            for hour, scene, layer in slots
        ),
        until=start + timedelta(days=3),
        scenes={name: Scene(id=name, name=name.capitalize()) for name in names},
    )


SHOP_DAY = plan(
    (0, "closing", Layer.FALLBACK),
    (9.5, "calm-morning", Layer.RULE),
    (11, "trading", Layer.RULE),
    (20, "closing", Layer.FALLBACK),
    (33, "calm-morning", Layer.RULE),
)


def test_the_ribbon_spans_the_busy_hours_of_today() -> None:
    drawn = ribbon(SHOP_DAY, MIDNIGHT + timedelta(hours=12), OSLO)
    assert drawn is not None
    assert [mark.words for mark in drawn.marks] == ["09:00", "12:00", "15:00", "18:00", "20:00"]
    assert [bit.css for bit in drawn.bits] == [
        "scene-closing",
        "scene-calm-morning",
        "scene-trading",
    ]
    assert [bit.now for bit in drawn.bits] == [False, False, True]
    assert drawn.words == "Today: 09:00 Closing, 09:30 Calm-morning, 11:00 Trading"


def test_the_ribbon_reaches_now_when_the_shop_is_not_busy() -> None:
    drawn = ribbon(SHOP_DAY, MIDNIGHT + timedelta(hours=22, minutes=20), OSLO)
    assert drawn is not None
    assert drawn.marks[-1].words == "23:00"
    assert drawn.bits[-1].now


def test_a_day_of_nothing_but_the_fallback_has_no_ribbon() -> None:
    nothing = plan((0, "closing", Layer.FALLBACK))
    assert ribbon(nothing, MIDNIGHT + timedelta(hours=12), OSLO) is None


@given(
    hours=st.lists(st.integers(1, 47), unique=True, max_size=8).map(sorted),
    now_h=st.floats(0, 47),
    summer=st.booleans(),
)
def test_bits_fill_the_ribbon_without_gap(hours: list[int], now_h: float, summer: bool) -> None:
    # One of the starts makes the first day 23 hours long.
    start = datetime(2026, 3, 28, 23, tzinfo=UTC) if summer else MIDNIGHT
    course = [(0, "trading", Layer.RULE), *((hour, "evening", Layer.RULE) for hour in hours)]
    drawn = ribbon(plan(*course, start=start), start + timedelta(hours=now_h), OSLO)
    assert drawn is not None
    reached = 0.0
    for bit in drawn.bits:
        assert bit.x == pytest.approx(reached, abs=0.02)
        reached = bit.x + bit.width
    assert reached == pytest.approx(100, abs=0.02)
    assert sum(bit.now for bit in drawn.bits) == 1
    marks = [mark.x for mark in drawn.marks]
    assert marks == sorted(marks)
    assert len(marks) <= 6


def test_a_scene_that_goes_on_is_one_bit_whoever_cut_it() -> None:
    softer = Adjustment(volume=80)
    course = plan(
        (0, "closing", Layer.FALLBACK),
        (9, "trading", Layer.RULE),
        (11, "trading", Layer.OVERRIDE),
        (12, "trading", Layer.OVERRIDE),
        (13, "evening", Layer.RULE),
        (20, "closing", Layer.FALLBACK),
    )
    nudged = replace(course.slots[3], adjust=softer, adjust_reason="too loud")
    slots = (*course.slots[:3], nudged, *course.slots[4:])
    drawn = ribbon(replace(course, slots=slots), MIDNIGHT + timedelta(hours=12.5), OSLO)
    assert drawn is not None
    assert [(bit.name, bit.now) for bit in drawn.bits] == [("Trading", True), ("Evening", False)]
    assert drawn.words == "Today: 09:00 Trading, 13:00 Evening"


def test_a_name_stands_in_its_bit_only_where_it_fits() -> None:
    drawn = ribbon(SHOP_DAY, MIDNIGHT + timedelta(hours=12), OSLO)
    assert drawn is not None
    assert [bit.room for bit in drawn.bits] == ["never", "never", "always"]


def test_the_hours_stay_the_same_all_day_whatever_holds_on_over_them() -> None:
    usual = busy_spans(SHOP_DAY.slots, SHOP_DAY.until)
    emergency = plan(
        (0, "closing", Layer.FALLBACK),
        (9.5, "calm-morning", Layer.RULE),
        (10, "emergency", Layer.EMERGENCY),
    )
    # What is left of the day when its beginning is on no plan any more.
    beheaded = plan((10, "trading", Layer.RULE), (20, "closing", Layer.FALLBACK))
    for course in (SHOP_DAY, emergency, beheaded):
        drawn = ribbon(course, MIDNIGHT + timedelta(hours=12), OSLO, usual)
        assert drawn is not None
        assert (drawn.marks[0].words, drawn.marks[-1].words) == ("09:00", "20:00")


def test_a_choice_beyond_the_usual_hours_is_shown_whole() -> None:
    usual = busy_spans(SHOP_DAY.slots, SHOP_DAY.until)
    late = plan(
        (9.5, "trading", Layer.RULE),
        (20, "event", Layer.OVERRIDE),
        (22.5, "closing", Layer.FALLBACK),
    )
    drawn = ribbon(late, MIDNIGHT + timedelta(hours=12), OSLO, usual)
    assert drawn is not None
    assert drawn.marks[-1].words == "23:00"
