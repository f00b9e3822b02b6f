"""Overrides laid upon rules: the quick way says what the whole way says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from hub.planning.base import BasePlan, compile_store, cut, horizon_around, overlay
from hub.shop import Store
from scenes.compiler import compile_slots, override_wishes
from scenes.plan import Slot
from scenes.rules import WEEKDAYS, Layer, Override, Rule
from tests.hub.shops import THURSDAY_NOON, ShopMaker

NAMES = st.sampled_from(["trading", "calm-morning", "evening", "event"])
WALL_TIMES = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.sampled_from([0, 15, 30]))
INSTANTS = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001
    max_value=datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
ZONES = st.sampled_from(sorted(available_timezones()))


@st.composite
def rules(draw: st.DrawFn) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            id=f"rule-{number}",
            zones=("entrance",),
            scene=draw(NAMES),
            from_=draw(WALL_TIMES),
            until=draw(WALL_TIMES),
            weekdays=tuple(draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1))),
            priority=draw(st.integers(0, 2)),
        )
        for number in range(draw(st.integers(0, 5)))
    )


@st.composite
def overrides(draw: st.DrawFn, now: datetime) -> list[Override]:
    return [
        Override(
            id=f"choice-{number}",
            zone="entrance",
            scene=draw(NAMES),
            start=(start := now + timedelta(minutes=draw(st.integers(-3000, 3000)))),
            end=start + timedelta(minutes=draw(st.integers(1, 3000))),
        )
        for number in range(draw(st.integers(0, 4)))
    ]


def store_of(zone_name: str, some_rules: tuple[Rule, ...]) -> Store:
    return ShopMaker(rules=some_rules, time_zone=zone_name).store()


def base_of(store: Store, now: datetime, days: int = 14) -> BasePlan:
    start, end = horizon_around(now, store, timedelta(days=days))
    return compile_store(store, start, end).zones["entrance"]


@given(st.data(), rules(), ZONES, INSTANTS)
def test_an_overlay_equals_compiling_everything_at_once(
    data: st.DataObject, some_rules: tuple[Rule, ...], zone_name: str, now: datetime
) -> None:
    store = store_of(zone_name, some_rules)
    base = base_of(store, now, days=3)
    some = override_wishes(data.draw(overrides(now)), "entrance")
    whole = compile_slots((*base.wishes, *some), "trading", now, base.end)
    assert overlay(base, some, now) == whole


@given(rules(), ZONES, INSTANTS, st.integers(1, 20))
def test_the_horizon_reaches_back_to_yesterday_and_at_least_so_far_ahead(
    some_rules: tuple[Rule, ...], zone_name: str, now: datetime, days: int
) -> None:
    store = store_of(zone_name, some_rules)
    start, end = horizon_around(now, store, timedelta(days=days))
    tz = ZoneInfo(zone_name)
    assert start.astimezone(tz).date() <= now.astimezone(tz).date() - timedelta(days=1)
    assert now + timedelta(days=days) < end <= now + timedelta(days=days + 3)


@given(st.lists(st.integers(0, 1000), min_size=1, unique=True).map(sorted), st.data())
def test_cut_gives_the_slots_of_a_stretch(minutes: list[int], data: st.DataObject) -> None:
    slots = [
        Slot(
            start=THURSDAY_NOON + timedelta(minutes=minute),
            scene="trading",
            layer=Layer.RULE,
            reason="",
            source=str(minute),
        )
        for minute in minutes
    ]
    begin = data.draw(st.integers(minutes[0], 1100))
    finish = data.draw(st.integers(minutes[0], 1100))
    piece = cut(
        slots, THURSDAY_NOON + timedelta(minutes=begin), THURSDAY_NOON + timedelta(minutes=finish)
    )
    # Minute by minute, the slot that is due is the same one as in the whole.
    for minute in range(begin, finish):
        instant = THURSDAY_NOON + timedelta(minutes=minute)
        due = [slot for slot in slots if slot.start <= instant][-1]
        cut_due = [slot for slot in piece if slot.start <= instant][-1]
        assert msgspec.structs.replace(due, start=cut_due.start) == cut_due
    assert bool(piece) == (begin < finish)


def test_the_next_change_is_one_of_scene() -> None:
    store = ShopMaker().store()
    base = base_of(store, THURSDAY_NOON)
    assert base.next_change(THURSDAY_NOON) == datetime(2026, 10, 22, 15, 0, tzinfo=UTC)


def test_a_plan_without_rules_never_changes() -> None:
    store = ShopMaker(rules=()).store()
    base = base_of(store, THURSDAY_NOON)
    assert base.next_change(THURSDAY_NOON) is None
