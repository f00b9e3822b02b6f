"""A Zigbee lamp behind Zigbee2MQTT; it carries fades out by itself."""

from __future__ import annotations

from devices.catalogue import Driver, Surroundings
from devices.drivers.mqtt.colours import hex_to_xy
from devices.drivers.mqtt.course import Leg
from devices.drivers.mqtt.light import BusLight
from devices.drivers.mqtt.words import LightReport, Message, Topics
from devices.drivers.mqtt.zigbee2mqtt import (
    BRIDGE,
    FULL_STEP,
    LONGEST_TRANSITION_S,
    FriendlyName,
    ZigbeeDevice,
    read_light,
)
from devices.options import Gamma, LightOptions, LongSilenceSeconds, Topic
from scenes.fades import LightLevel


class ZigbeeLightOptions(LightOptions, frozen=True, kw_only=True):
    """``zigbee2mqtt-light``: a lamp or a group of lamps in Zigbee2MQTT."""

    device: FriendlyName
    base_topic: Topic = "zigbee2mqtt"
    gamma: Gamma = 1.0
    max_silence_s: LongSilenceSeconds = 900.0

    def claims(self) -> tuple[str, ...]:
        return (f"Zigbee device {self.base_topic}/{self.device}",)


class ZigbeeLightDialect:
    """Zigbee2MQTT's words for light."""

    bridge = BRIDGE
    longest_leg_s = LONGEST_TRANSITION_S

    def __init__(self, device: ZigbeeDevice, gamma: float = 1.0) -> None:
        self.device = str(device)
        self.question = device.get("state", "brightness")
        self._device = device
        self._gamma = gamma

    def topics(self) -> Topics:
        """Where it talks, and how that is read."""
        return self._device.topics(read_light)

    def command(self, leg: Leg, known: LightReport) -> Message:
        """One command; temperature and colour only where they are new.

        Some lamps can't fade two things at once, and drop the first for the second.
        """
        wish: dict[str, object] = {"state": "OFF"}
        step = self.step(leg.level.level)
        if step > 0:
            wish = {"state": "ON", "brightness": step, **_hue(leg.level, known)}
        return self._device.set({**wish, "transition": round(leg.duration_s, 1)})

    def step(self, level: float) -> int:
        """Brightness, 1 to 254, or 0 for off."""
        share = (level / 100) ** (1 / self._gamma)
        return 0 if level == 0 else max(1, round(share * FULL_STEP))

    def level(self, step: float) -> float:
        """Per cent of full output."""
        return float(100 * (step / FULL_STEP) ** self._gamma)


def _hue(level: LightLevel, known: LightReport) -> dict[str, object]:
    if level.colour is not None:
        if known.in_colour and known.colour == level.colour:
            return {}
        x, y = hex_to_xy(level.colour)
        return {"color": {"x": round(x, 4), "y": round(y, 4)}}
    if level.temperature_k is not None:
        mired = round(1e6 / level.temperature_k)
        if not (known.in_colour is False and known.mired == mired):
            return {"color_temp": mired}
    return {}


def _make(options: ZigbeeLightOptions, surroundings: Surroundings) -> BusLight:
    device = ZigbeeDevice(options.base_topic, options.device)
    dialect = ZigbeeLightDialect(device, options.gamma)
    return BusLight(dialect, surroundings, options, options.max_silence_s)


LIGHT = Driver(ZigbeeLightOptions, _make)
