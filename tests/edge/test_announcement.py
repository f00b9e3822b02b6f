"""Announcements: the music falls, the file is heard, the music comes back; silence stays silent."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.errors import DeviceRefusedError, DeviceUnavailableError
from edge.clock import Moment, earliest
from edge.playing.agreement import Agreement
from edge.playing.announcement import LONGEST_S, Announcement, Wish
from edge.playing.music_channel import MusicChannel
from edge.playing.music_teller import QUIET
from edge.playing.volume_governor import CREDIT_S, VolumeGovernor
from edge.playing.zone_player import ZonePlayer
from edge.requests import Requests
from edge.tables import Zone
from scenes.codec import encode
from scenes.messages import Reply, Request
from scenes.music_goal import OUTPUT_S
from scenes.scene import MusicCue
from tests.edge.fake_time import run
from tests.edge.fakes import plan, scene
from tests.edge.test_music_change import STEEPEST, JukeboxBench
from tests.edge.test_music_channel import CALM, LOUD_CALM, RUSH, Bench

JINGLE = "file:jingles/closing.ogg"


class AnnouncingBench(JukeboxBench):
    """A jukebox that plays and is asked to announce."""

    def ask(self, volume: float | None = None, duck: float = 0.0, file: str = JINGLE) -> str | None:
        """Ask, let the player answer; None when it is under way."""
        expires_at = self.clock.utc + timedelta(seconds=5)
        asked = self.channel.announce(Wish(file, volume, duck, expires_at), self.clock.moment)
        if not isinstance(asked, Announcement):
            return asked
        self.run(0.05)
        assert asked.answer is not None
        return asked.answer or None

    def volume_at(self, thing: str) -> float:
        """The volume told last before the player was told to do something."""
        volume = -1.0
        for _, call, value in self.player.told:
            if call == thing:
                return volume
            if call == "volume":
                volume = float(str(value))
        raise AssertionError(f"never told to {thing}")

    def heard(self, volume: float) -> Iterator[tuple[str, float, float]]:
        """Each call while music or the file was heard, and the volume before and after it."""
        heard, ends_s = True, float("inf")
        for at_s, call, value in self.player.told:
            before, volume = volume, float(str(value)) if call == "volume" else volume
            if heard and at_s < ends_s:
                yield call, before, volume
            if call in {"announce", "play", "play-at-end", "silence"}:
                heard = call != "silence"
                ends_s = at_s + (self.player.announcement_s if call == "announce" else 1e9)

    def audible_steps(self, volume: float = 40.0) -> list[float]:
        """How far each volume is from the one before, from ``volume`` on, while it is heard."""
        return [abs(after - before) for _, before, after in self.heard(volume)]

    def cuts(self) -> list[float]:
        """The volumes at which what was heard was cut off."""
        return [volume for call, _, volume in self.heard(40.0) if call == "silence"]

    def spoken_at(self) -> list[float]:
        """The volumes at which the file was heard, from its first moment on."""
        calls = [call for _, call, _ in self.player.told]
        first = calls.index("announce")
        ends_s = self.player.told[first][0] + self.player.announcement_s
        later = self.player.told[first:]
        after = [float(str(it)) for at_s, call, it in later if call == "volume" and at_s < ends_s]
        return [self.volume_at("announce"), *after]


def playing(cue: MusicCue = CALM) -> AnnouncingBench:
    bench = AnnouncingBench()
    bench.playing(cue)
    return bench


def test_the_music_falls_the_file_is_heard_and_the_music_comes_back() -> None:
    bench = playing()
    assert bench.ask() is None
    bench.run(20)
    assert bench.player.things_told() == ["prepare", "silence", "announce", "play"]
    assert bench.volume_at("silence") <= QUIET
    assert bench.volume_at("announce") == 40
    assert bench.volume_at("play") <= QUIET
    assert max(bench.audible_steps()) <= STEEPEST
    assert (bench.player.source, bench.player.volume) == ("playlist:calm", 40)
    assert not bench.channel.announcing
    assert bench.agreement() is Agreement.YES


def test_it_may_be_louder_than_the_music_which_falls_only_a_little() -> None:
    bench = playing()
    assert bench.ask(volume=75, duck=30) is None
    bench.run(20)
    assert bench.volume_at("silence") == pytest.approx(12, abs=0.1)
    assert bench.volume_at("announce") == 75
    assert bench.volume_at("play") == pytest.approx(12, abs=0.1)
    assert bench.player.volume == 40


def test_the_commissioned_most_holds_for_announcements_too() -> None:
    bench = AnnouncingBench()
    health = bench.told.health("music")
    governor = VolumeGovernor(Zone(max_volume=50, ramp_s=4))
    bench.channel = MusicChannel("music", bench.player, health, bench.clock, governor)
    bench.playing(CALM)
    assert bench.ask(volume=100) is None
    bench.run(30)
    assert bench.volume_at("announce") == 50
    assert max(bench.player.volumes()) == 50
    assert bench.player.volume == 40


def test_a_scene_that_is_to_stay_quiet_has_no_loud_announcement() -> None:
    bench = playing()
    bench.channel.keep_within(55)
    assert bench.ask(volume=100) is None
    bench.run(30)
    assert bench.volume_at("announce") == 55
    assert max(bench.player.volumes()) == 55
    assert bench.player.volume == 40


def test_music_fades_into_a_quieter_scene_without_a_jump() -> None:
    free, limited = playing(RUSH), playing(RUSH)
    for bench in (free, limited):
        bench.player.told.clear()
        bench.aim(CALM)
        if bench is limited:
            bench.channel.keep_within(CALM.volume)
        bench.run(8)
    assert limited.player.told == free.player.told
    assert limited.ask(volume=100) is None
    limited.run(30)
    assert limited.volume_at("announce") == CALM.volume


@pytest.mark.parametrize("cue", [None, MusicCue(source="playlist:calm", volume=0)])
def test_silence_stays_silent(cue: MusicCue | None) -> None:
    bench = playing()
    bench.aim(cue)
    bench.run(8)
    bench.player.told.clear()
    assert "never starts music" in str(bench.ask())
    bench.run(8)
    assert "announce" not in bench.player.things_told()


def test_without_a_plan_nothing_is_announced() -> None:
    assert "never starts music" in str(AnnouncingBench().ask())


def test_a_player_that_cannot_says_so() -> None:
    bench = Bench()
    bench.aim(CALM)
    bench.run(8)
    wish = Wish(JINGLE, None, 0, bench.clock.utc + timedelta(seconds=5))
    assert bench.channel.announce(wish, bench.clock.moment) == "this player can't announce"


def test_a_file_that_is_not_there_is_named_and_the_music_is_not_touched() -> None:
    bench = playing()
    bench.player.refuses = "the library has no file 'x.ogg'"
    assert bench.ask() == "the library has no file 'x.ogg'"
    bench.run(4)
    assert set(bench.player.volumes()) <= {40}
    assert bench.told.all == []
    bench.player.refuses = ""
    assert bench.ask() is None


def test_one_at_a_time() -> None:
    bench = playing()
    assert bench.ask() is None
    assert bench.ask() == "an announcement is under way"
    bench.run(20)
    assert bench.ask() is None


def test_one_that_nobody_got_to_in_time_is_void() -> None:
    bench = playing()
    wish = Wish(JINGLE, None, 0, bench.clock.utc + timedelta(seconds=5))
    asked = bench.channel.announce(wish, bench.clock.moment)
    bench.clock.advance(5)  # a hung call before it
    bench.run(1)
    assert isinstance(asked, Announcement)
    assert asked.answer == "the player did not get to it in time"
    assert "prepare" not in bench.player.things_told()


@pytest.mark.parametrize("after_s", [0.3, 1.2, 1.6, 3.0])
@pytest.mark.parametrize("duck", [0.0, 30.0])
def test_a_scene_that_comes_meanwhile_is_played_afterwards(after_s: float, duck: float) -> None:
    bench = playing()
    assert bench.ask(duck=duck) is None
    bench.run(after_s)
    bench.aim(RUSH)
    bench.run(5.4 - after_s)
    assert "play" not in bench.player.things_told()
    assert set(bench.spoken_at()) == {40}, "as loud as the music was, to its end"
    bench.run(20)
    assert bench.plays()[0] == ("playlist:rush", 4), "the old music does not come back"
    assert (bench.player.source, bench.player.volume) == ("playlist:rush", 70)
    assert max(bench.audible_steps()) <= STEEPEST


def test_who_announces_while_music_begins_is_as_loud_as_it_will_be() -> None:
    bench = playing()
    bench.aim(None)
    bench.run(8)
    bench.aim(CALM)
    bench.run(0.5)
    assert bench.ask() is None
    bench.run(20)
    assert set(bench.spoken_at()) == {40}


def test_a_louder_scene_meanwhile_is_reached_afterwards() -> None:
    bench = playing()
    assert bench.ask() is None
    bench.run(3)
    bench.aim(LOUD_CALM)
    bench.run(20)
    assert (bench.player.source, bench.player.volume) == ("playlist:calm", 60)


@pytest.mark.parametrize("after_s", [0.5, 1.2, 1.55, 4.0, 12.0])
def test_a_scene_of_silence_ends_it_and_no_music_is_heard_any_more(after_s: float) -> None:
    bench = playing()
    bench.player.announcement_s = 10
    assert bench.ask(volume=90) is None
    bench.run(after_s)
    bench.player.told.clear()
    volume = bench.player.volume
    assert volume is not None
    bench.aim(None)
    bench.run(8)
    assert bench.player.things_told() == ["silence"]
    assert bench.player.volumes() == sorted(bench.player.volumes(), reverse=True)
    assert max(bench.audible_steps(volume)) <= STEEPEST
    assert not bench.channel.announcing
    assert bench.agreement() is Agreement.YES


def test_a_scene_that_follows_the_silence_begins_softly() -> None:
    bench = playing()
    bench.player.announcement_s = 60
    assert bench.ask(volume=90) is None
    bench.run(4)
    bench.player.told.clear()
    bench.aim(None)
    bench.run(0.5)
    bench.aim(RUSH)
    bench.run(10)
    assert bench.player.things_told() == ["silence", "play"]
    assert bench.volume_at("silence") <= QUIET
    assert max(bench.audible_steps(90)) <= STEEPEST
    assert (bench.player.source, bench.player.volume) == ("playlist:rush", 70)


def test_with_a_slow_ramp_the_silence_around_it_is_short() -> None:
    bench = AnnouncingBench()
    health, governor = bench.told.health("music"), VolumeGovernor(Zone(ramp_s=60))
    bench.channel = MusicChannel("music", bench.player, health, bench.clock, governor)
    bench.aim(CALM)
    bench.run(40)
    bench.player.told.clear()
    assert bench.ask(volume=75) is None
    bench.run(90)
    begins_s = {call: at_s for at_s, call, _ in reversed(bench.player.told)}
    assert begins_s["announce"] - begins_s["silence"] < 0.2
    assert begins_s["play"] - begins_s["announce"] - bench.player.announcement_s < OUTPUT_S + 0.2
    assert max(bench.audible_steps()) <= 100 / 60 * CREDIT_S + 0.1
    assert bench.player.volume == 40


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([CALM, LOUD_CALM, RUSH, None]),
            st.sampled_from([None, 90.0, 10.0]),
            st.floats(0.05, 6),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_comes_meanwhile_nothing_leaps_and_nothing_is_cut_off(
    wishes: list[tuple[MusicCue | None, float | None, float]],
) -> None:
    bench = playing()
    for cue, volume, seconds in wishes:
        bench.ask(volume=volume)
        bench.run(seconds)
        bench.aim(cue)
        bench.run(seconds)
    bench.run(30)
    assert max(bench.audible_steps(), default=0.0) <= STEEPEST
    assert max(bench.cuts(), default=0.0) <= QUIET
    last = wishes[-1][0]
    assert bench.player.source == (last.source if last else None)
    assert last is None or bench.player.volume == last.volume


def test_an_alarm_ends_it_at_once_and_the_music_comes_back_afterwards() -> None:
    bench = playing()
    bench.player.announcement_s = 60
    assert bench.ask() is None
    bench.run(4)
    bench.channel.mute(True, bench.clock.moment)
    bench.run(0.05)
    assert bench.player.things_told()[-1] == "silence"
    assert not bench.channel.announcing
    bench.channel.mute(False, bench.clock.moment)
    bench.run(8)
    assert (bench.player.source, bench.player.volume) == ("playlist:calm", 40)


@pytest.mark.parametrize("after_s", [0.5, 1.2, 1.55, 4.0, 5.75, 6.4])
def test_an_agent_that_ends_gives_the_music_back_as_it_was(after_s: float) -> None:
    bench = playing()
    assert bench.ask(volume=90) is None
    bench.run(after_s)
    assert bench.channel.announcing
    bench.player.told.clear()
    bench.channel.leave(bench.clock.moment)
    calls = [(call, value) for _, call, value in bench.player.told]
    assert calls == [("silence", None), ("volume", 40), ("play", ("playlist:calm", 4))]
    bench.channel.leave(bench.clock.moment)
    assert len(bench.player.told) == 3


def test_an_agent_that_ends_while_it_is_to_fall_silent_leaves_it_silent() -> None:
    bench = playing()
    assert bench.ask(volume=90) is None
    bench.run(4)
    bench.aim(None)
    bench.run(0.5)
    bench.player.told.clear()
    bench.channel.leave(bench.clock.moment)
    assert bench.player.things_told() == ["silence"]


def test_an_agent_that_ends_with_a_player_that_fails_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = playing()
    assert bench.ask() is None
    bench.run(4)
    bench.player.unplug()
    bench.channel.leave(bench.clock.moment)
    assert "music does not take its music back: nobody answers" in caplog.text


def test_an_agent_that_ends_before_the_player_has_looked_touches_nothing() -> None:
    bench = playing()
    wish = Wish(JINGLE, None, 0, bench.clock.utc + timedelta(seconds=5))
    asked = bench.channel.announce(wish, bench.clock.moment)
    bench.channel.leave(bench.clock.moment)
    assert isinstance(asked, Announcement)
    assert asked.answer == "the agent ends"
    assert bench.player.told == []


def test_a_player_that_never_ends_it_is_ended() -> None:
    bench = playing()
    bench.player.announcement_s = 1e6
    assert bench.ask() is None
    bench.run(LONGEST_S + 20)
    assert (bench.player.source, bench.player.volume) == ("playlist:calm", 40)


@pytest.mark.parametrize(
    "error", [DeviceUnavailableError("nobody answers"), DeviceRefusedError("it is no sound")]
)
def test_a_player_that_fails_meanwhile_goes_back_to_the_plan(error: Exception) -> None:
    bench = playing()
    assert bench.ask() is None
    bench.run(4)
    bench.player.broken = error
    bench.run(5)
    bench.player.mend()
    bench.run(40)
    assert (bench.player.source, bench.player.volume) == ("playlist:calm", 40)
    assert [problem is None for _, problem in bench.told.all] == [False, True]


def test_while_waiting_for_a_songs_end_it_waits_on() -> None:
    bench = playing()
    bench.aim(MusicCue(source="playlist:rush", volume=40, crossfade_s=4, change="song-end"))
    bench.run(10)
    assert bench.ask() is None
    bench.run(20)
    assert bench.player.things_told()[-1] == "play-at-end"
    assert not bench.channel.announcing


class RequestBench:
    """A zone with a jukebox and a light that take requests."""

    def __init__(self, music: MusicCue | None = CALM) -> None:
        self.inner = AnnouncingBench()
        self.clock = self.inner.clock
        self.replies: list[Reply] = []
        zone = ZonePlayer("hall", music=[self.inner.channel])
        zone.adopt(plan([(-60, scene("calm", music=music))]))
        self.zone = zone
        self.requests = Requests("ceiling", [zone], ["door"], self.replies.append)
        self.run(8)

    def run(self, seconds: float) -> None:
        def step(moment: Moment) -> datetime | None:
            due = earliest(self.zone.step(moment), self.inner.channel.step(moment))
            return earliest(due, self.requests.step(moment))

        run(step, self.clock, seconds)

    def ask(self, device: str = "music", request_id: str = "1") -> None:
        request = Request(
            id=request_id,
            action="announce",
            device=device,
            expires_at=self.clock.utc + timedelta(seconds=5),
            source=JINGLE,
        )
        self.requests.offer(encode(request))


def test_a_request_is_answered_when_the_player_has_the_file() -> None:
    bench = RequestBench()
    bench.ask()
    bench.run(0.3)
    assert [(it.done, it.text) for it in bench.replies] == [(True, f"music announces {JINGLE}")]
    bench.run(20)
    assert "announce" in bench.inner.player.things_told()
    assert len(bench.replies) == 1


def test_a_request_for_a_file_that_is_not_there_is_answered_with_the_reason() -> None:
    bench = RequestBench()
    bench.inner.player.refuses = "the library has no such file"
    bench.ask()
    bench.run(0.3)
    assert [(it.done, it.text) for it in bench.replies] == [(False, "the library has no such file")]


def test_a_request_that_a_hung_player_never_looks_at_is_answered_when_it_expires() -> None:
    bench = RequestBench()
    bench.ask()
    bench.requests.step(bench.clock.moment)
    bench.clock.advance(5)
    bench.requests.step(bench.clock.moment)
    assert [(it.done, it.text) for it in bench.replies] == [
        (False, "the player did not get to it in time")
    ]


def test_a_request_to_a_silent_player_is_refused() -> None:
    bench = RequestBench(music=None)
    bench.ask()
    bench.run(5)
    assert "never starts music" in bench.replies[0].text
    assert "announce" not in bench.inner.player.things_told()


def test_only_players_announce() -> None:
    bench = RequestBench()
    bench.ask("door")
    bench.run(0.3)
    assert bench.replies[0].text == "only a player announces"
