"""Listening to sACN on loopback, on an address of the test's own."""

import itertools
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sacn.messages.data_packet import DataPacket

PORT = 5568
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Heard:
    """One packet: when it came (steady seconds), and what is in it."""

    at_s: float
    packet: DataPacket

    @property
    def values(self) -> bytes:
        """The 512 values."""
        return bytes(self.packet.dmxData)

    @property
    def ends(self) -> bool:
        """Whether it says that the stream ends."""
        return bool(self.packet.option_StreamTerminated)


class Receiver:
    """A socket on sACN's port of ``address``; nobody else on this machine hears it."""

    def __init__(self, address: str, listening: socket.socket) -> None:
        self.address = address
        self._socket = listening

    def next(self, timeout_s: float = 5.0) -> Heard:
        """The next packet, which must come in time."""
        self._socket.settimeout(timeout_s)
        data = self._socket.recv(2000)
        return Heard(time.monotonic(), DataPacket.make_data_packet(data))

    def until_silent(self, silence_s: float) -> list[Heard]:
        """Every packet until none has come for so long."""
        heard = []
        while True:
            try:
                heard.append(self.next(silence_s))
            except TimeoutError:
                return heard


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Open a receiver on an address that no other test of this run uses."""
    process, number = os.getpid() % 65_536, next(_NUMBERS) % 250
    address = f"127.{1 + process // 256 % 250}.{process % 256}.{1 + number}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind((address, PORT))
        yield Receiver(address, listening)
