"""What differs between two revisions of a scene, in plain words: "Volume 40 % → 45 %"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from scenes.scene import EVERY_GROUP, LightCue, Limits, MusicCue, Scene, ScentCue

NOTHING = "none"


def scene_changes(before: Scene, after: Scene) -> list[str]:
    """A sentence for each thing that differs, in the order of the fields; their numbers aside."""
    return [
        *_changed(_SCENE, before, after),
        *_changed(_LIMITS, before.limits or Limits(), after.limits or Limits()),
        *_light_changes(before.light, after.light),
        *_cue_changes("Music", _MUSIC, before.music, after.music, _music_words),
        *_cue_changes("Scent", _SCENT, before.scent, after.scent, _scent_words),
    ]


def _light_changes(before: Mapping[str, LightCue], after: Mapping[str, LightCue]) -> Iterator[str]:
    for group in [*before, *(group for group in after if group not in before)]:
        of = "" if group == EVERY_GROUP else f" of {group}"
        yield from _cue_changes(
            f"Light{of}", _light_words(of), before.get(group), after.get(group), _cue_words
        )


def _cue_changes(
    what: str,
    fields: Mapping[str, tuple[str, Callable[[Any], str]]],
    before: Any,  # noqa: ANN401 - cues of any sense
    after: Any,  # noqa: ANN401
    in_words: Callable[[Any], str],
) -> Iterator[str]:
    if before is None and after is not None:
        yield f"{what} added: {in_words(after)}"
    elif before is not None and after is None:
        yield f"{what} removed: {in_words(before)}"
    elif before is not None:
        yield from _changed(fields, before, after)


def _changed(
    fields: Mapping[str, tuple[str, Callable[[Any], str]]], before: Struct, after: Struct
) -> Iterator[str]:
    for field, (label, in_words) in fields.items():
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield f"{label} {_or_nothing(old, in_words)} → {_or_nothing(new, in_words)}"


def _or_nothing(value: Any, in_words: Callable[[Any], str]) -> str:  # noqa: ANN401
    return NOTHING if value is None or value == "" else in_words(value)


def _quoted(text: str) -> str:
    return f"“{text}”"


def _percent(value: float) -> str:
    return f"{value:g} %"


def _seconds(value: float) -> str:
    return f"{value:g} s"


def _per_hour(value: float) -> str:
    return f"{value:g} s an hour"


def _kelvin(value: int) -> str:
    return f"{value} K"


def _light_words(of: str) -> dict[str, tuple[str, Callable[[Any], str]]]:
    return {
        "level": (f"Light level{of}", _percent),
        "temperature_k": (f"Colour temperature{of}", _kelvin),
        "colour": (f"Colour{of}", str),
        "fade_s": (f"Light fade{of}", _seconds),
    }


_SCENE: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "name": ("Name", _quoted),
    "description": ("Description", _quoted),
    "mood": ("Mood", str),
    "experience": ("Experience", str),
}
_LIMITS: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "max_volume": ("Highest volume", _percent),
    "max_dose_s_per_h": ("Highest dose", _per_hour),
}
_MUSIC: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "source": ("Music", str),
    "volume": ("Volume", _percent),
    "crossfade_s": ("Cross-fade", _seconds),
    "change": ("Music changes", str),
}
_SCENT: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "fragrance": ("Scent", str),
    "intensity": ("Scent intensity", _percent),
}


def _cue_words(cue: LightCue) -> str:
    hue = f", {_kelvin(cue.temperature_k)}" if cue.temperature_k is not None else ""
    hue = f", {cue.colour}" if cue.colour is not None else hue
    return f"{_percent(cue.level)}{hue}"


def _music_words(cue: MusicCue) -> str:
    return f"{cue.source} at {_percent(cue.volume)}"


def _scent_words(cue: ScentCue) -> str:
    return f"{cue.fragrance} at {_percent(cue.intensity)}"
