"""Planning by another schedule, place, time zone or library, and what if."""

from __future__ import annotations

import importlib.resources
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from hub.audit import Search, find
from hub.errors import UnknownStoreError
from hub.planning.ends import ForMinutes
from hub.shop import Place, Shop
from scenes.errors import UnknownSceneError
from scenes.plan import Plan
from scenes.rules import (
    DateException,
    Layer,
    SpecialDays,
)
from scenes.schedule import Schedule
from tests.hub.planning.shops import BOTH_ZONES, LIBRARY, a_shop
from tests.hub.planning.test_planner import HORIZON, Desk, due
from tests.hub.shops import THURSDAY_NOON, rule, scene


def test_sunset_and_holidays_come_from_the_place_of_the_store(desk: Desk) -> None:
    schedule = Schedule(
        rules=(rule("dusk", "evening", "sunset", "23:00"),),
        exceptions=(
            DateException(
                id="feast",
                zones=("all",),
                scene="event",
                from_="12:00",
                until="13:00",
                days=SpecialDays(holidays=("Christmas Day",)),
            ),
        ),
    )
    copenhagen = Place(country="DK", latitude=55.7, longitude=12.6)
    desk.load(a_shop(schedule, place=copenhagen))
    dusk = next(
        slot
        for slot in desk.entrance().slots
        if slot.source == "rule:dusk" and slot.start > desk.clock()
    )
    assert (dusk.start.hour, dusk.scene) == (15, "evening")
    desk.clock.forward(days=60)
    desk.planner.extend()
    noon = datetime.fromisoformat("2026-12-25T11:30:00Z")
    assert due(desk.entrance(), noon) == ("event", Layer.EXCEPTION)
    # Nobody knows where it is: then it has neither.
    desk.load(a_shop(schedule))
    assert {slot.layer for slot in desk.entrance().slots if slot.start > desk.clock()} <= {
        Layer.FALLBACK
    }


def test_a_store_that_moves_to_another_time_zone_is_compiled_anew(desk: Desk) -> None:
    noon_evening = datetime.fromisoformat("2026-10-22T15:00:00Z")
    assert due(desk.entrance(), noon_evening) == ("evening", Layer.RULE)
    moved = replace(a_shop().stores[0], time_zone="America/New_York")
    desk.load(Shop((moved,), LIBRARY))
    assert due(desk.entrance(), noon_evening) == ("trading", Layer.FALLBACK)
    assert due(desk.entrance(), noon_evening + timedelta(hours=6)) == ("evening", Layer.RULE)
    # What was due this morning stays as it was.
    assert due(desk.entrance(), THURSDAY_NOON - timedelta(hours=2))[0] == "calm-morning"


@pytest.fixture
def other_clocks(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Lets the clocks of Copenhagen go by new rules, as after an update of tzdata."""
    (tmp_path / "zones" / "Europe").mkdir(parents=True)
    tokyo = importlib.resources.files("tzdata.zoneinfo.Asia") / "Tokyo"
    (tmp_path / "zones/Europe/Copenhagen").write_bytes(tokyo.read_bytes())

    def update() -> None:
        zoneinfo.reset_tzpath((tmp_path / "zones",))
        zoneinfo.ZoneInfo.clear_cache()

    yield update
    zoneinfo.reset_tzpath()
    zoneinfo.ZoneInfo.clear_cache()


def test_an_update_of_tzdata_is_planned_by_after_a_restart(
    desk: Desk, other_clocks: Callable[[], None]
) -> None:
    before = desk.entrance()
    other_clocks()
    desk.clock.forward(minutes=1)
    desk.restart()
    desk.load(a_shop())
    tomorrow = datetime.fromisoformat("2026-10-23T08:30:00Z")
    assert due(before, tomorrow) == ("calm-morning", Layer.RULE)
    assert due(desk.entrance(), tomorrow) == ("evening", Layer.RULE)
    assert due(desk.entrance(), THURSDAY_NOON - timedelta(hours=2))[0] == "calm-morning"


def test_a_deploy_plans_some_stores_and_keeps_its_rows_with_the_plans(desk: Desk) -> None:
    other = replace(a_shop().stores[0], id="harbour")
    desk.load(Shop((*a_shop().stores, other), LIBRARY))
    desk.published.clear()
    schedule = Schedule(rules=(rule("all-day", "event", "00:00", "24:00"),))

    def full(connection: Connection, now: datetime) -> None:
        assert now == desk.clock()
        raise OperationalError("INSERT", {}, Exception("disk full"))

    before = desk.planner.plans()
    with pytest.raises(OperationalError):
        desk.planner.deploy({"nordic": schedule}, full)
    assert (desk.planner.plans(), desk.published) == (before, [])
    assert desk.planner.store("nordic").schedule != schedule
    assert desk.planner.deploy({"nordic": schedule}) == 1
    assert [(plan.store, plan.zone) for plan in desk.published] == [("nordic", "entrance")]
    assert desk.planner.store("nordic").schedule == schedule
    assert due(desk.entrance(), desk.clock()) == ("event", Layer.RULE)
    assert due(desk.planner.plans()["harbour", "entrance"], desk.clock())[0] == "trading"
    with pytest.raises(UnknownStoreError):
        desk.planner.deploy({"nordic": schedule, "attic": schedule})
    lost = Schedule(rules=(rule("lost", "no-such", "00:00", "24:00"),))
    with pytest.raises(UnknownSceneError):
        desk.planner.deploy({"nordic": schedule, "harbour": lost})
    assert list(desk.planner.plans()) == [
        (store, zone) for store in ("nordic", "harbour") for zone in BOTH_ZONES
    ]


def test_another_library_replans_the_zones_that_a_changed_scene_is_in(desk: Desk) -> None:
    desk.choose("event", minutes=60)
    desk.published.clear()
    brighter = msgspec.structs.replace(scene("event", level=90), revision=2)
    assert desk.planner.change_scenes({**LIBRARY, "event": brighter}) == 1
    assert desk.out().scenes["event"] == brighter
    assert desk.planner.shop.scenes["event"] == brighter
    assert [plan.zone for plan in desk.published] == ["entrance"]


def test_what_if_is_what_would_be_published(desk: Desk) -> None:
    now = desk.clock()
    desk.choose("event", minutes=90)
    desk.planner.quiet_hour("nordic", ForMinutes(20))
    end = now + timedelta(days=7)
    schedule = Schedule(
        rules=(rule("noon", "evening", "12:00", "13:00", zones=("all",)),),
    )
    published = len(desk.published)
    as_it_is = desk.planner.preview("nordic", None, now, end)
    as_if = desk.planner.preview("nordic", schedule, now, end)
    assert len(desk.published) == published
    assert slots(desk.entrance(), now, end) == as_it_is["entrance"]
    desk.planner.deploy({"nordic": schedule})
    for zone in BOTH_ZONES:
        assert slots(desk.planner.plans()["nordic", zone], now, end) == as_if[zone]
    wishes = desk.planner.wishes("nordic", "entrance", now, now + timedelta(seconds=1))
    assert {wish.layer for wish in wishes} == {Layer.QUIET_HOUR, Layer.OVERRIDE, Layer.RULE}


def slots(plan: Plan, start: datetime, end: datetime) -> tuple[object, ...]:
    """The slots that begin in [start, end)."""
    return tuple(slot for slot in plan.slots if start <= slot.start < end)


def test_the_plan_that_was_in_force_is_found_again(desk: Desk) -> None:
    first = desk.entrance()
    desk.clock.forward(minutes=10)
    second = desk.choose("event")
    desk.clock.forward(minutes=10)
    find = desk.planner.plan_in_force
    assert find("nordic", "entrance", THURSDAY_NOON - timedelta(seconds=1)) is None
    assert find("nordic", "entrance", THURSDAY_NOON) == first
    assert find("nordic", "entrance", second.compiled_at) == second
    assert find("nordic", "entrance", desk.clock()) == second
    assert second.until - desk.clock() > HORIZON


def test_the_audit_tells_what_the_shop_file_changed_of_a_store(desk: Desk) -> None:
    desk.clock.forward(minutes=1)
    desk.load(a_shop())
    moved = replace(a_shop(None, "entrance").stores[0], time_zone="Europe/Oslo")
    desk.load(Shop((moved,), LIBRARY))
    with desk.engine.connect() as connection:
        first, change = reversed(find(connection, Search(action="store"), 10))
    assert (first.change.before, first.change.after["time_zone"]) == (None, "Europe/Copenhagen")
    assert (change.change.author, change.change.subject) == ("shop file", "store nordic")
    assert change.change.before == first.change.after
    assert change.change.after["time_zone"] == "Europe/Oslo"
    assert [zone["id"] for zone in change.change.after["zones"]] == ["entrance"]
