"""MPD itself: the song that plays ends before music from another source begins."""

from collections.abc import Iterator

import mpd
import pytest

from devices.capabilities import SongEndPlayer
from devices.drivers.mpd import MpdPlayer
from devices.errors import DeviceRefusedError
from tests.parts.mpd import Mpd
from tests.parts.ports import LOOPBACK, free_port
from tests.waiting import wait_until

MODES = ("repeat", "random", "single", "consume", "xfade")


@pytest.fixture
def player(mpd_server: Mpd) -> Iterator[MpdPlayer]:
    opened = MpdPlayer(mpd_server.host, mpd_server.port, volume_cap=60)
    opened.set_volume(50)
    yield opened
    opened.close()


@pytest.fixture
def short(mpd_server: Mpd) -> str:
    """A playlist of one song that lasts some seconds."""
    mpd_server.add_tone("short.wav", 330, 3.2, rate_hz=192000)
    mpd_server.write_playlist("short", ["short.wav"])
    return "playlist:short"


@pytest.fixture
def other(mpd_server: Mpd) -> Iterator[mpd.MPDClient]:
    client = mpd.MPDClient()
    client.connect(mpd_server.host, mpd_server.port)
    yield client
    client.disconnect()


def songs(other: mpd.MPDClient) -> list[str]:
    return sorted(entry["file"] for entry in other.playlistinfo())


def modes(other: mpd.MPDClient) -> list[str | None]:
    status = other.status()
    return [status.get(mode) for mode in MODES]


def test_can_wait(player: MpdPlayer) -> None:
    assert isinstance(player, SongEndPlayer)


def test_the_song_plays_to_its_end_and_then_the_next_source_does(
    player: MpdPlayer, other: mpd.MPDClient, short: str
) -> None:
    player.play(short, 0)
    player.play_at_song_end("playlist:trading", 0)
    assert player.reading().source == short
    heard: list[tuple[str, float]] = []

    def changed() -> bool:
        status, song = other.status(), other.currentsong()["file"]
        heard.append((song, float(status["elapsed"])))
        return bool(song != "short.wav")

    wait_until(changed, 15, "the song to end")
    assert max(elapsed for song, elapsed in heard if song == "short.wav") > 2.9
    player.play_at_song_end("playlist:trading", 0)
    assert player.reading().source == "playlist:trading"
    assert songs(other) == ["high.wav", "middle.wav"]
    assert modes(other) == ["1", "1", "0", "0", None]


def test_until_then_it_says_and_shows_the_old_source(
    player: MpdPlayer, other: mpd.MPDClient
) -> None:
    player.play("playlist:calm", 0)
    playing = other.status()["songid"]
    for _ in range(2):
        player.play_at_song_end("playlist:rush", 3)
        assert player.reading().source == "playlist:calm"
        status = other.status()
        assert (status["songid"], status["song"], status["playlistlength"]) == (playing, "0", "2")
    other.next()
    player.play("playlist:rush", 3)
    assert player.reading().source == "playlist:rush"
    assert songs(other) == ["high.wav"]
    assert modes(other) == ["1", "1", "0", "0", "3"]


def test_a_wish_that_is_taken_back_leaves_the_song_alone(
    player: MpdPlayer, other: mpd.MPDClient
) -> None:
    player.play("folder:/", 0)
    playing = other.status()["songid"]
    player.play_at_song_end("playlist:rush", 0)
    player.play_at_song_end("playlist:calm", 0)
    assert other.status()["songid"] == playing
    player.play("folder:/", 0)
    assert other.status()["songid"] == playing
    assert player.reading().source == "folder:/"
    assert songs(other) == ["high.wav", "low.wav", "middle.wav"]
    assert modes(other) == ["1", "1", "0", "0", None]


def test_music_that_must_change_now_does_not_wait(player: MpdPlayer, other: mpd.MPDClient) -> None:
    player.play("playlist:calm", 0)
    player.play_at_song_end("playlist:rush", 0)
    player.play("playlist:rush", 0)
    assert player.reading().source == "playlist:rush"
    assert songs(other) == ["high.wav"]


def test_a_silent_player_begins_at_once(player: MpdPlayer) -> None:
    player.play_at_song_end("playlist:calm", 0)
    assert player.reading().source == "playlist:calm"
    player.silence()
    player.play_at_song_end("playlist:rush", 0)
    assert player.reading().source == "playlist:rush"


def test_a_stream_has_no_songs_to_wait_for(player: MpdPlayer, other: mpd.MPDClient) -> None:
    address = f"http://{LOOPBACK}:{free_port()}/radio"
    player.play(f"stream:{address}", 0)
    player.play_at_song_end("playlist:rush", 0)
    assert player.reading().source == "playlist:rush"


def test_a_source_that_is_not_there_is_named_and_nothing_changes(
    player: MpdPlayer, other: mpd.MPDClient
) -> None:
    player.play("playlist:calm", 0)
    before = (songs(other), modes(other))
    with pytest.raises(DeviceRefusedError, match="MPD has no playlist 'nope'"):
        player.play_at_song_end("playlist:nope", 0)
    assert (songs(other), modes(other)) == before


def test_an_agent_that_was_restarted_waits_on(
    player: MpdPlayer, other: mpd.MPDClient, mpd_server: Mpd
) -> None:
    player.play("playlist:calm", 0)
    player.play_at_song_end("playlist:trading", 0)
    before = (other.status()["songid"], other.status()["playlist"])
    player.close()
    again = MpdPlayer(mpd_server.host, mpd_server.port, volume_cap=60)
    again.play_at_song_end("playlist:trading", 0)
    assert (other.status()["songid"], other.status()["playlist"]) == before
    assert again.reading().playing
    other.next()
    again.play_at_song_end("playlist:trading", 0)
    assert again.reading().source == "playlist:trading"
    assert songs(other) == ["high.wav", "middle.wav"]
    again.close()


def test_asked_in_a_songs_last_second_it_changes_as_the_next_one_begins(
    player: MpdPlayer, other: mpd.MPDClient, short: str
) -> None:
    player.play(short, 0)
    wait_until(lambda: float(other.status()["elapsed"]) > 2.3, 15, "the last second")

    def asked() -> bool:
        player.play_at_song_end("playlist:trading", 0)
        return player.reading().source == "playlist:trading"

    wait_until(asked, 15, "the change")
    assert songs(other) == ["high.wav", "middle.wav"]


def test_a_queue_that_somebody_changed_meanwhile_is_put_right(
    player: MpdPlayer, other: mpd.MPDClient
) -> None:
    player.play("playlist:calm", 0)
    player.play_at_song_end("playlist:rush", 0)
    other.clear()
    player.play_at_song_end("playlist:rush", 0)
    assert player.reading().source == "playlist:rush"


def test_an_announcement_while_waiting_changes_nothing(
    player: MpdPlayer, other: mpd.MPDClient, mpd_server: Mpd
) -> None:
    mpd_server.add_tone("jingle.wav", 660, 0.4)
    player.play("playlist:calm", 0)
    player.play_at_song_end("playlist:rush", 0)
    song = other.status()["songid"]
    player.prepare("file:jingle.wav")
    player.announce()
    wait_until(lambda: not player.announcing(), 10, "the announcement to end")
    player.play_at_song_end("playlist:rush", 0)
    assert player.reading().source == "playlist:calm"
    assert (other.status()["state"], other.status()["songid"]) == ("play", song)
