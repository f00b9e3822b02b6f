"""A scene: one recipe for light, music and scent, as versioned data."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from scenes.units import Colour, Kelvin, Number, Percentage, Seconds, Slug

EVERY_GROUP = "all"
"""The fixture group whose cue serves every group that a scene doesn't name."""

MusicSource = Annotated[
    str,
    Meta(
        pattern=r"^(playlist|folder|stream):\S.*$(?!\n)",
        max_length=500,
        description="playlist:NAME, folder:PATH in the player's library, or stream:URL.",
        examples=["playlist:calm"],
    ),
]


class LightCue(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a fixture group should shine: a level, and a colour temperature or a colour."""

    level: Percentage
    temperature_k: Kelvin | None = None
    colour: Colour | None = None
    fade_s: Seconds = 3.0

    def __post_init__(self) -> None:
        if self.temperature_k is not None and self.colour is not None:
            raise ValueError("a light cue has a temperature_k or a colour, not both")


class MusicCue(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a player should play, and how loud (per cent of the zone's calibrated cap).

    ``change`` says when another source takes over: ``now``, or at ``song-end`` (after ten minutes
    at the latest, and at once from a stream, which has no songs). The volume changes now.
    """

    source: MusicSource
    volume: Percentage
    crossfade_s: Seconds = 5.0
    change: Literal["now", "song-end"] = "now"


class ScentCue(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a diffuser should give: a fragrance, and an intensity (see `scenes.dosing`)."""

    fragrance: Slug
    intensity: Percentage


class Scene(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One atmosphere for all three senses.

    A scene is total: a fixture group without a cue is dark, no music cue is silence and no
    scent cue is no scent. So scene B switches off what scene A switched on.
    """

    id: Slug
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    revision: Number = 1
    description: Annotated[str, Meta(max_length=500)] = ""
    light: dict[Slug, LightCue] = {}
    music: MusicCue | None = None
    scent: ScentCue | None = None

    def light_cue(self, group: str) -> LightCue:
        """The cue for a fixture group: its own, else that of ``all``, else dark."""
        return self.light.get(group) or self.light.get(EVERY_GROUP) or DARK


DARK = LightCue(level=0.0)
"""The cue of a group that a scene does not light."""
