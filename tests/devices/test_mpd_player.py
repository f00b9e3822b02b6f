"""MPD itself, playing to nowhere."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import mpd
import pytest

from devices.capabilities import Player
from devices.drivers.mpd import MpdPlayer
from devices.errors import (
    DeviceConfigurationError,
    DeviceError,
    DeviceRefusedError,
    DeviceUnavailableError,
)
from tests.devices.contract_player import PlayerContract
from tests.parts.mpd import TONES_HZ, Mpd
from tests.parts.ports import LOOPBACK, free_port
from tests.waiting import wait_until


class TestMpdPlayer(PlayerContract):
    folder = "folder:middle.wav"
    cap = 60.0

    @pytest.fixture
    def player(self, mpd_server: Mpd) -> Iterator[Player]:
        opened = MpdPlayer(mpd_server.host, mpd_server.port, volume_cap=self.cap)
        opened.set_volume(0)
        yield opened
        opened.close()


class TestMpdPlayerWithAFractionalCap(TestMpdPlayer):
    cap = 33.5


@pytest.fixture
def player(mpd_server: Mpd) -> Iterator[MpdPlayer]:
    opened = MpdPlayer(mpd_server.host, mpd_server.port, volume_cap=60)
    yield opened
    opened.close()


@pytest.fixture
def other(mpd_server: Mpd) -> Iterator[mpd.MPDClient]:
    """Somebody else's client, as a shop's own remote control."""
    client = mpd.MPDClient()
    client.connect(mpd_server.host, mpd_server.port)
    yield client
    client.disconnect()


def songs(other: mpd.MPDClient) -> list[str]:
    return sorted(entry["file"] for entry in other.playlistinfo())


def test_plays_for_ever_in_random_order_with_cross_fade(
    player: MpdPlayer, other: mpd.MPDClient
) -> None:
    player.play("playlist:trading", 4.6)
    status = other.status()
    modes = [status[mode] for mode in ("repeat", "random", "single", "consume", "xfade")]
    assert modes == ["1", "1", "0", "0", "5"]
    assert songs(other) == ["high.wav", "middle.wav"]
    player.play("folder:/", 0)
    assert songs(other) == sorted(TONES_HZ)
    assert "xfade" not in other.status()


def test_volume_is_scaled_to_the_cap(player: MpdPlayer, other: mpd.MPDClient) -> None:
    for volume, at_server in ((0, "0"), (50, "30"), (33, "20"), (100, "60")):
        player.set_volume(volume)
        assert other.status()["volume"] == at_server


@pytest.mark.parametrize("cap", [41.5, 33.5, 1.6, 99.9])
def test_a_fractional_cap_is_not_rounded_up(
    other: mpd.MPDClient, mpd_server: Mpd, cap: float
) -> None:
    other.setvol(100)
    player = MpdPlayer(mpd_server.host, mpd_server.port, volume_cap=cap)
    player.play("playlist:calm", 0)
    assert int(other.status()["volume"]) <= cap
    for volume in (100, 99.9, 99, 50):
        player.set_volume(volume)
        assert int(other.status()["volume"]) <= cap
        assert player.reading().volume == volume
    player.close()


def test_is_never_louder_than_the_cap(
    player: MpdPlayer, other: mpd.MPDClient, mpd_server: Mpd
) -> None:
    other.setvol(100)
    player.play("playlist:calm", 0)
    assert other.status()["volume"] == "60"
    player.set_volume(50)
    other.setvol(90)
    wait_until(lambda: player.reading() and other.status()["volume"] == "30", 20, "the cap")
    other.setvol(20)
    player.close()
    again = MpdPlayer(mpd_server.host, mpd_server.port, volume_cap=60)
    again.play("playlist:calm", 0)
    assert other.status()["volume"] == "20"
    again.close()


def test_a_volume_that_somebody_else_set_is_read_and_corrected(
    player: MpdPlayer, other: mpd.MPDClient
) -> None:
    player.set_volume(50)
    other.setvol(15)
    wait_until(lambda: player.reading().volume == 25, 20, "the other volume to be read")
    player.set_volume(50)
    assert other.status()["volume"] == "30"


def test_what_plays_goes_on_undisturbed(player: MpdPlayer, other: mpd.MPDClient) -> None:
    player.play("playlist:calm", 2)
    before = other.status()
    wait_until(lambda: float(other.status()["elapsed"]) > 0.3, 20, "music")
    player.play("playlist:calm", 2)
    after = other.status()
    assert (after["songid"], after["playlist"]) == (before["songid"], before["playlist"])
    assert float(after["elapsed"]) > 0.3
    player.silence()
    paused = other.status()
    player.play("playlist:calm", 2)
    assert other.status()["songid"] == paused["songid"]
    assert float(other.status()["elapsed"]) >= float(paused["elapsed"])


@pytest.mark.parametrize("source", ["playlist:trading", "folder:/", "folder:low.wav"])
def test_music_goes_on_over_a_restart_of_the_agent(
    player: MpdPlayer, other: mpd.MPDClient, mpd_server: Mpd, source: str
) -> None:
    player.play(source, 0)
    before = other.status()
    player.close()
    assert other.status()["state"] == "play"
    restarted = MpdPlayer(mpd_server.host, mpd_server.port, volume_cap=60)
    assert restarted.reading().source is None
    restarted.play(source, 0)
    assert other.status()["playlist"] == before["playlist"]
    assert other.status()["songid"] == before["songid"]
    assert restarted.reading().source == source
    restarted.close()


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("playlist:nope", "MPD has no playlist 'nope'"),
        ("playlist:empty", "MPD's playlist 'empty' is empty"),
        ("folder:attic", "MPD has no folder 'attic'"),
        ("stream:file:///etc/passwd", "MPD refuses the stream"),
    ],
)
def test_a_source_that_is_not_there_is_named_and_the_music_goes_on(
    player: MpdPlayer, other: mpd.MPDClient, mpd_server: Mpd, source: str, sentence: str
) -> None:
    mpd_server.write_playlist("empty", [])
    player.play("playlist:calm", 0)
    before = other.status()
    with pytest.raises(DeviceRefusedError, match=sentence):
        player.play(source, 0)
    after = other.status()
    assert (after["state"], after["songid"]) == ("play", before["songid"])
    assert songs(other) == ["low.wav", "middle.wav"]
    assert player.reading().source == "playlist:calm"


def test_quotes_and_spaces_in_names_are_taken_as_they_are(
    player: MpdPlayer, other: mpd.MPDClient, mpd_server: Mpd
) -> None:
    name = 'Bossa "nova" é\\1'
    mpd_server.write_playlist(name, ["high.wav"])
    player.play(f"playlist:{name}", 0)
    assert songs(other) == ["high.wav"]


def test_a_stream_that_fails_is_a_problem_of_the_reading(player: MpdPlayer) -> None:
    player.play(f"stream:http://{LOOPBACK}:{free_port()}/radio", 0)
    wait_until(lambda: player.reading().problem, 20, "the problem")
    reading = player.reading()
    assert reading.playing is False
    assert "/radio" in str(reading.problem)
    player.play("playlist:calm", 0)
    assert player.reading().problem is None


@pytest.mark.parametrize("playing_before", [True, False])
def test_a_broken_song_does_not_keep_the_others_from_playing(
    player: MpdPlayer, other: mpd.MPDClient, mpd_server: Mpd, playing_before: bool
) -> None:
    nobody = free_port()
    broken = [f"http://{LOOPBACK}:{nobody}/{n}" for n in range(4)]
    mpd_server.write_playlist("mixed", [*broken, "low.wav"])
    if playing_before:
        player.play("playlist:calm", 0)

    def playing() -> bool:
        # As the agent does: what doesn't play is told again.
        with suppress(DeviceRefusedError):
            player.play("playlist:mixed", 0)
        return bool(player.reading().playing and other.currentsong().get("file") == "low.wav")

    wait_until(playing, 20, "the song that is whole")
    assert player.reading().problem is None
    assert songs(other) == [*broken, "low.wav"]


def test_a_queue_that_somebody_changed_is_no_source_of_ours(
    player: MpdPlayer, other: mpd.MPDClient
) -> None:
    player.play("playlist:calm", 0)
    other.add("high.wav")
    wait_until(lambda: player.reading().source is None, 20, "the change to be seen")
    player.play("playlist:calm", 0)
    assert songs(other) == ["low.wav", "middle.wav"]
    assert player.reading().source == "playlist:calm"


def test_a_server_that_comes_back_gets_its_volume_first(player: MpdPlayer, mpd_server: Mpd) -> None:
    player.set_volume(50)
    player.play("playlist:calm", 0)
    mpd_server.kill()
    with pytest.raises(DeviceUnavailableError, match=f"{mpd_server.port}.*is the service mpd"):
        player.play("playlist:rush", 0)
    with pytest.raises(DeviceUnavailableError):
        player.set_volume(40)
    assert "nothing listens" in str(player.reading().problem)
    assert player.reading().playing is None
    mpd_server.start()
    player.play("playlist:rush", 0)
    reading = player.reading()
    assert (reading.source, reading.volume) == ("playlist:rush", 40)


def test_a_connection_that_the_server_closed_is_made_again(
    player: MpdPlayer, mpd_server: Mpd
) -> None:
    player.play("playlist:calm", 0)
    mpd_server.stop()
    mpd_server.start()
    player.play("playlist:calm", 0)
    assert player.reading().source == "playlist:calm"


def test_a_server_that_hangs_costs_little_time(player: MpdPlayer, mpd_server: Mpd) -> None:
    player.play("playlist:calm", 0)
    os.kill(mpd_server.pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        with pytest.raises(DeviceUnavailableError, match="does not answer in time"):
            player.play("playlist:rush", 0)
        assert time.monotonic() - began < 5, "it hung with the server"
        began = time.monotonic()
        for _ in range(100):
            assert player.reading().problem
            with pytest.raises(DeviceUnavailableError):
                player.set_volume(began % 100)
        assert time.monotonic() - began < 10, "each of the calls waited for the server"
    finally:
        os.kill(mpd_server.pid, signal.SIGCONT)


def test_a_reading_waits_half_a_second_at_most(mpd_server: Mpd) -> None:
    player = MpdPlayer(mpd_server.host, mpd_server.port)
    os.kill(mpd_server.pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert player.reading().problem
        assert time.monotonic() - began < 5, "it hung with the server"
    finally:
        os.kill(mpd_server.pid, signal.SIGCONT)


def test_readings_ask_the_server_once_a_second(mpd_server: Mpd) -> None:
    seconds = 0.0
    player = MpdPlayer(mpd_server.host, mpd_server.port, clock=lambda: seconds)
    assert player.reading().problem is None
    mpd_server.kill()
    seconds = 0.9
    assert player.reading().problem is None
    seconds = 1.0
    assert player.reading().problem


def test_whoever_is_no_mpd_is_not_taken_for_one() -> None:
    with socket.socket() as listening:
        listening.bind((LOOPBACK, 0))
        listening.listen()
        player = MpdPlayer(LOOPBACK, listening.getsockname()[1])
        reading = player.reading()
        assert "does not answer in time" in str(reading.problem)


def test_a_server_without_a_mixer_plays_nothing(mpd_server: Mpd) -> None:
    mpd_server.stop()
    configuration = mpd_server.command
    text = 'mixer_type "software"'

    def without_mixer() -> list[str | os.PathLike[str]]:
        command = configuration()
        path = mpd_server.directory / "mpd.conf"
        path.write_text(path.read_text().replace(text, 'mixer_type "none"'))
        return list(command)

    mpd_server.command = without_mixer  # type: ignore[method-assign,assignment]
    mpd_server.start()
    player = MpdPlayer(mpd_server.host, mpd_server.port)
    with pytest.raises(DeviceRefusedError, match="mixer"):
        player.play("playlist:calm", 0)
    assert "mixer" in str(player.reading().problem)


@pytest.mark.parametrize("cap", [0.0, 0.6, -1.0, 101.0, float("nan")])
def test_an_impossible_cap_is_named(cap: float) -> None:
    with pytest.raises(DeviceConfigurationError, match=r"volume_cap.*from 1 to 100"):
        MpdPlayer(volume_cap=cap)


def test_a_player_connects_when_it_is_asked_and_not_before() -> None:
    player = MpdPlayer(LOOPBACK, free_port())
    with pytest.raises(DeviceError):
        player.silence()
    player.close()
