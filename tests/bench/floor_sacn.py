"""The floor of the sACN benchmark: prebuilt packets, one each 25 ms, until it is ended."""

import itertools
import socket
import sys
import time

from sacn.messages.data_packet import DataPacket

from tests.bench.sacn_receiver import PORT

PERIOD_S = 0.025


def main(address: str, universe: int) -> None:
    """Send for ever."""
    built = DataPacket(tuple(16 * [1]), "floor", universe)
    packets = []
    for value in range(256):
        built.dmxData = (value,) * 512
        packets.append(bytes(built.getBytes()))
        built.sequence_increase()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as cable:
        due_s = time.monotonic()
        for packet in itertools.cycle(packets):
            cable.sendto(packet, (address, PORT))
            due_s += PERIOD_S
            time.sleep(max(0.0, due_s - time.monotonic()))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
