"""A Zigbee motion or presence sensor behind Zigbee2MQTT."""

from __future__ import annotations

from devices.catalogue import Driver, Surroundings
from devices.drivers.mqtt.sensors import BusPresence
from devices.drivers.mqtt.words import Word
from devices.drivers.mqtt.zigbee2mqtt import (
    BRIDGE,
    FriendlyName,
    ZigbeeDevice,
    read_flag,
)
from devices.options import LongSilenceSeconds, SensorOptions, Text, Topic


class ZigbeeOccupancyOptions(SensorOptions, frozen=True, kw_only=True):
    """``zigbee2mqtt-occupancy``: a motion or presence sensor."""

    device: FriendlyName
    base_topic: Topic = "zigbee2mqtt"
    property: Text = "occupancy"
    max_silence_s: LongSilenceSeconds = 90_000.0

    def claims(self) -> tuple[str, ...]:
        return (f"Zigbee device {self.base_topic}/{self.device}",)


def _make(options: ZigbeeOccupancyOptions, surroundings: Surroundings) -> BusPresence:
    device = ZigbeeDevice(options.base_topic, options.device)

    def parse(payload: bytes) -> Word | None:
        return read_flag(payload, options.property)

    return BusPresence(
        str(device),
        device.topics(parse),
        surroundings.bus(),
        surroundings.monotonic,
        options.max_silence_s,
        bridge=BRIDGE,
    )


OCCUPANCY = Driver(ZigbeeOccupancyOptions, _make, inline=True, sensor_type="mqtt")
