"""The editor of one scene, as its page shows it before a script takes over."""

from __future__ import annotations

import json
from dataclasses import dataclass

from hub.api.scene_tags import scene_tag
from hub.parts import HubParts
from hub.scene_book.records import Standing
from hub.shop import Store
from hub.web.looks import Look, scene_look
from hub.web.scene_picture import Picture, picture
from hub.web.scenes.known import Known, Pick, known, plain_word
from hub.web.scenes.places import Place, places
from hub.web.scenes.said import EXPERIENCES, MOODS, experience_word, mood_word
from scenes.audition import FADE_S
from scenes.dosing import LARGEST_DOSE_S_PER_H, LONGEST_BURST_S, PERIOD_S
from scenes.scene import EVERY_GROUP, LightCue, Scene
from scenes.scene_file import document_of

_WARMEST_K, _COOLEST_K = 1800, 6500
_LONGEST_FADE_S, _LONGEST_CROSSFADE_S = 300, 30
_NEW_CUE = LightCue(level=50, temperature_k=3000)
_NEW_COLOUR, _NEW_KELVIN = "#ffb46b", 3000
_NEW_VOLUME, _NEW_INTENSITY, _NEW_HIGHEST = 35.0, 30.0, 60.0


@dataclass(frozen=True, slots=True)
class Cue:
    """The light of one fixture group; without ``own`` it is that of all lamps."""

    group: Pick
    own: bool
    level: float
    kind: str
    temperature_k: float
    colour: str
    fade_s: float


@dataclass(frozen=True, slots=True)
class Music:
    """``kind`` is silence, playlist, folder or stream."""

    kind: str
    name: str
    volume: float
    crossfade_s: float
    change: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """The ends of the sliders that depend on what a scene says already."""

    warmest_k: float
    coolest_k: float
    fade_s: float
    crossfade_s: float
    dose_s_per_h: float = LARGEST_DOSE_S_PER_H


@dataclass(frozen=True, slots=True)
class Editor:
    """Everything that the template of the editor shows. ``document`` is the newest revision.

    ``document`` is JSON as the API takes it, ``tag`` what a write names in If-Match.
    """

    id: str
    scene: Scene
    look: Look
    tag: str
    document: str
    picture: Picture
    cues: tuple[Cue, ...]
    music: Music
    scented: bool
    fragrance: str
    fragrance_word: str
    intensity: float
    limits_volume: float | None
    limits_dose: float | None
    bounds: Bounds
    known: Known
    moods: tuple[Pick, ...]
    experiences: tuple[Pick, ...]
    places: tuple[Place, ...]
    new_highest: float = _NEW_HIGHEST
    period_s: float = PERIOD_S
    burst_s: float = LONGEST_BURST_S
    soon_s: int = round(FADE_S)


def editor(hub: HubParts, standing: Standing, store: Store) -> Editor:
    """The editor over a scene's newest revision."""
    scene, picks = standing.newest, known(hub)
    limits = scene.limits
    return Editor(
        id=scene.id,
        scene=scene,
        look=scene_look(scene.id, scene.name),
        tag=scene_tag(scene.id, standing.edition),
        document=json.dumps(document_of(scene), ensure_ascii=False),
        picture=picture(scene),
        cues=_cues(scene, picks),
        music=_music(scene),
        scented=scene.scent is not None,
        fragrance=scene.scent.fragrance if scene.scent else "",
        fragrance_word=plain_word(scene.scent.fragrance) if scene.scent else "",
        intensity=scene.scent.intensity if scene.scent else _NEW_INTENSITY,
        limits_volume=limits.max_volume if limits else None,
        limits_dose=limits.max_dose_s_per_h if limits else None,
        bounds=_bounds(scene),
        known=picks,
        moods=tuple(Pick(mood, mood_word(mood)) for mood in MOODS),
        experiences=tuple(Pick(each, experience_word(each)) for each in EXPERIENCES),
        places=places(hub, scene.id, store),
    )


def _cues(scene: Scene, picks: Known) -> tuple[Cue, ...]:
    everywhere = scene.light.get(EVERY_GROUP)
    start = everywhere or _NEW_CUE
    return tuple(_cue(pick, scene.light.get(pick.value), start) for pick in picks.groups)


def _cue(group: Pick, said: LightCue | None, start: LightCue) -> Cue:
    cue = said or start
    kind = "colour" if cue.colour else "white" if cue.temperature_k else "plain"
    return Cue(
        group=group,
        own=said is not None,
        level=cue.level,
        kind=kind,
        temperature_k=cue.temperature_k or _NEW_KELVIN,
        colour=cue.colour or _NEW_COLOUR,
        fade_s=cue.fade_s,
    )


def _music(scene: Scene) -> Music:
    cue = scene.music
    if cue is None:
        return Music("silence", "", _NEW_VOLUME, 5.0, "now")
    kind, _colon, name = cue.source.partition(":")
    return Music(kind, name, cue.volume, cue.crossfade_s, cue.change)


def _bounds(scene: Scene) -> Bounds:
    """The usual ends; further where a scene says something beyond them already."""
    kelvins = [cue.temperature_k for cue in scene.light.values() if cue.temperature_k]
    crossfade_s = scene.music.crossfade_s if scene.music else 0
    return Bounds(
        warmest_k=min([_WARMEST_K, *kelvins]),
        coolest_k=max([_COOLEST_K, *kelvins]),
        fade_s=max([_LONGEST_FADE_S, *(cue.fade_s for cue in scene.light.values())]),
        crossfade_s=max(_LONGEST_CROSSFADE_S, crossfade_s),
    )
