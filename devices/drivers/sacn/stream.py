"""One universe as a stream of E1.31 packets: what it holds, and when the next packet is due.

The packets are the library's. Its own sender is not used: its thread ends for good when a
network goes away, a change that comes while it sends waits up to a second, and its keep-alive
is slower than the standard's.
"""

from __future__ import annotations

from sacn.messages.data_packet import DataPacket, calculate_multicast_addr

SLOTS = 512
MULTICAST = "multicast"

SHORTEST_S = 1 / 44
"""E1.31 6.6.1: no faster than DMX512-A itself."""

KEEP_ALIVE_S = 0.9
"""E1.31 6.6.2: between 0.8 and 1 s; who hears nothing for 2.5 s takes the source for dead."""

AGAIN, AGAIN_S = 2, 0.1
"""A change is sent three times in all: the last step of a fade may not be the one that is lost.
A fade's next step is there before that."""

NEVER_S, LONG_AGO_S = float("inf"), float("-inf")


class Stream:
    """One universe of one source. Not for two threads at once: its sender sees to that."""

    def __init__(
        self, universe: int, destination: str, priority: int, cid: bytes, source_name: str
    ) -> None:
        self.universe = universe
        self.destination = destination
        self.priority = priority
        self.address = (
            calculate_multicast_addr(universe) if destination == MULTICAST else destination
        )
        self.failure: str | None = None
        self.due_s = NEVER_S
        self._packet = DataPacket(tuple(cid), source_name, universe, priority=priority)
        self._slots = bytearray(SLOTS)
        self._changed = False
        self._sent_s = LONG_AGO_S
        self._again = 0

    @property
    def changed(self) -> bool:
        """Whether something was put since the last packet."""
        return self._changed

    @property
    def started(self) -> bool:
        """Whether a packet was sent."""
        return self._sent_s != LONG_AGO_S

    def start_by(self, at_s: float) -> None:
        """Send the first packet at ``at_s`` (steady seconds), if nobody wants it sooner."""
        if not self.started and self.due_s != LONG_AGO_S:
            self.due_s = at_s

    def put(self, slot: int, values: bytes) -> bool:
        """Change the values from ``slot`` (0 to 511) on; whether they differ from before."""
        end = slot + len(values)
        if self._slots[slot:end] == values:
            return False
        self._slots[slot:end] = values
        self._changed = True
        return True

    def hurry(self) -> bool:
        """Send what was put as soon as may be; whether that is sooner than was planned."""
        self._again = AGAIN
        soon_s = self._sent_s + SHORTEST_S
        if soon_s >= self.due_s:
            return False
        self.due_s = soon_s
        return True

    def packet(self, now_s: float) -> bytes:
        """The packet to send now; plans the next one."""
        if self._changed:
            self._packet.dmxData = tuple(self._slots)
            self._changed = False
        self._sent_s = now_s
        self.due_s = now_s + (AGAIN_S if self._again else KEEP_ALIVE_S)
        self._again = max(self._again - 1, 0)
        return self._bytes()

    def end(self) -> bytes:
        """A packet that says that the stream ends; E1.31 6.2.6 wants three of them."""
        self._packet.option_StreamTerminated = True
        return self._bytes()

    def _bytes(self) -> bytes:
        packet = bytes(self._packet.getBytes())
        self._packet.sequence_increase()
        return packet
