"""A diffuser on a plug with Tasmota; the plug's own PulseTime ends a burst."""

from __future__ import annotations

from devices.catalogue import Driver, Surroundings
from devices.drivers.mqtt.plug import TimedPlug
from devices.drivers.mqtt.tasmota import (
    DeviceTopic,
    FullTopic,
    Output,
    TasmotaDevice,
    read_relay,
)
from devices.drivers.mqtt.words import Message, Topics, Word
from devices.options import DiffuserOptions, LongSilenceSeconds


class TasmotaPlugOptions(DiffuserOptions, frozen=True, kw_only=True):
    """``tasmota-plug``: a diffuser on a plug with Tasmota."""

    topic: DeviceTopic
    full_topic: FullTopic = "%prefix%/%topic%/"
    relay: Output = 1
    max_silence_s: LongSilenceSeconds = 900.0

    def claims(self) -> tuple[str, ...]:
        return (f"Tasmota device {self.topic}, relay {self.relay}",)


class TasmotaPlugDialect:
    """Tasmota's words for a plug."""

    bridge = ""

    def __init__(self, device: TasmotaDevice, relay: int = 1) -> None:
        self.device = str(device) if relay == 1 else f"{device}, relay {relay}"
        self.question = device.command("State")
        self._device = device
        self._relay = relay

    def topics(self) -> Topics:
        """Where it talks, and how that is read."""

        def parse(payload: bytes) -> Word | None:
            return read_relay(payload, self._relay)

        return self._device.topics(parse)

    def on_for(self, tenths: int) -> Message:
        """The timer first: a message that is cut in two leaves it off."""
        return self._device.commands(f"PulseTime{self._relay} {tenths}", f"Power{self._relay} ON")

    def off(self) -> Message:
        """Off now."""
        return self._device.command(f"Power{self._relay}", "OFF")


def _make(options: TasmotaPlugOptions, surroundings: Surroundings) -> TimedPlug:
    device = TasmotaDevice(options.topic, options.full_topic)
    dialect = TasmotaPlugDialect(device, options.relay)
    return TimedPlug(dialect, surroundings, options.fragrance, options.max_silence_s)


PLUG = Driver(TasmotaPlugOptions, _make)
