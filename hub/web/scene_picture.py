"""A scene as a small picture: the corner of a shop in the scene's own light. Pure.

Everything that the recipe says can be seen: how much light and how warm, the accents' own, how
loud the music is (bars), how strong the scent is (wisps). What a scene leaves out is not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

from scenes.colour import blend_colours, white_colour
from scenes.language import _
from scenes.scene import EVERY_GROUP, LightCue, Scene

BARS = 5
"""So many bars stand for the music."""
WISPS = 3
"""So many wisps at most stand for the scent."""

_NIGHT = "#1a100a"
_WALL, _FLOOR, _THING = "#f6ecdc", "#c79a6b", "#7d5c43"
_ADAPTED = 1.3
"""Eyes that are used to a shop's light take 5,000 K for white, as others daylight of 6,500."""
_BAR_SHAPE = (0.45, 0.8, 1.0, 0.7, 0.4)
_BAR_LEAST, _BAR_MOST = 3, 26
_DARK_INK, _LIGHT_INK = "#2b221a", "#fff6ea"
_LIT = 45.0
"""From this level on a room is so bright that dark lines show better than light ones."""


@dataclass(frozen=True, slots=True)
class Beam:
    """Light that falls from one lamp: its colour, and how much of it there is (0 to 1)."""

    colour: str
    share: float


@dataclass(frozen=True, slots=True)
class Picture:
    """What the template ``_picture.html`` draws; colours are ``#rrggbb``.

    ``bars`` are the heights of the music's bars in units of the drawing, empty in silence;
    ``wisps`` how many wisps of scent rise, ``wisp_share`` how plain they are (0 to 1). ``words``
    says all of it to who cannot see it.
    """

    wall: str
    ceiling: str
    floor: str
    near: str
    thing: str
    room: Beam
    accent: Beam
    ink: str
    bars: tuple[int, ...]
    wisps: int
    wisp_share: float
    words: str


def picture(scene: Scene) -> Picture:
    """The picture of a scene's recipe."""
    room, accent = scene.light_cue(EVERY_GROUP), _accent(scene)
    light, share = light_colour(room), brightness_of(room.level)
    scent = scene.scent.intensity if scene.scent else 0.0
    return Picture(
        wall=lit(_WALL, light, share),
        ceiling=lit(_WALL, light, share * 0.8),
        floor=lit(_FLOOR, light, share * 0.92),
        near=lit(_FLOOR, light, share * 0.7),
        thing=lit(_THING, light, share * 0.8),
        room=Beam(light, round(share, 2)),
        accent=Beam(light_colour(accent), round(brightness_of(accent.level), 2)),
        ink=_DARK_INK if room.level >= _LIT else _LIGHT_INK,
        bars=_bars(scene.music.volume) if scene.music else (),
        wisps=min(WISPS, 1 + int(scent / 100 * WISPS)) if scent > 0 else 0,
        wisp_share=round(0.45 + 0.5 * scent / 100, 2),
        words=scene_words(scene),
    )


def light_colour(cue: LightCue) -> str:
    """How the light of a cue looks to somebody who stands in it: ``#rrggbb``."""
    if cue.colour is not None:
        return cue.colour
    return adapted(cue.temperature_k or 3500.0)


def adapted(temperature_k: float) -> str:
    """White light of a temperature as it looks to eyes that are used to it."""
    return white_colour(temperature_k * _ADAPTED)


def brightness_of(level: float) -> float:
    """How bright a level (per cent) looks, 0 to 1: half the light looks like more than half."""
    return float((max(0.0, level) / 100) ** 0.55)


def lit(material: str, light: str, share: float) -> str:
    """A material in a light of which there is ``share`` (0 is night, 1 is all)."""
    shone_on = blend_colours(material, light, 0.7)
    return blend_colours(_NIGHT, shone_on, 0.08 + 0.92 * min(1.0, share))


def scene_words(scene: Scene) -> str:
    """The recipe in one line: light, accents, music and scent."""
    room, accent = scene.light_cue(EVERY_GROUP), _accent(scene)
    parts = [_("Light {light}").format(light=_light_words(room))]
    if accent != room:
        parts.append(_("accents {light}").format(light=_light_words(accent)))
    parts.append(
        _("music at {volume} %").format(volume=f"{scene.music.volume:.0f}")
        if scene.music
        else _("no music")
    )
    parts.append(
        _("{fragrance} scent at {intensity} %").format(
            fragrance=scene.scent.fragrance, intensity=f"{scene.scent.intensity:.0f}"
        )
        if scene.scent
        else _("no scent")
    )
    return ", ".join(parts)


def _light_words(cue: LightCue) -> str:
    level = f"{cue.level:.0f} %"
    if cue.level <= 0:
        return _("off")
    if cue.colour is not None:
        return _("{level} in colour").format(level=level)
    if cue.temperature_k is None:
        return level
    return f"{level}, {cue.temperature_k:.0f} K"


def _accent(scene: Scene) -> LightCue:
    """What stands out: the group of that name, else the first that a scene names by itself."""
    others = sorted(group for group in scene.light if group != EVERY_GROUP)
    group = "accent" if "accent" in scene.light else next(iter(others), EVERY_GROUP)
    return scene.light_cue(group)


def _bars(volume: float) -> tuple[int, ...]:
    if volume <= 0:
        return ()
    tallest = _BAR_LEAST + (_BAR_MOST - _BAR_LEAST) * volume / 100
    return tuple(max(_BAR_LEAST, round(tallest * share)) for share in _BAR_SHAPE)
