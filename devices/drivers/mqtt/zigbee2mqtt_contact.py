"""A Zigbee door or window contact behind Zigbee2MQTT."""

from __future__ import annotations

from devices.catalogue import Driver, Surroundings
from devices.drivers.mqtt.sensors import BusContact
from devices.drivers.mqtt.words import Word
from devices.drivers.mqtt.zigbee2mqtt import (
    BRIDGE,
    FriendlyName,
    ZigbeeDevice,
    read_flag,
)
from devices.options import LongSilenceSeconds, SensorOptions, Topic


class ZigbeeContactOptions(SensorOptions, frozen=True, kw_only=True):
    """``zigbee2mqtt-contact``: a door or window contact."""

    device: FriendlyName
    base_topic: Topic = "zigbee2mqtt"
    max_silence_s: LongSilenceSeconds = 90_000.0

    def claims(self) -> tuple[str, ...]:
        return (f"Zigbee device {self.base_topic}/{self.device}",)


def read_contact(payload: bytes) -> Word | None:
    """On is open; the device says ``contact`` while its magnet is near: shut."""
    return read_flag(payload, "contact", wanted=False)


def _make(options: ZigbeeContactOptions, surroundings: Surroundings) -> BusContact:
    device = ZigbeeDevice(options.base_topic, options.device)
    return BusContact(
        str(device),
        device.topics(read_contact),
        surroundings.bus(),
        surroundings.monotonic,
        options.max_silence_s,
        bridge=BRIDGE,
    )


CONTACT = Driver(ZigbeeContactOptions, _make, inline=True)
