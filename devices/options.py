"""What the configuration file says of a device: the options that every device of a kind has.

A driver adds its own in a struct that inherits one of these. A field's description completes
the sentence "55 is no ..." that a technician reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

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
Kelvin = Annotated[
    float, Meta(ge=1000, le=15_000, description="colour temperature in kelvin (1000 to 15000)")
]
Cap = Annotated[float, Meta(gt=0, le=100, description="percentage above 0 (to 100)")]
Host = Annotated[str, Meta(min_length=1, pattern=r"^\S+\Z", description="host name or address")]
Port = Annotated[int, Meta(ge=1, le=65535, description="TCP port (1 to 65535)")]
Flag = Annotated[bool, Meta(description="true or false")]
Topic = Annotated[
    str, Meta(min_length=1, pattern=r"^[^+#\x00]+\Z", description="MQTT topic without + and #")
]
LONGEST_LEASE_S = 7.0
"""A lease that is longer would never run out: the service's watchdog ends a hung agent first."""

LeaseSeconds = Annotated[
    float,
    Meta(
        ge=1,
        le=LONGEST_LEASE_S,
        description="number of seconds (1 to 7: after that the watchdog ends an agent that hangs)",
    ),
]
FlowRate = Annotated[
    float, Meta(gt=0, le=1000, description="flow in millilitres per hour of running (to 1000)")
]
StuckHours = Annotated[float, Meta(ge=0.1, le=48, description="number of hours (0.1 to 48)")]
Millilitres = Annotated[float, Meta(gt=0, le=5000, description="number of millilitres (to 5000)")]


SilenceSeconds = Annotated[float, Meta(ge=1, le=60, description="number of seconds (1 to 60)")]
LongSilenceSeconds = Annotated[
    float, Meta(ge=60, le=1_000_000, description="number of seconds (60 to 1000000)")
]
Gamma = Annotated[float, Meta(ge=0.5, le=4, description="exponent (0.5 to 4)")]


class DeviceOptions(Struct, frozen=True, kw_only=True):
    """Every device: its driver, and the zone it stands in."""

    driver: Name
    zone: Name

    def claims(self) -> tuple[str, ...]:
        """What no two devices may share, in words: "GPIO 12", "sACN universe 1, address 5"."""
        return ()

    def claims_on_some_boards(self) -> Mapping[str, str]:
        """The same by option, where only some boards have too few of it to go round.

        {"pin": "on a Pi before the 5, PWM channel 0"}: told, but not refused.
        """
        return {}

    def agreements(self) -> Mapping[str, object]:
        """What devices that share something must say alike: {"priority of universe 1": 100}."""
        return {}

    def problems(self) -> list[str]:
        """What is wrong in how the options go together: "frequency_hz: 100 flickers ..."."""
        return []


class LightOptions(DeviceOptions, frozen=True, kw_only=True):
    """Every light: its fixture group, its levels when nobody drives it, and for how long it holds.

    ``boot_level`` from the driver's start until the first scene; ``fail_level`` when the agent
    ends, or has not stepped for ``lease_s``. Both in per cent of full output.
    """

    group: Name = "all"
    boot_level: Level = 0.0
    fail_level: Level = 0.0
    lease_s: LeaseSeconds = 3.0


class PlayerOptions(DeviceOptions, frozen=True, kw_only=True):
    """Every music player. Its levels are volumes in per cent of its cap.

    It plays on when the agent ends; when the agent has not stepped for ``lease_s``, it is
    brought to ``fail_level``.
    """

    boot_level: Level = 0.0
    fail_level: Level = 20.0
    lease_s: LeaseSeconds = 5.0


class DiffuserOptions(DeviceOptions, frozen=True, kw_only=True):
    """Every diffuser: what is in it, how much it gives, and how much it may give in a day.

    Its boot level and fail level are always "off", and its lease is the guard's: 300 ms.
    """

    fragrance: Name
    flow_ml_h: FlowRate = 0.5
    daily_ml: Millilitres = 3.0
    cartridge_ml: Millilitres = 100.0


class SensorOptions(DeviceOptions, frozen=True, kw_only=True):
    """Every sensor.

    One that has seen somebody for ``stuck_h`` without a break is taken for stuck.
    """

    stuck_h: StuckHours = 4.0
