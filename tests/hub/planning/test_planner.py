"""The planner over a real database, of both kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import msgspec
import pytest
from sqlalchemy import Engine, delete, event, select
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from hub.database import writing
from hub.errors import AmbiguousZoneError, OverrideEndError, UnknownStoreError, UnknownZoneError
from hub.insights.stores import meant_store
from hub.planning.asked import NO_CHOICE
from hub.planning.ends import ForMinutes, NextChange, Until
from hub.planning.planner import Choice, Planner
from hub.sales.options import parse_time_zone
from hub.shop import Shop
from hub.tables import OverrideRow, PlanRow, SceneRow, StoreRow, ZoneRow
from scenes.errors import UnknownSceneError
from scenes.plan import Plan
from scenes.rules import Layer
from scenes.schedule import Schedule
from tests.hub.sales.till import HEADER, take
from tests.hub.shops import SCENES, THURSDAY_NOON, FakeClock, ShopMaker, rule, scene

FIRST_EPOCH = int(THURSDAY_NOON.timestamp())

HORIZON = timedelta(days=14)


@dataclass
class Desk:
    """A planner, what it published, and a way to start it again."""

    engine: Engine
    clock: FakeClock
    published: list[Plan] = field(default_factory=list)
    planner: Planner = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """A new run over the same database."""
        self.planner = Planner(self.engine, self.published.append, self.clock, HORIZON)

    def load(self, shop: Shop | None = None) -> None:
        """Plan for a shop."""
        self.planner.load(shop or ShopMaker().shop())

    def entrance(self) -> Plan:
        """The plan that the planner holds."""
        return self.planner.plans()["nordic", "entrance"]

    def out(self) -> Plan:
        """The last plan of the entrance that was published."""
        return [plan for plan in self.published if plan.zone == "entrance"][-1]

    def choose(self, scene_id: str, minutes: float = 30) -> Plan:
        """An override of the entrance."""
        return self.planner.override(
            "nordic",
            "entrance",
            Choice(scene_id, ForMinutes(minutes), author="Kim", why="too-loud"),
        )


@pytest.fixture
def desk(engine: Engine, clock: FakeClock) -> Desk:
    return Desk(engine, clock)


def due(plan: Plan, instant: datetime) -> tuple[str, Layer]:
    slot = plan.at(instant)
    return slot.scene, slot.layer


def test_loading_publishes_every_zone_once_and_keeps_it(desk: Desk) -> None:
    desk.load()
    assert [(plan.zone, plan.epoch, plan.revision) for plan in desk.published] == [
        ("entrance", FIRST_EPOCH, 1),
        ("fitting-rooms", FIRST_EPOCH, 1),
    ]
    assert due(desk.entrance(), desk.clock()) == ("trading", Layer.FALLBACK)
    assert desk.entrance().until >= desk.clock() + HORIZON
    with desk.engine.connect() as connection:
        body = connection.execute(
            select(col(PlanRow.body)).where(col(PlanRow.zone) == "entrance")
        ).scalar_one()
    assert msgspec.json.decode(body, type=Plan) == desk.entrance()


def test_loading_the_same_again_publishes_nothing(desk: Desk) -> None:
    desk.load()
    desk.published.clear()
    desk.clock.forward(minutes=5)
    desk.load()
    assert desk.published == []


def test_only_the_zone_that_changes_is_published(desk: Desk) -> None:
    desk.load()
    desk.published.clear()
    desk.load(ShopMaker(rules=(rule("calm", "calm-morning", "09:00", "11:00"),)).shop())
    assert [(plan.zone, plan.revision) for plan in desk.published] == [("entrance", 2)]


def test_a_new_rule_does_not_claim_the_past(desk: Desk) -> None:
    desk.load()
    all_day = rule("all-day", "event", "00:00", "24:00", priority=1)
    desk.load(ShopMaker(rules=(all_day,)).shop())
    slot = desk.entrance().at(desk.clock())
    assert (slot.scene, slot.start) == ("event", desk.clock())
    before = desk.entrance().at(desk.clock() - timedelta(hours=2))
    assert (before.scene, before.source) == ("calm-morning", "rule:calm")


def test_an_override_holds_until_its_end(desk: Desk) -> None:
    desk.load()
    plan = desk.choose("event", minutes=30)
    assert plan is desk.entrance() is desk.out()
    slot = plan.at(desk.clock())
    assert (slot.scene, slot.layer, slot.author) == ("event", Layer.OVERRIDE, "Kim")
    assert slot.reason == "Kim chose this: too loud"
    assert slot.start == desk.clock()
    after = plan.at(desk.clock() + timedelta(minutes=30))
    assert (after.scene, after.layer) == ("trading", Layer.FALLBACK)
    assert (plan.epoch, plan.revision) == (FIRST_EPOCH, 2)


def test_a_second_override_replaces_the_first_and_both_are_kept(desk: Desk) -> None:
    desk.load()
    desk.choose("event", minutes=60)
    desk.clock.forward(minutes=10)
    began = desk.clock()
    desk.choose("evening", minutes=5)
    plan = desk.entrance()
    assert due(plan, began - timedelta(minutes=1)) == ("event", Layer.OVERRIDE)
    assert due(plan, began) == ("evening", Layer.OVERRIDE)
    # The first one does not come back when the second ends.
    assert due(plan, began + timedelta(minutes=6)) == ("trading", Layer.FALLBACK)
    with desk.engine.connect() as connection:
        kept = connection.execute(
            select(col(OverrideRow.scene), col(OverrideRow.returned_at)).order_by(
                col(OverrideRow.start)
            )
        ).all()
    assert [tuple(row) for row in kept] == [("event", began), ("evening", None)]


def test_returning_ends_the_override_now(desk: Desk) -> None:
    desk.load()
    desk.choose("event", minutes=60)
    desk.clock.forward(minutes=10)
    plan = desk.planner.return_to_plan("nordic", "entrance")
    assert plan is desk.out()
    assert due(plan, desk.clock()) == ("trading", Layer.FALLBACK)
    assert due(plan, desk.clock() - timedelta(minutes=1)) == ("event", Layer.OVERRIDE)
    assert desk.planner.planned("nordic", "entrance").override_at(desk.clock()) is None


def test_returning_from_nothing_changes_nothing(desk: Desk) -> None:
    desk.load()
    desk.published.clear()
    assert desk.planner.return_to_plan("nordic", "entrance") is None
    desk.choose("event", minutes=1)
    desk.clock.forward(minutes=2)
    assert desk.planner.return_to_plan("nordic", "entrance") is None
    assert len(desk.published) == 1


def test_the_next_change_is_counted_without_the_standing_override(desk: Desk) -> None:
    desk.load()
    desk.choose("event", minutes=30)
    plan = desk.planner.override("nordic", "entrance", Choice("calm-morning", NextChange()))
    evening = desk.clock().replace(hour=15)
    assert due(plan, evening - timedelta(seconds=1)) == ("calm-morning", Layer.OVERRIDE)
    assert due(plan, evening) == ("evening", Layer.RULE)


def test_a_restart_raises_the_epoch_and_keeps_override_past_and_count(desk: Desk) -> None:
    desk.load()
    desk.choose("event", minutes=60)
    before = desk.entrance()
    desk.clock.forward(minutes=10)
    desk.restart()
    desk.load()
    after = desk.entrance()
    assert after is desk.out()
    assert (after.epoch, after.revision) == (FIRST_EPOCH + 600, 3)
    assert after.slots == before.slots
    assert desk.planner.planned("nordic", "entrance").override_at(desk.clock()) is not None
    desk.planner.return_to_plan("nordic", "entrance")
    assert due(desk.entrance(), desk.clock()) == ("trading", Layer.FALLBACK)


def test_after_weeks_without_the_hub_the_plan_is_whole_again(desk: Desk) -> None:
    desk.load()
    desk.choose("event", minutes=60)
    desk.clock.forward(days=40)
    desk.restart()
    desk.load()
    plan = desk.entrance()
    assert due(plan, desk.clock()) == ("trading", Layer.FALLBACK)
    assert plan.slots[0].start <= desk.clock() - timedelta(days=1)
    assert plan.until >= desk.clock() + HORIZON


def test_a_clock_that_is_set_back_leaves_a_usable_plan(desk: Desk) -> None:
    desk.load()
    desk.clock.forward(days=-30)
    desk.restart()
    desk.load()
    assert due(desk.entrance(), desk.clock()) == ("trading", Layer.FALLBACK)
    assert due(desk.choose("event"), desk.clock()) == ("event", Layer.OVERRIDE)


def test_extending_keeps_the_horizon_ahead_all_the_time(desk: Desk) -> None:
    desk.load()
    desk.choose("event", minutes=60)
    for _ in range(24 * 16):
        desk.clock.forward(hours=1)
        desk.planner.extend()
        plan = desk.entrance()
        assert plan.until >= desk.clock() + HORIZON
        assert plan.slots[0].start <= desk.clock() - timedelta(days=1)
    # Once a day, not once an hour; and the clocks went back in between.
    assert 15 <= desk.entrance().revision <= 19
    assert desk.out() is desk.entrance()


def test_a_zone_that_left_and_came_back_goes_on_counting(desk: Desk) -> None:
    desk.load()
    desk.choose("event", minutes=600)
    desk.load(ShopMaker(zones=("fitting-rooms",)).shop())
    with pytest.raises(UnknownZoneError):
        desk.planner.planned("nordic", "entrance")
    desk.load()
    assert due(desk.entrance(), desk.clock()) == ("event", Layer.OVERRIDE)
    assert desk.choose("evening").revision == 5


def without_entrance() -> Shop:
    return ShopMaker(zones=("fitting-rooms",), rules=()).shop()


def test_a_zone_that_left_gets_one_last_plan_with_its_fallback_for_good(desk: Desk) -> None:
    desk.load()
    desk.choose("event", minutes=600)
    desk.clock.forward(minutes=10)
    left = desk.clock()
    desk.load(without_entrance())
    last = desk.out()
    assert last.revision == 3
    assert due(last, left - timedelta(seconds=1)) == ("event", Layer.OVERRIDE)
    for days in (0, 1, 400, 40_000):
        assert due(last, left + timedelta(days=days)) == ("trading", Layer.FALLBACK)
    assert last.at(left).reason == "The zone is no longer in the shop file: its fallback scene"
    # Said once, but to every broker that may have forgotten it, by every later run too.
    desk.published.clear()
    desk.clock.forward(minutes=10)
    desk.load(without_entrance())
    assert desk.published == []
    desk.restart()
    desk.load(without_entrance())
    desk.planner.publish_all()
    assert desk.out() == last
    desk.load()
    assert desk.entrance().order > last.order
    desk.published.clear()
    desk.planner.publish_all()
    assert desk.published == list(desk.planner.plans().values())


def test_a_zone_that_left_while_the_hub_was_off_gets_its_last_plan_too(desk: Desk) -> None:
    always = rule("always", "event", "00:00", "24:00", zones=("entrance",))
    desk.load(ShopMaker(rules=(always,)).shop())
    desk.clock.forward(hours=1)
    desk.restart()
    fewer = {name: each for name, each in SCENES.items() if name not in {"event", "trading"}}
    store = replace(ShopMaker().store(), id="harbour", zones=(), schedule=Schedule())
    desk.load(Shop((store,), fewer))
    assert due(desk.out(), desk.clock()) == ("trading", Layer.FALLBACK)
    assert desk.out().epoch == desk.planner.epoch


def test_a_zone_that_an_older_version_forgot_gets_its_last_plan(desk: Desk) -> None:
    desk.load()
    with writing(desk.engine) as connection:
        connection.execute(delete(ZoneRow).where(col(ZoneRow.id) == "entrance"))
    desk.restart()
    desk.load(without_entrance())
    assert due(desk.out(), desk.clock() + timedelta(days=100)) == ("trading", Layer.FALLBACK)


def test_a_changed_scene_is_a_new_revision_and_the_old_one_stays(desk: Desk) -> None:
    desk.load()
    brighter = {**SCENES, "trading": scene("trading", level=90)}
    desk.load(ShopMaker(scenes=brighter).shop())
    assert desk.planner.shop.scenes["trading"].revision == 2
    assert desk.entrance().scenes["trading"].revision == 2
    assert desk.entrance().scenes["evening"].revision == 1
    # Changed back: a revision of its own, for what was played in between was another one.
    desk.load()
    assert desk.planner.shop.scenes["trading"].revision == 3
    with desk.engine.connect() as connection:
        kept = connection.execute(
            select(col(SceneRow.revision)).where(col(SceneRow.id) == "trading")
        ).scalars()
        assert sorted(kept) == [1, 2, 3]


def test_a_scene_that_left_the_library_stays_in_the_past_of_the_plan(desk: Desk) -> None:
    desk.load()
    desk.choose("event", minutes=5)
    desk.clock.forward(minutes=10)
    fewer = {name: each for name, each in SCENES.items() if name != "event"}
    desk.load(ShopMaker(scenes=fewer).shop())
    assert due(desk.entrance(), desk.clock() - timedelta(minutes=8))[0] == "event"
    with pytest.raises(UnknownSceneError):
        desk.choose("event")


def test_the_tables_say_what_the_shop_says(desk: Desk) -> None:
    desk.load()
    desk.load(ShopMaker(zones=("entrance",)).shop())
    with desk.engine.connect() as connection:
        rows = connection.execute(select(col(ZoneRow.id), col(ZoneRow.position))).all()
    assert [tuple(row) for row in rows] == [("entrance", 0)]
    assert desk.planner.saved_shop() == desk.planner.shop


def test_a_store_that_came_with_its_receipts_outlives_every_shop_file(desk: Desk) -> None:
    desk.load()
    sold = HEADER + "harbour,1,2026-03-14 09:15:00,20.00\n"
    where = {"add_stores": True, "time_zone": parse_time_zone("Europe/Copenhagen")}
    assert take(desk.engine, sold, **where).receipts_new == 1
    desk.load(ShopMaker(zones=("entrance",)).shop())
    assert meant_store(desk.engine, "harbour") == "harbour"
    assert take(desk.engine, sold).receipts_unchanged == 1
    assert desk.planner.saved_shop() == desk.planner.shop


def test_a_store_that_left_the_shop_file_keeps_only_its_name(desk: Desk) -> None:
    nordic = ShopMaker().store()
    desk.load(Shop((nordic, replace(nordic, id="harbour")), SCENES))
    desk.load(Shop((replace(nordic, name="Nordic Street"),), SCENES))
    with desk.engine.connect() as connection:
        stores = connection.execute(select(col(StoreRow.id), col(StoreRow.name)))
        assert {tuple(row) for row in stores} == {
            ("harbour", "Nordic"),
            ("nordic", "Nordic Street"),
        }
        zones = connection.scalars(select(col(ZoneRow.store)))
        assert set(zones) == {"nordic"}
    assert desk.planner.saved_shop() == desk.planner.shop


def test_there_is_no_saved_shop_before_the_first(desk: Desk) -> None:
    assert desk.planner.saved_shop() is None


def refuse_writes(engine: Engine) -> Callable[[], None]:
    """Let every INSERT fail, as a full disk does; returns how to end that."""

    def fail(*arguments: object) -> None:
        if str(arguments[2]).startswith("INSERT"):
            raise OperationalError("INSERT", {}, Exception("disk full"))

    event.listen(engine, "before_cursor_execute", fail)
    return lambda: event.remove(engine, "before_cursor_execute", fail)


def test_when_the_database_refuses_nothing_changes_anywhere(desk: Desk) -> None:
    desk.load()
    desk.choose("event", minutes=30)
    before, out = desk.entrance(), len(desk.published)
    mend = refuse_writes(desk.engine)
    with pytest.raises(OperationalError):
        desk.choose("evening")
    mend()
    assert desk.entrance() is before
    assert len(desk.published) == out
    override = desk.planner.planned("nordic", "entrance").override_at(desk.clock())
    assert override is not None
    assert override.scene == "event"
    assert desk.choose("evening").revision == before.revision + 1


def test_the_published_plan_is_already_in_the_database(desk: Desk) -> None:
    seen: list[int] = []

    def look(plan: Plan) -> None:
        with desk.engine.connect() as connection:
            rows = connection.execute(
                select(col(PlanRow.revision)).where(col(PlanRow.zone) == plan.zone)
            ).scalars()
            assert plan.revision in set(rows)
        seen.append(plan.revision)

    planner = Planner(desk.engine, look, desk.clock, HORIZON)
    planner.load(ShopMaker().shop())
    planner.override("nordic", "entrance", Choice("event", NextChange()))
    assert seen == [1, 1, 2]


@pytest.mark.parametrize(
    ("zone", "scene_id", "minutes", "error"),
    [
        ("attic", "event", 5, UnknownZoneError),
        ("entrance", "no-such", 5, UnknownSceneError),
        ("entrance", "event", 0, OverrideEndError),
    ],
)
def test_a_wrong_wish_is_refused(
    desk: Desk, zone: str, scene_id: str, minutes: float, error: type[Exception]
) -> None:
    desk.load()
    with pytest.raises(error):
        desk.planner.override("nordic", zone, Choice(scene_id, ForMinutes(minutes)))
    assert len(desk.published) == 2


def test_a_zone_is_found_by_its_id_unless_two_stores_have_one(desk: Desk) -> None:
    store = ShopMaker().store()
    twin = replace(store, id="harbour", zones=store.zones[:1])
    desk.load(Shop((store, twin), SCENES))
    assert desk.planner.find("fitting-rooms").store.id == "nordic"
    assert desk.planner.find("entrance", "harbour").store.id == "harbour"
    with pytest.raises(AmbiguousZoneError, match="nordic, harbour"):
        desk.planner.find("entrance")
    with pytest.raises(UnknownZoneError):
        desk.planner.find("attic")
    with pytest.raises(UnknownZoneError):
        desk.planner.find("fitting-rooms", "harbour")
    with pytest.raises(UnknownStoreError):
        desk.planner.find("entrance", "nowhere")


def test_publishing_all_says_everything_again(desk: Desk) -> None:
    desk.load()
    desk.published.clear()
    desk.planner.publish_all()
    assert desk.published == list(desk.planner.plans().values())


def test_an_override_beyond_the_next_extension_survives_it(desk: Desk) -> None:
    desk.load()
    end = desk.clock() + timedelta(days=6)
    desk.planner.override("nordic", "entrance", Choice("event", Until(end)))
    for _ in range(5):
        desk.clock.forward(days=1)
        desk.planner.extend()
        assert due(desk.entrance(), desk.clock()) == ("event", Layer.OVERRIDE)
    assert desk.entrance().end_of(desk.entrance().index_at(desk.clock())) == end


def test_plans_stay_small_however_often_somebody_chooses(desk: Desk) -> None:
    desk.load()
    small = len(desk.entrance().slots)
    for number in range(200):
        desk.clock.forward(seconds=1)
        desk.choose(("event", "evening")[number % 2])
    assert len(desk.entrance().slots) <= small + 98
    assert desk.entrance().at(desk.clock()).start == desk.clock()


def test_the_epoch_rises_also_at_starts_within_one_second(desk: Desk) -> None:
    for start in range(3):
        desk.restart()
        desk.load()
        assert desk.planner.epoch == FIRST_EPOCH + start


def test_a_clock_that_is_set_back_lowers_no_epoch(desk: Desk) -> None:
    desk.load()
    desk.clock.forward(days=-30)
    desk.restart()
    desk.load()
    assert desk.planner.epoch == FIRST_EPOCH + 1


def test_an_epoch_of_the_far_future_has_room(desk: Desk) -> None:
    desk.clock.forward(days=365 * 150)
    desk.load()
    assert desk.planner.epoch > 2**32
    assert desk.entrance().epoch == desk.planner.epoch


def test_a_half_written_start_takes_no_office(desk: Desk) -> None:
    mend = refuse_writes(desk.engine)
    with pytest.raises(OperationalError):
        desk.load()
    mend()
    assert desk.planner.epoch == 0
    desk.load()
    assert desk.planner.epoch == FIRST_EPOCH
    with writing(desk.engine) as connection:
        revisions = connection.execute(select(col(PlanRow.revision))).scalars()
        assert set(revisions) == {1}


def test_a_plan_names_the_time_zone_that_its_weeks_are_counted_by(desk: Desk) -> None:
    desk.load()
    assert desk.entrance().time_zone == "Europe/Copenhagen"
    assert desk.choose("event").time_zone == "Europe/Copenhagen"
    desk.load(ShopMaker(time_zone="America/New_York").shop())
    assert desk.entrance().time_zone == "America/New_York"


def test_a_choice_that_ended_by_itself_is_still_what_was_seen_after_a_restart(desk: Desk) -> None:
    shop = ShopMaker(scenes={**SCENES, "quiet-hour": scene("quiet-hour")}).shop()
    desk.load(shop)

    def edition() -> str:
        return desk.planner.planned("nordic", "entrance").edition

    desk.choose("calm-morning", minutes=3)
    desk.clock.forward(minutes=1)
    desk.choose("event", minutes=5)
    desk.planner.quiet_hour("nordic", ForMinutes(1))
    seen = edition()
    desk.clock.forward(minutes=6)
    desk.restart()
    desk.load(shop)
    assert edition() == seen != NO_CHOICE
    assert due(desk.out(), desk.clock()) == ("trading", Layer.FALLBACK)
    assert desk.planner.store_choice("nordic", Layer.QUIET_HOUR) is None
    # What somebody returned from is no choice, after a restart neither.
    desk.choose("event", minutes=5)
    desk.clock.forward(minutes=1)
    desk.planner.return_to_plan("nordic", "entrance")
    assert edition() == NO_CHOICE
    desk.restart()
    desk.load(shop)
    assert edition() == NO_CHOICE


def test_a_day_of_many_changes_keeps_its_morning(desk: Desk) -> None:
    desk.load()
    before = desk.entrance()
    for turn in range(40):
        desk.clock.forward(minutes=5)
        desk.choose(("event", "evening")[turn % 2])
    plan = desk.entrance()
    assert plan.slots[0].start == before.slots[0].start
    past = [slot for slot in before.slots if slot.start <= THURSDAY_NOON]
    assert plan.slots[: len(past)] == tuple(past)
    assert sum(slot.layer is Layer.OVERRIDE for slot in plan.slots) == 40


def test_a_scene_changed_every_second_costs_no_plan_its_morning_and_lets_none_grow(
    desk: Desk,
) -> None:
    desk.load()
    before = desk.entrance()
    for turn in range(240):
        desk.clock.forward(seconds=1)
        desk.choose(("event", "evening")[turn % 2])
    plan = desk.entrance()
    assert len(plan.slots) < len(before.slots) + 110
    past = [slot for slot in before.slots if slot.start < THURSDAY_NOON]
    assert plan.slots[: len(past)] == tuple(past)
    assert due(plan, desk.clock()) == ("evening", Layer.OVERRIDE)
    assert plan.at(desk.clock()).start == desk.clock()
