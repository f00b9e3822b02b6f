"""Announcements: the music falls, the file is heard, the music comes back; silence stays silent."""

from datetime import datetime, timedelta

import pytest

from devices.errors import DeviceRefusedError, DeviceUnavailableError
from edge.clock import Moment, earliest
from edge.playing.agreement import Agreement
from edge.playing.announcement import LONGEST_S, Announcement, Wish
from edge.playing.music_channel import MusicChannel
from edge.playing.music_teller import QUIET
from edge.playing.volume_governor import VolumeGovernor
from edge.playing.zone_player import ZonePlayer
from edge.requests import Requests
from edge.tables import Zone
from scenes.codec import encode
from scenes.messages import Reply, Request
from scenes.scene import MusicCue
from tests.edge.fake_time import run
from tests.edge.fakes import plan, scene
from tests.edge.test_music_change import STEEPEST, JukeboxBench, steps
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
    assert max(steps([40, *bench.player.volumes()])) <= STEEPEST
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


def test_a_scene_that_comes_meanwhile_is_played_afterwards() -> None:
    bench = playing()
    assert bench.ask() is None
    bench.run(3)
    bench.aim(RUSH)
    bench.run(3)
    assert "play" not in bench.player.things_told()
    bench.run(20)
    assert bench.player.things_told()[-1] == "play"
    assert (bench.player.source, bench.player.volume) == ("playlist:rush", 70)
    assert max(steps([40, *bench.player.volumes()])) <= STEEPEST


def test_a_louder_scene_meanwhile_is_reached_afterwards() -> None:
    bench = playing()
    assert bench.ask() is None
    bench.run(3)
    bench.aim(LOUD_CALM)
    bench.run(20)
    assert (bench.player.source, bench.player.volume) == ("playlist:calm", 60)


def test_a_scene_of_silence_ends_it() -> None:
    bench = playing()
    bench.player.announcement_s = 60
    assert bench.ask() is None
    bench.run(4)
    bench.aim(None)
    bench.run(6)
    assert bench.player.things_told()[-1] == "silence"
    assert not bench.channel.announcing
    assert bench.agreement() is Agreement.YES


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
    assert [(it.done, it.text) for it in bench.replies] == [
        (True, "announce of music is under way")
    ]
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
