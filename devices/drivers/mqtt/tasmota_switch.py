"""A presence sensor on a switch input of a Tasmota device."""

from __future__ import annotations

from devices.catalogue import Driver, Surroundings
from devices.drivers.mqtt.sensors import BusPresence
from devices.drivers.mqtt.tasmota import (
    DeviceTopic,
    FullTopic,
    Output,
    TasmotaDevice,
    read_switch,
)
from devices.drivers.mqtt.words import Word
from devices.options import LongSilenceSeconds, SensorOptions


class TasmotaSwitchOptions(SensorOptions, frozen=True, kw_only=True):
    """``tasmota-switch``: a motion or presence sensor on a switch input."""

    topic: DeviceTopic
    full_topic: FullTopic = "%prefix%/%topic%/"
    switch: Output = 1
    max_silence_s: LongSilenceSeconds = 900.0

    def claims(self) -> tuple[str, ...]:
        return (f"Tasmota device {self.topic}, switch {self.switch}",)


def _make(options: TasmotaSwitchOptions, surroundings: Surroundings) -> BusPresence:
    device = TasmotaDevice(options.topic, options.full_topic)

    def parse(payload: bytes) -> Word | None:
        return read_switch(payload, options.switch)

    return BusPresence(
        str(device),
        device.topics(parse),
        surroundings.bus(),
        surroundings.monotonic,
        options.max_silence_s,
        question=device.command("Status", "10"),
    )


SWITCH = Driver(TasmotaSwitchOptions, _make, inline=True, sensor_type="mqtt")
