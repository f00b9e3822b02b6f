"""MPD itself: a file in place of the music, which then goes on exactly where it was."""

from collections.abc import Callable, Iterator

import mpd
import pytest

from devices.capabilities import Announcer
from devices.drivers.mpd import MpdPlayer
from devices.errors import DeviceRefusedError
from tests.devices.contract_player import AnnouncerContract
from tests.parts.mpd import Mpd
from tests.waiting import wait_until

MODES = ("repeat", "random", "single", "consume", "xfade")


@pytest.fixture
def server(mpd_server: Mpd) -> Mpd:
    mpd_server.add_tone("jingle.wav", 660, 0.4)
    return mpd_server


def _over(player: Announcer) -> None:
    wait_until(lambda: not player.announcing(), 10, "the announcement to end")


class TestMpdAnnouncer(AnnouncerContract):
    @pytest.fixture
    def player(self, server: Mpd) -> Iterator[Announcer]:
        opened = MpdPlayer(server.host, server.port, volume_cap=60)
        opened.set_volume(0)
        yield opened
        opened.close()

    @pytest.fixture
    def outlast(self) -> Callable[[Announcer], None]:
        return _over


@pytest.fixture
def player(server: Mpd) -> Iterator[MpdPlayer]:
    opened = MpdPlayer(server.host, server.port, volume_cap=60)
    opened.set_volume(50)
    yield opened
    opened.close()


@pytest.fixture
def other(server: Mpd) -> Iterator[mpd.MPDClient]:
    client = mpd.MPDClient()
    client.connect(server.host, server.port)
    yield client
    client.disconnect()


def state_of(other: mpd.MPDClient) -> tuple[object, ...]:
    """What an announcement must leave as it was."""
    status = other.status()
    order = [status.get(mode) for mode in MODES]
    songs = [entry["file"] for entry in other.playlistinfo()]
    return (*order, status["songid"], status["volume"], songs)


def test_song_place_volume_and_modes_are_as_they_were(
    player: MpdPlayer, other: mpd.MPDClient
) -> None:
    player.play("folder:/", 3)
    wait_until(lambda: float(other.status()["elapsed"]) > 0.3, 10, "music")
    before = state_of(other)
    player.prepare("file:jingle.wav")
    player.silence()
    elapsed_s = float(other.status()["elapsed"])
    player.announce()
    assert other.currentsong()["file"] == "jingle.wav"
    _over(player)
    player.play("folder:/", 3)
    assert state_of(other) == before
    status = other.status()
    assert status["state"] == "play"
    assert float(status["elapsed"]) == pytest.approx(elapsed_s, abs=0.3)


def test_a_file_that_is_not_there_is_named_and_nothing_changes(
    player: MpdPlayer, other: mpd.MPDClient
) -> None:
    player.play("playlist:calm", 2)
    before = state_of(other)
    for file in ("nope.ogg", "../mpd.conf", "file:///etc/passwd", "http://127.0.0.1/x.ogg"):
        with pytest.raises(DeviceRefusedError, match="no file"):
            player.prepare(f"file:{file}")
    assert state_of(other) == before


def test_an_announcement_is_no_concert(player: MpdPlayer, server: Mpd) -> None:
    server.add_tone("opera.wav", 440, 181, rate_hz=4000)
    player.play("playlist:calm", 0)
    with pytest.raises(DeviceRefusedError, match="180 s at most"):
        player.prepare("file:opera.wav")


def test_a_song_that_somebody_removes_meanwhile_stops_nothing(
    player: MpdPlayer, other: mpd.MPDClient
) -> None:
    player.play("playlist:calm", 0)
    player.prepare("file:jingle.wav")
    player.announce()
    other.clear()
    player.play("playlist:calm", 0)
    assert player.reading().source == "playlist:calm"
    assert sorted(entry["file"] for entry in other.playlistinfo()) == ["low.wav", "middle.wav"]


def test_an_agent_that_dies_meanwhile_leaves_nothing_behind(
    player: MpdPlayer, other: mpd.MPDClient, server: Mpd
) -> None:
    player.play("playlist:calm", 2)
    player.prepare("file:jingle.wav")
    player.announce()
    again = MpdPlayer(server.host, server.port, volume_cap=60)
    again.play("playlist:calm", 2)
    assert again.reading().source == "playlist:calm"
    assert sorted(entry["file"] for entry in other.playlistinfo()) == ["low.wav", "middle.wav"]
    assert [other.status().get(mode) for mode in MODES] == ["1", "1", "0", "0", "2"]
    again.close()


def test_an_agent_that_ends_meanwhile_lets_the_music_go_on(
    player: MpdPlayer, other: mpd.MPDClient
) -> None:
    player.play("folder:/", 0)
    before = state_of(other)
    player.prepare("file:jingle.wav")
    player.announce()
    player.close()
    assert other.status()["state"] == "play"
    assert state_of(other) == before


def test_a_server_that_dies_meanwhile_comes_back_with_the_music(
    player: MpdPlayer, server: Mpd
) -> None:
    player.play("playlist:calm", 0)
    player.prepare("file:jingle.wav")
    player.announce()
    server.kill()
    server.start()
    player.play("playlist:calm", 0)
    reading = player.reading()
    assert (reading.source, reading.volume) == ("playlist:calm", 50)
    assert not player.announcing()
