"""What MQTT-native devices can say, whatever their firmware; times are the listener's affair."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Somebody is there or not: the device itself, or the bridge that speaks for it."""

    of: Literal["device", "bridge"]
    there: bool


@dataclass(frozen=True, slots=True)
class LightReport:
    """What a light says of itself; None is "not said". ``step`` is its own measure of level."""

    on: bool | None = None
    step: float | None = None
    mired: float | None = None
    colour: str | None = None
    in_colour: bool | None = None

    def then(self, newer: LightReport) -> LightReport:
        """What is known after ``newer``, which may say only a part."""
        return LightReport(
            on=self.on if newer.on is None else newer.on,
            step=self.step if newer.step is None else newer.step,
            mired=self.mired if newer.mired is None else newer.mired,
            colour=self.colour if newer.colour is None else newer.colour,
            in_colour=self.in_colour if newer.in_colour is None else newer.in_colour,
        )


@dataclass(frozen=True, slots=True)
class SwitchReport:
    """Whether it is on: a plug's relay, or what a sensor watches for."""

    on: bool


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button was pressed just now."""


@dataclass(frozen=True, slots=True)
class SignOfLife:
    """It said something, but nothing that matters here."""


Word: TypeAlias = Whereabouts | LightReport | SwitchReport | Pressed | SignOfLife
Parse: TypeAlias = Callable[[bytes], Word | None]
"""None for a payload that is nothing that this device says."""

Topics: TypeAlias = Mapping[str, Parse]
Message: TypeAlias = tuple[str, bytes]
"""A topic and a payload to publish."""
