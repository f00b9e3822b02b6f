"""What edges report, put together by zone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from hub.reported import GONE_S, STALE_S, Reported
from scenes.messages import DeviceState, Hello, Reading, State, ZoneState
from tests.hub.shops import FakeClock

BOOT = "0123456789abcdef"


def hello(at: datetime, *, edge: str = "ceiling", online: bool = True) -> Hello:
    return Hello(store="nordic", edge=edge, boot=BOOT, online=online, at=at, version="1")


def state(
    at: datetime,
    *,
    edge: str = "ceiling",
    scene: str | None = "trading",
    confirmed: bool = True,
    fading: bool = False,
    problem: str | None = None,
    zone: str = "entrance",
) -> State:
    device = DeviceState(kind="light", zone=zone, reading=Reading(level=50, problem=problem))
    return State(
        store="nordic",
        edge=edge,
        boot=BOOT,
        at=at,
        zones={zone: ZoneState(scene=scene, confirmed=confirmed, fading=fading)},
        devices={"lamp": device},
    )


@pytest.fixture
def reported(clock: FakeClock) -> Reported:
    return Reported(clock, clock.monotonic)


def test_a_zone_that_nobody_spoke_of_is_unknown(reported: Reported) -> None:
    assert reported.zone("nordic", "entrance") is None
    assert reported.edges() == []


def test_one_edge_speaks_for_its_zone(reported: Reported, clock: FakeClock) -> None:
    reported.state(state(clock(), fading=True))
    clock.forward(seconds=4)
    zone = reported.zone("nordic", "entrance")
    assert zone is not None
    assert zone.state is not None
    assert (zone.state.scene, zone.age_s, zone.stale) == ("trading", 4, False)
    assert (zone.confirmed, zone.fading, zone.edges) == (True, True, ["ceiling"])
    assert zone.problems == []


def test_an_old_report_is_stale_and_says_so(reported: Reported, clock: FakeClock) -> None:
    said_at = clock()
    reported.state(state(said_at))
    clock.forward(seconds=STALE_S + 1)
    zone = reported.zone("nordic", "entrance")
    assert zone is not None
    assert zone.stale
    (problem,) = zone.problems
    assert (problem.text, problem.since) == ("ceiling has not been heard", said_at)


def test_an_edge_that_died_is_silent_also_when_the_clock_is_set_back(
    reported: Reported, clock: FakeClock
) -> None:
    said_at = clock()
    reported.hello(hello(said_at))
    reported.state(state(said_at))
    clock.forward(hours=-1)
    clock.forward(seconds=STALE_S + 1)
    zone = reported.zone("nordic", "entrance")
    assert zone is not None
    assert (zone.age_s, zone.stale, zone.at) == (STALE_S + 1, True, said_at)
    assert [problem.text for problem in zone.problems] == ["ceiling has not been heard"]
    assert reported.silence_changed()


def test_a_retained_report_is_as_old_as_it_says(reported: Reported, clock: FakeClock) -> None:
    reported.state(state(clock() - timedelta(hours=3)), retained=True)
    zone = reported.zone("nordic", "entrance")
    assert zone is not None
    assert zone.age_s == 3 * 3600


@pytest.mark.parametrize("hours", [-3, 3])
def test_a_wrong_clock_of_an_edge_changes_no_age(
    reported: Reported, clock: FakeClock, hours: int
) -> None:
    reported.state(state(clock() + timedelta(hours=hours)))
    clock.forward(seconds=2)
    zone = reported.zone("nordic", "entrance")
    assert zone is not None
    assert zone.age_s == 2


def test_two_edges_that_agree_are_as_old_as_the_older(reported: Reported, clock: FakeClock) -> None:
    reported.state(state(clock(), edge="left"))
    clock.forward(seconds=5)
    reported.state(state(clock(), edge="right", confirmed=False))
    zone = reported.zone("nordic", "entrance")
    assert zone is not None
    assert zone.state is not None
    assert (zone.age_s, zone.confirmed, zone.edges) == (5, False, ["left", "right"])


def test_two_edges_that_disagree_are_named(reported: Reported, clock: FakeClock) -> None:
    reported.state(state(clock(), edge="left"))
    reported.state(state(clock(), edge="right", scene=None))
    zone = reported.zone("nordic", "entrance")
    assert zone is not None
    assert zone.state is None
    assert not zone.confirmed
    assert [problem.text for problem in zone.problems] == [
        "The edges disagree: left plays trading, right plays nothing"
    ]


def test_a_device_that_fails_is_named(reported: Reported, clock: FakeClock) -> None:
    reported.state(state(clock(), problem="no answer"))
    zone = reported.zone("nordic", "entrance")
    assert zone is not None
    assert [problem.text for problem in zone.problems] == ["lamp: no answer"]


def test_an_edge_that_is_not_well_is_named_in_each_of_its_zones(
    reported: Reported, clock: FakeClock
) -> None:
    assert reported.state(state(clock()))
    ill = replace(state(clock()), problems=("the disk fails, the shop plays on: full",))
    assert reported.state(ill), "and that is news"
    assert not reported.state(ill)
    assert reported.state(replace(ill, clock="unsynced"))
    zone = reported.zone("nordic", "entrance")
    assert zone is not None
    assert [problem.text for problem in zone.problems] == [
        "ceiling: the disk fails, the shop plays on: full"
    ]


def test_the_last_will_makes_an_edge_offline(reported: Reported, clock: FakeClock) -> None:
    reported.hello(hello(clock()))
    reported.state(state(clock()))
    assert reported.online() == 1
    reported.hello(hello(clock(), online=False))
    assert reported.online() == 0
    zone = reported.zone("nordic", "entrance")
    assert zone is not None
    assert [problem.text for problem in zone.problems] == ["ceiling is offline"]


def test_what_edges_said_before_they_were_gone_is_the_past(
    reported: Reported, clock: FakeClock
) -> None:
    for edge in ("ceiling", "wall"):
        reported.hello(hello(clock(), edge=edge))
        reported.state(state(clock(), edge=edge))
    reported.hello(hello(clock(), edge="wall", online=False))
    half = reported.zone("nordic", "entrance")
    assert half is not None
    assert (half.stale, [problem.text for problem in half.problems]) == (False, ["wall is offline"])
    reported.hello(hello(clock(), edge="ceiling", online=False))
    gone = reported.zone("nordic", "entrance")
    assert gone is not None
    assert gone.stale
    reported.hello(hello(clock(), edge="ceiling"))
    back = reported.zone("nordic", "entrance")
    assert back is not None
    assert not back.stale


def test_an_edge_that_was_replaced_spoils_its_zone_no_longer_than_a_minute(
    reported: Reported, clock: FakeClock
) -> None:
    reported.hello(hello(clock(), edge="old"))
    reported.state(state(clock(), edge="old", problem="no answer"))
    reported.hello(hello(clock(), edge="old", online=False))
    left = clock()
    clock.forward(seconds=GONE_S - 1)
    reported.hello(hello(clock(), edge="new"))
    reported.state(state(clock(), edge="new", scene="evening"))
    zone = reported.zone("nordic", "entrance")
    assert zone is not None
    assert (zone.state, zone.confirmed, zone.edges) == (None, False, ["new", "old"])
    reported.silence_changed()
    clock.forward(seconds=2)
    assert reported.silence_changed()
    zone = reported.zone("nordic", "entrance")
    assert zone is not None
    assert zone.state is not None
    assert (zone.state.scene, zone.confirmed, zone.edges) == ("evening", True, ["new"])
    assert (zone.age_s, [followed.edge for followed in zone.follows]) == (2, [])
    assert [(problem.text, problem.since) for problem in zone.problems] == [
        ("old is offline", left)
    ]


def test_an_edge_that_is_gone_still_speaks_where_nobody_else_is(
    reported: Reported, clock: FakeClock
) -> None:
    for edge in ("left", "right"):
        reported.state(state(clock(), edge=edge))
        reported.hello(hello(clock(), edge=edge, online=False))
    clock.forward(hours=1)
    zone = reported.zone("nordic", "entrance")
    assert zone is not None
    assert (zone.edges, zone.stale) == (["left", "right"], True)
    assert len(zone.problems) == 2


def test_a_retained_will_is_not_older_than_the_last_state(
    reported: Reported, clock: FakeClock
) -> None:
    """The will was written when the edge connected, however long it stayed after that."""
    reported.hello(hello(clock() - timedelta(days=3), edge="old", online=False), retained=True)
    reported.state(state(clock() - timedelta(seconds=30), edge="old"), retained=True)
    reported.hello(hello(clock(), edge="new"))
    reported.state(state(clock(), edge="new"))
    zone = reported.zone("nordic", "entrance")
    assert zone is not None
    assert zone.edges == ["new", "old"]


def test_an_edge_is_forgotten_when_it_is_removed(reported: Reported, clock: FakeClock) -> None:
    reported.hello(hello(clock()))
    reported.state(state(clock()))
    reported.forget("nordic", "ceiling")
    assert reported.edges() == []
    assert reported.zone("nordic", "entrance") is None


def test_only_news_are_news(reported: Reported, clock: FakeClock) -> None:
    assert reported.state(state(clock()))
    clock.forward(seconds=5)
    assert not reported.state(state(clock()))
    assert reported.state(state(clock(), fading=True))
    assert reported.state(state(clock(), fading=True, problem="no answer"))


def test_falling_silent_is_news_once_and_speaking_again_too(
    reported: Reported, clock: FakeClock
) -> None:
    reported.state(state(clock()))
    assert not reported.silence_changed()
    clock.forward(seconds=STALE_S + 1)
    assert reported.silence_changed()
    assert not reported.silence_changed()
    reported.state(state(clock()))
    assert reported.silence_changed()
