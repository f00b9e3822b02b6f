"""What people nudge reaches the outputs of a zone within about a second, and scenes go on."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
import pytest

from edge.recording.as_run import AsRunLog
from scenes.adjustment import Adjustment
from scenes.messages import AnyEvent, AsRun
from scenes.nudge import Nudge, NudgeKind, adjusted_slots
from scenes.plan import Plan
from scenes.scene import MusicCue, Scene, ScentCue
from tests.edge.fake_time import START
from tests.edge.fakes import plan, scene
from tests.edge.test_as_run import Bench as LoggedBench
from tests.edge.test_zone_player import Bench

SLOW = scene(
    "slow",
    80,
    fade_s=600,
    music=MusicCue(source="playlist:calm", volume=40, crossfade_s=60),
    scent=ScentCue(fragrance="linen", intensity=100),
)
ROOM = scene("room", 80, fade_s=2, music=MusicCue(source="playlist:calm", volume=40))


def nudged(it: Plan, *nudges: tuple[NudgeKind, float, float, float]) -> Plan:
    """The plan with nudges of (kind, percent, from, to in seconds after START), as a later one."""
    made = [
        Nudge(
            id=kind,
            zone="hall",
            kind=kind,
            percent=percent,
            start=START + timedelta(seconds=begin_s),
            end=START + timedelta(seconds=end_s),
            author="Kim",
        )
        for kind, percent, begin_s, end_s in nudges
    ]
    slots = adjusted_slots(it.slots, made, it.until, ZoneInfo("UTC"))
    return msgspec.structs.replace(it, slots=slots, revision=it.revision + 1)


def playing(it: Scene, bench: Bench | None = None) -> tuple[Bench, Plan]:
    """A zone that has played a scene for a while."""
    bench, followed = bench or Bench(), plan([(-3600, it)])
    bench.zone.adopt(followed)
    bench.run(100)
    return bench, followed


@pytest.mark.parametrize(
    ("nudge", "volume"), [(("volume", 50.0), 20), (("volume", 120.0), 48), (("mute", 0.0), 0)]
)
def test_the_player_is_where_somebody_wants_it_within_a_second(
    nudge: tuple[NudgeKind, float], volume: float
) -> None:
    bench, followed = playing(SLOW)
    assert bench.player.volume == 40
    bench.player.told.clear()
    bench.zone.adopt(nudged(followed, (*nudge, 100, 400)))
    bench.run(1.1)
    assert bench.player.volume == pytest.approx(volume, abs=0.5)
    assert bench.player.source == "playlist:calm", "the song goes on, so that it can come back"
    steps = bench.player.volumes()
    assert max(abs(one - two) for one, two in pairwise(steps)) < 12, "no jump"
    bench.run(300)
    assert bench.player.volume == 40


def test_light_dims_at_once_though_its_scene_fades_for_ten_minutes() -> None:
    bench, followed = playing(SLOW)
    bench.zone.adopt(nudged(followed, ("light", 50, 100, 200)))
    bench.run(0.5)
    assert bench.spot.level is not None
    assert 40 < bench.spot.level < 80, "on its way, without a jump"
    bench.run(0.7)
    assert (bench.spot.level, bench.wall.level) == (40, 40)
    bench.run(100)
    assert bench.spot.level == 80, "and back as quickly"


def test_scent_off_ends_the_burst_that_runs_and_gives_none_until_its_end() -> None:
    bench, followed = playing(SLOW)
    bench.run(22)  # two seconds into a burst, a pattern of 40 s after the beginning of the scene
    assert bench.diffuser.reading().on
    bursts = len(bench.diffuser.bursts)
    bench.zone.adopt(nudged(followed, ("scent-off", 0, 122, 400)))
    bench.run(0.1)
    assert not bench.diffuser.reading().on
    bench.run(270)
    assert len(bench.diffuser.bursts) == bursts


def test_less_scent_gives_no_burst_of_its_own() -> None:
    bench, followed = playing(SLOW)
    bench.run(35)  # in the pause
    assert not bench.diffuser.reading().on
    bursts = len(bench.diffuser.bursts)
    bench.zone.adopt(nudged(followed, ("scent", 50, 135, 4000)))
    bench.run(20)
    assert len(bench.diffuser.bursts) == bursts, "nobody asked for a puff"
    bench.run(10)
    assert bench.diffuser.bursts[-1][1] == pytest.approx(5), "half a burst, when one is due"


def test_the_next_scene_comes_at_its_own_pace_and_as_quiet_as_people_want() -> None:
    bench = Bench()
    it = nudged(plan([(-60, SLOW), (10, ROOM)]), ("volume", 50, 0, 600), ("light", 50, 0, 600))
    bench.zone.adopt(it)
    bench.run(11)
    assert bench.spot.level == 40, "the same light, so nothing moves"
    assert bench.player.volume == pytest.approx(20, abs=0.5)
    assert (bench.state().scene, bench.state().adjust) == ("room", Adjustment(volume=50, light=50))


def test_an_agent_that_starts_meanwhile_gives_what_the_others_give() -> None:
    bench = Bench()
    bench.zone.adopt(nudged(plan([(-3600, SLOW)]), ("mute", 0, -60, 60), ("light", 50, -60, 60)))
    bench.run(1)
    assert (bench.spot.level, bench.player.volume) == (40, 0)
    bench.run(62)
    assert (bench.spot.level, bench.player.volume) == (80, 40)


def test_the_state_tells_the_scene_whole_and_what_was_made_of_it() -> None:
    bench, followed = playing(ROOM)
    before = bench.state()
    bench.zone.adopt(nudged(followed, ("volume", 80, 100, 200)))
    bench.run(5)
    after = bench.state()
    assert after.confirmed, "the nudge is what the scene asks for now"
    assert after.adjust == Adjustment(volume=80)
    assert (after.since, after.until) == (before.since, before.until)
    bench.run(100)
    assert bench.state().adjust is None


def test_the_as_run_log_tells_the_minutes_that_people_nudged() -> None:
    bench = LoggedBench()
    events: list[AnyEvent] = bench.events
    bench.log = AsRunLog(bench.zone, events.append)
    bench.zone.adopt(nudged(plan([(-60, ROOM)]), ("volume", 80, 10, 40)))
    bench.run_logged(50)
    bench.log.close(bench.clock.moment)
    told = [(it.scene, it.adjust) for it in events if isinstance(it, AsRun)]
    assert told == [("room", None), ("room", Adjustment(volume=80)), ("room", None)]
    nudge = [it for it in events if isinstance(it, AsRun)][1]
    assert (nudge.at, nudge.until) == (
        START + timedelta(seconds=10),
        START + timedelta(seconds=40),
    )


def test_nothing_is_announced_over_a_mute() -> None:
    bench, followed = playing(ROOM)
    bench.zone.adopt(nudged(followed, ("mute", 0, 100, 200)))
    bench.run(2)
    assert bench.music.level(bench.clock.moment) == 0
    assert bench.player.volume == 0
