"""The tables of the configuration file.

A field's description completes the sentence "55 is no ..." that a technician reads, and stands
in the README's table.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Name = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z",
        max_length=64,
        description="name (lower-case letters, digits and single hyphens)",
    ),
]
Text = Annotated[str, Meta(min_length=1, description="text")]
PathText = Annotated[str, Meta(min_length=1, description="path")]
Pin = Annotated[int, Meta(ge=0, le=27, description="GPIO pin of this board (0 to 27)")]
Chip = Annotated[int, Meta(ge=0, le=15, description="GPIO chip (0 to 15)")]
Level = Annotated[float, Meta(ge=0, le=100, description="percentage (0 to 100)")]
Cap = Annotated[float, Meta(gt=0, le=100, description="percentage above 0 (to 100)")]
Frequency = Annotated[
    float, Meta(ge=50, le=10_000, description="PWM frequency in Hz (50 to 10000)")
]
Host = Annotated[str, Meta(min_length=1, pattern=r"^\S+\Z", description="host name or address")]
Port = Annotated[int, Meta(ge=1, le=65535, description="TCP port (1 to 65535)")]
Flag = Annotated[bool, Meta(description="true or false")]
Seed = Annotated[int, Meta(description="whole number")]
Rate = Annotated[float, Meta(gt=0, le=10_000, description="number above 0 (to 10000)")]
Url = Annotated[str, Meta(min_length=1, description="address such as mqtt://host:port")]


class Broker(Struct, frozen=True, kw_only=True):
    """``[broker]``: where the broker is; flag and environment go before it."""

    url: Url | None = None


class Pins(Struct, frozen=True, kw_only=True):
    """``[pins]``: real pins, or pins of memory for a machine without any.

    With mock pins, ``record`` names a file that gets a line for each change of a pin, and
    ``drive`` a pipe through which inputs are moved (``echo "17 1" > pipe``).
    """

    factory: Annotated[
        Literal["lgpio", "mock"], Meta(description="kind of pins (lgpio or mock)")
    ] = "lgpio"
    record: PathText | None = None
    drive: PathText | None = None


class PwmLight(Struct, frozen=True, kw_only=True):
    """``[lights.NAME]``, driver ``gpio-pwm``: a dimmable light on a pin."""

    driver: Annotated[Literal["gpio-pwm"], Meta(description="driver of a light (gpio-pwm)")]
    pin: Pin
    zone: Name
    chip: Chip = 0
    group: Name = "all"
    boot_level: Level = 0.0
    fail_level: Level = 0.0
    frequency_hz: Frequency = 200.0


class MpdPlayer(Struct, frozen=True, kw_only=True):
    """``[players.NAME]``, driver ``mpd``: a Music Player Daemon, here or elsewhere."""

    driver: Annotated[Literal["mpd"], Meta(description="driver of a player (mpd or simulated)")]
    zone: Name
    host: Host = "127.0.0.1"
    port: Port = 6600
    volume_cap: Cap = 100.0


class SimulatedPlayer(Struct, frozen=True, kw_only=True):
    """``[players.NAME]``, driver ``simulated``: a player in memory, silent."""

    driver: Annotated[
        Literal["simulated"], Meta(description="driver of a player (mpd or simulated)")
    ]
    zone: Name


class RelayDiffuser(Struct, frozen=True, kw_only=True):
    """``[diffusers.NAME]``, driver ``gpio-relay``: a diffuser behind a relay."""

    driver: Annotated[Literal["gpio-relay"], Meta(description="driver of a diffuser (gpio-relay)")]
    pin: Pin
    zone: Name
    fragrance: Name
    chip: Chip = 0
    active_high: Flag = True


class PirSensor(Struct, frozen=True, kw_only=True):
    """``[sensors.NAME]``, driver ``gpio-pir``: a motion sensor on a pin."""

    driver: Annotated[Literal["gpio-pir"], Meta(description="driver of a sensor (gpio-pir)")]
    pin: Pin
    zone: Name
    chip: Chip = 0


class SimulatedFloor(Struct, frozen=True, kw_only=True):
    """``[floor]``: simulated shoppers in front of the sensors; only with mock pins."""

    driver: Annotated[
        Literal["simulated"], Meta(description="driver of the shop floor (simulated)")
    ]
    seed: Seed = 1
    speed: Rate = 1.0
    visits_per_hour: Rate = 40.0
    time_zone: Text = "UTC"


PlayerTable = MpdPlayer | SimulatedPlayer

DRIVERS: dict[str, dict[str, type[Struct]]] = {
    "lights": {"gpio-pwm": PwmLight},
    "players": {"mpd": MpdPlayer, "simulated": SimulatedPlayer},
    "diffusers": {"gpio-relay": RelayDiffuser},
    "sensors": {"gpio-pir": PirSensor},
}
"""By table: the driver's name and what its table holds."""
