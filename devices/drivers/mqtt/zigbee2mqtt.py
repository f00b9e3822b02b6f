"""How Zigbee2MQTT talks: topics, JSON states and availability. Facts from its documentation.

``BASE/NAME`` carries a device's state, ``BASE/NAME/set`` and ``/get`` take what is asked of it,
``BASE/NAME/availability`` says whether it is there (if that is switched on), and
``BASE/bridge/state`` whether Zigbee2MQTT itself is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from devices.drivers.mqtt.colours import hue_to_hex, xy_to_hex
from devices.drivers.mqtt.payloads import (
    Object,
    flag,
    nested,
    number,
    read_object,
    switched,
    text,
)
from devices.drivers.mqtt.words import (
    LightReport,
    Message,
    Parse,
    Pressed,
    SignOfLife,
    SwitchReport,
    Topics,
    Whereabouts,
    Word,
)

BRIDGE = "Zigbee2MQTT"
FULL_STEP = 254
"""Brightness of full output."""

LONGEST_TRANSITION_S = 6553.0
"""Zigbee counts a transition in tenths of a second, in sixteen bits."""

PLAUSIBLE_MIRED = (50.0, 1000.0)

FriendlyName = Annotated[
    str,
    Meta(
        min_length=1,
        pattern=r"^[^+#\x00]+\Z",
        description="friendly name of a device in Zigbee2MQTT",
    ),
]


@dataclass(frozen=True, slots=True)
class ZigbeeDevice:
    """A device's topics."""

    base_topic: str
    name: str

    def __str__(self) -> str:
        return f"{self.base_topic}/{self.name}"

    def topics(self, parse_state: Parse) -> Topics:
        """Where it and its bridge talk."""
        return {
            str(self): parse_state,
            f"{self}/availability": lambda payload: read_whereabouts(payload, "device"),
            f"{self.base_topic}/bridge/state": lambda payload: read_whereabouts(payload, "bridge"),
        }

    def set(self, wish: Object) -> Message:
        """What makes it do something."""
        return f"{self}/set", msgspec.json.encode(wish)

    def get(self, *attributes: str) -> Message:
        """What makes it report."""
        return f"{self}/get", msgspec.json.encode(dict.fromkeys(attributes, ""))


def read_whereabouts(payload: bytes, of: Literal["device", "bridge"]) -> Word | None:
    """``online`` or ``offline``, plain (until version 1) or as ``{"state": ...}``."""
    words = read_object(payload)
    said = text(words, "state") if words else payload.decode("ascii", "replace")
    there = {"online": True, "offline": False}.get(said or "")
    return None if there is None else Whereabouts(of, there)


def read_light(payload: bytes) -> Word | None:
    """A light's state; brightness is 0 to 254."""
    words = read_object(payload)
    if words is None:
        return None
    mired = number(words, "color_temp")
    brightness = number(words, "brightness")
    return LightReport(
        on=switched(words, "state"),
        step=None if brightness is None else min(max(brightness, 0.0), FULL_STEP),
        mired=mired if mired is not None and _plausible(mired) else None,
        colour=_colour(nested(words, "color")),
        in_colour=_in_colour(words),
    )


def read_plug(payload: bytes) -> Word | None:
    """A plug's state."""
    words = read_object(payload)
    if words is None:
        return None
    on = switched(words, "state")
    return SignOfLife() if on is None else SwitchReport(on)


def read_flag(payload: bytes, name: str, wanted: bool = True) -> Word | None:
    """A sensor's state: on while the property ``name`` is ``wanted``."""
    words = read_object(payload)
    if words is None:
        return None
    value = flag(words, name)
    return SignOfLife() if value is None else SwitchReport(value is wanted)


def read_action(payload: bytes, wanted: str) -> Word | None:
    """A button's state: pressed if the action is the one that is ``wanted``."""
    words = read_object(payload)
    if words is None:
        return None
    return Pressed() if text(words, "action") == wanted else SignOfLife()


def _plausible(mired: float) -> bool:
    return PLAUSIBLE_MIRED[0] <= mired <= PLAUSIBLE_MIRED[1]


def _colour(words: Object | None) -> str | None:
    if words is None:
        return None
    x, y = number(words, "x"), number(words, "y")
    if x is not None and y is not None:
        return xy_to_hex(x, y)
    hue, saturation = number(words, "hue"), number(words, "saturation")
    if hue is not None and saturation is not None:
        return hue_to_hex(math.fmod(hue, 360), saturation)
    return None


def _in_colour(words: Object) -> bool | None:
    mode = text(words, "color_mode")
    if mode is not None:
        return mode in {"xy", "hs"}
    # Lamps of one kind of light don't name it.
    if "color_temp" in words or "color" in words:
        return "color_temp" not in words
    return None
