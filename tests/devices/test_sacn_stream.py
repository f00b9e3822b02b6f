"""When a universe's packets are due, on a clock of the test's own."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacn.messages.data_packet import DataPacket

from devices.drivers.sacn.stream import AGAIN, KEEP_ALIVE_S, SHORTEST_S, Stream

CID = bytes(range(16))


def stream() -> Stream:
    return Stream(7, "multicast", 120, CID, "Stemning nordic/ceiling")


def read(packet: bytes) -> DataPacket:
    return DataPacket.make_data_packet(packet)


def test_a_packet_names_its_source() -> None:
    packet = read(stream().packet(0))
    assert packet.universe == 7
    assert packet.priority == 120
    assert packet.sourceName == "Stemning nordic/ceiling"
    assert bytes(packet.cid) == CID
    assert (packet.dmxStartCode, packet.syncAddr) == (0, 0)
    assert (packet.option_PreviewData, packet.option_StreamTerminated) == (False, False)


def test_multicast_has_the_universes_own_address() -> None:
    assert stream().address == "239.255.0.7"
    assert Stream(300, "multicast", 100, CID, "s").address == "239.255.1.44"
    assert Stream(7, "10.0.0.5", 100, CID, "s").address == "10.0.0.5"


def test_the_sequence_counts_on_over_its_end() -> None:
    universe = stream()
    sequence = [read(universe.packet(at)).sequence for at in range(300)]
    assert sequence == [at % 256 for at in range(300)]


def test_a_change_leaves_at_once_and_three_times_in_all() -> None:
    universe = stream()
    universe.packet(100.0)
    assert universe.put(3, b"\x05")
    assert universe.hurry()
    times, now = [], 101.0
    for _ in range(AGAIN + 2):
        now = max(now, universe.due_s)
        times.append(now)
        assert read(universe.packet(now)).dmxData[3] == 5
    assert times == pytest.approx([101.0, 101.1, 101.2, 101.2 + KEEP_ALIVE_S])


def test_what_is_there_already_is_no_change() -> None:
    universe = stream()
    assert universe.put(3, b"\x05")
    assert not universe.put(3, b"\x05")
    assert not universe.put(100, b"\x00\x00")


def test_it_starts_by_a_time_or_with_the_first_who_cannot_wait() -> None:
    universe = stream()
    universe.start_by(11.0)
    universe.put(0, b"\x09")
    universe.start_by(12.0)
    assert universe.due_s == 12.0
    universe.hurry()
    universe.start_by(13.0)
    assert universe.due_s < 11.0
    assert read(universe.packet(11.0)).dmxData[0] == 9
    universe.start_by(50.0)
    assert universe.due_s < 50.0


def test_an_end_repeats_the_last_values() -> None:
    universe = stream()
    universe.put(511, b"\x07")
    universe.packet(1.0)
    ends = [read(universe.end()) for _ in range(3)]
    assert all(end.option_StreamTerminated and end.dmxData[511] == 7 for end in ends)
    assert [end.sequence for end in ends] == [1, 2, 3]


@given(st.lists(st.tuples(st.floats(0.0, 2.0), st.integers(0, 255)), min_size=1, max_size=60))
def test_packets_are_never_too_close_nor_too_far_apart(
    changes: list[tuple[float, int]],
) -> None:
    universe = stream()
    universe.start_by(0.0)
    now, sent = 0.0, []
    for pause_s, value in changes:
        until = now + pause_s
        while universe.due_s <= until:
            now = max(now, universe.due_s)
            sent.append(now)
            packet = read(universe.packet(now))
        now = until
        if universe.put(0, bytes([value])):
            universe.hurry()
    now = max(now, universe.due_s)
    sent.append(now)
    packet = read(universe.packet(now))
    assert packet.dmxData[0] == changes[-1][1]
    gaps = [after - before for before, after in pairwise(sent)]
    assert all(SHORTEST_S - 1e-9 <= gap <= KEEP_ALIVE_S + 1e-9 for gap in gaps)
