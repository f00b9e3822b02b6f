"""What "until" means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hub.errors import OverrideEndError
from hub.planning.base import compile_store, horizon_around
from hub.planning.ends import Closing, ForMinutes, NextChange, OverrideEnd, Until, end_instant
from hub.shop import Store
from scenes.rules import OpenHours
from tests.hub.shops import THURSDAY_NOON, ShopMaker, rule

EVENING = datetime(2026, 10, 22, 15, 0, tzinfo=UTC)
CLOSING = datetime(2026, 10, 22, 18, 0, tzinfo=UTC)


def meant(end: OverrideEnd, store: Store | None = None, now: datetime = THURSDAY_NOON) -> datetime:
    store = store or ShopMaker().store()
    compiled = compile_store(store, *horizon_around(now, store, timedelta(days=14)))
    return end_instant(end, now, store, compiled.zones["entrance"])


def test_the_next_change_is_that_of_the_plan_without_overrides() -> None:
    assert meant(NextChange()) == EVENING


def test_without_a_change_ahead_the_next_change_is_closing() -> None:
    assert meant(NextChange(), ShopMaker(rules=()).store()) == CLOSING


def test_without_change_and_hours_the_next_change_is_tomorrow_at_this_time() -> None:
    store = ShopMaker(rules=(), hours={}).store()
    assert meant(NextChange(), store) == THURSDAY_NOON + timedelta(hours=24)


def test_a_rule_that_goes_on_with_the_same_scene_is_no_change() -> None:
    store = ShopMaker(rules=(rule("same", "trading", "13:00", "14:00"),)).store()
    assert meant(NextChange(), store) == CLOSING


def test_closing_is_the_next_closing() -> None:
    assert meant(Closing()) == CLOSING
    saturday_night = datetime(2026, 10, 24, 19, 0, tzinfo=UTC)
    # Sunday is closed and the clocks go back: Monday 20:00 is one hour later in UTC.
    assert meant(Closing(), now=saturday_night) == datetime(2026, 10, 26, 19, 0, tzinfo=UTC)


def test_closing_after_midnight_belongs_to_the_evening_before() -> None:
    store = ShopMaker(hours={"wed": OpenHours("16:00", "02:00")}).store()
    night = datetime(2026, 10, 21, 22, 30, tzinfo=UTC)
    assert meant(Closing(), store, night) == datetime(2026, 10, 22, 0, 0, tzinfo=UTC)


def test_a_store_that_never_opens_never_closes() -> None:
    with pytest.raises(OverrideEndError, match="does not close in the next eight days"):
        meant(Closing(), ShopMaker(hours={}).store())


def test_no_choice_lasts_longer_than_a_week_whatever_its_end_is_called() -> None:
    inventory = (rule("inventory", "evening", "10:00", "12:00", valid_from="2026-11-02"),)
    seldom = ShopMaker(rules=inventory).store()
    assert meant(NextChange(), seldom) == THURSDAY_NOON + timedelta(days=7)
    overnight = ShopMaker(rules=(), hours={"thu": OpenHours("18:00", "02:00")}).store()
    after_closing = datetime(2026, 10, 23, 0, 0, tzinfo=UTC)
    for end in (Closing(), NextChange()):
        assert meant(end, overnight, after_closing) == after_closing + timedelta(days=7)


def test_minutes_and_instants() -> None:
    assert meant(ForMinutes(30)) == THURSDAY_NOON + timedelta(minutes=30)
    assert meant(Until(EVENING)) == EVENING
    local = EVENING.astimezone(ZoneInfo("Asia/Tokyo"))
    assert meant(Until(local)).isoformat() == EVENING.isoformat()


def test_a_store_has_no_next_change() -> None:
    store = ShopMaker().store()
    assert end_instant(Closing(), THURSDAY_NOON, store) == CLOSING
    with pytest.raises(OverrideEndError, match="at different times"):
        end_instant(NextChange(), THURSDAY_NOON, store)


@pytest.mark.parametrize(
    "end",
    [
        Until(THURSDAY_NOON),
        Until(THURSDAY_NOON - timedelta(days=1)),
        Until(THURSDAY_NOON + timedelta(days=7, seconds=1)),
        ForMinutes(0),
        ForMinutes(-5),
        ForMinutes(7 * 24 * 60 + 1),
    ],
)
def test_an_end_lies_ahead_and_not_too_far(end: OverrideEnd) -> None:
    with pytest.raises(OverrideEndError):
        meant(end)
