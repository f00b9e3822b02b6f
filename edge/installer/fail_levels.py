"""``stemning edge fail-levels``: every output to its fail level, whatever became of the agent.

The stop hook of the agent's service: whoever killed the agent, and however, its lights end where
a shop can stand them, without a jump where they can say what they give. It asks no hub; a broker
of lamps is waited for only briefly. The guard's outputs are the guard's own business.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event

import msgspec

from devices.bus import MessageBus
from devices.capabilities import GlidingLight, Light, Player
from devices.errors import DeviceUnavailableError
from devices.options import LightOptions
from edge.clock import Clock, SystemClock
from edge.config import Config, Described
from edge.device_bus import DeviceBus
from edge.falling import FALL_S, LATE_S, Fall, fall_back, gently
from edge.guard_link import GuardStatus, guard_socket, last_word
from edge.identity import Identity
from edge.playing.gliding_output import GlidingOutput
from edge.playing.health import Health
from edge.playing.light_output import LightOutput
from edge.settings import BrokerAddress
from edge.wiring import Devices, Wired, open_devices
from scenes.fades import LightLevel

ANSWER_S = 3.0
"""So long a broker, and then a lamp behind it, may take to answer."""

GUARD_S = 0.3
LOOK_S = 0.05

ITS_OWN_ERRAND = "it is reached over a broker, and an agent that ends properly has told it"

Failed = Callable[[str, Exception], None]


def drive_to_fail_levels(
    config: Config, environment: Mapping[str, str], broker: BrokerAddress, data: Path
) -> int:
    """Drive all that can be driven, and say what can't; returns the exit code.

    Lights of zones that the guard keeps safe go to full: it is asked at its socket, which is in
    ``data`` unless configured, and waited for no longer than `GUARD_S`.

    ``broker`` is the hub's, where MQTT-native devices have none of their own. After a proper end
    (``environment`` holds what systemd says of it) music plays on as the agent left it, and no
    broker is asked; else it is brought down to its fail level.
    """
    properly = environment.get("SERVICE_RESULT") == "success"
    status = last_word(guard_socket(config, data), GUARD_S) if _is_guarded(config) else None
    if status is not None:
        config = _kept_safe(config, status)
    hook = _Hook(config, config.bus.broker() or broker, properly)
    hook.run()
    for name, problem in hook.problems.items():
        sys.stderr.write(f"{name} may not be at its fail level: {problem}\n")
    return 1 if hook.problems else 0


class _Hook:
    """One run; ``problems`` says of each device what could not be done."""

    def __init__(self, config: Config, broker: BrokerAddress, properly: bool) -> None:
        self.problems: dict[str, str] = {}
        self._config, self._broker, self._properly = config, broker, properly
        self._clock: Clock = SystemClock()
        self._bus: DeviceBus | None = None
        self._before_s = self._clock.monotonic() + ANSWER_S

    def run(self) -> None:
        """Open, drive, and leave everything at its fail level."""
        # What can't say where it is begins there: no pulse of another level in between.
        lights = {name: _begun_at_fail_level(it) for name, it in self._config.lights.items()}
        outputs = replace(self._config, lights=lights, sensors={}, floor=None)
        devices = open_devices(outputs, self._clock, _no_shopper, self._open_bus, self._failed)
        try:
            if self._bus is not None:
                self._bus.start()
            self._before_s = self._clock.monotonic() + ANSWER_S
            within_s = ANSWER_S + FALL_S + LATE_S
            for name in fall_back(list(self._ways(devices)), self._clock, within_s):
                self._failed(name, DeviceUnavailableError(f"not there after {within_s:g} s"))
        finally:
            devices.close()
            if self._bus is not None:
                self._bus.stop()

    def _ways(self, devices: Devices) -> Iterator[Fall]:
        for light in devices.lights:
            yield light.name, partial(self._bring, light)
        if not self._properly:
            for player in devices.players:
                yield player.name, partial(self._bring_down, player)

    def _bring(self, wired: Wired[Light], over: Event) -> None:
        """Walk a light from where it says it is; one that says nothing is told when it closes."""
        try:
            problem = self._wait_for(wired.device, over)
            if problem is not None:
                raise DeviceUnavailableError(problem)
            options = self._config.lights[wired.name].options
            output = _output(wired, options.fail_level)
            output.start_from(LightLevel(options.fail_level))
            gently(output, self._config.zone(options.zone).fade_s, self._clock, over)
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            self._failed(wired.name, error)

    def _wait_for(self, light: Light, over: Event) -> str | None:
        """Until it says what it gives; what it says instead, or None."""
        while (problem := light.reading().problem) is not None:
            if self._clock.monotonic() > self._before_s or over.wait(LOOK_S):
                return problem
        return None

    def _bring_down(self, wired: Wired[Player], _over: Event) -> None:
        level = self._config.players[wired.name].options.fail_level
        try:
            volume = wired.device.reading().volume
            if volume is None or volume > level:
                wired.device.set_volume(level)
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            self._failed(wired.name, error)

    def _failed(self, name: str, error: Exception) -> None:
        if str(error) != ITS_OWN_ERRAND:
            self.problems[name] = str(error)

    def _open_bus(self) -> MessageBus:
        if self._properly:
            raise DeviceUnavailableError(ITS_OWN_ERRAND)
        if self._bus is None:
            # Not the agent's own name, which a broker may still hold for it.
            identity = Identity(self._config.store, f"{self._config.edge}-end", "end", "0")
            self._bus = DeviceBus(identity, self._broker)
        return self._bus


def _output(wired: Wired[Light], fail_level: float) -> LightOutput:
    health = Health(wired.name, lambda _name, _problem: None)
    light = wired.device
    if isinstance(light, GlidingLight):
        return GlidingOutput(wired.name, light, health, fail_level=fail_level)
    return LightOutput(wired.name, light, health, fail_level=fail_level)


def _is_guarded(config: Config) -> bool:
    return bool(config.diffusers) or any(config.guard.claims(config.zones))


def _kept_safe(config: Config, status: GuardStatus) -> Config:
    """The configuration whose lights end at full where the guard keeps a zone safe."""

    def light(it: Described[LightOptions]) -> Described[LightOptions]:
        if status.safety(it.options.zone) is None:
            return it
        full = config.zone(it.options.zone).full_light
        return Described(it.driver, msgspec.structs.replace(it.options, fail_level=full))

    return replace(config, lights={name: light(it) for name, it in config.lights.items()})


def _begun_at_fail_level(light: Described[LightOptions]) -> Described[LightOptions]:
    options = msgspec.structs.replace(light.options, boot_level=light.options.fail_level)
    return Described(light.driver, options)


def _no_shopper(_zone: str) -> tuple[float, float, float]:
    return (0.0, 0.0, 0.0)
