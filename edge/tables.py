"""The tables of the configuration file that are the edge's own; a driver's table is the driver's.

A field's description completes the sentence "55 is no ..." that a technician reads, and stands
in the README's table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

from devices.options import Cap, Chip, Flag, Level, PathText, Pin, Text
from edge.errors import ConfigurationError
from edge.settings import BrokerAddress, Value, broker_address

Url = Annotated[str, Meta(min_length=1, description="address such as mqtt://host:port")]
Seed = Annotated[int, Meta(description="whole number")]
Rate = Annotated[float, Meta(gt=0, le=10_000, description="number above 0 (to 10000)")]
Flashes = Annotated[int, Meta(ge=1, le=2, description="number of flashes a second (1 or 2)")]
FadeSeconds = Annotated[
    float, Meta(ge=0.5, le=60, description="number of seconds from dark to full (0.5 to 60)")
]
RampSeconds = Annotated[
    float, Meta(ge=1, le=60, description="number of seconds from silent to full (1 to 60)")
]


Trust = Annotated[
    Literal["kernel", "always"],
    Meta(description="reason to trust the clock (kernel: a time server keeps it; always)"),
]
Megabytes = Annotated[float, Meta(gt=0, le=100_000, description="number of megabytes above 0")]
GroupSeconds = Annotated[float, Meta(ge=0, le=600, description="number of seconds (0 to 600)")]


LONGEST_SOCKET_NAME = 80
"""Of 107 letters that the system gives; it is reached by its folder, whose own name may be long."""


class Broker(Struct, frozen=True, kw_only=True):
    """``[broker]``: where the broker is; flag and environment go before it."""

    url: Url | None = None


class Bus(Struct, frozen=True, kw_only=True):
    """``[bus]``: the broker of MQTT-native devices, where that is not the hub's."""

    url: Url | None = None

    def broker(self) -> BrokerAddress | None:
        """Where it listens, if the file says so; `ConfigurationError` for no such address."""
        return None if self.url is None else broker_address(Value(self.url, "bus.url"))

    def problems(self) -> list[str]:
        """What is wrong with the address."""
        try:
            self.broker()
        except ConfigurationError as error:
            return [f"url: {problem}" for problem in error.problems]
        return []


class Guard(Struct, frozen=True, kw_only=True):
    """``[guard]``: where the guard is asked, and the pins of the whole edge that it looks at.

    ``chip`` is that of these and of all zones' guard pins. ``emergency_pin`` is a contact that is
    normally closed to ground, ``reset_pin`` a button to ground. ``drive`` is a pipe that moves
    the inputs, with mock pins only.
    """

    socket: PathText | None = None
    emergency_pin: Pin | None = None
    reset_pin: Pin | None = None
    chip: Chip = 0
    drive: PathText | None = None

    def problems(self) -> list[str]:
        """What is wrong with the socket: the guard binds a name in a folder that exists."""
        if self.socket is None:
            return []
        folder, _, name = self.socket.rpartition("/")
        if not folder or not name:
            return [f"socket: {self.socket!r} needs a folder and a name: /run/stemning/guard.sock"]
        if len(name.encode()) > LONGEST_SOCKET_NAME:
            return [f"socket: its name is too long (to {LONGEST_SOCKET_NAME} letters): {name}"]
        return []

    def lonely_pins(self, zones: Mapping[str, Zone]) -> Iterator[str]:
        """Pins that would never do anything, because what they answer to isn't there."""
        if self.emergency_pin is not None:
            return
        if self.reset_pin is not None:
            yield (
                "guard.reset_pin: ends the alarm of an emergency contact, and there is none: "
                "give emergency_pin too, or leave this out"
            )
        for name, zone in zones.items():
            for option in ("mute_pin", "full_light_pin"):
                if zone.calm_pin is None and getattr(zone, option) is not None:
                    yield (
                        f"zones.{name}.{option}: the guard switches it in an alarm and while the "
                        "zone is calm: give [guard] emergency_pin or this zone's calm_pin too"
                    )

    def claims(self, zones: Mapping[str, Zone]) -> Iterator[tuple[str, str]]:
        """(place, "GPIO 5") of each pin that is the guard's."""
        tables: dict[str, Struct] = {"guard": self}
        tables |= {f"zones.{name}": zone for name, zone in zones.items()}
        for place, table in tables.items():
            for name in ("emergency", "reset", "calm", "mute", "full_light"):
                pin = getattr(table, f"{name}_pin", None)
                if pin is not None:
                    chip = f" of chip {self.chip}" if self.chip else ""
                    yield f"{place}.{name}_pin", f"GPIO {pin}{chip}"


class Zone(Struct, frozen=True, kw_only=True):
    """``[zones.NAME]``: the limits that somebody commissioned for a zone, and its guard's pins.

    ``minimum_light`` and ``full_light`` in per cent of each fixture's full output: the light is
    never below the first, and the alarm brings it to the second. At most ``flashes_per_second``
    flashes over the zone's summed light: the third that is safe is the alarm's own. Light takes
    at least ``fade_s`` from dark to full, volume at least ``ramp_s`` from silent to full, and is
    never above ``max_volume`` per cent of the player's cap.

    ``calm_pin`` is a button to ground. In an alarm and while the zone is calm, the guard switches
    on the relays at ``mute_pin`` (no sound) and ``full_light_pin`` (light, whatever dims it).
    """

    minimum_light: Level = 0.0
    full_light: Cap = 100.0
    flashes_per_second: Flashes = 1
    fade_s: FadeSeconds = 0.5
    max_volume: Cap = 100.0
    ramp_s: RampSeconds = 2.0
    calm_pin: Pin | None = None
    mute_pin: Pin | None = None
    mute_active_high: Flag = True
    full_light_pin: Pin | None = None
    full_light_active_high: Flag = True

    def problems(self) -> list[str]:
        """What is wrong in how the limits go together."""
        if self.full_light >= self.minimum_light:
            return []
        sentence = (
            f"{self.full_light:g} is below minimum_light ({self.minimum_light:g}): "
            "an alarm must not be darker than the zone ever is"
        )
        return [f"full_light: {sentence}"]


class Clock(Struct, frozen=True, kw_only=True):
    """``[clock]``: who vouches for the machine's time.

    ``trust`` is "kernel" where a time server or a battery may or may not have set it, and
    "always" where somebody else does for certain: in a container or a virtual machine.
    """

    trust: Trust = "kernel"


class Outbox(Struct, frozen=True, kw_only=True):
    """``[outbox]``: how much is kept for a hub that is away, and how often the card is written.

    Of ``max_mb`` raw events may take three quarters and as-run records nearly all; the rest is
    for alarms. Events other than alarms wait ``group_s`` for company before they are written.
    """

    max_mb: Megabytes = 256.0
    group_s: GroupSeconds = 5.0


class SimulatedFloor(Struct, frozen=True, kw_only=True):
    """``[floor]``: simulated shoppers in front of the sensors; only with mock pins."""

    driver: Annotated[
        Literal["simulated"], Meta(description="driver of the shop floor (simulated)")
    ]
    seed: Seed = 1
    speed: Rate = 1.0
    visits_per_hour: Rate = 40.0
    time_zone: Text = "UTC"


SINGLE: dict[str, type[Struct]] = {
    "broker": Broker,
    "bus": Bus,
    "clock": Clock,
    "outbox": Outbox,
    "guard": Guard,
    "floor": SimulatedFloor,
}
"""Tables that stand once."""

NAMED: dict[str, type[Struct]] = {"zones": Zone}
"""Tables of which there is one for each name."""
