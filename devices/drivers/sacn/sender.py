"""The one sACN source of an edge: a thread that sends every universe when it is due."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from ipaddress import IPv4Address
from threading import Condition, Thread
from typing import Annotated
from uuid import UUID, uuid5

from msgspec import Meta, Struct
from sacn.messages.data_packet import calculate_multicast_addr
from sacn.messages.universe_discovery import UniverseDiscoveryPacket

from devices.catalogue import SharedPart, Surroundings
from devices.drivers.sacn.stream import MULTICAST, SHORTEST_S, Stream
from devices.errors import DeviceConfigurationError
from devices.options import Text

log = logging.getLogger(__name__)

PORT = 5568
HOPS = 8
DISCOVERY_UNIVERSE, DISCOVERY_S = 64214, 10.0

START_S = 1.0
"""A universe is silent so long after its last fixture came, or its first packet would darken
those that come a moment later; a scene starts it at once."""

GATHER_S, GATHERS = 0.002, 5
"""All fixtures of a step go into one packet: it waits until none has changed for so long."""

END_PACKETS = 3
CLOSE_S = 3.0
EDGES = UUID("4b3e9365-c7eb-4172-b77e-bde8ee16f4e8")
"""Where an edge's name becomes its source's id (CID), the same after each start."""

Address = Annotated[str, Meta(min_length=1, description="IPv4 address such as 192.168.1.20")]


class SacnOptions(Struct, frozen=True, kw_only=True):
    """``[sacn]``: where the edge's sACN leaves it, and what lighting desks see it as.

    ``bind_address`` is the edge's own address on the lights' network, where it has several.
    """

    bind_address: Address = "0.0.0.0"  # noqa: S104 - it sends only
    source_name: Text | None = None

    def problems(self) -> list[str]:
        found = []
        if not is_address(self.bind_address):
            found.append(f"bind_address: {self.bind_address!r} is no IPv4 address")
        if self.source_name is not None and len(self.source_name.encode()) > 63:
            found.append("source_name: is longer than 63 bytes")
        return found


def is_address(text: str) -> bool:
    """Whether ``text`` is an IPv4 address; a name would have to be looked up, which may hang."""
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True


class SacnSender:
    """Sends the universes of an edge, each as one stream. Any thread may call it.

    ``monotonic`` gives steady seconds. ``close`` sends what was put last, and the streams' ends.
    """

    def __init__(self, options: SacnOptions, edge: str, monotonic: Callable[[], float]) -> None:
        self._bind_address = options.bind_address
        self._source_name = options.source_name or f"Stemning {edge}"[:63]
        self._cid = uuid5(EDGES, edge).bytes
        self._monotonic = monotonic
        self._streams: dict[int, Stream] = {}
        self._puts = 0
        self._closing = False
        self._discovery_s = monotonic() + START_S
        self._socket: socket.socket | None = None
        self._changed = Condition()
        self._thread = Thread(target=self._run, name="sacn", daemon=True)
        self._thread.start()

    def stream(self, universe: int, destination: str, priority: int) -> Stream:
        """The stream of a universe, made when it is first asked for.

        Raises `DeviceConfigurationError` when the universe goes elsewhere or with another
        priority already: a source has one stream a universe.
        """
        with self._changed:
            stream = self._streams.get(universe)
            if stream is None:
                stream = Stream(universe, destination, priority, self._cid, self._source_name)
                self._streams[universe] = stream
            elif (stream.destination, stream.priority) != (destination, priority):
                raise DeviceConfigurationError(
                    f"sACN universe {universe} goes to {stream.destination} with priority "
                    f"{stream.priority} already: all its fixtures need the same"
                )
            stream.start_by(self._monotonic() + START_S)
            self._changed.notify()
            return stream

    def put(self, stream: Stream, slot: int, values: bytes, *, at_once: bool = True) -> None:
        """Change values of a universe (``slot`` counts from 0); they leave with the next packet.

        With ``at_once`` false they wait until the universe is sent anyway.
        """
        with self._changed:
            differs = stream.put(slot, values)
            self._puts += 1
            if at_once and (differs or not stream.started) and stream.hurry():
                self._changed.notify()

    def close(self) -> None:
        """Send the last values and the end of every stream. May be called twice."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        with self._changed:
            while not self._closing:
                try:
                    self._step()
                except Exception:
                    # Nobody else would ever send again.
                    log.exception("sACN: a packet could not be made")
                    self._changed.wait(START_S)
            try:
                self._end()
            finally:
                self._close_socket()

    def _step(self) -> None:
        """Wait for what is due next, and send it; the lock is held but while waiting."""
        due_s = min((stream.due_s for stream in self._streams.values()), default=float("inf"))
        wait_s = min(due_s, self._discovery_s) - self._monotonic()
        if wait_s > 0:
            self._changed.wait(wait_s)
            return
        if any(stream.changed for stream in self._streams.values()):
            self._gather()
        now_s = self._monotonic()
        for stream in self._streams.values():
            if stream.due_s <= now_s:
                self._send(stream, stream.packet(now_s))
        if self._discovery_s <= now_s:
            self._discovery_s = now_s + DISCOVERY_S
            self._discover()

    def _gather(self) -> None:
        for _ in range(GATHERS):
            before = self._puts
            self._changed.wait(GATHER_S)
            if self._puts == before:
                return

    def _end(self) -> None:
        """The fail levels of all fixtures, twice as one may be lost, and the streams' ends."""
        for _ in range(2):
            for stream in self._streams.values():
                self._send(stream, stream.packet(self._monotonic()))
            self._changed.wait(SHORTEST_S)
        for stream in self._streams.values():
            for _ in range(END_PACKETS):
                self._send(stream, stream.end())

    def _send(self, stream: Stream, packet: bytes) -> None:
        try:
            self._open_socket().sendto(packet, (stream.address, PORT))
        except OSError as error:
            where = "the network" if stream.destination == MULTICAST else stream.destination
            stream.failure = (
                f"sACN universe {stream.universe} cannot be sent to {where}: {error.strerror}"
            )
            # The address that it is bound to may be gone; the next packet tries anew.
            self._close_socket()
        else:
            stream.failure = None

    def _discover(self) -> None:
        """Tell lighting desks which universes there are."""
        if not self._streams:
            return
        packets = UniverseDiscoveryPacket.make_multiple_uni_disc_packets(
            tuple(self._cid), self._source_name, list(self._streams)
        )
        for packet in packets:
            try:
                address = calculate_multicast_addr(DISCOVERY_UNIVERSE)
                self._open_socket().sendto(bytes(packet.getBytes()), (address, PORT))
            except OSError:
                # Lights may be reached where desks are not; what fails for lights is told there.
                self._close_socket()

    def _open_socket(self) -> socket.socket:
        if self._socket is None:
            opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                # Not bound to sACN's own port, which a receiver on this machine may listen to.
                opened.bind((self._bind_address, 0))
                opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, HOPS)
                # A full queue or a stuck network card may not hold up the other universes.
                opened.setblocking(False)
            except OSError:
                opened.close()
                raise
            self._socket = opened
        return self._socket

    def _close_socket(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _make(options: SacnOptions, surroundings: Surroundings) -> SacnSender:
    return SacnSender(options, surroundings.edge, surroundings.monotonic)


SACN = SharedPart(SacnOptions, _make)
