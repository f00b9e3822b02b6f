"""What a shop hears: fades and announcements through real MPD, measured on the recorded sound."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from devices.drivers.mpd import MpdPlayer
from edge.clock import Moment, SystemClock
from edge.playing.announcement import Announcement, Wish
from edge.playing.health import Health
from edge.playing.music_channel import MusicChannel
from scenes.scene import MusicCue
from tests.parts.mpd_sound import FLOOR_DB, WINDOW_S, SoundingMpd, Window, largest_step_db
from tests.waiting import wait_until

CALM_HZ, RUSH_HZ, JINGLE_HZ = 300, 700, 1500
CALM = MusicCue(source="playlist:low-tone", volume=45, crossfade_s=2)
RUSH = MusicCue(source="playlist:high-tone", volume=45, crossfade_s=2)
LARGEST_DB = 9.0
"""Between two pieces of 50 ms. A tenth of the volume, the most that the governor allows a late
step, is as much near the floor; a cut from music to music is thirty and more."""

logger = logging.getLogger(__name__)


class Shop:
    """A music channel on its own thread, a real player, and a microphone."""

    def __init__(self, server: SoundingMpd) -> None:
        self.server = server
        self.clock = SystemClock()
        self.player = MpdPlayer(server.host, server.port)
        health = Health("speakers", lambda _device, _problem: None)
        self.channel = MusicChannel("speakers", self.player, health, self.clock)
        self.channel.loop.start()

    def aim(self, cue: MusicCue | None) -> None:
        moment = Moment.read(self.clock)
        self.channel.aim(cue, moment.utc, moment)

    def plays(self, cue: MusicCue) -> bool:
        moment = Moment.read(self.clock)
        reading = self.channel.observe(moment).reading
        there = (reading.source, reading.volume) == (cue.source, cue.volume)
        return there and not self.channel.fading(moment)

    def is_heard(self) -> bool:
        return bool(self.channel.observe(Moment.read(self.clock)).reading.playing)

    def record(self, seconds: float) -> None:
        """Go on until so many seconds more were heard."""
        enough = self.server.seconds() + seconds
        wait_until(lambda: self.server.seconds() >= enough, 30, f"{seconds} s of sound")

    def hears(self, cue: MusicCue) -> None:
        wait_until(lambda: self.plays(cue), 30, f"{cue.source} to be played at {cue.volume} %")

    def end(self) -> None:
        self.channel.loop.end(5)
        self.player.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundingMpd]:
    directory: Path = tmp_path_factory.mktemp("mpd-sound")
    opened = SoundingMpd(directory)
    opened.add_tone("low.wav", CALM_HZ, 30, peak=20000)
    opened.add_tone("high.wav", RUSH_HZ, 30, peak=20000)
    opened.add_tone("jingle.wav", JINGLE_HZ, 1, peak=20000)
    opened.write_playlist("low-tone", ["low.wav"])
    opened.write_playlist("high-tone", ["high.wav"])
    opened.start()
    yield opened
    opened.end()


@pytest.fixture(scope="module")
def opened_shop(server: SoundingMpd) -> Iterator[Shop]:
    opened = Shop(server)
    yield opened
    opened.end()


@pytest.fixture
def shop(opened_shop: Shop) -> Shop:
    """A shop in which calm music plays, recorded from now on."""
    opened_shop.aim(CALM)
    opened_shop.hears(CALM)
    opened_shop.server.cut()
    opened_shop.record(0.3)
    return opened_shop


def report(what: str, windows: list[Window], step_db: float) -> None:
    loudest = max(window.db for window in windows)
    logger.warning("%s: loudest %.1f dB, largest step %.1f dB", what, loudest, step_db)


def test_a_change_of_scene_falls_and_rises_without_a_jump(shop: Shop) -> None:
    shop.aim(RUSH)
    shop.record(1.5)
    shop.hears(RUSH)
    shop.record(0.3)
    windows = shop.server.windows()
    loudest = max(window.db for window in windows)
    step_db = largest_step_db(windows, loudest)
    report("change of scene", windows, step_db)
    assert step_db < LARGEST_DB
    quietest = min(range(len(windows)), key=lambda n: windows[n].db)
    assert windows[quietest].db < loudest + FLOOR_DB, "it is silent as the source changes"
    before = {round(it.tone_hz, -2) for it in windows[:quietest] if it.db > loudest + FLOOR_DB}
    after = {round(it.tone_hz, -2) for it in windows[quietest:] if it.db > loudest + FLOOR_DB}
    assert (before, after) == ({CALM_HZ}, {RUSH_HZ})


def test_an_override_back_and_forth_and_to_silence_makes_no_jump(shop: Shop) -> None:
    for cue, seconds in ((RUSH, 0.6), (CALM, 0.4), (RUSH, 1.4), (CALM, 0.5)):
        shop.aim(cue)
        shop.record(seconds)
    shop.aim(None)
    wait_until(lambda: not shop.is_heard(), 20, "silence")
    shop.aim(CALM)
    shop.hears(CALM)
    windows = shop.server.windows()
    step_db = largest_step_db(windows, max(window.db for window in windows))
    report("override back and forth", windows, step_db)
    assert step_db < LARGEST_DB


def test_an_announcement_ducks_the_music_and_gives_it_back(shop: Shop) -> None:
    place_s = song_place(shop)
    moment = Moment.read(shop.clock)
    wish = Wish("file:jingle.wav", None, 0.0, moment.utc + timedelta(seconds=5))
    asked = shop.channel.announce(wish, moment)
    assert isinstance(asked, Announcement)
    wait_until(lambda: asked.answer is not None, 20, "the answer")
    assert asked.answer == ""
    wait_until(lambda: not shop.channel.announcing, 20, "the music to be back")
    shop.record(0.5)
    windows = shop.server.windows()
    loudest = max(window.db for window in windows)
    jingle = [n for n, it in enumerate(windows) if abs(it.tone_hz - JINGLE_HZ) < 100]
    # The pieces at both ends of the jingle hold some of it, too.
    music = windows[: jingle[0] - 1], windows[jingle[-1] + 2 :]
    step_db = max(largest_step_db(stretch, loudest) for stretch in music)
    report("announcement", windows, step_db)
    assert step_db < LARGEST_DB
    assert music[0][-1].db < loudest + FLOOR_DB, "the music is silent before the jingle"
    assert music[1][0].db < loudest + FLOOR_DB + 10, "and comes back softly"
    assert music[1][-1].db > loudest - 1
    assert 0.8 <= len(jingle) * WINDOW_S <= 1.05, "all of it is heard"
    spoken = windows[jingle[1] : jingle[-1]]
    assert min(window.db for window in spoken) > loudest - 1, "as loud as the music"
    # It went on for the fall and the rise, not for the jingle.
    assert place_s + 1.5 < song_place(shop) < place_s + 4.5


def song_place(shop: Shop) -> float:
    """How far the song is, in seconds."""
    look = shop.channel.look
    assert look is not None
    assert look.track is not None
    assert look.track.elapsed_s is not None
    return look.track.elapsed_s
