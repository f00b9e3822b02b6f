"""Music: the source changes with the scene, the volume fades, silence comes after the fade."""

import itertools
from datetime import timedelta

import pytest

from devices.errors import DeviceRefusedError
from edge.playing.agreement import Agreement, Observation
from edge.playing.gesture import identify_gesture
from edge.playing.music_channel import MusicChannel
from scenes.scene import MusicCue
from tests.edge.fake_time import FakeClock, run
from tests.edge.fakes import FakePlayer, Told

CALM = MusicCue(source="playlist:calm", volume=40, crossfade_s=4)
RUSH = MusicCue(source="playlist:rush", volume=70, crossfade_s=4)
LOUD_CALM = MusicCue(source="playlist:calm", volume=60, crossfade_s=4)


class Bench:
    """A channel of one player on a clock."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.told = Told()
        self.player = FakePlayer(self.clock)
        self.channel = MusicChannel("music", self.player, self.told.health("music"), self.clock)

    def aim(self, cue: MusicCue | None, lag_s: float = 0.0) -> None:
        self.channel.aim(cue, self.clock.utc - timedelta(seconds=lag_s), self.clock.moment)

    def join(self, cue: MusicCue | None, before: MusicCue | None, lag_s: float) -> None:
        start = self.clock.utc - timedelta(seconds=lag_s)
        self.channel.join(cue, before, start, self.clock.moment)

    def run(self, seconds: float) -> int:
        return run(self.channel.step, self.clock, seconds)

    def agreement(self) -> Agreement:
        return self.channel.observe(self.clock.moment).agreement

    def plays(self) -> list[object]:
        return [value for _, call, value in self.player.told if call == "play"]


def test_music_begins_silently_and_fades_in() -> None:
    bench = Bench()
    bench.aim(CALM)
    bench.run(6)
    first, second = bench.player.told[:2]
    assert first[1:] == ("volume", 0.0)
    assert second[1:] == ("play", ("playlist:calm", 4))
    volumes = bench.player.volumes()
    assert volumes == sorted(volumes)
    assert volumes[-1] == 40
    assert bench.agreement() is Agreement.YES


def test_at_most_twenty_volume_changes_a_second() -> None:
    bench = Bench()
    bench.aim(CALM)
    for _ in range(400):
        bench.channel.step(bench.clock.moment)
        bench.clock.advance(0.01)
    times = [at_s for at_s, call, _ in bench.player.told if call == "volume"]
    assert 75 <= len(times) <= 82


def test_another_scene_with_the_same_source_changes_only_the_volume() -> None:
    bench = Bench()
    bench.aim(CALM)
    bench.run(5)
    before = len(bench.plays())
    bench.aim(LOUD_CALM)
    bench.run(4.5)
    assert len(bench.plays()) - before <= 1, "said again, as it is every five seconds"
    assert set(bench.plays()) == {("playlist:calm", 4)}
    assert bench.player.volume == 60


def test_silence_comes_after_the_fade_and_is_kept() -> None:
    bench = Bench()
    bench.aim(CALM)
    bench.run(6)
    bench.player.told.clear()
    bench.aim(None)
    bench.run(3.5)
    assert all(call == "volume" for _, call, _ in bench.player.told if call != "play")
    assert bench.agreement() is Agreement.YES
    bench.run(3)
    assert bench.player.told[-1][1] == "silence"
    assert bench.player.source is None
    assert bench.agreement() is Agreement.YES


def test_who_joins_in_the_middle_has_the_middle_volume() -> None:
    bench = Bench()
    bench.player.disturb("playlist:calm", 40)  # it played on while the agent was away
    bench.join(LOUD_CALM, before=CALM, lag_s=2.0)
    bench.run(0.5)
    assert bench.player.volume == pytest.approx(52.5, abs=1)
    assert min(bench.player.volumes()) >= 40, "no dip"
    late = Bench()
    late.join(None, before=CALM, lag_s=60.0)
    late.channel.step(late.clock.moment)
    assert late.player.told[0][1] == "silence"


def test_without_a_plan_a_player_is_left_alone() -> None:
    bench = Bench()
    bench.run(10)
    assert bench.player.told == []
    assert bench.agreement() is Agreement.SETTLING


def test_what_somebody_else_changed_is_put_right() -> None:
    bench = Bench()
    bench.aim(CALM)
    bench.run(6)
    bench.player.disturb(None, 100)
    bench.run(6)
    assert (bench.player.source, bench.player.volume) == ("playlist:calm", 40)


def test_a_steady_player_is_not_talked_to_all_the_time() -> None:
    bench = Bench()
    bench.aim(CALM)
    bench.run(6)
    bench.player.told.clear()
    bench.run(60)
    assert len(bench.player.told) <= 2 * 13


def test_a_player_that_was_away_comes_back_gently() -> None:
    bench = Bench()
    bench.aim(CALM)
    bench.run(6)
    bench.player.unplug()
    bench.run(10)
    assert bench.agreement() is Agreement.NO
    assert [problem is None for _, problem in bench.told.all] == [False]
    bench.player.mend()
    bench.player.disturb(None, 100)
    bench.player.told.clear()
    bench.run(40)
    volumes = bench.player.volumes()
    assert volumes[0] == 0.0
    assert max(after - before for before, after in itertools.pairwise(volumes)) < 5
    assert (bench.player.source, bench.player.volume) == ("playlist:calm", 40)
    assert [problem is None for _, problem in bench.told.all] == [False, True]


def test_a_player_that_is_lost_is_noticed_within_two_seconds() -> None:
    bench = Bench()
    bench.aim(CALM)
    bench.run(6)
    bench.player.unplug()
    bench.run(2.1)
    assert bench.told.all[0][0] == "music"


def test_when_a_source_is_refused_the_old_one_comes_back_and_does_not_pulse() -> None:
    bench = Bench()
    bench.aim(CALM)
    bench.run(6)
    refusal = DeviceRefusedError("there is no playlist rush")
    bench.player.told.clear()

    class Refusing(FakePlayer):
        def play(self, source: str, crossfade_s: float) -> None:
            self.told.append((0.0, "refused", source))
            raise refusal

    bench.player.__class__ = Refusing
    bench.aim(RUSH)
    bench.run(4.5)
    assert bench.player.source == "playlist:calm"
    assert bench.player.volume == 70
    bench.player.told.clear()
    bench.run(90)
    assert set(bench.player.volumes()) == {70}
    tries = sum(call == "refused" for _, call, _ in bench.player.told)
    assert 3 <= tries <= 6, "tried again, with back-off"
    assert bench.told.all == [("music", "there is no playlist rush")]
    assert bench.agreement() is Agreement.NO


def test_a_player_that_plays_the_wrong_thing_is_not_confirmed() -> None:
    bench = Bench()
    bench.aim(CALM)
    bench.run(20.5)
    bench.player.disturb("playlist:rush", 40)
    bench.run(1.0)
    observation = bench.channel.observe(bench.clock.moment)
    assert observation.agreement is Agreement.NO
    assert observation.reading.source == "playlist:rush"


def test_a_player_has_some_seconds_to_get_there() -> None:
    bench = Bench()
    bench.aim(CALM)
    assert bench.agreement() is Agreement.SETTLING


def test_a_gesture_dips_the_volume_and_comes_back() -> None:
    bench = Bench()
    bench.aim(CALM)
    bench.run(6)
    bench.player.told.clear()
    bench.channel.show(identify_gesture(40, bench.clock.moment))
    bench.run(3)
    volumes = bench.player.volumes()
    assert min(volumes) == pytest.approx(20, abs=1)
    assert max(volumes) <= 40
    assert volumes[-1] == 40


def test_a_call_that_does_not_return_is_seen_from_outside_and_told_once() -> None:
    bench = Bench()
    seen: list[Observation] = []

    class Hanging(FakePlayer):
        def play(self, source: str, crossfade_s: float) -> None:
            for _ in range(5):
                seen.append(bench.channel.observe(bench.clock.moment))
                bench.clock.advance(2)
            super().play(source, crossfade_s)

    bench.player.__class__ = Hanging
    bench.aim(CALM)
    bench.channel.step(bench.clock.moment)
    assert [it.agreement for it in seen[2:]] == [Agreement.NO] * 3
    assert "has not answered for 8 s" in str(seen[-1].reading.problem)
    assert len(bench.told.all) == 1
    bench.player.__class__ = FakePlayer
    bench.run(6)
    assert bench.agreement() is Agreement.YES
    assert [problem is None for _, problem in bench.told.all] == [False, True]
