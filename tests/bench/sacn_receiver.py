"""Packets at a socket on loopback, with the kernel's own time of arrival."""

import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

from tests.bench.figures import Spread

ADDRESS, PORT = "127.77.0.1", 5568
SO_TIMESTAMPNS = 35  # Linux; Python has no name for it


@contextmanager
def listening() -> Iterator[socket.socket]:
    """A socket that hears what is sent to ``ADDRESS``."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        opened.bind((ADDRESS, PORT))
        yield opened


@dataclass(frozen=True)
class Arrival:
    """One packet: the kernel's wall time, its universe and its values."""

    at_s: float
    universe: int
    values: bytes


def arrivals(opened: socket.socket, for_s: float) -> list[Arrival]:
    """Every packet that comes within the next ``for_s`` seconds."""
    opened.settimeout(0.1)
    heard = []
    until = time.monotonic() + for_s
    while time.monotonic() < until:
        try:
            packet, ancillary, _, _ = opened.recvmsg(2000, 256)
        except TimeoutError:
            continue
        (stamp,) = (data for _, kind, data in ancillary if kind == SO_TIMESTAMPNS)
        seconds, nanoseconds = struct.unpack("qq", stamp[:16])
        universe = int.from_bytes(packet[113:115], "big")
        heard.append(Arrival(seconds + nanoseconds / 1e9, universe, packet[126:]))
    return heard


def jitter_ms(times: list[float]) -> tuple[float, Spread]:
    """The usual gap between two packets, and how far gaps are from it, in milliseconds."""
    gaps = sorted((after - before) * 1000 for before, after in pairwise(times))
    usual = gaps[len(gaps) // 2]
    return usual, Spread.of([abs(gap - usual) for gap in gaps])
