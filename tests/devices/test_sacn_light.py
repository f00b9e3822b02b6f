"""DMX fixtures over sACN, as a socket on loopback hears them."""

import errno
import os
import socket
import time
import tomllib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.capabilities import Light
from devices.drivers.sacn.layout import Layout
from devices.drivers.sacn.light import SacnLight, SacnLightOptions
from devices.drivers.sacn.sender import SacnOptions, SacnSender
from devices.errors import DeviceConfigurationError, DeviceUnavailableError
from devices.fixtures import Dimmer, RgbFixture, RgbwFixture, TunableWhite
from edge.config import read_config
from edge.errors import ConfigurationError
from scenes.fades import LightLevel
from tests.devices.contract_light import LightContract
from tests.devices.sacn_receiver import Heard, Receiver, receiver
from tests.waiting import wait_until

EDGE = "nordic/ceiling"
NEXT_PACKET_S = 2.5  # a busy machine; an idle stream sends every 0.9 s


@pytest.fixture
def heard() -> Iterator[Receiver]:
    with receiver() as listening:
        yield listening


@pytest.fixture
def sender() -> Iterator[SacnSender]:
    opened = SacnSender(SacnOptions(bind_address="127.0.0.1"), EDGE, time.monotonic)
    yield opened
    opened.close()


def described(destination: str, **options: Any) -> SacnLightOptions:
    given = {"universe": 1, "address": 1, "destination": destination, **options}
    return msgspec.convert({"driver": "sacn", "zone": "hall", **given}, SacnLightOptions)


def light_at(sender: SacnSender, heard: Receiver, **options: Any) -> SacnLight:
    return SacnLight("ceiling", sender, described(heard.address, **options))


def values_become(heard: Receiver, values: dict[int, int]) -> Heard:
    """The first packet with these values at these addresses."""

    def matching() -> Heard | None:
        packet = heard.next(NEXT_PACKET_S)
        right = all(packet.values[address - 1] == value for address, value in values.items())
        return packet if right else None

    found = wait_until(matching, 20, f"{values}")
    assert found is not None
    return found


class TestSacnLight(LightContract):
    @pytest.fixture(params=["dimmer", "rgb", "rgbw", "tunable-white"])
    def light(
        self, sender: SacnSender, heard: Receiver, request: pytest.FixtureRequest
    ) -> Iterator[Light]:
        opened = light_at(sender, heard, profile=request.param)
        yield opened
        opened.close()


def test_a_packet_names_the_edge(sender: SacnSender, heard: Receiver) -> None:
    light_at(sender, heard, universe=77, priority=150).shine(LightLevel(100))
    packet = values_become(heard, {1: 255}).packet
    assert (packet.universe, packet.priority) == (77, 150)
    assert packet.sourceName == "Stemning nordic/ceiling"


def test_the_source_is_the_same_after_a_restart_and_another_for_another_edge(
    heard: Receiver,
) -> None:
    ids = []
    for edge in (EDGE, EDGE, "nordic/window"):
        sender = SacnSender(SacnOptions(bind_address="127.0.0.1"), edge, time.monotonic)
        light_at(sender, heard).shine(LightLevel(100))
        ids.append(UUID(bytes=bytes(values_become(heard, {1: 255}).packet.cid)))
        sender.close()
        heard.until_silent(0.2)
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].version == 5


def test_all_fixtures_of_a_step_are_in_one_packet(sender: SacnSender, heard: Receiver) -> None:
    lights = [light_at(sender, heard, address=at) for at in range(463, 513)]
    divided = 0
    for level in range(20, 120, 20):
        for light in lights:
            light.shine(LightLevel(level))
        packets = heard.until_silent(0.15)
        divided += any(len(set(packet.values[462:])) > 1 for packet in packets)
        assert set(packets[-1].values[462:]) == {round(level / 100 * 255)}
    assert divided <= 2, "a busy machine may tear a step now and then, not always"


def test_nothing_is_sent_before_all_fixtures_are_there(sender: SacnSender, heard: Receiver) -> None:
    """A packet with the first one alone would darken the others."""
    for at in range(1, 4):
        light_at(sender, heard, address=at, boot_level=40)
        assert heard.until_silent(0.1) == []
    assert heard.next(NEXT_PACKET_S).values[:4] == bytes([102, 102, 102, 0])


def test_packets_come_no_faster_than_dmx(sender: SacnSender, heard: Receiver) -> None:
    light = light_at(sender, heard, bits=16)
    begun = time.monotonic()
    packets, step = [], 0
    while time.monotonic() - begun < 1.0:
        step += 1
        light.shine(LightLevel(step % 100))
        packets += heard.until_silent(0.002)
    assert step > 60, "the test itself was too slow to tell"
    assert len(packets) <= 45
    assert packets[-1].packet.sequence == len(packets) - 1, "none is lost on loopback"


def test_a_still_light_is_kept_alive(sender: SacnSender, heard: Receiver) -> None:
    light_at(sender, heard).shine(LightLevel(50))
    heard.until_silent(0.3)
    for _ in range(2):
        assert heard.next(1.2).values[0] == 128


def test_a_stop_leaves_the_fail_levels_and_ends_the_stream(heard: Receiver) -> None:
    sender = SacnSender(SacnOptions(bind_address="127.0.0.1"), EDGE, time.monotonic)
    lights = [light_at(sender, heard, address=at, fail_level=at * 20) for at in (1, 2)]
    for light in lights:
        light.shine(LightLevel(100))
    values_become(heard, {1: 255, 2: 255})
    for light in lights:
        light.close()
    sender.close()
    sender.close()
    packets = heard.until_silent(0.3)
    assert [packet.ends for packet in packets[-4:]] == [False, True, True, True]
    assert all(packet.values[:2] == bytes([51, 102]) for packet in packets[-4:])


def test_a_light_that_never_shone_still_goes_to_its_fail_level(heard: Receiver) -> None:
    sender = SacnSender(SacnOptions(bind_address="127.0.0.1"), EDGE, time.monotonic)
    light_at(sender, heard, fail_level=100).close()
    sender.close()
    packets = heard.until_silent(0.3)
    assert {packet.values[0] for packet in packets} == {255}
    assert [packet.ends for packet in packets[-3:]] == [True, True, True]


class UnpluggedSocket(socket.socket):
    """A socket as it is without a network."""

    def sendto(self, *arguments: Any) -> int:
        raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))


def test_a_network_that_is_away_is_told_and_its_return_brings_what_is_due(
    sender: SacnSender, heard: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devices.drivers.sacn.sender.socket.socket", UnpluggedSocket)
    light = light_at(sender, heard)
    light.shine(LightLevel(30))
    problem = wait_until(lambda: light.reading().problem, 20, "the problem to be known") or ""
    assert "sACN universe 1, 1" in problem
    assert f"cannot be sent to {heard.address}: Network is unreachable" in problem
    with pytest.raises(DeviceUnavailableError, match="Network is unreachable"):
        light.shine(LightLevel(70))
    monkeypatch.undo()
    values_become(heard, {1: round(0.7 * 255)})
    wait_until(lambda: light.reading().level == 70, 20, "the light to be well")
    light.shine(LightLevel(80))


def test_an_address_that_this_machine_does_not_have_is_a_problem_and_no_crash() -> None:
    elsewhere = SacnOptions(bind_address="192.0.2.77")
    sender = SacnSender(elsewhere, EDGE, time.monotonic)
    light = SacnLight("ceiling", sender, described("multicast"))
    light.shine(LightLevel(30))
    wait_until(lambda: light.reading().problem, 20, "the problem to be known")
    sender.close()


def test_a_universe_has_one_destination_and_one_priority(
    sender: SacnSender, heard: Receiver
) -> None:
    light_at(sender, heard)
    with pytest.raises(DeviceConfigurationError, match=r"goes to 127.* with priority 100 already"):
        light_at(sender, heard, address=2, priority=90)
    light_at(sender, heard, universe=2, priority=90)


TWO = """
store = "nordic"
edge = "ceiling"
[lights.a]
driver = "sacn"
zone = "hall"
universe = 1
address = 1
profile = "rgb"
[lights.b]
driver = "sacn"
zone = "hall"
universe = 1
address = 4
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("address = 4", "address = 3", "lights.b: sACN universe 1, address 3 is taken by lights.a"),
        ("address = 4", "address = 513", "lights.b.address: 513 is no DMX address (1 to 512)"),
        (
            "address = 1\n",
            "address = 511\n",
            "lights.a.address: a fixture of so many channels begi",
        ),
        (
            "address = 4",
            "address = 4\npriority = 90",
            "lights.b: the priority of sACN universe 1 is 90 here, 100 in lights.a",
        ),
        (
            "address = 4",
            'address = 4\ndestination = "10.0.0.5"',
            "lights.b: the destination of sACN universe 1 is '10.0.0.5' here, 'multicast' in",
        ),
        (
            "address = 4",
            'address = 4\ndestination = "node.local"',
            "lights.b.destination: 'node.local' is neither \"multicast\" nor an IPv4 address",
        ),
        (
            'profile = "rgb"',
            'profile = "rgb"\nchannels = ["red", "full", "red", "blue"]',
            "lights.a.channels: needed are red, green, blue, each once, and besides only full",
        ),
        (
            'profile = "rgb"',
            'profile = "rgb"\nchannels = ["red", "yellow"]',
            "lights.a.channels: ['red', 'yellow'] is no list of channels",
        ),
        (
            'profile = "rgb"',
            'profile = "tunable-white"\nwarm_k = 5000\ncool_k = 3000',
            "lights.a.warm_k: 5000 K is not warmer",
        ),
        ("[lights.a]", '[sacn]\nbind_address = "eth0"\n[lights.a]', "sacn.bind_address: 'eth0' is"),
    ],
)
def test_a_mistake_is_told_before_anything_is_sent(old: str, new: str, told: str) -> None:
    read_config(tomllib.loads(TWO))
    with pytest.raises(ConfigurationError) as refused:
        read_config(tomllib.loads(TWO.replace(old, new)))
    assert any(problem.startswith(told) for problem in refused.value.problems), (
        refused.value.problems
    )


def test_a_fixture_with_a_master_dimmer_and_sixteen_bits() -> None:
    layout = Layout(RgbFixture(), ("full", "green", "red", "blue", "zero"), 16)
    assert layout.footprint == 8
    assert layout.encode(LightLevel(50, colour="#ff0000")) == bytes.fromhex("ff 0000 8000 0000 00")
    assert layout.encode(LightLevel(100)) == bytes.fromhex("ff ffff ffff ffff 00")
    assert layout.encode(LightLevel(0)) == bytes.fromhex("ff 0000 0000 0000 00")


@given(
    fixture=st.sampled_from([Dimmer(), RgbFixture(), RgbwFixture(3000), TunableWhite(2700, 6500)]),
    bits=st.sampled_from([8, 16]),
    lights=st.lists(
        st.builds(LightLevel, st.floats(0, 100), st.one_of(st.none(), st.floats(1000, 12_000)))
    ),
)
def test_bytes_are_the_nearest_to_the_shares(
    fixture: Dimmer | RgbFixture | RgbwFixture | TunableWhite, bits: int, lights: list[LightLevel]
) -> None:
    layout = Layout(fixture, fixture.channels, bits)
    most, size = 2**bits - 1, bits // 8
    for light in lights:
        encoded = layout.encode(light)
        assert len(encoded) == layout.footprint
        for at, share in enumerate(fixture.mix(light)):
            value = int.from_bytes(encoded[at * size : (at + 1) * size], "big")
            assert value / most == pytest.approx(share, abs=0.5001 / most)
