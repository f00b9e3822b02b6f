"""The 40 pins of a Raspberry Pi's header, and what a configuration puts on each."""

from __future__ import annotations

import re

import msgspec

from devices.options import DeviceOptions
from edge.config import Config

# From pin 1 on; numbers are GPIO numbers as the chip counts (BCM). Model B+ of 2014 and later.
_HEADER = """
3V3 5V   2 5V   3 GND  4 14   GND 15  17 18  27 GND  22 23  3V3 24
10 GND   9 25   11 8   GND 7  0 1     5 GND  6 12    13 GND 19 16  26 20  GND 21
"""
HEADER: tuple[int | str, ...] = tuple(
    int(word) if word.isdecimal() else word for word in _HEADER.split()
)
"""What is on header pin 1, 2, 3 …: a GPIO number, or a supply's name."""

_CLAIM = re.compile(r"^GPIO (\d+)(?: of chip \d+)?$")


def header_pin(gpio: int) -> int:
    """The position on the header of a GPIO number."""
    return HEADER.index(gpio) + 1


def pins_in_use(config: Config) -> dict[int, str]:
    """By GPIO number: the device on it, with the option that put it there where it has several."""
    found: dict[int, str] = {}
    kinds = (config.lights, config.players, config.diffusers, config.sensors)
    for name, options in ((name, it.options) for kind in kinds for name, it in kind.items()):
        for label, claim in labelled_claims(options):
            found.update(dict.fromkeys(_gpios((claim,)), f"{name} {label}".strip()))
    for place, claim in config.guard.claims(config.zones):
        found.update(dict.fromkeys(_gpios((claim,)), guard_pin_name(place)))
    return found


def guard_pin_name(place: str) -> str:
    """``guard.reset_pin``: "guard reset"; ``zones.hall.calm_pin``: "hall calm"."""
    table, _, option = place.removeprefix("zones.").partition(".")
    return f"{table} {_in_words(option)}"


def labelled_claims(options: DeviceOptions) -> list[tuple[str, str]]:
    """What a device claims; where it has several pins, each with the option that names it."""
    claims = options.claims()
    several = len(_gpios(claims)) > 1
    return [
        (_label(options, _gpios((claim,))[0]) if several and _gpios((claim,)) else "", claim)
        for claim in claims
    ]


def _label(options: DeviceOptions, gpio: int) -> str:
    """Which of a device's own pins it is: ``red`` of an option ``red`` or ``red_pin``."""
    for field in msgspec.structs.fields(options):
        value = getattr(options, field.name)
        if value == gpio and type(value) is int and field.name.endswith("pin"):
            return _in_words(field.name)
    return ""


def _in_words(option: str) -> str:
    return option.replace("_", " ").removesuffix(" pin")


def _gpios(claims: tuple[str, ...]) -> list[int]:
    return [int(found[1]) for claim in claims if (found := _CLAIM.match(claim))]
