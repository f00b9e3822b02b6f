"""An LD2410 at the other end of a pseudo-terminal: it reports, obeys commands, and is unplugged."""

import os
import select
import tty
from pathlib import Path
from threading import Event, Thread

from devices.drivers.ld2410.frames import COMMAND_HEAD, REPORT_HEAD, FrameReader, framed
from tests.waiting import wait_until

SAMPLES = Path(__file__).parent / "samples" / "ld2410"


def sample(name: str) -> list[bytes]:
    """The frames of a sample file; a frame may take more than one line."""
    lines = (SAMPLES / f"{name}.hex").read_text().splitlines()
    stream = b"".join(bytes.fromhex(line) for line in lines if not line.startswith("#"))
    frames = FrameReader().feed(stream)
    heads = {"report": REPORT_HEAD, "command": COMMAND_HEAD}
    whole = [framed(frame.payload, heads[frame.kind]) for frame in frames]
    assert b"".join(whole) == stream, "the sample holds something that is no frame"
    return whole


NOBODY = sample("basic-v1-07")[0]
SOMEBODY = sample("basic-v1-07")[3]


class Radar:
    """A module whose device node is ``path``. It answers the documented commands."""

    def __init__(self, path: Path, *, mute: bool = False, refuses: int | None = None) -> None:
        self.path = path
        self.asked: list[bytes] = []
        self._mute = mute
        self._refuses = refuses
        self._answers = {answer[6:7]: answer for answer in sample("answers-documented")}
        self._ends: tuple[int, int] | None = None
        self._obeying: Thread | None = None
        self._unplugging = Event()

    def plug_in(self) -> None:
        """Let the device node appear."""
        master, slave = os.openpty()
        tty.setraw(slave)
        self.asked.clear()
        self._ends = master, slave
        self.path.symlink_to(os.ttyname(slave))
        self._unplugging.clear()
        self._obeying = Thread(target=self._obey, args=(master,), daemon=True)
        self._obeying.start()

    def unplug(self) -> None:
        """Let the device node vanish."""
        if self._ends is None or self._obeying is None:
            return
        # An end that somebody still reads from stays open, whoever closes it.
        self._unplugging.set()
        self._obeying.join()
        self.path.unlink()
        for end in reversed(self._ends):
            os.close(end)
        self._ends = None

    def say(self, *frames: bytes) -> None:
        """Send bytes to whoever has opened the port, which empties it."""
        assert self._ends is not None
        wait_until(lambda: self.asked, 20, "somebody to open the port")
        os.write(self._ends[0], b"".join(frames))

    def _obey(self, master: int) -> None:
        reader = FrameReader()
        while not self._unplugging.is_set():
            if select.select([master], [], [], 0.02)[0]:
                for frame in reader.feed(os.read(master, 256)):
                    self.asked.append(framed(frame.payload))
                    self._answer(frame.payload[0])

    def _answer(self, word: int) -> None:
        if self._mute:
            return
        answer = self._answers[bytes([word])]
        if word == self._refuses:
            answer = answer[:8] + b"\x01\x00" + answer[10:]
        self.say(NOBODY, answer)
