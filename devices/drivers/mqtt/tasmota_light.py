"""A light with Tasmota; it carries fades of up to twenty seconds out by itself."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from devices.catalogue import Driver, Surroundings
from devices.drivers.mqtt.colours import hex_to_hue
from devices.drivers.mqtt.course import Leg
from devices.drivers.mqtt.light import BusLight
from devices.drivers.mqtt.tasmota import (
    COOLEST_MIRED,
    FULL_STEP,
    WARMEST_MIRED,
    DeviceTopic,
    FullTopic,
    TasmotaDevice,
    read_light,
)
from devices.drivers.mqtt.words import LightReport, Message, Topics
from devices.options import Gamma, LightOptions, LongSilenceSeconds
from scenes.fades import LightLevel

LONGEST_FADE_S = 20.0
SLOWEST_SPEED = 40
"""Speed counts a fade in half seconds."""

NEUTRAL_K = 3000.0

Channels = Annotated[int, Meta(ge=1, le=5, description="number of the light's channels (1 to 5)")]


class TasmotaLightOptions(LightOptions, frozen=True, kw_only=True):
    """``tasmota-light``: a bulb, a strip or a dimmer with Tasmota."""

    topic: DeviceTopic
    full_topic: FullTopic = "%prefix%/%topic%/"
    channels: Channels = 1
    gamma: Gamma = 2.7
    max_silence_s: LongSilenceSeconds = 900.0

    def claims(self) -> tuple[str, ...]:
        return (f"Tasmota device {self.topic}",)


class TasmotaLightDialect:
    """Tasmota's words for light."""

    bridge = ""
    longest_leg_s = LONGEST_FADE_S

    def __init__(self, device: TasmotaDevice, channels: int = 1, gamma: float = 2.7) -> None:
        self.device = str(device)
        self.question = device.command("State")
        self._device = device
        self._channels = channels
        self._gamma = gamma

    def topics(self) -> Topics:
        """Where it talks, and how that is read."""
        return self._device.topics(read_light)

    def command(self, leg: Leg, known: LightReport) -> Message:
        """One message with everything that is needed, each part with the fade's own speed.

        Speed2 holds for one change only, so that nothing stays behind in the device; it stands
        before each part, as the device may begin its fade between two.
        """
        half_seconds = round(leg.duration_s * 2)
        if leg.duration_s > 0:
            half_seconds = min(max(half_seconds, 1), SLOWEST_SPEED)
        parts = [f"Speed2 {half_seconds}; {part}" for part in self._parts(leg.level, known)]
        # 117: a fade takes as long as it is told, however far it goes.
        return self._device.commands("SetOption117 1", *parts)

    def step(self, level: float) -> int:
        """Dimmer, 1 to 100, or 0 for off."""
        share = (level / 100) ** (1 / self._gamma)
        return 0 if level == 0 else max(1, round(share * FULL_STEP))

    def level(self, step: float) -> float:
        """Per cent of full output."""
        return float(100 * (step / FULL_STEP) ** self._gamma)

    def _parts(self, level: LightLevel, known: LightReport) -> list[str]:
        step = self.step(level.level)
        dimmer = f"Dimmer {step}"
        if step == 0 or self._channels == 1:
            return [dimmer]
        if level.colour is not None and self._channels >= 3:
            hue, saturation = hex_to_hue(level.colour)
            return [f"HSBColor {round(hue)},{round(saturation)},{step}"]
        if self._channels == 3:
            return [f"HSBColor 0,0,{step}"]
        if self._channels == 4:
            return [f"White {step}"]
        return self._tunable_white(level, known, dimmer)

    def _tunable_white(self, level: LightLevel, known: LightReport, dimmer: str) -> list[str]:
        kelvin = level.temperature_k or (1e6 / known.mired if known.mired else NEUTRAL_K)
        mired = min(max(round(1e6 / kelvin), COOLEST_MIRED), WARMEST_MIRED)
        if known.in_colour is False and known.mired == mired:
            return [dimmer]
        # The level first: CT wakes a dark light at the level that it remembers. And again after
        # it: coming from a colour, white has a memory of its own.
        return [dimmer, f"CT {mired}", dimmer]


def _make(options: TasmotaLightOptions, surroundings: Surroundings) -> BusLight:
    device = TasmotaDevice(options.topic, options.full_topic)
    dialect = TasmotaLightDialect(device, options.channels, options.gamma)
    return BusLight(dialect, surroundings, options, options.max_silence_s)


LIGHT = Driver(TasmotaLightOptions, _make)
