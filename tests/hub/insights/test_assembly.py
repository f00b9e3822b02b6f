"""The effects document says what the tables hold, and no more."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from hub.errors import UnknownStoreError
from hub.insights.assembly import effects_document
from hub.insights.document import Comparison, EffectRow, EffectsDocument
from hub.insights.errors import AmbiguousStoreError
from hub.insights.stores import meant_store
from tests.hub.insights.shop import (
    FIRST,
    STORE,
    days,
    local,
    name_scene,
    open_shop,
    play,
    publish_scene,
    receipt,
    visit,
)

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


def effects(engine: Engine) -> EffectsDocument:
    return effects_document(engine, STORE, NOW)


def row_of(document: EffectsDocument, scene: str) -> EffectRow:
    return next(row for row in document.rows if row.scene == scene)


def pair_of(document: EffectsDocument, *scenes: str) -> Comparison:
    return next(pair for pair in document.comparisons if {pair.scene, pair.baseline} == set(scenes))


def test_counts_are_those_of_verified_exposure(engine: Engine) -> None:
    open_shop(engine)
    name_scene(engine, "trading", 1, "Old name")
    name_scene(engine, "trading", 2, "Trading")
    name_scene(engine, "trading", 3, "A name that waits in a draft")
    publish_scene(engine, "trading", 2)
    play(engine, "trading", FIRST, "10:00", "11:00")
    play(engine, "trading", FIRST, "11:00", "12:00", confirmed=False)
    play(engine, "trading", FIRST, "12:00", "13:00", fading_s=360.0)
    visit(engine, local(FIRST, "10:00"), 60)
    visit(engine, local(FIRST, "10:59:59"), 600)
    visit(engine, local(FIRST, "10:30"), 9999, quality="interrupted")
    visit(engine, local(FIRST, "11:30"), 60, device="other")
    visit(engine, local(FIRST, "12:03"), 60)
    visit(engine, local(FIRST, "12:06"), 120)
    receipt(engine, "1", local(FIRST, "10:30"), 1050)
    receipt(engine, "2", local(FIRST, "10:30"), 99_999, superseded=True)
    receipt(engine, "3", local(FIRST, "11:30"), 500)
    receipt(engine, "4", local(FIRST, "12:30"), -50)

    document = effects(engine)

    assert (document.first_day, document.last_day) == (FIRST, FIRST)
    row = row_of(document, "trading")
    assert (row.zone_name, row.scene_name) == ("Floor", "Trading")
    assert row.exposure_hours == pytest.approx(1.9)
    assert (row.days, row.visits, row.receipts, row.sales) == (1, 3, 2, "10.00")
    assert row.dwell_mean_s.value == pytest.approx(260)
    assert row.dwell_median_s.value == 120
    assert row.dwell_p90_s.value == 600
    assert row.receipts_per_hour.value == pytest.approx(2 / 1.9)
    assert row.sales_per_hour.value == pytest.approx(10 / 1.9)
    assert row.sales_per_hour.interval is None
    assert row.sales_per_hour.note == "not enough data: 1 of 7 days"
    assert (row.grade, row.wording) == ("D", "association, not effect")


def test_days_can_be_chosen_and_are_local_ones(engine: Engine) -> None:
    open_shop(engine)
    for day in days(3):
        play(engine, "trading", day, "10:00", "11:00")
    night = FIRST + timedelta(days=1)
    play(engine, "evening", FIRST, "23:00", "24:00")
    play(engine, "evening", night, "00:00", "01:00")
    document = effects_document(engine, STORE, NOW, night, night)
    assert row_of(document, "trading").exposure_hours == pytest.approx(1)
    assert row_of(document, "evening").exposure_hours == pytest.approx(1)
    assert (document.first_day, document.last_day) == (night, night)


def test_a_record_of_long_ago_does_not_ask_for_centuries(engine: Engine) -> None:
    open_shop(engine)
    play(engine, "trading", date(1970, 1, 1), "10:00", "11:00")
    play(engine, "trading", FIRST, "10:00", "11:00")
    document = effects(engine)
    assert document.last_day == FIRST
    assert document.first_day == FIRST - timedelta(days=799)
    assert document.notes[0].startswith("Only the last 800 days of this time are counted.")
    assert row_of(document, "trading").exposure_hours == 1
    earlier = effects_document(engine, STORE, NOW, last=date(1971, 1, 1))
    assert (earlier.first_day, earlier.last_day) == (date(1970, 1, 1), date(1971, 1, 1))
    assert not any("800" in note for note in earlier.notes)
    asked = effects_document(engine, STORE, NOW, FIRST - timedelta(days=799), FIRST)
    assert not any("800" in note for note in asked.notes)


def test_an_empty_store_says_so(engine: Engine) -> None:
    open_shop(engine)
    document = effects(engine)
    assert document.rows == []
    assert document.notes == [
        "No as-run records in this time: nothing was played, or nobody reported it."
    ]
    play(engine, "trading", FIRST, "10:00", "11:00", confirmed=False)
    assert "none of them is confirmed" in effects(engine).notes[0]


def test_a_store_that_nobody_knows(engine: Engine) -> None:
    with pytest.raises(UnknownStoreError):
        effects(engine)
    with pytest.raises(UnknownStoreError):
        meant_store(engine, None)
    open_shop(engine)
    assert meant_store(engine, None) == meant_store(engine, STORE) == STORE
    open_shop(engine, "inland", zones=())
    assert meant_store(engine, None) == STORE
    open_shop(engine, "uptown")
    with pytest.raises(AmbiguousStoreError, match="harbour, uptown"):
        meant_store(engine, None)
    with pytest.raises(UnknownStoreError):
        meant_store(engine, "downtown")


def test_a_confounded_schedule_gives_words_and_no_figure(engine: Engine) -> None:
    open_shop(engine)
    name_scene(engine, "calm-morning", 1, "Calm morning")
    name_scene(engine, "rush-hour", 1, "Rush hour")
    for day in days(28):
        if day.weekday() < 5:
            play(engine, "calm-morning", day, "09:00", "11:00")
        play(engine, "rush-hour", day, "16:00", "18:00")
        visit(engine, local(day, "16:30"), 100)
    pair = pair_of(effects(engine), "calm-morning", "rush-hour")
    assert pair.words == (
        "Calm morning only ran 09–11 on weekdays, Rush hour never did: "
        "hour and scene cannot be told apart"
    )
    assert (pair.confounder, pair.grade) == ("hour", "X")
    assert pair.dwell_ratio.value is None
    assert pair.sales_ratio.value is None


def test_one_exception_in_a_month_does_not_hide_the_rule(engine: Engine) -> None:
    open_shop(engine)
    for day in days(42):
        if day.weekday() < 5:
            play(engine, "calm-morning", day, "09:00", "11:00")
        play(engine, "rush-hour", day, "11:00", "18:00")
    saturday = FIRST + timedelta(days=5)
    play(engine, "calm-morning", saturday, "18:00", "20:00")
    pair = pair_of(effects(engine), "calm-morning", "rush-hour")
    assert pair.words.startswith("calm-morning only ran 09–11 on weekdays, rush-hour never did:")


def test_scenes_that_take_turns_are_compared(engine: Engine) -> None:
    """Evening lengthens a stay by half; it runs more often on busy afternoons."""
    open_shop(engine)
    dice = random.Random(7)
    for number, day in enumerate(days(28)):
        for start, until, often in (("10:00", "12:00", 0.25), ("16:00", "18:00", 0.75)):
            scene = "evening" if dice.random() < often else "trading"
            play(engine, scene, day, start, until)
            for minute in range(10, 110, 10):
                usual = 60 if start == "10:00" else 240
                dwell_s = usual * (1.5 if scene == "evening" else 1.0) * dice.uniform(0.8, 1.2)
                at = local(day, start) + timedelta(minutes=minute)
                visit(engine, at, dwell_s)
                receipt(engine, f"{number}-{start}-{minute}", at, 1000)
    document = effects(engine)
    pair = pair_of(document, "evening", "trading")
    assert pair.confounder is None
    ratio = pair.dwell_ratio
    expected = 1.5 if pair.scene == "evening" else 1 / 1.5
    assert ratio.value == pytest.approx(expected, rel=0.05)
    assert ratio.interval is not None
    assert ratio.interval.low < expected < ratio.interval.high
    naive = row_of(document, pair.scene).dwell_mean_s.value or 0.0
    baseline = row_of(document, pair.baseline).dwell_mean_s.value or 1.0
    assert abs(naive / baseline / expected - 1) > 0.3
    assert pair.visits_ratio.value == pytest.approx(1, abs=0.02)
    assert "dwell" in pair.words
    assert f"95 % intervals, {pair.days} days" in pair.words
    assert 21 <= pair.days <= 28


def test_what_people_nudged_counts_with_its_scene_and_an_audition_for_nothing(
    engine: Engine,
) -> None:
    open_shop(engine)
    play(engine, "trading", FIRST, "10:00", "11:00")
    play(engine, "trading", FIRST, "11:00", "12:00", adjust={"volume": 80.0})
    play(engine, "audition", FIRST, "12:00", "13:00")
    play(engine, "trading", FIRST, "13:00", "14:00", confirmed=False, adjust={"volume": 80.0})
    document = effects(engine)
    assert [row.scene for row in document.rows] == ["trading"]
    assert row_of(document, "trading").exposure_hours == 2
    assert document.notes[0].startswith("In 50 % of the confirmed time people had made a scene")
