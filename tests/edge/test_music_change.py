"""Music from another source: now, through silence, or when the song is over."""

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.errors import DeviceRefusedError
from edge.playing.agreement import Agreement
from edge.playing.music_channel import MusicChannel
from edge.playing.music_teller import QUIET
from edge.playing.volume_governor import CREDIT_S
from scenes.music_goal import LONGEST_WAIT_S
from scenes.scene import MusicCue
from tests.edge.fakes import FakeJukebox, FakePlayer
from tests.edge.test_music_channel import CALM, LOUD_CALM, RUSH, Bench

RUSH_AT_END = MusicCue(source="playlist:rush", volume=70, crossfade_s=4, change="song-end")
RADIO = MusicCue(source="stream:http://radio/", volume=40, crossfade_s=4)
STEEPEST = 50 * CREDIT_S + 0.1
"""Per cent between two tellings: the ramp of two seconds, and what rounding adds."""


class JukeboxBench(Bench):
    """A channel whose player can do everything."""

    def __init__(self) -> None:
        super().__init__()
        self.player: FakeJukebox = FakeJukebox(self.clock)
        self.channel = MusicChannel("music", self.player, self.told.health("music"), self.clock)

    def playing(self, cue: MusicCue) -> "JukeboxBench":
        """Play ``cue`` for a while."""
        self.aim(cue)
        self.run(8)
        self.player.told.clear()
        return self

    def asked_at_end(self) -> set[object]:
        return {value for _, call, value in self.player.told if call == "play-at-end"}


def volume_at_change(player: FakePlayer, source: str) -> float:
    """The last volume told before a source was first played."""
    told = list(player.told)
    first = next(n for n, (_, *play) in enumerate(told) if play == ["play", (source, 4)])
    return [float(str(value)) for _, call, value in told[: first + 1] if call == "volume"][-1]


def steps(volumes: Sequence[float]) -> list[float]:
    return [abs(after - before) for before, after in itertools.pairwise(volumes)]


def test_the_old_music_falls_silent_before_the_new_one_rises() -> None:
    bench = Bench()
    bench.aim(CALM)
    bench.run(8)
    bench.player.told.clear()
    bench.aim(RUSH)
    bench.run(4.2)
    volumes = bench.player.volumes()
    assert volume_at_change(bench.player, "playlist:rush") <= QUIET
    assert max(steps(volumes)) < 6, "110 per cent in four seconds"
    assert volumes[-1] == 70
    quietest = volumes.index(min(volumes))
    assert volumes[:quietest] == sorted(volumes[:quietest], reverse=True)
    assert volumes[quietest:] == sorted(volumes[quietest:])


def test_a_cross_fade_of_nothing_is_as_fast_as_the_ramp_allows() -> None:
    bench = Bench()
    bench.aim(CALM)
    bench.run(8)
    bench.player.told.clear()
    bench.aim(MusicCue(source="playlist:rush", volume=70, crossfade_s=0))
    bench.run(4)
    assert bench.player.volume == 70
    assert min(bench.player.volumes()) <= QUIET
    assert max(steps(bench.player.volumes())) <= 5.1


def test_an_override_back_and_forth_in_mid_fade_never_leaps() -> None:
    bench = Bench()
    bench.aim(CALM)
    bench.run(8)
    for cue in (RUSH, CALM, RUSH, CALM, RUSH, None, CALM, RUSH):
        bench.aim(cue)
        bench.run(1.3)
    bench.run(8)
    assert max(steps(bench.player.volumes())) <= STEEPEST
    assert (bench.player.source, bench.player.volume) == ("playlist:rush", 70)


def test_who_turns_back_before_the_turn_never_changes_the_source() -> None:
    bench = Bench()
    bench.aim(CALM)
    bench.run(8)
    bench.player.told.clear()
    bench.aim(RUSH)
    bench.run(0.7)
    bench.aim(CALM)
    bench.run(8)
    assert set(bench.plays()) <= {("playlist:calm", 4)}
    assert min(bench.player.volumes()) > 15
    assert bench.player.volume == 40


def test_an_agent_that_starts_while_other_music_plays_lets_it_fall_first() -> None:
    bench = Bench()
    bench.player.disturb("playlist:calm", 40)
    bench.join(RUSH, before=CALM, lag_s=600)
    bench.run(5)
    assert volume_at_change(bench.player, "playlist:rush") <= QUIET
    assert max(steps([40, *bench.player.volumes()])) <= STEEPEST
    assert bench.player.volume == 70


def test_an_agent_that_starts_before_the_turn_plays_the_old_music_on() -> None:
    bench = Bench()
    bench.player.disturb("playlist:calm", 35)
    bench.join(RUSH, before=CALM, lag_s=0.5)
    bench.run(0.6)
    assert bench.player.source == "playlist:calm"
    bench.run(6)
    assert (bench.player.source, bench.player.volume) == ("playlist:rush", 70)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([CALM, LOUD_CALM, RUSH, RUSH_AT_END, RADIO, None]),
            st.floats(0.05, 9),
            st.booleans(),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_is_asked_the_volume_never_leaps_and_no_source_changes_loudly(
    wishes: list[tuple[MusicCue | None, float, bool]],
) -> None:
    bench = JukeboxBench()
    for cue, seconds, song_ends in wishes:
        bench.aim(cue)
        bench.run(seconds)
        if song_ends:
            bench.player.end_song()
    bench.run(LONGEST_WAIT_S + 20)
    volume, source = 0.0, None
    for _, call, value in bench.player.told:
        if call == "volume":
            assert abs(float(str(value)) - volume) <= STEEPEST
            volume = float(str(value))
        elif call == "play":
            assert isinstance(value, tuple)
            assert source in {None, value[0]} or volume <= QUIET or value in bench.asked_at_end()
            source = value[0]
        elif call == "silence":
            source = None
    last = wishes[-1][0]
    assert bench.player.source == (last.source if last else None)
    assert last is None or bench.player.volume == last.volume


def test_at_song_end_the_volume_changes_now_and_the_source_when_the_song_is_over() -> None:
    bench = JukeboxBench().playing(CALM)
    bench.aim(RUSH_AT_END)
    bench.run(60)
    assert bench.player.source == "playlist:calm"
    assert bench.asked_at_end() == {("playlist:rush", 4)}
    assert bench.plays() == []
    assert min(bench.player.volumes()) >= 40, "no dip"
    assert bench.player.volume == 70
    assert bench.agreement() is Agreement.YES
    bench.player.end_song()
    bench.run(3)
    assert bench.player.source == "playlist:rush"
    assert min(bench.player.volumes()) >= 40
    assert bench.agreement() is Agreement.YES
    bench.player.told.clear()
    bench.run(30)
    assert set(bench.player.things_told()) == {"play"}


def test_a_song_without_an_end_gives_way_after_ten_minutes() -> None:
    bench = JukeboxBench().playing(CALM)
    bench.aim(RUSH_AT_END)
    bench.run(LONGEST_WAIT_S - 10)
    assert bench.player.source == "playlist:calm"
    bench.player.told.clear()
    bench.run(20)
    assert volume_at_change(bench.player, "playlist:rush") <= QUIET
    assert max(steps(bench.player.volumes())) <= STEEPEST
    assert (bench.player.source, bench.player.volume) == ("playlist:rush", 70)
    assert bench.agreement() is Agreement.YES


def test_a_stream_has_no_end_so_it_changes_now() -> None:
    bench = JukeboxBench().playing(RADIO)
    bench.aim(RUSH_AT_END)
    bench.run(5)
    assert bench.asked_at_end() == set()
    assert bench.player.source == "playlist:rush"


def test_a_player_that_cannot_wait_changes_now() -> None:
    bench = Bench()
    bench.aim(CALM)
    bench.run(8)
    bench.aim(RUSH_AT_END)
    bench.run(5)
    assert bench.player.source == "playlist:rush"


def test_whoever_asks_for_the_same_now_waits_no_longer() -> None:
    bench = JukeboxBench().playing(CALM)
    bench.aim(RUSH_AT_END)
    bench.run(10)
    bench.aim(RUSH)
    bench.run(5)
    assert bench.player.source == "playlist:rush"


def test_a_plan_made_anew_does_not_wait_anew() -> None:
    bench = JukeboxBench().playing(CALM)
    bench.aim(RUSH_AT_END)
    for _ in range(10):
        bench.run(LONGEST_WAIT_S / 9)
        bench.aim(RUSH_AT_END)
    assert bench.player.source == "playlist:rush"


def test_an_agent_that_starts_while_the_song_plays_lets_it_end() -> None:
    bench = JukeboxBench()
    bench.player.disturb("playlist:calm", 70)
    bench.join(RUSH_AT_END, before=CALM, lag_s=100)
    bench.run(20)
    assert bench.player.source == "playlist:calm"
    bench.player.end_song()
    bench.run(3)
    assert bench.player.source == "playlist:rush"
    late = JukeboxBench()
    late.player.disturb("playlist:calm", 70)
    late.join(RUSH_AT_END, before=CALM, lag_s=LONGEST_WAIT_S + 1)
    late.run(10)
    assert late.player.source == "playlist:rush"


def test_a_source_that_is_refused_at_song_end_leaves_the_old_one_playing() -> None:
    bench = JukeboxBench().playing(CALM)

    class Refusing(FakeJukebox):
        def play_at_song_end(self, source: str, crossfade_s: float) -> None:
            raise DeviceRefusedError("there is no playlist rush")

    bench.player.__class__ = Refusing
    bench.aim(RUSH_AT_END)
    bench.run(60)
    assert (bench.player.source, bench.player.volume) == ("playlist:calm", 70)
    assert bench.told.all == [("music", "there is no playlist rush")]


@pytest.mark.parametrize("cue", [CALM, None])
def test_a_wish_that_is_taken_back_while_waiting_leaves_the_song_alone(
    cue: MusicCue | None,
) -> None:
    bench = JukeboxBench().playing(CALM)
    bench.aim(RUSH_AT_END)
    bench.run(10)
    bench.aim(cue)
    bench.run(10)
    bench.aim(CALM)
    bench.run(10)
    assert (bench.player.source, bench.player.volume) == ("playlist:calm", 40)
    assert bench.player.next_source is None
