"""The office: who decides, what is contested, who lost, and how a person settles it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import Engine, func, select, update
from sqlmodel import col

from hub.database import open_database, writing
from hub.errors import ConflictError, NotInOfficeError
from hub.ledger.ledger import Ledger
from hub.metrics import Metrics
from hub.office import Office, Standing
from hub.planning.ends import ForMinutes
from hub.planning.planner import Choice, Planner
from hub.tables import AuditRow, EventRow, HubRow, PlanRow
from scenes.codec import encode
from scenes.errors import InvalidMessageError
from scenes.messages import PlanMessage, State, ZoneState
from scenes.plan import Plan
from tests.hub.ledger.events import BOOT, TOPIC, numbered
from tests.hub.shops import THURSDAY_NOON, FakeClock, ShopMaker
from tests.waiting import wait_until

ENTRANCE = ("nordic", "entrance")
EPOCH = int(THURSDAY_NOON.timestamp())


class Hub:
    """A planner and its office; ``out`` is what went over the broker."""

    def __init__(self, engine: Engine, clock: FakeClock, name: str = "ours") -> None:
        self.engine = engine
        self.clock = clock
        self.out: list[Plan] = []
        self.told = 0
        self.holds = True
        self.planner = Planner(engine, self._publish, clock, timedelta(days=2))
        self.office = Office(engine, self.planner, clock, name, lambda: self.holds, self._count)

    def start(self) -> Hub:
        self.planner.load(ShopMaker().shop())
        self.office.begin()
        return self

    def connect(self) -> None:
        """The broker keeps nothing else, or has told it all."""
        self.office.heard_out()
        self.planner.publish_all()

    def plan(self) -> Plan:
        return self.planner.plans()[ENTRANCE]

    def choose(self, scene: str = "event") -> Plan:
        self.clock.forward(seconds=1)
        choice = Choice(scene, ForMinutes(30), author="Kim", why="other")
        return self.planner.override(*ENTRANCE, choice)

    def hears(self, plan: Plan, hub: str = "theirs on a box") -> None:
        self.office.hear_plan(plan.store, plan.zone, encode(PlanMessage(plan=plan, hub=hub)))

    def hears_edge(self, order: tuple[int, int], refuses: tuple[int, int] | None = None) -> None:
        zone = ZoneState(
            scene="trading", confirmed=True, epoch=order[0], revision=order[1], refuses=refuses
        )
        self.office.hear_state(
            State(
                store="nordic",
                edge="ceiling",
                boot=BOOT,
                at=self.clock(),
                zones={"entrance": zone, "attic": zone},
                devices={},
            )
        )

    def confirm(self, check: Callable[[], None] = lambda: None) -> None:
        self.clock.forward(seconds=1)
        self.office.confirm("Kim", "it was put back", check)

    @property
    def standing(self) -> Standing:
        return self.office.stand.standing

    def _publish(self, plan: Plan) -> None:
        if self.office.publishes(plan.store, plan.zone):
            self.out.append(plan)

    def _count(self) -> None:
        self.told += 1


def ordered(plan: Plan, epoch: int, revision: int) -> Plan:
    """A plan by somebody who knew of ``plan``."""
    return msgspec.structs.replace(plan, epoch=epoch, revision=revision, follows=plan.order)


@pytest.fixture
def hub(engine: Engine, clock: FakeClock) -> Hub:
    return Hub(engine, clock).start()


@pytest.fixture
def other(database_url: str, clock: FakeClock) -> Iterator[Hub]:
    """Another process over the same database, which has not begun."""
    engine = open_database(database_url)
    yield Hub(engine, clock, "theirs")
    engine.dispose()


def test_a_hub_that_began_decides_and_the_database_says_who_it_is(hub: Hub) -> None:
    assert (hub.standing, hub.office.problems(), hub.office.epoch) == ("in-office", [], EPOCH)
    with hub.engine.connect() as connection:
        row = connection.execute(select(col(HubRow.holder), col(HubRow.since))).one()
    assert tuple(row) == ("ours", hub.clock())


def test_ones_own_words_are_no_news(hub: Hub) -> None:
    hub.connect()
    before = [*hub.out, hub.choose(), hub.choose("evening")]
    for plan in before:
        hub.hears(plan, "ours")
    hub.hears_edge(before[0].order)
    restarted = Hub(hub.engine, hub.clock).start()
    for plan in before:
        restarted.hears(plan, "ours")
        restarted.hears_edge(plan.order)
    assert (hub.standing, restarted.standing) == ("in-office", "in-office")


@pytest.mark.parametrize("revision", [1, 9])
@pytest.mark.parametrize("heard_out", [True, False])
def test_a_plan_that_the_database_does_not_know_holds_the_zone_back(
    hub: Hub, revision: int, heard_out: bool, caplog: pytest.LogCaptureFixture
) -> None:
    if heard_out:
        hub.connect()
    hub.hears(ordered(hub.plan(), EPOCH - 5, revision))
    hub.out.clear()
    hub.choose()
    hub.planner.publish_all()
    assert [plan.zone for plan in hub.out] == ["fitting-rooms"]
    assert hub.standing == "contested"
    (problem,) = hub.office.problems()
    assert problem.startswith(
        "entrance of nordic: the broker (of theirs on a box) has a newer plan than this hub's "
    )
    assert problem in caplog.text
    hub.office.require()


def test_what_an_edge_follows_and_nobody_knows_holds_the_zone_back_too(hub: Hub) -> None:
    hub.connect()
    hub.hears_edge((EPOCH - 5, 3))
    assert hub.standing == "contested"
    assert hub.office.problems()[0].startswith("entrance of nordic: ceiling has a newer plan than")


def test_a_plan_that_an_edge_refuses_is_told_by_the_edge(hub: Hub) -> None:
    hub.connect()
    hub.hears_edge((0, 0), refuses=(EPOCH - 1, 4))
    assert hub.standing == "in-office", "it is of an earlier term: that is over"
    hub.hears_edge((0, 0), refuses=hub.plan().order)
    assert hub.standing == "contested"


def test_a_later_term_at_the_start_is_contested_and_afterwards_lost(hub: Hub) -> None:
    later = ordered(hub.plan(), EPOCH + 9, 1)
    started = Hub(hub.engine, hub.clock).start()
    started.hears(later)
    assert started.standing == "contested"
    started.connect()
    started.hears(ordered(later, EPOCH + 10, 1))
    assert started.standing == "out-of-office"
    (problem,) = started.office.problems()
    assert "because theirs on a box, since 2026-10-22 10:00 UTC, decides" in problem


def test_a_later_term_that_never_heard_of_ours_is_contested_and_takes_no_office(hub: Hub) -> None:
    hub.connect()
    for follows in ((0, 0), (EPOCH - 1, 7)):
        later = ordered(hub.plan(), EPOCH + 9, 1)
        hub.hears(msgspec.structs.replace(later, follows=follows))
        assert hub.standing == "contested", "its agents refuse that plan, and so does it"
    hub.hears(later)
    assert hub.standing == "out-of-office"


def test_who_lost_to_another_hub_begins_contested_and_takes_nothing_back_by_itself(
    hub: Hub, clock: FakeClock
) -> None:
    hub.connect()
    rooms = hub.planner.plans()["nordic", "fitting-rooms"]
    hub.hears(ordered(hub.plan(), EPOCH + 9, 1))
    hub.hears(ordered(rooms, EPOCH + 9, 1))
    clock.forward(minutes=1)
    again = Hub(hub.engine, clock).start()
    again.connect()
    assert (again.standing, again.out) == ("contested", []), "the broker may have forgotten"
    again.confirm()
    assert Hub(hub.engine, clock).start().standing == "in-office"


def test_who_lost_the_database_itself_leaves_no_rival_in_it(hub: Hub, other: Hub) -> None:
    hub.connect()
    hub.clock.forward(seconds=1)
    other.start()
    hub.hears(other.plan())
    assert hub.standing == "out-of-office"
    assert Hub(other.engine, other.clock).start().standing == "in-office"


def test_a_twin_that_began_in_the_same_second_is_noticed(hub: Hub) -> None:
    hub.connect()
    made_at = hub.plan().compiled_at + timedelta(microseconds=1)
    hub.hears(msgspec.structs.replace(hub.plan(), compiled_at=made_at))
    assert hub.standing == "out-of-office"


def test_who_is_out_of_office_writes_and_publishes_nothing(hub: Hub) -> None:
    hub.connect()
    hub.hears(ordered(hub.plan(), EPOCH + 9, 1))
    hub.out.clear()
    before = hub.plan()
    with pytest.raises(NotInOfficeError, match=r"theirs on a box, since .*, decides"):
        hub.choose()
    with pytest.raises(NotInOfficeError):
        hub.planner.load(ShopMaker(rules=()).shop())
    with pytest.raises(NotInOfficeError):
        hub.office.require()
    hub.planner.publish_all()
    assert (hub.plan(), hub.out) == (before, [])


@pytest.mark.parametrize(
    "payload",
    [
        b"{",
        b'{"plan":{"epoch":99999999999,"revision":1,"compiled_at":"2026-10-22T10:00:00Z"}}',
        b'{"plan":{"epoch":-1}}',
        b"[" * 50_000,
    ],
)
def test_rubbish_over_a_plans_topic_takes_nobodys_office(hub: Hub, payload: bytes) -> None:
    hub.connect()
    with pytest.raises(InvalidMessageError):
        hub.office.hear_plan(*ENTRANCE, payload)
    stranger = msgspec.structs.replace(hub.plan(), zone="cellar", epoch=EPOCH + 9)
    with pytest.raises(InvalidMessageError, match="nordic/cellar"):
        hub.office.hear_plan(*ENTRANCE, encode(PlanMessage(plan=stranger)))
    hub.office.hear_plan(*ENTRANCE, b"")
    hub.hears(ordered(stranger, EPOCH + 9, 1))
    assert hub.standing == "in-office"


def test_a_restart_forgets_nothing_of_what_is_contested(hub: Hub) -> None:
    hub.connect()
    hub.hears(ordered(hub.plan(), EPOCH - 5, 7))
    hub.clock.forward(minutes=1)
    again = Hub(hub.engine, hub.clock).start()
    again.connect()
    assert again.standing == "contested"
    assert [plan.zone for plan in again.out] == ["fitting-rooms"]
    again.confirm()
    assert Hub(hub.engine, hub.clock).start().standing == "in-office"


@pytest.mark.parametrize("seen", [(EPOCH - 5, 7), (EPOCH + 1000, 7)], ids=["earlier", "later"])
def test_a_persons_word_begins_a_term_over_all_that_was_seen(
    hub: Hub, seen: tuple[int, int]
) -> None:
    begun: list[int] = []
    hub.office.begun.append(lambda: begun.append(hub.office.epoch))
    hub.hears(ordered(hub.plan(), *seen))
    hub.connect()
    hub.choose()
    hub.out.clear()
    hub.confirm()
    assert hub.standing == "in-office"
    assert hub.plan().follows == max(seen, (EPOCH, 2))
    assert hub.office.epoch > max(seen[0], EPOCH)
    assert begun == [hub.office.epoch]
    assert {plan.epoch for plan in hub.out} == {hub.office.epoch}
    assert hub.plan().at(hub.clock()).scene == "event", "what was chosen meanwhile holds"
    hub.hears_edge(seen)
    hub.hears(ordered(hub.plan(), *seen))
    assert hub.standing == "in-office", "that was settled"
    with hub.engine.connect() as connection:
        row = connection.execute(
            select(col(AuditRow.author), col(AuditRow.why), col(AuditRow.before)).where(
                col(AuditRow.action) == "office.confirm"
            )
        ).one()
    assert tuple(row[:2]) == ("Kim", "it was put back")
    assert "nordic/entrance" in row.before


def test_out_of_office_a_persons_word_takes_it_back_over_every_plan_that_went_by(
    hub: Hub,
) -> None:
    hub.connect()
    rooms = hub.planner.plans()["nordic", "fitting-rooms"]
    hub.hears(ordered(hub.plan(), EPOCH + 9, 1))
    hub.hears(ordered(rooms, EPOCH + 9, 5))
    hub.hears(ordered(hub.plan(), EPOCH + 9, 8))
    hub.confirm()
    assert hub.office.epoch == EPOCH + 10
    assert hub.plan().follows == (EPOCH + 9, 8)
    assert hub.planner.plans()["nordic", "fitting-rooms"].follows == (EPOCH + 9, 5)
    hub.choose()


def test_a_word_that_comes_too_late_or_is_not_ones_own_to_give_changes_nothing(hub: Hub) -> None:
    def too_late() -> None:
        raise ConflictError("somebody was faster")

    hub.hears(ordered(hub.plan(), EPOCH - 5, 7))
    with pytest.raises(ConflictError):
        hub.confirm(too_late)
    hub.holds = False
    with pytest.raises(NotInOfficeError):
        hub.confirm()
    assert (hub.standing, hub.office.epoch) == ("contested", EPOCH)


def test_the_fence_stops_whoever_lost_the_database_inside_the_transaction(
    hub: Hub, other: Hub
) -> None:
    hub.clock.forward(seconds=1)
    other.start()
    with pytest.raises(NotInOfficeError, match=r"theirs, since .*, decides"):
        hub.choose()
    assert (hub.standing, other.standing) == ("out-of-office", "in-office")
    other.choose()
    with hub.engine.connect() as connection:
        plans = connection.execute(
            select(func.count()).select_from(PlanRow).where(col(PlanRow.zone) == "entrance")
        )
        assert plans.scalar_one() == 3


def test_events_are_left_to_the_hub_in_office(hub: Hub, other: Hub) -> None:
    answers: list[str] = []
    ledger = Ledger(
        hub.engine, lambda topic, _: answers.append(topic), lambda: None, hub.clock, Metrics()
    )
    ledger.start()
    try:
        ledger.offer(TOPIC, numbered(1, 5))
        wait_until(lambda: len(answers) == 1, 10, "the answer")
        hub.clock.forward(seconds=1)
        other.start()
        ledger.offer(TOPIC, numbered(6, 9))
        wait_until(lambda: hub.standing == "out-of-office", 10, "the loss")
        wait_until(lambda: not ledger.backlog, 10, "the batch")
    finally:
        ledger.stop()
    assert len(answers) == 1, "what is not stored is not answered"
    assert not ledger.failing
    with hub.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(EventRow)).scalar_one() == 5


def test_a_standby_shows_refuses_and_takes_over(hub: Hub, other: Hub) -> None:
    hub.connect()
    other.holds = False
    other.office.stand_by()
    other.connect()
    assert (other.standing, other.plan(), other.out) == ("standby", hub.plan(), [])
    told = "this hub stands by, and ours, since 2026-10-22 10:00 UTC, decides: change it there"
    assert other.office.problems() == [told]
    with pytest.raises(NotInOfficeError, match="stands by"):
        other.choose()
    with pytest.raises(NotInOfficeError):
        other.confirm()
    hub.choose()
    other.office.follow()
    assert other.plan() == hub.plan()
    seen = other.told
    other.office.follow()
    assert other.told == seen, "nothing was new"
    other.hears(ordered(hub.plan(), EPOCH + 99, 1))
    assert other.standing == "standby", "it judges nobody"

    other.holds = True
    other.office.take_over()
    assert (other.standing, other.plan().follows) == ("in-office", hub.plan().order)
    assert [plan.zone for plan in other.out] == ["entrance", "fitting-rooms"]
    assert other.plan().at(hub.clock()).scene == "event"
    with pytest.raises(NotInOfficeError, match=r"theirs, since .*, decides"):
        hub.choose()
    other.choose("evening")


def test_what_was_contested_stays_so_over_a_takeover(hub: Hub, other: Hub) -> None:
    hub.hears(ordered(hub.plan(), EPOCH - 5, 7))
    other.office.stand_by()
    other.office.take_over()
    assert other.standing == "contested"
    assert [plan.zone for plan in other.out] == ["fitting-rooms"]


def test_without_a_database_what_is_contested_is_held_back_and_kept_later(
    hub: Hub, clock: FakeClock
) -> None:
    with hub.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE rival_plan RENAME TO away")
    try:
        hub.hears(ordered(hub.plan(), EPOCH - 5, 7))
        assert hub.standing == "contested"
    finally:
        with hub.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO rival_plan")
    hub.hears_edge((EPOCH - 5, 7))
    assert Hub(hub.engine, clock).start().standing == "contested"


def test_who_holds_nothing_any_more_stands_by_without_a_word_from_the_other(hub: Hub) -> None:
    with writing(hub.engine) as connection:
        connection.execute(update(HubRow).values(holder="", since=None))
    hub.office.stand_by()
    assert hub.office.problems() == ["this hub stands by, and another hub decides: change it there"]
