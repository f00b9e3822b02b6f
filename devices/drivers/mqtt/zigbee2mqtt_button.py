"""A Zigbee button behind Zigbee2MQTT."""

from __future__ import annotations

from devices.catalogue import Driver, Surroundings
from devices.drivers.mqtt.sensors import BusButton
from devices.drivers.mqtt.words import Word
from devices.drivers.mqtt.zigbee2mqtt import (
    BRIDGE,
    FriendlyName,
    ZigbeeDevice,
    read_action,
)
from devices.options import LongSilenceSeconds, SensorOptions, Text, Topic


class ZigbeeButtonOptions(SensorOptions, frozen=True, kw_only=True):
    """``zigbee2mqtt-button``: a button. Several of one remote control differ by their action."""

    device: FriendlyName
    base_topic: Topic = "zigbee2mqtt"
    action: Text = "single"
    max_silence_s: LongSilenceSeconds = 90_000.0

    def claims(self) -> tuple[str, ...]:
        return (f"Zigbee device {self.base_topic}/{self.device}, action {self.action}",)


def _make(options: ZigbeeButtonOptions, surroundings: Surroundings) -> BusButton:
    device = ZigbeeDevice(options.base_topic, options.device)

    def parse(payload: bytes) -> Word | None:
        return read_action(payload, options.action)

    return BusButton(
        str(device),
        device.topics(parse),
        surroundings.bus(),
        surroundings.monotonic,
        options.max_silence_s,
        bridge=BRIDGE,
    )


BUTTON = Driver(ZigbeeButtonOptions, _make, inline=True)
