"""A music server whose sound is recorded, and what can be measured on a recording."""

import array
import itertools
import math
import os
import select
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.parts.mpd import Mpd

RATE_HZ = 48000
WINDOW_S = 0.05
FLOOR_DB = -30.0
"""So far below the loudest window nobody hears how large a step is."""


@dataclass(frozen=True)
class Window:
    """A short piece of sound: how loud (dB of full scale) and how high it is."""

    db: float
    tone_hz: float


class SoundingMpd(Mpd):
    """MPD whose only output is recorded, in real time, as 16 bits at 48 kHz, one channel.

    A paused server gives no sound at all: the recording has no gap there.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._fifo = directory / "sound"
        os.mkfifo(self._fifo)
        self.output = f'type "fifo"\n  path "{self._fifo}"\n  format "{RATE_HZ}:16:1"'
        self._sound = bytearray()
        self._ended = threading.Event()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def end(self) -> None:
        """Stop the server and the recording."""
        self.stop()
        self._ended.set()
        self._reader.join()

    def cut(self) -> None:
        """Begin the recording anew."""
        del self._sound[:]

    def seconds(self) -> float:
        """How much is recorded."""
        return len(self._sound) / 2 / RATE_HZ

    def windows(self) -> list[Window]:
        """The recording in pieces of `WINDOW_S`."""
        whole = bytes(self._sound)
        samples = array.array("h", whole[: len(whole) // 2 * 2])
        size = round(RATE_HZ * WINDOW_S)
        return [_window(samples[at : at + size]) for at in range(0, len(samples) - size + 1, size)]

    def _read(self) -> None:
        handle = os.open(self._fifo, os.O_RDONLY | os.O_NONBLOCK)
        try:
            while not self._ended.is_set():
                select.select([handle], [], [], 0.05)
                try:
                    sound = os.read(handle, 65536)
                except BlockingIOError:
                    continue
                self._sound += sound
                if not sound:
                    # Nobody has opened the other end yet, or any more.
                    self._ended.wait(0.01)
        finally:
            os.close(handle)


def largest_step_db(windows: Sequence[Window], loudest_db: float) -> float:
    """The largest change between neighbours, not counting what is below `FLOOR_DB`."""
    floor = loudest_db + FLOOR_DB
    levels = [max(window.db, floor) for window in windows]
    return max((abs(b - a) for a, b in itertools.pairwise(levels)), default=0.0)


def _window(samples: Sequence[int]) -> Window:
    power = sum(sample * sample for sample in samples) / len(samples)
    db = 10 * math.log10(max(power, 1e-3)) - 20 * math.log10(32768)
    crossings = sum(a < 0 <= b for a, b in itertools.pairwise(samples))
    return Window(db, crossings / (len(samples) / RATE_HZ))
