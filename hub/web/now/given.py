"""What a zone is really given now: light, sound and scent in words, and the light as a colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.web.now.devices import Device
from hub.web.scene_picture import adapted, brightness_of, lit
from hub.web.words import kelvin_words, percent_words
from scenes.colour import blend_colours
from scenes.language import _, ngettext

_FLOOR = "#f3e8d8"
"""What a shop's floor looks like in plain white light."""
_PLAIN_K = 3500.0
_BRIGHT = 0.6
"""A plan is looked at as a whole: its floors are drawn brighter than a scene's picture."""
_NIGHT_TEXT = 0.32
"""Below this luminance of a tint, text on it is light."""


@dataclass(frozen=True, slots=True)
class Given:
    """Light, sound and scent; words are empty where a zone has no such device, or none speaks.

    ``tint`` is the zone in its own light as ``#rrggbb``, None when nobody knows; ``dark`` asks for
    light text on it.
    """

    tint: str | None = None
    dark: bool = False
    light: str = ""
    music: str = ""
    scent: str = ""


def given(devices: Sequence[Device]) -> Given:
    """What the fresh reports of a zone's devices say."""
    fresh = [each for each in devices if not each.silent and each.state.reading.problem is None]
    tint = _tint(fresh)
    return Given(
        tint=tint,
        dark=tint is not None and _luminance(tint) < _NIGHT_TEXT,
        light=_light(fresh),
        music=_music(fresh),
        scent=_scent(fresh),
    )


def _levels(devices: Sequence[Device]) -> list[tuple[float, Device]]:
    return [
        (each.state.reading.level, each)
        for each in devices
        if each.state.kind == "light" and each.state.reading.level is not None
    ]


def _tint(devices: Sequence[Device]) -> str | None:
    lamps = _levels(devices)
    if not lamps:
        return None
    level = sum(level for level, _lamp in lamps) / len(lamps)
    colour, total = _colour(lamps[0][1]), lamps[0][0]
    for share, lamp in lamps[1:]:
        total += share
        # Each lamp counts by how much light it gives.
        colour = blend_colours(colour, _colour(lamp), share / total if total else 0.0)
    return lit(_FLOOR, colour, brightness_of(level) ** _BRIGHT)


def _colour(lamp: Device) -> str:
    reading = lamp.state.reading
    return reading.colour or adapted(reading.temperature_k or _PLAIN_K)


def _light(devices: Sequence[Device]) -> str:
    lamps = _levels(devices)
    if not lamps:
        return ""
    level = percent_words(sum(level for level, _lamp in lamps) / len(lamps))
    whites = {each.state.reading.temperature_k for _level, each in lamps}
    [white] = whites if len(whites) == 1 else [None]
    if all(level <= 0 for level, _lamp in lamps):
        return _("Light off")
    if white is None:
        return _("Light {level}").format(level=level)
    return _("Light {level}, {white}").format(level=level, white=kelvin_words(white))


def _music(devices: Sequence[Device]) -> str:
    players = [each.state.reading for each in devices if each.state.kind == "player"]
    if not players:
        return ""
    playing = [each for each in players if each.playing]
    if not playing:
        return _("No music")
    volumes = [each.volume for each in playing if each.volume is not None]
    if not volumes:
        return _("Music")
    return _("Music at {volume}").format(volume=percent_words(sum(volumes) / len(volumes)))


def _scent(devices: Sequence[Device]) -> str:
    diffusers = [each.state.reading for each in devices if each.state.kind == "diffuser"]
    if not diffusers:
        return ""
    on = [each for each in diffusers if each.on]
    if not on:
        return _("No scent")
    return ngettext("Scent on", "{n} scents on", len(on)).format(n=len(on))


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part**2.2 for part in parts)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)
