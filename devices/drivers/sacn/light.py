"""A DMX fixture over sACN."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Literal

from msgspec import Meta

from devices.catalogue import Driver, Surroundings
from devices.drivers.sacn.layout import Layout, channel_problems
from devices.drivers.sacn.sender import Address, SacnSender, is_address
from devices.drivers.sacn.stream import MULTICAST, SLOTS
from devices.errors import DeviceRefusedError, DeviceUnavailableError
from devices.fixtures import (
    Dimmer,
    RgbFixture,
    RgbwFixture,
    TunableWhite,
    white_problems,
)
from devices.options import Kelvin, LightOptions
from scenes.fades import LightLevel
from scenes.messages import Reading

Universe = Annotated[int, Meta(ge=1, le=63_999, description="sACN universe (1 to 63999)")]
Slot = Annotated[int, Meta(ge=1, le=SLOTS, description="DMX address (1 to 512)")]
Priority = Annotated[int, Meta(ge=0, le=200, description="sACN priority (0 to 200)")]
Bits = Annotated[Literal[8, 16], Meta(description="number of bits of a channel (8 or 16)")]
Profile = Annotated[
    Literal["dimmer", "rgb", "rgbw", "tunable-white"],
    Meta(description="fixture profile (dimmer, rgb, rgbw or tunable-white)"),
]
Channels = Annotated[
    tuple[Literal["white", "warm", "cool", "red", "green", "blue", "full", "zero"], ...],
    Meta(description="list of channels (white, warm, cool, red, green, blue, full and zero)"),
]

Fixtures = Dimmer | RgbFixture | RgbwFixture | TunableWhite


class SacnLightOptions(LightOptions, frozen=True, kw_only=True):
    """``sacn``: a DMX fixture, reached over the network."""

    universe: Universe
    address: Slot
    profile: Profile = "dimmer"
    channels: Channels | None = None
    bits: Bits = 8
    warm_k: Kelvin = 2700.0
    cool_k: Kelvin = 6500.0
    white_k: Kelvin = 4000.0
    destination: Address = MULTICAST
    priority: Priority = 100

    def fixture(self) -> Fixtures:
        """What the light is."""
        if self.profile == "dimmer":
            return Dimmer()
        if self.profile == "rgb":
            return RgbFixture()
        if self.profile == "rgbw":
            return RgbwFixture(self.white_k)
        return TunableWhite(self.warm_k, self.cool_k)

    def layout(self) -> Layout:
        """Where its channels stand; fixtures of a kind share one."""
        fixture = self.fixture()
        return _layout(fixture, self.channels or fixture.channels, self.bits)

    def claims(self) -> tuple[str, ...]:
        if self._order_problems():
            return ()
        taken = range(self.address, self.address + self.layout().footprint)
        return tuple(f"sACN universe {self.universe}, address {address}" for address in taken)

    def agreements(self) -> Mapping[str, object]:
        return {
            f"destination of sACN universe {self.universe}": self.destination,
            f"priority of sACN universe {self.universe}": self.priority,
        }

    def problems(self) -> list[str]:
        found = self._order_problems()
        if not found and self.address + self.layout().footprint > SLOTS + 1:
            most = SLOTS + 1 - self.layout().footprint
            found.append(f"address: a fixture of so many channels begins at {most} or before")
        if self.profile == "tunable-white":
            found += white_problems(self.warm_k, self.cool_k)
        if self.destination != MULTICAST and not is_address(self.destination):
            found.append(
                f'destination: {self.destination!r} is neither "{MULTICAST}" nor an IPv4 address'
            )
        return found

    def _order_problems(self) -> list[str]:
        return [] if self.channels is None else channel_problems(self.fixture(), self.channels)


@lru_cache(maxsize=64)
def _layout(fixture: Fixtures, channels: tuple[str, ...], bits: int) -> Layout:
    return Layout(fixture, channels, bits)


class SacnLight:
    """A fixture at its addresses of a universe.

    What it is told leaves with the universe's next packet, some milliseconds later. DMX has no
    answer: its reading is what was sent last, with a problem while nothing can be sent.
    """

    def __init__(self, name: str, sender: SacnSender, options: SacnLightOptions) -> None:
        self._name = f"the light {name} (sACN universe {options.universe}, {options.address})"
        self._sender = sender
        self._layout = options.layout()
        self._slot = options.address - 1
        self._fail_level = LightLevel(options.fail_level)
        self._told = LightLevel(options.boot_level)
        self._closed = False
        self._stream = sender.stream(options.universe, options.destination, options.priority)
        sender.put(self._stream, self._slot, self._layout.encode(self._told), at_once=False)

    def shine(self, level: LightLevel) -> None:
        """Put out ``level``, kelvin and colour as far as the fixture has them."""
        if not 0 <= level.level <= 100:
            raise DeviceRefusedError(f"{self._name} has levels of 0 to 100 %, not {level.level:g}")
        if self._closed:
            raise DeviceUnavailableError(f"{self._name} is closed")
        self._told = level
        # Also while nothing can be sent: this is what goes out first when the network is back.
        self._sender.put(self._stream, self._slot, self._layout.encode(level))
        if self._stream.failure is not None:
            raise DeviceUnavailableError(f"{self._name}: {self._stream.failure}")

    def reading(self) -> Reading:
        """What was sent last, as the fixture can show it."""
        if self._closed:
            return Reading(problem=f"{self._name} is closed")
        if self._stream.failure is not None:
            return Reading(problem=f"{self._name}: {self._stream.failure}")
        shown = self._layout.fixture.shown(self._told)
        return Reading(level=shown.level, temperature_k=shown.temperature_k, colour=shown.colour)

    def close(self) -> None:
        """Leave the light at its fail level; the sender's own end is the stream's."""
        if self._closed:
            return
        self._closed = True
        self._sender.put(self._stream, self._slot, self._layout.encode(self._fail_level))


def _make(options: SacnLightOptions, surroundings: Surroundings) -> SacnLight:
    sender = surroundings.shared("sacn")
    assert isinstance(sender, SacnSender)  # noqa: S101 - our own entry point makes nothing else
    return SacnLight(surroundings.name, sender, options)


SACN = Driver(SacnLightOptions, _make, inline=True)
