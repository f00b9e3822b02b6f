"""Reactions begin and end by what is measured, and a restart forgets nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from hub.app import create_app
from hub.audit import Entry, Search, find
from hub.parts import HubParts
from hub.planning.asked import Choice
from hub.planning.ends import ForMinutes
from hub.tables import ReactionStateRow, RunRow
from scenes.messages import SensorType
from scenes.plan import Slot
from scenes.rules import Reaction
from tests.hub.asgi_client import AsgiClient
from tests.hub.reactions.floor import STORE, ZONE, Edge, crowded, deploy, shop_file
from tests.hub.shops import FakeClock, a_hub


class Floor:
    """An entrance that a counter of another make measures, second by second."""

    def __init__(self, parts: HubParts, clock: FakeClock) -> None:
        self.parts, self.clock = parts, clock
        sensors: dict[str, SensorType] = {f"s{number}": "pir" for number in range(8)}
        self.edge = Edge(parts, **sensors)

    def people(self, count: int | None, seconds: int) -> None:
        """So many people for so long; None: the sensors are silent."""
        for _ in range(seconds):
            self.clock.forward(seconds=1)
            if count is not None:
                self.edge.says(**{f"s{number}": number < count for number in range(8)})
            self.parts.reactions.step()

    def slot(self) -> Slot:
        return self.parts.planner.planned(STORE, ZONE).plan.at(self.clock())

    def playing(self) -> tuple[str, str]:
        return self.slot().layer.value, self.slot().scene

    def restart(self, directory: Path, *reactions: Reaction) -> None:
        """The next process over the same database, and these reactions in the shop file."""
        self.parts.engine.dispose()
        self.parts = a_hub(
            directory,
            self.parts.settings.database_url,
            self.clock,
            shop_file=shop_file(*reactions),
        )
        self.edge.parts = self.parts
        self.edge.hello()

    def audit(self) -> list[Entry]:
        """What reactions did, the oldest first."""
        with self.parts.engine.connect() as connection:
            return list(reversed(find(connection, Search(action="reaction"), 100)))

    def states(self) -> list[Any]:
        with self.parts.engine.connect() as connection:
            return list(connection.scalars(select(col(ReactionStateRow.body))))


@pytest.fixture
def floor(parts: HubParts, clock: FakeClock) -> Iterator[Floor]:
    made = Floor(parts, clock)
    yield made
    made.parts.engine.dispose()


@pytest.fixture
def floor_on_both(parts_on_both: HubParts, clock: FakeClock) -> Iterator[Floor]:
    made = Floor(parts_on_both, clock)
    yield made
    made.parts.engine.dispose()


@contextmanager
def a_failing_database(parts: HubParts) -> Iterator[list[str]]:
    """Every INSERT fails as on a full disk; the answer has those that were tried."""
    tried: list[str] = []

    def fail(*arguments: Any) -> None:
        if arguments[2].startswith("INSERT"):
            tried.append(arguments[2])
            raise OperationalError("INSERT", {}, Exception("disk full"))

    event.listen(parts.engine, "before_cursor_execute", fail)
    try:
        yield tried
    finally:
        event.remove(parts.engine, "before_cursor_execute", fail)


def test_a_crowd_brings_its_scene_and_calm_takes_it_back(floor: Floor) -> None:
    deploy(floor.parts, crowded())
    floor.people(7, 60)
    assert floor.playing() == ("fallback", "trading")
    floor.people(7, 1)
    assert floor.playing() == ("reaction", "calm-morning")
    assert floor.slot().reason == "Crowded: 7 people for 1 minute (limit 6)"
    assert floor.slot().source == "reaction:crowded"
    floor.people(3, 120)
    assert floor.playing() == ("reaction", "calm-morning")
    floor.people(3, 1)
    assert floor.playing() == ("fallback", "trading")
    begun, ended = (entry.change for entry in floor.audit())
    assert (begun.action, begun.author, begun.subject, begun.store) == (
        "reaction.begin",
        "reaction:crowded",
        ZONE,
        STORE,
    )
    assert begun.why == "Crowded: 7 people for 1 minute (limit 6)"
    assert begun.after["scene"] == "calm-morning"
    assert (ended.action, ended.why) == ("reaction.end", "not more than 3 people for 2 minutes")


def test_its_plan_ends_by_itself_should_the_hub_die(floor: Floor) -> None:
    deploy(floor.parts, crowded(longest_s=600))
    floor.people(8, 61)
    plan = floor.parts.planner.planned(STORE, ZONE).plan
    begun = floor.clock()
    after = plan.next_change(begun)
    assert after is not None
    assert (after.start - begun).total_seconds() == 600
    floor.people(8, 600)
    assert floor.playing() == ("fallback", "trading")
    assert floor.audit()[-1].change.why == "its longest time of 10 minutes is over"


def test_a_person_goes_above_it(floor: Floor) -> None:
    deploy(floor.parts, crowded())
    floor.people(8, 61)
    floor.parts.planner.override(STORE, ZONE, Choice("evening", ForMinutes(10)))
    assert floor.playing() == ("override", "evening")
    floor.people(8, 10)
    assert floor.playing() == ("override", "evening")
    floor.parts.planner.return_to_plan(STORE, ZONE)
    assert floor.playing() == ("reaction", "calm-morning")


def test_silent_sensors_begin_nothing_and_calm_nothing(floor: Floor) -> None:
    deploy(floor.parts, crowded())
    floor.people(7, 30)
    floor.people(None, 100)
    assert floor.playing() == ("fallback", "trading")
    floor.people(7, 61)
    assert floor.playing() == ("reaction", "calm-morning")
    floor.people(None, 400)
    assert floor.playing() == ("reaction", "calm-morning")


def test_one_zone_can_go_by_what_is_measured_in_another(floor: Floor) -> None:
    deploy(floor.parts, crowded(zones=("fitting-rooms",), measured_in=ZONE, name="Rush", for_s=0))
    floor.people(6, 1)
    slot = floor.parts.planner.planned(STORE, "fitting-rooms").plan.at(floor.clock())
    assert (slot.layer, slot.reason) == ("reaction", "Rush: 6 people (limit 6)")
    assert floor.playing() == ("fallback", "trading")


def test_a_reaction_that_is_changed_or_dropped_ends(floor: Floor) -> None:
    deploy(floor.parts, crowded())
    floor.people(7, 61)
    deploy(floor.parts, crowded(scene="evening"))
    floor.people(7, 1)
    assert floor.playing() == ("fallback", "trading")
    assert floor.audit()[-1].change.why == "the reaction was changed"
    floor.people(7, 61)
    assert floor.playing() == ("reaction", "evening")
    deploy(floor.parts)
    floor.people(7, 1)
    assert floor.playing() == ("fallback", "trading")
    assert floor.audit()[-1].change.why == "the reaction is no more"
    assert floor.states() == []
    assert floor.parts.reactions.of_store(STORE) == []


def test_a_restart_in_the_middle_forgets_nothing(floor_on_both: Floor, tmp_path: Path) -> None:
    floor = floor_on_both
    deploy(floor.parts, crowded())
    floor.people(7, 50)
    floor.restart(tmp_path, crowded())
    floor.people(7, 15)
    assert floor.playing() == ("reaction", "calm-morning"), "65 s of crowd, 50 of them before"
    floor.restart(tmp_path, crowded())
    assert floor.playing() == ("reaction", "calm-morning")
    floor.people(2, 121)
    assert floor.playing() == ("fallback", "trading")
    floor.restart(tmp_path, crowded())
    floor.people(7, 120)
    assert floor.playing() == ("fallback", "trading"), "it rests"
    with floor.parts.engine.connect() as connection:
        assert len(list(connection.scalars(select(col(RunRow.ended_at))))) == 1


def test_a_reaction_that_was_changed_while_the_hub_was_off_ends_at_the_start(
    floor: Floor, tmp_path: Path
) -> None:
    deploy(floor.parts, crowded())
    floor.people(7, 61)
    floor.restart(tmp_path, crowded(above=7))
    assert floor.playing() == ("reaction", "calm-morning")
    floor.people(7, 1)
    assert floor.playing() == ("fallback", "trading")
    assert floor.audit()[-1].change.why == "the reaction was changed"


def test_states_are_not_written_every_second(floor: Floor) -> None:
    deploy(floor.parts, crowded(for_s=3600))
    writes: list[str] = []

    def count(*arguments: Any) -> None:
        if "reaction_state" in arguments[2] and arguments[2].startswith("INSERT"):
            writes.append(arguments[2])

    event.listen(floor.parts.engine, "before_cursor_execute", count)
    floor.people(1, 1)
    quiet = len(writes)
    floor.people(4, 60)
    assert len(writes) - quiet <= 1, "nothing is counted while it is in between"
    before = len(writes)
    floor.people(7, 100)
    assert 5 <= len(writes) - before <= 11


def test_what_can_not_be_written_is_tried_again(
    floor: Floor, caplog: pytest.LogCaptureFixture
) -> None:
    deploy(floor.parts, crowded())
    floor.people(7, 59)
    with a_failing_database(floor.parts) as tried:
        floor.people(7, 20)
        assert len(tried) > 10
        assert floor.playing() == ("fallback", "trading")
    floor.people(7, 1)
    assert floor.playing() == ("reaction", "calm-morning")
    told = [record for record in caplog.records if "nordic/entrance/crowded" in record.message]
    assert len(told) == 1
    floor.people(2, 119)
    with a_failing_database(floor.parts):
        floor.people(2, 20)
        assert floor.playing() == ("reaction", "calm-morning")
    floor.people(2, 1)
    assert floor.playing() == ("fallback", "trading")


def test_a_clock_that_is_set_back_while_an_end_can_not_be_written_puts_it_off_no_further(
    floor: Floor,
) -> None:
    deploy(floor.parts, crowded())
    floor.people(7, 61)
    floor.people(2, 119)
    with a_failing_database(floor.parts):
        floor.people(2, 20)
        floor.clock.forward(seconds=-30)
        floor.people(2, 1)
        assert floor.playing() == ("reaction", "calm-morning")
    floor.people(2, 1)
    assert floor.playing() == ("fallback", "trading")


def test_a_zone_that_leaves_takes_its_reaction_with_it(floor: Floor) -> None:
    deploy(floor.parts, crowded())
    floor.people(7, 61)
    shop = floor.parts.planner.shop
    (store,) = shop.stores
    without = replace(store, zones=store.zones[1:])
    floor.parts.planner.load(replace(shop, stores=(without,)))
    floor.people(7, 2)
    assert floor.parts.reactions.of_store(STORE) == []
    assert floor.states() == []
    last = floor.audit()[-1].change
    assert (last.action, last.why) == ("reaction.end", "its zone left the shop")
    # Nobody would end it any more.
    floor.parts.planner.load(shop)
    assert floor.playing() == ("fallback", "trading")


def test_the_api_says_where_each_reaction_stands(floor: Floor) -> None:
    client = AsgiClient(create_app(floor.parts))
    deploy(floor.parts, crowded(name="Crowd"))

    def look() -> Any:
        (view,) = client.get(f"/api/v1/stores/{STORE}/reactions").json()
        return view

    floor.people(0, 1)
    view = look()
    assert (view["id"], view["zone"], view["scene_name"]) == ("crowded", ZONE, "Calm morning")
    assert (view["phase"], view["words"]) == ("watching", "Waits for 6 people or more for 1 minute")
    floor.people(7, 30)
    floor.clock.forward(seconds=2)
    view = look()
    assert view["phase"] == "building"
    assert view["words"] == "6 people or more for 31 seconds of 1 minute"
    measured = view["measured"]
    assert (measured["at_least"], measured["at_most"], measured["age_s"]) == (7, 7, 2)
    floor.people(7, 30)
    assert (look()["phase"], look()["until"] is not None) == ("at-work", True)
    assert look()["words"] == "At work; waits for 3 people or fewer for 2 minutes"
    floor.people(None, 20)
    assert look()["words"].endswith("; nothing is measured now")
    assert look()["measured"]["at_least"] is None
    floor.people(2, 21)
    assert look()["words"] == "At work; 3 people or fewer for 20 seconds of 2 minutes"
    floor.people(2, 100)
    assert look()["phase"] == "resting"
    assert look()["words"].startswith("Rests until 12:0")
    assert client.get("/api/v1/stores/attic/reactions").status_code == 404


def test_a_run_is_taken_along_when_the_clock_is_set_back_to_before_it(floor: Floor) -> None:
    deploy(floor.parts, crowded())
    floor.people(7, 65)
    assert floor.playing()[0] == "reaction"
    runs = floor.parts.planner.runs(STORE, ZONE)
    floor.clock.forward(hours=-1)
    floor.people(7, 2)
    assert floor.playing()[0] == "reaction", "at work, as it is said to be"
    (run,) = floor.parts.planner.runs(STORE, ZONE)
    assert (run.id, run.end - run.start) == (runs[0].id, runs[0].end - runs[0].start)
    assert run.start < floor.clock()
    told = len(floor.audit())
    floor.people(0, 200)
    assert floor.playing()[0] == "fallback"
    assert len(floor.audit()) == told + 1
