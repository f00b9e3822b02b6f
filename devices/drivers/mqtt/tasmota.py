"""How Tasmota talks: topics, RESULT and STATE, last will. Facts from its documentation.

A command goes to ``cmnd/TOPIC/COMMAND`` and is answered on ``stat/TOPIC/RESULT``;
``tele/TOPIC/STATE`` and ``SENSOR`` come every few minutes, ``tele/TOPIC/LWT`` says whether the
device is there. The order of prefix and topic is the device's setting FullTopic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from devices.drivers.mqtt.colours import hue_to_hex
from devices.drivers.mqtt.payloads import Object, nested, number, read_object, switched, text
from devices.drivers.mqtt.words import (
    LightReport,
    Message,
    Parse,
    SignOfLife,
    SwitchReport,
    Topics,
    Whereabouts,
    Word,
)

FULL_STEP = 100
"""Dimmer of full output."""

COOLEST_MIRED, WARMEST_MIRED = 153, 500

DeviceTopic = Annotated[
    str,
    Meta(min_length=1, pattern=r"^[^+#\x00/]+\Z", description="Topic of a Tasmota device"),
]
FullTopic = Annotated[
    str,
    Meta(
        pattern=r"^(?=.*%prefix%)(?=.*%topic%)[^+#\x00]+\Z",
        description="FullTopic with %prefix% and %topic% in it",
    ),
]
Output = Annotated[int, Meta(ge=1, le=32, description="number of a relay or switch (1 to 32)")]


@dataclass(frozen=True, slots=True)
class TasmotaDevice:
    """A device's topics."""

    topic: str
    full_topic: str

    def __str__(self) -> str:
        return self.topic

    def topics(self, parse: Parse) -> Topics:
        """Where it talks; ``parse`` reads its results, states and sensors."""
        return {
            self._place("stat", "RESULT"): parse,
            self._place("stat", "STATUS10"): parse,
            self._place("tele", "STATE"): parse,
            self._place("tele", "SENSOR"): parse,
            self._place("tele", "LWT"): read_will,
        }

    def command(self, name: str, argument: str = "") -> Message:
        """One command."""
        return self._place("cmnd", name), argument.encode()

    def commands(self, *commands: str) -> Message:
        """Several commands in one message, without delay between them."""
        return self.command("Backlog0", "; ".join(commands))

    def _place(self, prefix: str, name: str) -> str:
        place = self.full_topic.replace("%prefix%", prefix).replace("%topic%", self.topic)
        return f"{place.rstrip('/')}/{name}"


def read_will(payload: bytes) -> Word | None:
    """``Online`` or ``Offline``."""
    there = {b"Online": True, b"Offline": False}.get(payload)
    return None if there is None else Whereabouts("device", there)


def read_light(payload: bytes) -> Word | None:
    """A light's result or state; Dimmer is 0 to 100."""
    words = read_object(payload)
    if words is None:
        return None
    dimmer, mired = number(words, "Dimmer"), number(words, "CT")
    in_colour, colour = _colour(words)
    return LightReport(
        on=_power(words, 1),
        step=None if dimmer is None else min(max(dimmer, 0.0), FULL_STEP),
        mired=mired if mired is not None and COOLEST_MIRED <= mired <= WARMEST_MIRED else None,
        colour=colour,
        in_colour=in_colour,
    )


def read_relay(payload: bytes, relay: int) -> Word | None:
    """Whether a relay is on."""
    words = read_object(payload)
    if words is None:
        return None
    on = _power(words, relay)
    return SignOfLife() if on is None else SwitchReport(on)


def read_switch(payload: bytes, switch: int) -> Word | None:
    """Whether a switch is on: an action, telemetry, or the answer to ``Status 10``."""
    words = read_object(payload)
    if words is None:
        return None
    words = nested(words, "StatusSNS") or words
    action = nested(words, f"Switch{switch}")
    on = switched(action, "Action") if action else switched(words, f"Switch{switch}")
    return SignOfLife() if on is None else SwitchReport(on)


def _power(words: Object, relay: int) -> bool | None:
    numbered = switched(words, f"POWER{relay}")
    # A device with one relay doesn't number it, unless SetOption26 says so.
    return switched(words, "POWER") if numbered is None and relay == 1 else numbered


def _colour(words: Object) -> tuple[bool | None, str | None]:
    """Whether it shines in colour, and in which; nobody knows of a light that is dark."""
    if (number(words, "White") or 0) > 0:
        return False, None
    try:
        hue, saturation, brightness = map(float, (text(words, "HSBColor") or "").split(","))
    except ValueError:
        return None, None
    if not brightness > 0:
        return None, None
    return saturation > 0, hue_to_hex(hue, saturation)
