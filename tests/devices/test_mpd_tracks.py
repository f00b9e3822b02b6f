"""What MPD says of the track that is heard: tags of files, and titles that a station sends."""

import threading
import wave
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import mpd
import pytest

from devices.capabilities import Track, TrackTeller
from devices.drivers.mpd import MpdPlayer
from tests.parts.mpd import Mpd
from tests.parts.ports import LOOPBACK
from tests.waiting import wait_until

METADATA_EVERY = 4000


@pytest.fixture
def player(mpd_server: Mpd) -> Iterator[MpdPlayer]:
    opened = MpdPlayer(mpd_server.host, mpd_server.port, volume_cap=60)
    opened.set_volume(50)
    yield opened
    opened.close()


@pytest.fixture
def other(mpd_server: Mpd) -> Iterator[mpd.MPDClient]:
    client = mpd.MPDClient()
    client.connect(mpd_server.host, mpd_server.port)
    yield client
    client.disconnect()


def heard(player: MpdPlayer) -> Track | None:
    player.reading()
    return player.track()


class Station:
    """An internet radio of loopback: silence at 8 kHz, and the title that is set."""

    def __init__(self) -> None:
        self.title = "Ella - Summertime"
        self.ended = threading.Event()
        station = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "audio/L16;rate=8000;channels=1")
                self.send_header("icy-name", "Jazz by the sea")
                self.send_header("icy-metaint", str(METADATA_EVERY))
                self.end_headers()
                # Sixteen bytes a unit, as the protocol of such stations has it.
                while not station.ended.wait(0.1):
                    text = f"StreamTitle='{station.title}';".encode()
                    units = -(-len(text) // 16)
                    try:
                        self.wfile.write(bytes(METADATA_EVERY))
                        self.wfile.write(bytes([units]) + text.ljust(16 * units, b"\0"))
                    except OSError:
                        return

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
        self.address = f"http://{LOOPBACK}:{self._server.server_address[1]}/jazz"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def end(self) -> None:
        self.ended.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def station() -> Iterator[Station]:
    opened = Station()
    yield opened
    opened.end()


def test_tells_tracks(player: MpdPlayer) -> None:
    assert isinstance(player, TrackTeller)


def test_a_files_tags_are_told(player: MpdPlayer, mpd_server: Mpd) -> None:
    path = mpd_server.music / "tagged.wav"
    with wave.open(str(path), "wb") as song:
        song.setparams((1, 2, 8000, 0, "NONE", ""))
        song.writeframes(bytes(16000 * 20))
    _tag(path.read_bytes(), path)
    mpd_server.add_tone("other.wav", 440, 1)
    player.play("folder:tagged.wav", 0)
    track = heard(player)
    assert track is not None
    assert (track.file, track.source) == ("tagged.wav", "folder:tagged.wav")
    assert (track.title, track.artist, track.album) == ("So What", "Miles", "Kind of Blue")
    assert track.elapsed_s is not None
    assert track.elapsed_s < 20


def _tag(sound: bytes, path: Path) -> None:
    """RIFF's own tags: title, artist and album."""
    tags = {b"INAM": b"So What", b"IART": b"Miles", b"IPRD": b"Kind of Blue"}
    chunks = b"INFO" + b"".join(
        name + (len(text) + 1).to_bytes(4, "little") + text + b"\0" + b"\0" * ((len(text) + 1) % 2)
        for name, text in tags.items()
    )
    whole = sound[8:] + b"LIST" + len(chunks).to_bytes(4, "little") + chunks
    with path.open("wb") as file:
        file.write(b"RIFF" + len(whole).to_bytes(4, "little") + whole)


def test_how_far_it_is_counts_on(player: MpdPlayer) -> None:
    player.play("playlist:rush", 0)

    def far() -> bool:
        track = heard(player)
        return track is not None and track.elapsed_s is not None and track.elapsed_s > 0.9

    wait_until(far, 10, "the song to be nearly a second old")


def test_silence_is_no_track(player: MpdPlayer) -> None:
    assert heard(player) is None
    player.play("playlist:rush", 0)
    track = heard(player)
    assert track is not None
    assert (track.file, track.title, track.artist) == ("high.wav", "", "")
    player.silence()
    assert heard(player) is None


def test_a_server_that_is_gone_tells_no_track(player: MpdPlayer, mpd_server: Mpd) -> None:
    player.play("playlist:rush", 0)
    assert heard(player) is not None
    mpd_server.kill()
    wait_until(lambda: heard(player) is None, 20, "the track to be forgotten")


def test_a_streams_title_is_the_one_that_the_station_sends(
    player: MpdPlayer, station: Station
) -> None:
    player.play(f"stream:{station.address}", 0)

    def titled() -> str:
        track = heard(player)
        return "" if track is None else track.title

    wait_until(lambda: titled() == "Ella - Summertime", 15, "the first title")
    station.title = "Chet - Almost Blue"
    wait_until(lambda: titled() == "Chet - Almost Blue", 30, "the second title")
    track = heard(player)
    assert track is not None
    assert (track.file, track.elapsed_s) == (station.address, None)
