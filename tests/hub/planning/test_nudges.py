"""Nudges, mute and scent off: laid over what plays, ending by themselves, kept over restarts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from hub.errors import OverrideEndError, UnknownZoneError
from hub.planning.ends import Closing, ForMinutes, NextChange, OverrideEnd, UntilEnded
from hub.planning.nudging import NudgeRangeError, NudgeWish
from hub.tables import AuditRow, NudgeRow
from scenes.adjustment import Adjustment, Sense
from scenes.nudge import Calm
from scenes.plan import Slot, plainly
from scenes.rules import Layer
from tests.hub.planning.shops import BOTH_ZONES, a_shop
from tests.hub.planning.test_planner import Desk
from tests.hub.shops import THURSDAY_NOON, FakeClock

STORE, ENTRANCE = "nordic", "entrance"


def nudge(
    desk: Desk,
    sense: Sense,
    percent: float,
    end: OverrideEnd | None = None,
    author: str = "Kim",
) -> None:
    wish = NudgeWish(sense, percent, end or ForMinutes(60), author, "too-loud")
    desk.planner.nudge(STORE, ENTRANCE, wish)


def slot(desk: Desk, zone: str = ENTRANCE, minutes: float = 0) -> Slot:
    return desk.planner.plans()[STORE, zone].at(desk.clock() + timedelta(minutes=minutes))


def adjust(desk: Desk, zone: str = ENTRANCE, minutes: float = 0) -> Adjustment | None:
    return slot(desk, zone, minutes).adjust


def told(desk: Desk) -> list[tuple[str, str]]:
    with desk.engine.connect() as connection:
        rows = connection.execute(select(col(AuditRow.action), col(AuditRow.subject)))
        return [
            (row.action, row.subject)
            for row in rows
            if row.action.split(".")[0] in {"volume", "light", "scent", "mute", "scent-off"}
            or row.action == "override.return"
        ]


@pytest.fixture
def on_both(engine: Engine, clock: FakeClock) -> Desk:
    desk = Desk(engine, clock)
    desk.load(a_shop())
    return desk


def test_a_nudge_holds_till_its_end_and_leaves_the_scene_alone(desk: Desk) -> None:
    before = desk.entrance()
    nudge(desk, "volume", 80, ForMinutes(30))
    after = desk.entrance()
    assert plainly(after.slots) == plainly(before.slots)
    assert desk.published[-1] is after
    assert adjust(desk) == Adjustment(volume=80)
    assert slot(desk).adjust_reason == "20 % quieter until 12:30, Kim: too loud"
    assert adjust(desk, minutes=30) is None
    assert adjust(desk, "fitting-rooms") is None


def test_a_nudge_ends_at_the_next_planned_change_and_goes_on_over_a_choice(desk: Desk) -> None:
    nudge(desk, "light", 130, NextChange())
    desk.choose("event", minutes=10)
    assert adjust(desk) == Adjustment(light=130)
    assert slot(desk).scene == "event"
    assert adjust(desk, minutes=299) == Adjustment(light=130), "17:00 is when evening begins"
    assert adjust(desk, minutes=300) is None


def test_pressing_again_takes_the_place_of_the_nudge_before(desk: Desk) -> None:
    nudge(desk, "volume", 90)
    desk.clock.forward(minutes=1)
    nudge(desk, "volume", 80)
    nudge(desk, "light", 50)
    assert adjust(desk) == Adjustment(volume=80, light=50)
    nudge(desk, "volume", 100)
    assert adjust(desk) == Adjustment(light=50)
    assert told(desk) == [
        ("volume.nudge", "zone entrance"),
        ("volume.nudge", "zone entrance"),
        ("light.nudge", "zone entrance"),
        ("volume.end", "zone entrance"),
    ]
    assert desk.planner.end_nudge(STORE, ENTRANCE, "light")
    assert not desk.planner.end_nudge(STORE, ENTRANCE, "light")


@pytest.mark.parametrize(("sense", "percent"), [("light", 19), ("volume", 151), ("scent", 101)])
def test_nobody_nudges_beyond_what_can_be(desk: Desk, sense: Sense, percent: float) -> None:
    plans = len(desk.published)
    with pytest.raises(NudgeRangeError):
        nudge(desk, sense, percent)
    with pytest.raises(OverrideEndError):
        nudge(desk, sense, 100, ForMinutes(-1))
    with pytest.raises(UnknownZoneError):
        desk.planner.nudge(STORE, "attic", NudgeWish(sense, 50, ForMinutes(5)))
    assert len(desk.published) == plans
    assert told(desk) == []


def test_return_to_plan_ends_the_nudges_of_the_zone_and_no_mute(desk: Desk) -> None:
    nudge(desk, "volume", 80)
    nudge(desk, "light", 80)
    desk.planner.begin_calm(STORE, "mute", Closing())
    assert desk.planner.return_to_plan(STORE, ENTRANCE, author="Bo") is not None
    assert adjust(desk) == Adjustment(volume=0)
    assert told(desk)[-3:] == [
        ("light.end", "zone entrance"),
        ("volume.end", "zone entrance"),
        ("override.return", "zone entrance"),
    ]
    assert desk.planner.return_to_plan(STORE, ENTRANCE) is None


@pytest.mark.parametrize(
    ("calm", "silent"), [("mute", Adjustment(volume=0)), ("scent-off", Adjustment(scent=0))]
)
def test_everybody_is_calm_at_once_until_closing(
    on_both: Desk, calm: Calm, silent: Adjustment
) -> None:
    desk = on_both
    whole = desk.planner.begin_calm(STORE, calm, Closing(), author="Kim")
    assert whole.end == THURSDAY_NOON + timedelta(hours=8)
    for zone in BOTH_ZONES:
        assert adjust(desk, zone) == silent
        assert adjust(desk, zone, 480) is None
    held = desk.planner.store_calm(STORE, calm)
    assert held is not None
    assert held.id.startswith(whole.id)
    longer = desk.planner.begin_calm(STORE, calm, UntilEnded(), author="Bo")
    assert longer.end == desk.clock() + timedelta(days=7)
    desk.restart()
    desk.load(a_shop())
    assert adjust(desk) == silent
    assert desk.planner.end_calm(STORE, calm)
    assert not desk.planner.end_calm(STORE, calm)
    desk.restart()
    desk.load(a_shop())
    assert all(adjust(desk, zone) is None for zone in BOTH_ZONES)
    assert [action for action, _ in told(desk)] == [f"{calm}.begin"] * 2 + [f"{calm}.end"]
    with desk.engine.connect() as connection:
        rows = connection.execute(select(col(NudgeRow.zone), col(NudgeRow.returned_at)))
        assert {(row.zone, row.returned_at) for row in rows} == {
            (zone, desk.clock()) for zone in BOTH_ZONES
        }


def test_a_restart_remembers_nudges_and_what_ended_stays_ended(on_both: Desk) -> None:
    desk = on_both
    nudge(desk, "volume", 80, ForMinutes(30))
    nudge(desk, "light", 60, ForMinutes(30))
    nudge(desk, "scent", 50, ForMinutes(3))
    desk.planner.end_nudge(STORE, ENTRANCE, "light")
    before = desk.entrance().slots
    desk.clock.forward(minutes=5)
    desk.restart()
    desk.load(a_shop())
    assert desk.entrance().slots == before
    asked = desk.planner.planned(STORE, ENTRANCE).asked
    assert asked.nudging("scent", desk.clock()) is None
    assert set(asked.nudges) == {"volume", "scent"}, "the last of each kind, so that its tag stays"


def test_a_zone_that_comes_takes_part_in_the_mute(desk: Desk) -> None:
    desk.planner.begin_calm(STORE, "mute", Closing())
    desk.clock.forward(minutes=5)
    desk.load(a_shop(None, *BOTH_ZONES, "hall"))
    assert adjust(desk, "hall") == Adjustment(volume=0)
    assert desk.planner.end_calm(STORE, "mute")
    assert adjust(desk, "hall") is None


def test_an_emergency_is_not_nudged_and_a_quiet_hour_never_louder(desk: Desk) -> None:
    nudge(desk, "volume", 150)
    nudge(desk, "light", 50)
    desk.planner.quiet_hour(STORE, ForMinutes(30))
    assert adjust(desk) == Adjustment(light=50)
    desk.planner.emergency(STORE)
    assert adjust(desk) is None
    assert desk.planner.planned(STORE, ENTRANCE).adjustment_at(desk.clock()) == Adjustment()
    desk.planner.end_emergency(STORE)
    desk.planner.end_quiet_hour(STORE)
    assert adjust(desk) == Adjustment(volume=150, light=50)


def test_a_rehearsal_and_a_what_if_hear_what_the_plan_gives(desk: Desk) -> None:
    nudge(desk, "volume", 80)
    now = desk.clock()
    end = now + timedelta(hours=2)
    for zone, slots in desk.planner.preview(STORE, None, now, end).items():
        plan = desk.planner.plans()[STORE, zone]
        cut = [each for each in plan.slots if each.start < end][-len(slots) :]
        first = cut[0].__struct_fields__
        assert [(each.scene, each.adjust, each.adjust_reason) for each in slots] == [
            (each.scene, each.adjust, each.adjust_reason) for each in cut
        ], first


def test_what_was_due_stays_as_it_was(desk: Desk) -> None:
    nudge(desk, "volume", 80)
    desk.clock.forward(minutes=10)
    nudge(desk, "volume", 60)
    desk.clock.forward(minutes=10)
    desk.planner.end_nudge(STORE, ENTRANCE, "volume")
    seen = [adjust(desk, minutes=minute) for minute in (-25, -15, -5, 0)]
    assert seen == [None, Adjustment(volume=80), Adjustment(volume=60), None]


def test_a_check_that_refuses_lets_nothing_happen(desk: Desk) -> None:
    class RefusedError(Exception):
        pass

    def refuse(edition: str) -> None:
        raise RefusedError(edition)

    nudge(desk, "volume", 80)
    plan = desk.entrance()
    wish = NudgeWish("volume", 60, ForMinutes(5))
    with pytest.raises(RefusedError):
        desk.planner.nudge(STORE, ENTRANCE, wish, check=refuse)
    with pytest.raises(RefusedError, match="none"):
        desk.planner.nudge(STORE, ENTRANCE, replace(wish, sense="light"), check=refuse)
    with pytest.raises(RefusedError):
        desk.planner.begin_calm(STORE, "mute", ForMinutes(5), check=refuse)
    assert desk.entrance() is plan


def test_of_nothing_planned_a_choice_still_ends_first(desk: Desk) -> None:
    """A nudge is no choice: the layer stays what it was."""
    nudge(desk, "volume", 80)
    assert slot(desk).layer is Layer.FALLBACK
