"""A zone: which slot is due, what its channels are told, what it says of itself."""

from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.clock import Moment, earliest
from edge.playing.gesture import trial_gesture
from edge.playing.light_channel import LightChannel
from edge.playing.light_output import LightOutput
from edge.playing.music_channel import MusicChannel
from edge.playing.scent_channel import ScentChannel
from edge.playing.zone_player import NO_PLAN, ZonePlayer
from scenes.fades import LightLevel
from scenes.messages import ZoneState
from scenes.plan import Plan
from scenes.scene import LightCue, Limits, MusicCue, Scene, ScentCue
from tests.edge.fake_time import START, FakeClock, run
from tests.edge.fakes import FakeDiffuser, FakeLight, FakePlayer, Told, plan, scene

DIM = scene("dim", 10, fade_s=2)
BRIGHT = scene(
    "bright",
    80,
    fade_s=2,
    music=MusicCue(source="playlist:calm", volume=40, crossfade_s=2),
    scent=ScentCue(fragrance="linen", intensity=30),
)


class Bench:
    """A zone with two lights, a player and a diffuser."""

    def __init__(self, boot_level: float = 0.0) -> None:
        self.clock = FakeClock()
        self.told = Told()
        self.spot, self.wall = FakeLight(self.clock), FakeLight(self.clock)
        self.player = FakePlayer(self.clock)
        self.diffuser = FakeDiffuser(self.clock)
        boot = LightLevel(boot_level)
        health = self.told.health
        self.music = MusicChannel("music", self.player, health("music"), self.clock)
        self.zone = ZonePlayer(
            "hall",
            lights=[
                LightChannel("spots", [LightOutput("spot", self.spot, health("spot"))], boot),
                LightChannel("walls", [LightOutput("wall", self.wall, health("wall"))], boot),
            ],
            music=[self.music],
            scent=[ScentChannel("scent", self.diffuser, "linen", health("scent"))],
        )

    def run(self, seconds: float) -> None:
        def step(moment: Moment) -> datetime | None:
            return earliest(self.zone.step(moment), self.music.step(moment))

        run(step, self.clock, seconds)

    def state(self) -> ZoneState:
        moment = self.clock.moment
        return self.zone.state(self.zone.check(moment), moment)


def test_a_zone_plays_what_is_due_when_it_is_due() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(0, DIM), (10, BRIGHT), (30, DIM)]))
    bench.run(9.9)
    assert (bench.spot.level, bench.player.source) == (10, None)
    bench.run(2.5)
    assert (bench.spot.level, bench.player.source) == (80, "playlist:calm")
    assert bench.diffuser.bursts[0][0] == pytest.approx(1010, abs=0.001), "on the second"
    first_move = next(at_s for at_s, level in bench.spot.shown if level.level > 10)
    assert first_move == pytest.approx(1010, abs=0.03)
    state = bench.state()
    assert (state.scene, state.confirmed, state.problem) == ("bright", True, None)
    assert state.since == START + timedelta(seconds=10)
    assert state.until == START + timedelta(seconds=30)
    assert (state.reason, state.epoch, state.revision) == ("because of bright", 1, 1)
    bench.run(25)
    assert (bench.spot.level, bench.player.source) == (10, None)


def test_groups_get_their_own_cues() -> None:
    bench = Bench()
    both = Scene(
        id="both",
        name="both",
        light={"spots": LightCue(level=70, fade_s=0), "all": LightCue(level=20, fade_s=0)},
    )
    dark = Scene(id="dark", name="dark", light={"spots": LightCue(level=5, fade_s=0)})
    bench.zone.adopt(plan([(0, both), (5, dark)]))
    bench.run(1)
    assert (bench.spot.level, bench.wall.level) == (70, 20)
    bench.run(9)
    assert (bench.spot.level, bench.wall.level) == (5, 0), "a group without a cue is dark"


def test_what_is_laid_over_the_music_keeps_to_the_scene_that_is_due() -> None:
    bench = Bench()
    hushed = msgspec.structs.replace(BRIGHT, id="hushed", limits=Limits(max_volume=45))
    bench.zone.adopt(plan([(0, BRIGHT), (20, hushed), (40, BRIGHT)]))
    loudest = []
    for _ in range(3):
        bench.run(10)
        bench.player.told.clear()
        bench.music.show(trial_gesture(40, bench.clock.moment))
        bench.run(10)
        loudest.append(max(bench.player.volumes()))
    assert loudest == [pytest.approx(100, abs=2), 45, pytest.approx(100, abs=2)]


def test_a_restart_in_a_fade_takes_the_middle() -> None:
    bench = Bench()
    bench.player.disturb(None, 0)
    bench.zone.adopt(plan([(-600, DIM), (-1, BRIGHT)]))
    bench.run(0.5)
    assert bench.spot.level is not None
    assert 40 < bench.spot.level < 70
    assert bench.player.volume == pytest.approx(30, abs=2)
    assert bench.diffuser.bursts[0][1] == pytest.approx(2.0, abs=0.01)
    bench.run(2)
    assert bench.spot.level == 80


def test_without_any_plan_the_boot_levels_are_held_and_it_is_said() -> None:
    bench = Bench(boot_level=30)
    bench.run(5)
    assert bench.spot.shown == []
    state = bench.state()
    assert (state.scene, state.confirmed, state.problem) == (None, False, NO_PLAN)


def test_the_first_plan_of_a_playing_zone_fades_from_the_boot_level() -> None:
    bench = Bench(boot_level=30)
    bench.run(1)
    bench.zone.adopt(plan([(-600, BRIGHT)]))
    bench.run(3)
    levels = [level.level for _, level in bench.spot.shown]
    assert levels[0] < 35
    assert levels[-1] == 80


def test_past_the_end_of_a_short_plan_the_last_scene_stays_and_it_is_said() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(0, DIM), (5, BRIGHT)], until_s=10))
    bench.run(20)
    state = bench.state()
    assert (bench.spot.level, state.scene, state.confirmed) == (80, "bright", True)
    assert state.problem is not None
    assert state.problem.startswith("the plan ended on 2026-03-02 09:00 UTC")


def test_past_its_end_the_same_weekday_repeats_on_the_second() -> None:
    bench = Bench()
    week_s = 7 * 86_400
    it = plan([(-week_s, DIM), (10 - week_s, BRIGHT), (20 - week_s, DIM)], until_s=0)
    bench.zone.adopt(it)
    bench.run(9.9)
    state = bench.state()
    assert (bench.spot.level, state.scene, state.confirmed) == (10, "dim", True)
    assert state.problem is not None
    assert state.problem.endswith("the same weekday repeats")
    assert state.until == START + timedelta(seconds=10), "and it knows until when"
    bench.run(4)
    state = bench.state()
    assert (bench.spot.level, state.scene) == (80, "bright")
    assert (state.since, state.revision) == (START + timedelta(seconds=10), it.revision)
    assert bench.zone.due is not None
    assert bench.zone.due.repeated
    bench.run(20)
    assert bench.spot.level == 10
    bench.zone.adopt(plan([(0, BRIGHT)], revision=2))
    bench.run(4)
    assert (bench.spot.level, bench.state().problem) == (80, None)


def test_without_a_trusted_clock_there_is_light_and_music_but_no_scent_and_no_claim() -> None:
    bench = Bench()
    trusted: list[str | None] = ["nobody vouches for this clock"]
    bench.zone.clock_problem = lambda: trusted[-1]
    bench.zone.adopt(plan([(-7200, BRIGHT)]))
    bench.run(100)
    assert (bench.spot.level, bench.player.source) == (80, "playlist:calm")
    assert (bench.diffuser.bursts, bench.state().confirmed) == ([], False)
    assert bench.state().problem == "nobody vouches for this clock"
    trusted.append(None)
    bench.run(60)
    assert bench.diffuser.bursts
    assert (bench.state().confirmed, bench.state().problem) == (True, None)


def test_what_was_wrong_with_the_stored_plans_is_said_until_a_newer_one_comes() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(0, DIM)]))
    bench.zone.stored_problem = "the newest stored plan is damaged"
    bench.run(3)
    assert bench.state().problem == "the newest stored plan is damaged"
    bench.zone.adopt(plan([(0, DIM)], revision=2))
    assert bench.state().problem is None


def test_before_its_beginning_the_first_scene_is_played_and_a_wrong_clock_named() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(0.2, BRIGHT)]))
    bench.run(0.1)
    assert bench.state().problem is None, "a clock that is a little behind is no problem"
    bench = Bench()
    bench.zone.adopt(plan([(0, BRIGHT)], start=START + timedelta(days=300)))
    bench.run(3)
    state = bench.state()
    assert (bench.spot.level, state.scene) == (80, "bright")
    assert "this clock says 2026-03-02 09:00" in (state.problem or "")


def test_a_clock_from_before_the_plan_was_made_gives_no_scent_and_says_so() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(-7200, BRIGHT)], compiled_s=3600))
    bench.run(100)
    state = bench.state()
    assert (bench.spot.level, bench.player.source) == (80, "playlist:calm")
    assert bench.diffuser.bursts == []
    assert state.confirmed is False
    assert state.problem is not None
    assert state.problem.startswith("the plan was made at 2026-03-02 10:00 UTC, but this clock")
    bench.clock.set_wall(3600)
    bench.run(60)
    assert bench.diffuser.bursts, "a clock that was put right brings the scent"
    assert (bench.state().confirmed, bench.state().problem) == (True, None)


def test_a_clock_that_falls_back_ends_a_burst() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(0, BRIGHT)]))
    bench.run(1)
    bench.clock.set_wall(-86_400)
    bench.run(100)
    assert (len(bench.diffuser.bursts), len(bench.diffuser.stops)) == (1, 1)


@pytest.mark.parametrize(
    ("epoch", "revision", "taken"),
    [(2, 5, False), (2, 4, False), (1, 99, False), (2, 6, True), (3, 1, True)],
)
def test_only_a_newer_plan_is_taken(epoch: int, revision: int, taken: bool) -> None:
    bench = Bench()
    assert bench.zone.adopt(plan([(0, DIM)], epoch=2, revision=5))
    assert bench.zone.adopt(plan([(0, BRIGHT)], epoch=epoch, revision=revision)) is taken
    bench.run(3)
    assert bench.spot.level == (80 if taken else 10)


def test_the_same_scene_in_a_new_plan_moves_nothing() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(0, BRIGHT)]))
    bench.run(4.9)
    shown, told = len(bench.spot.shown), len(bench.player.told)
    bench.zone.adopt(plan([(4, BRIGHT)], revision=2))
    bench.run(0.05)
    assert (len(bench.spot.shown), len(bench.player.told)) == (shown, told)
    assert bench.state().revision == 2


def test_a_clock_step_gives_one_correct_switch() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(-7200, DIM), (1800, BRIGHT)]))
    bench.run(2)
    bench.clock.set_wall(3600)
    bench.run(4)
    assert bench.spot.level == 80
    bench.clock.set_wall(-3600)
    bench.run(4)
    assert bench.spot.level == 10
    assert {level.level for _, level in bench.spot.shown if level.level in (10, 80)} == {10, 80}


def test_a_dead_device_is_named_and_the_rest_goes_on() -> None:
    bench = Bench()
    bench.wall.unplug()
    bench.zone.adopt(plan([(0, BRIGHT)]))
    bench.run(4)
    state = bench.state()
    assert (bench.spot.level, bench.player.source) == (80, "playlist:calm")
    assert (state.confirmed, state.problem) == (False, "wall: nobody answers")


def test_a_light_that_lies_is_not_confirmed() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(0, BRIGHT)]))
    bench.run(4)
    bench.wall.shown.append((0.0, LightLevel(33)))
    state = bench.state()
    assert (state.confirmed, state.problem) == (False, "wall: does not do what the scene asks")


def test_a_missing_fragrance_is_a_gap() -> None:
    bench = Bench()
    cedar = scene("cedar", 50, scent=ScentCue(fragrance="cedar", intensity=20))
    bench.zone.adopt(plan([(0, cedar)]))
    bench.run(4)
    state = bench.state()
    assert state.confirmed is False
    assert state.problem == "the scene asks for cedar, the diffuser holds linen"


def test_a_driver_whose_reading_throws_has_a_problem_only() -> None:
    bench = Bench()
    bench.zone.adopt(plan([(0, BRIGHT)]))
    bench.run(4)

    def broken() -> None:
        raise ValueError("no idea")

    bench.spot.reading = broken  # type: ignore[method-assign, assignment]
    assert bench.state().problem == "spot: gives no reading: no idea"


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    gaps = draw(st.lists(st.floats(0.5, 50), min_size=1, max_size=8))
    names = draw(
        st.lists(st.sampled_from(["dim", "bright"]), min_size=len(gaps), max_size=len(gaps))
    )
    scenes = {"dim": DIM, "bright": BRIGHT}
    at_s, slots = -20.0, []
    for gap_s, name in zip(gaps, names, strict=True):
        slots.append((round(at_s, 3), scenes[name]))
        at_s += gap_s
    return plan(slots, until_s=round(at_s, 3) + 21)


@given(plans(), st.lists(st.floats(-100, 100), max_size=3))
def test_what_is_played_is_always_what_is_due(it: Plan, wall_steps: list[float]) -> None:
    bench = Bench()
    bench.zone.adopt(it)
    for wall_step in [0.0, *wall_steps]:
        bench.clock.set_wall(wall_step)
        bench.run(2.5 if it.slots else 0)
        utc = bench.clock.moment.utc
        bench.zone.step(bench.clock.moment)
        last = it.until - timedelta(microseconds=1)
        expected = it.at(min(max(utc, it.slots[0].start), last))
        assert bench.zone.due is not None
        assert bench.zone.due.slot is expected
        if utc - expected.start > timedelta(seconds=4) and not bench.zone.fading(
            bench.clock.moment
        ):
            assert bench.spot.level == (80 if expected.scene == "bright" else 10)
