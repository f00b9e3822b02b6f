"""A scene: one recipe for light, music and scent, as versioned data."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from scenes.dosing import LARGEST_DOSE_S_PER_H, dose_s_per_h
from scenes.units import Colour, Kelvin, Number, Percentage, Seconds, Slug

EVERY_GROUP = "all"
"""The fixture group whose cue serves every group that a scene doesn't name."""

Mood = Literal["relax", "energise", "focus", "celebrate", "close"]
"""What a scene intends with people. close: they find their way out."""

Experience = Literal["entertainment", "education", "aesthetic", "escapist"]
"""Which experience a scene serves (Pine and Gilmore's four): to be amused, to learn something, to
be in a beautiful place, to be somewhere else for a while."""

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


class Limits(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What nobody may go beyond while a scene plays; without a value, what the shop commissioned.

    ``max_volume`` (per cent of the zone's calibrated cap) holds for the music and for whatever is
    played over it; ``max_dose_s_per_h`` is in seconds of scent bursts in an hour, of which an
    intensity of 100 % gives 900 (see `scenes.dosing`).
    """

    max_volume: Percentage | None = None
    max_dose_s_per_h: (
        Annotated[
            float,
            Meta(ge=0, le=LARGEST_DOSE_S_PER_H, description="Seconds of scent bursts in an hour."),
        ]
        | None
    ) = None

    def check(self, music: MusicCue | None, scent: ScentCue | None) -> None:
        """Refuse (`ValueError`) cues that go beyond the limits."""
        if self.max_volume is not None and music is not None and music.volume > self.max_volume:
            raise ValueError(
                f"music.volume is {music.volume:g} %, "
                f"more than the scene's limits.max_volume of {self.max_volume:g} %"
            )
        if self.max_dose_s_per_h is None or scent is None:
            return
        dose = dose_s_per_h(scent.intensity)
        if dose > self.max_dose_s_per_h:
            raise ValueError(
                f"scent.intensity is {scent.intensity:g} %, which is {dose:g} s of bursts an hour "
                f"and more than the scene's limits.max_dose_s_per_h of {self.max_dose_s_per_h:g} s"
            )


Title = Annotated[str, Meta(min_length=1, max_length=60)]
Description = Annotated[str, Meta(max_length=500)]


class Scene(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One atmosphere for all three senses.

    A scene is total: a fixture group without a cue is dark, no music cue is silence and no
    scent cue is no scent. So scene B switches off what scene A switched on. Its own cues never
    go beyond its ``limits``. Scenes that were written before there was a ``mood`` have none.
    """

    id: Slug
    name: Title
    revision: Number = 1
    description: Description = ""
    mood: Mood | None = None
    experience: Experience | None = None
    limits: Limits | None = None
    light: dict[Slug, LightCue] = {}
    music: MusicCue | None = None
    scent: ScentCue | None = None

    def __post_init__(self) -> None:
        if self.limits is not None:
            self.limits.check(self.music, self.scent)

    @property
    def max_volume(self) -> float:
        """What nothing that is played in this scene is louder than, per cent of the cap."""
        given = self.limits.max_volume if self.limits is not None else None
        return 100.0 if given is None else given

    def light_cue(self, group: str) -> LightCue:
        """The cue for a fixture group: its own, else that of ``all``, else dark."""
        return self.light.get(group) or self.light.get(EVERY_GROUP) or DARK


DARK = LightCue(level=0.0)
"""The cue of a group that a scene does not light."""
