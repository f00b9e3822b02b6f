"""The real music server, playing to nowhere in real time."""

import array
import math
import socket
import wave
from collections.abc import Sequence
from pathlib import Path

from tests.parts.binaries import need
from tests.parts.server import Server
from tests.waiting import wait_until

RATE_HZ = 8000
TONE_S = 60
QUIET_PEAK = 3000
TONES_HZ = {"low.wav": 220, "middle.wav": 440, "high.wav": 880}
PLAYLISTS = {
    "calm": ["low.wav", "middle.wav"],
    "trading": ["middle.wav", "high.wav"],
    "rush": ["high.wav"],
}


class Mpd(Server):
    """MPD with a null output and a software mixer, three one-minute tones and three playlists.

    Songs are the keys of ``TONES_HZ``, playlists those of ``PLAYLISTS``; ``write_playlist`` and
    ``add_tone`` add more. The null output keeps real time: a minute's song lasts a minute.
    """

    output = 'type "null"'

    def __init__(self, directory: Path) -> None:
        """Write the music and prepare a server whose files live in ``directory``."""
        super().__init__(directory)
        self.music = directory / "music"
        self.playlists = directory / "playlists"
        self.music.mkdir()
        self.playlists.mkdir()
        for name, tone_hz in TONES_HZ.items():
            _write_tone(self.music / name, tone_hz, TONE_S, RATE_HZ)
        for name, songs in PLAYLISTS.items():
            self.write_playlist(name, songs)

    def write_playlist(self, name: str, songs: Sequence[str]) -> None:
        """Store a playlist; MPD sees it at once."""
        (self.playlists / f"{name}.m3u").write_text("".join(f"{song}\n" for song in songs))

    def add_tone(
        self,
        name: str,
        tone_hz: int,
        duration_s: float,
        rate_hz: int = 48000,
        peak: int = QUIET_PEAK,
    ) -> None:
        """Put a song into the library; a running server knows it when this returns.

        MPD is 256 KiB ahead of its output: 2.7 s at 48 kHz, and 16 s with the songs of 8 kHz.
        """
        path = self.music / name
        path.parent.mkdir(exist_ok=True)
        _write_tone(path, tone_hz, duration_s, rate_hz, peak)
        if self.port:
            self.ask("update")
            wait_until(lambda: f"file: {name}" in self.ask(f'find file "{name}"'), 20, name)

    def command(self) -> list[str | Path]:
        """Write mpd.conf for the port and return the command line."""
        configuration = self.directory / "mpd.conf"
        configuration.write_text(
            f'music_directory "{self.music}"\n'
            f'playlist_directory "{self.playlists}"\n'
            f'db_file "{self.directory / "database"}"\n'
            f'bind_to_address "{self.host}"\n'
            f'port "{self.port}"\n'
            'zeroconf_enabled "no"\n'
            f'audio_output {{\n  {self.output}\n  name "it"\n  mixer_type "software"\n}}\n'
        )
        return [need("mpd"), "--no-daemon", "--stderr", configuration]

    def ready(self) -> bool:
        """Say whether the server answers and has found all songs."""
        songs = sum(path.is_file() for path in self.music.rglob("*"))
        return f"songs: {songs}" in self.ask("stats")

    def ask(self, command: str) -> str:
        """What the server says to a command of its protocol; nothing while it is not there."""
        try:
            with socket.create_connection((self.host, self.port), timeout=1) as connection:
                connection.sendall(f"{command}\nclose\n".encode())
                with connection.makefile() as answer:
                    return answer.read()
        except OSError:
            return ""


def _write_tone(
    path: Path, tone_hz: int, duration_s: float, rate_hz: int, peak: int = QUIET_PEAK
) -> None:
    """Write a sine of 16 bits; whole waves per second, so seconds repeat."""
    second = array.array(
        "h", (round(peak * math.sin(2 * math.pi * tone_hz * n / rate_hz)) for n in range(rate_hz))
    )
    whole, part = divmod(duration_s, 1)
    with wave.open(str(path), "wb") as song:
        song.setnchannels(1)
        song.setsampwidth(2)
        song.setframerate(rate_hz)
        song.writeframes(second.tobytes() * int(whole))
        song.writeframes(second[: round(part * rate_hz)].tobytes())
