"""A diffuser on a Zigbee plug behind Zigbee2MQTT; the plug's own timer ends a burst."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from devices.catalogue import Driver, Surroundings
from devices.drivers.mqtt.plug import TimedPlug
from devices.drivers.mqtt.words import Message, Topics
from devices.drivers.mqtt.zigbee2mqtt import (
    BRIDGE,
    FriendlyName,
    ZigbeeDevice,
    read_plug,
)
from devices.options import DiffuserOptions, LongSilenceSeconds, Topic

Rest = Annotated[float, Meta(ge=0, le=20, description="number of seconds (0 to 20)")]


class ZigbeePlugOptions(DiffuserOptions, frozen=True, kw_only=True):
    """``zigbee2mqtt-plug``: a diffuser on a Zigbee plug."""

    device: FriendlyName
    base_topic: Topic = "zigbee2mqtt"
    off_wait_s: Rest = 0.0
    max_silence_s: LongSilenceSeconds = 900.0

    def claims(self) -> tuple[str, ...]:
        return (f"Zigbee device {self.base_topic}/{self.device}",)


class ZigbeePlugDialect:
    """Zigbee2MQTT's words for a plug."""

    bridge = BRIDGE

    def __init__(self, device: ZigbeeDevice, off_wait_s: float = 0.0) -> None:
        self.device = str(device)
        self.question = device.get("state")
        self._device = device
        self._off_wait_s = off_wait_s

    def topics(self) -> Topics:
        """Where it talks, and how that is read."""
        return self._device.topics(read_plug)

    def on_for(self, tenths: int) -> Message:
        """Zigbee's "on with timed off"."""
        wish = {"state": "ON", "on_time": tenths / 10, "off_wait_time": self._off_wait_s}
        return self._device.set(wish)

    def off(self) -> Message:
        """Off now."""
        return self._device.set({"state": "OFF"})


def _make(options: ZigbeePlugOptions, surroundings: Surroundings) -> TimedPlug:
    dialect = ZigbeePlugDialect(
        ZigbeeDevice(options.base_topic, options.device), options.off_wait_s
    )
    return TimedPlug(dialect, surroundings, options.fragrance, options.max_silence_s)


PLUG = Driver(ZigbeePlugOptions, _make)
