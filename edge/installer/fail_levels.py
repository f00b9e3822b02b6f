"""``stemning edge fail-levels``: every output to its fail level, without hub or broker.

The stop hook of the agent's service: whoever killed the agent, and however, its lights end where
a shop can stand them. The guard's outputs are the guard's own business.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace

import msgspec

from devices.bus import MessageBus
from devices.capabilities import Player
from devices.errors import DeviceUnavailableError
from devices.options import LightOptions
from edge.clock import SystemClock
from edge.config import Config, Described
from edge.wiring import open_devices

OVER_A_BROKER = "it is reached over a broker, which may be gone as well"

Failed = Callable[[str, Exception], None]


def drive_to_fail_levels(config: Config, environment: Mapping[str, str]) -> int:
    """Drive all that can be driven, and say what can't; returns the exit code.

    After a proper end (``environment`` holds what systemd says of it) music plays on as the agent
    left it; else it is brought down to its fail level.
    """
    problems: dict[str, str] = {}
    properly = environment.get("SERVICE_RESULT") == "success"

    def failed(name: str, error: Exception) -> None:
        # What is reached over a broker, an agent that ends properly has told itself.
        if not (properly and str(error) == OVER_A_BROKER):
            problems[name] = str(error)

    # Opened at their fail level and closed there: no pulse of another level in between.
    lights = {name: _begun_at_fail_level(light) for name, light in config.lights.items()}
    outputs = replace(config, lights=lights, sensors={}, floor=None)
    devices = open_devices(outputs, SystemClock(), _no_shopper, _no_bus, failed)
    try:
        if not properly:
            for wired in devices.players:
                level = config.players[wired.name].options.fail_level
                _bring_down(wired.name, wired.device, level, failed)
    finally:
        devices.close()
    for name, problem in problems.items():
        sys.stderr.write(f"{name} may not be at its fail level: {problem}\n")
    return 1 if problems else 0


def _begun_at_fail_level(light: Described[LightOptions]) -> Described[LightOptions]:
    options = msgspec.structs.replace(light.options, boot_level=light.options.fail_level)
    return Described(light.driver, options)


def _bring_down(name: str, player: Player, level: float, failed: Failed) -> None:
    try:
        volume = player.reading().volume
        if volume is None or volume > level:
            player.set_volume(level)
    except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
        failed(name, error)


def _no_bus() -> MessageBus:
    raise DeviceUnavailableError(OVER_A_BROKER)


def _no_shopper(_zone: str) -> tuple[float, float, float]:
    return (0.0, 0.0, 0.0)
