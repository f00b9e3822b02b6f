"""The play log: every track once, with its times, over pauses, restarts and stepped clocks."""

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from devices.capabilities import Track
from edge.playing.music_channel import MusicChannel
from edge.playing.zone_player import ZonePlayer
from edge.recording.play_log import LONGEST, PlayLog
from scenes.messages import AnyEvent, TrackPlayed
from tests.edge.fake_time import START, FakeClock
from tests.edge.fakes import FakeJukebox, Told, plan, scene
from tests.edge.test_music_channel import CALM

SO_WHAT = Track("so-what.flac", "playlist:calm", "So What", "Miles Davis", "Kind of Blue", 0.0)
BLUE = Track("blue.flac", "playlist:calm", "Blue in Green", "Miles Davis", "Kind of Blue", 0.0)
RADIO = Track("http://radio/jazz", "stream:http://radio/jazz", "Ella - Summertime")
JINGLE = Track("jingle.ogg", "file:jingle.ogg", elapsed_s=0.0)


class Bench:
    """A player that tells tracks, its channel, and its log."""

    def __init__(self, clock: FakeClock | None = None, compiled_s: float = 0) -> None:
        self.clock = clock or FakeClock()
        self.events: list[AnyEvent] = []
        self.player = FakeJukebox(self.clock)
        health = Told().health("speakers")
        self.channel = MusicChannel("speakers", self.player, health, self.clock)
        self.zone = ZonePlayer("hall", music=[self.channel])
        self.zone.adopt(plan([(-60, scene("calm", music=CALM))], compiled_s=compiled_s))
        self.log = PlayLog(self.zone, self.channel, self.events.append)

    def hear(self, track: Track | None, seconds: float) -> "Bench":
        """Be heard with a track that goes on for so long."""
        for _ in range(round(seconds * 10)):
            self.player.heard = track
            self.zone.step(self.clock.moment)
            self.channel.step(self.clock.moment)
            self.log.step(self.clock.moment)
            self.clock.advance(0.1)
            if track is not None and track.elapsed_s is not None:
                track = replace(track, elapsed_s=track.elapsed_s + 0.1)
        return self

    def plays(self) -> list[tuple[Any, ...]]:
        """File, start and length in seconds, and whether it is continued."""
        return [
            (
                event.file,
                round((event.at - START).total_seconds(), 1),
                round((event.until - event.at).total_seconds(), 1),
                event.continued,
            )
            for event in self.events
            if isinstance(event, TrackPlayed)
        ]


def test_a_track_is_recorded_when_the_next_one_begins() -> None:
    bench = Bench().hear(SO_WHAT, 180)
    assert bench.events == []
    bench.hear(BLUE, 120).hear(None, 2)
    assert bench.plays() == [
        ("so-what.flac", 0.0, pytest.approx(180, abs=1), False),
        ("blue.flac", pytest.approx(180, abs=1), pytest.approx(120, abs=1.2), False),
    ]
    event = bench.events[0]
    assert isinstance(event, TrackPlayed)
    assert (event.zone, event.device, event.source) == ("hall", "speakers", "playlist:calm")
    assert (event.title, event.artist, event.album) == ("So What", "Miles Davis", "Kind of Blue")


def test_the_same_song_again_is_another_play() -> None:
    bench = Bench().hear(SO_WHAT, 60).hear(SO_WHAT, 60).hear(None, 2)
    assert [play[0] for play in bench.plays()] == ["so-what.flac"] * 2
    assert [play[3] for play in bench.plays()] == [False, False]


def test_no_second_is_claimed_twice() -> None:
    bench = Bench()
    for song in (SO_WHAT, BLUE, SO_WHAT, SO_WHAT, BLUE):
        bench.hear(song, 33.3)
    bench.log.close()
    spans = [(at, at + length) for _, at, length, _ in bench.plays()]
    assert len(spans) == 5
    assert all(before[1] <= after[0] + 0.05 for before, after in itertools.pairwise(spans))
    assert sum(end - begin for begin, end in spans) == pytest.approx(5 * 33.3, abs=2)


def test_an_announcement_is_recorded_and_the_song_goes_on() -> None:
    bench = Bench().hear(SO_WHAT, 60).hear(JINGLE, 5)
    bench.hear(replace(SO_WHAT, elapsed_s=60.0), 60).hear(None, 2)
    assert [(file, continued) for file, _, _, continued in bench.plays()] == [
        ("so-what.flac", False),
        ("jingle.ogg", False),
        ("so-what.flac", True),
    ]


def test_a_restart_in_the_middle_of_a_song_neither_loses_nor_doubles_it() -> None:
    bench = Bench().hear(SO_WHAT, 60)
    bench.log.close()
    bench.clock.advance(3)
    again = Bench(bench.clock)
    again.hear(replace(SO_WHAT, source="", elapsed_s=63.0), 1)
    again.hear(replace(SO_WHAT, elapsed_s=64.0), 60).hear(None, 2)
    plays = bench.plays() + again.plays()
    assert plays == [
        ("so-what.flac", 0.0, pytest.approx(59.5, abs=1), False),
        ("so-what.flac", pytest.approx(63, abs=0.2), pytest.approx(61, abs=1), True),
    ]
    assert {event.source for event in again.events if isinstance(event, TrackPlayed)} == {
        "playlist:calm"
    }


def test_a_song_that_began_while_the_agent_looked_is_not_continued() -> None:
    bench = Bench().hear(None, 5).hear(replace(SO_WHAT, elapsed_s=0.7), 20).hear(None, 2)
    assert bench.plays()[0][3] is False


def test_each_title_of_a_station_is_a_track() -> None:
    bench = Bench().hear(None, 2).hear(replace(RADIO, title=""), 3).hear(RADIO, 100)
    bench.hear(replace(RADIO, title="Chet - Almost Blue"), 50).hear(None, 2)
    events = [event for event in bench.events if isinstance(event, TrackPlayed)]
    assert [event.title for event in events] == ["Ella - Summertime", "Chet - Almost Blue"]
    assert [event.continued for event in events] == [False, False]
    assert events[0].until - events[0].at > timedelta(seconds=100), "its first seconds are its own"


def test_a_station_that_was_on_already_is_continued() -> None:
    assert Bench().hear(RADIO, 30).hear(None, 2).plays()[0][3] is True


def test_a_station_without_titles_is_recorded_every_hour() -> None:
    bench = Bench().hear(None, 2)
    bench.hear(replace(RADIO, title=""), LONGEST.total_seconds() * 2 + 60)
    plays = bench.plays()
    assert [continued for _, _, _, continued in plays] == [False, True]
    assert [length for _, _, length, _ in plays] == [pytest.approx(3600, abs=2)] * 2


def test_what_nobody_looked_at_is_not_claimed() -> None:
    bench = Bench().hear(SO_WHAT, 30)
    bench.clock.advance(60)  # a machine that slept
    bench.hear(replace(SO_WHAT, elapsed_s=90.0), 30).hear(None, 2)
    assert bench.plays() == [
        ("so-what.flac", 0.0, pytest.approx(29.5, abs=1), False),
        ("so-what.flac", pytest.approx(90, abs=1), pytest.approx(30, abs=1.5), True),
    ]


def test_a_player_that_hangs_ends_its_track() -> None:
    bench = Bench().hear(SO_WHAT, 30)
    for _ in range(10):
        bench.clock.advance(1)
        bench.log.step(bench.clock.moment)
    assert bench.plays() == [("so-what.flac", 0.0, pytest.approx(29.5, abs=1), False)]


def test_a_stepped_clock_makes_no_long_track() -> None:
    bench = Bench().hear(SO_WHAT, 30)
    bench.clock.set_wall(3600)
    bench.hear(replace(SO_WHAT, elapsed_s=30.0), 30).hear(None, 2)
    assert [length for _, _, length, _ in bench.plays()] == [
        pytest.approx(29.5, abs=1),
        pytest.approx(30, abs=1.5),
    ]


def test_while_the_clock_is_wrong_nothing_is_recorded() -> None:
    bench = Bench(compiled_s=3600).hear(SO_WHAT, 30).hear(BLUE, 30).hear(None, 2)
    assert bench.events == []


def test_silence_is_no_play() -> None:
    assert Bench().hear(None, 30).events == []
