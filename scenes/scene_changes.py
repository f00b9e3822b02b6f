"""What differs between two revisions of a scene, in plain words: "Volume 40 % → 45 %"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from scenes.language import N_, _
from scenes.scene import EVERY_GROUP, LightCue, Limits, MusicCue, Scene, ScentCue

_NAMES = {
    "relax": N_("relax"),
    "energise": N_("energise"),
    "focus": N_("focus"),
    "celebrate": N_("celebrate"),
    "close": N_("close"),
    "entertainment": N_("entertainment"),
    "education": N_("education"),
    "aesthetic": N_("aesthetic"),
    "escapist": N_("escapist"),
    "now": N_("now"),
    "song-end": N_("song-end"),
}
Words = Callable[[Any], str]


def scene_changes(before: Scene, after: Scene) -> list[str]:
    """A sentence for each thing that differs, in the order of the fields; their numbers aside."""
    return [
        *_changed(_scene_fields(), before, after),
        *_changed(_limit_fields(), before.limits or Limits(), after.limits or Limits()),
        *_light_changes(before.light, after.light),
        *_cue_changes(_("Music"), _music_fields(), before.music, after.music, _music_words),
        *_cue_changes(_("Scent"), _scent_fields(), before.scent, after.scent, _scent_words),
    ]


def _light_changes(before: Mapping[str, LightCue], after: Mapping[str, LightCue]) -> Iterator[str]:
    for group in [*before, *(group for group in after if group not in before)]:
        yield from _cue_changes(
            _of(group, _("Light")), _light_fields(group), before.get(group), after.get(group), _cue
        )


def _cue_changes(
    what: str,
    fields: Mapping[str, tuple[str, Words]],
    before: Any,  # noqa: ANN401 - cues of any sense
    after: Any,  # noqa: ANN401
    in_words: Words,
) -> Iterator[str]:
    if before is None and after is not None:
        yield _("{what} added: {now}").format(what=what, now=in_words(after))
    elif before is not None and after is None:
        yield _("{what} removed: {was}").format(what=what, was=in_words(before))
    elif before is not None:
        yield from _changed(fields, before, after)


def _changed(
    fields: Mapping[str, tuple[str, Words]], before: Struct, after: Struct
) -> Iterator[str]:
    for field, (label, in_words) in fields.items():
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield f"{label} {_or_nothing(old, in_words)} → {_or_nothing(new, in_words)}"


def _or_nothing(value: Any, in_words: Words) -> str:  # noqa: ANN401
    return _("none") if value is None or value == "" else in_words(value)


def _named(value: str) -> str:
    return _(_NAMES[value])


def _quoted(text: str) -> str:
    return _("“{text}”").format(text=text)


def _percent(value: float) -> str:
    return f"{value:g} %"


def _seconds(value: float) -> str:
    return _("{n} s").format(n=f"{value:g}")


def _per_hour(value: float) -> str:
    return _("{n} s an hour").format(n=f"{value:g}")


def _kelvin(value: int) -> str:
    return f"{value} K"


def _of(group: str, what: str) -> str:
    """What is said of a fixture group; of all lamps it needs no name."""
    return what if group == EVERY_GROUP else _("{what} of {group}").format(what=what, group=group)


def _scene_fields() -> Mapping[str, tuple[str, Words]]:
    return {
        "name": (_("Name"), _quoted),
        "description": (_("Description"), _quoted),
        "mood": (_("Mood"), _named),
        "experience": (_("Experience"), _named),
    }


def _limit_fields() -> Mapping[str, tuple[str, Words]]:
    return {
        "max_volume": (_("Highest volume"), _percent),
        "max_dose_s_per_h": (_("Highest dose"), _per_hour),
    }


def _light_fields(group: str) -> Mapping[str, tuple[str, Words]]:
    return {
        "level": (_of(group, _("Light level")), _percent),
        "temperature_k": (_of(group, _("Colour temperature")), _kelvin),
        "colour": (_of(group, _("Colour")), str),
        "fade_s": (_of(group, _("Light fade")), _seconds),
    }


def _music_fields() -> Mapping[str, tuple[str, Words]]:
    return {
        "source": (_("Music"), str),
        "volume": (_("Volume"), _percent),
        "crossfade_s": (_("Cross-fade"), _seconds),
        "change": (_("Music changes"), _named),
    }


def _scent_fields() -> Mapping[str, tuple[str, Words]]:
    return {
        "fragrance": (_("Scent"), str),
        "intensity": (_("Scent intensity"), _percent),
    }


def _cue(cue: LightCue) -> str:
    hue = f", {_kelvin(cue.temperature_k)}" if cue.temperature_k is not None else ""
    hue = f", {cue.colour}" if cue.colour is not None else hue
    return f"{_percent(cue.level)}{hue}"


def _music_words(cue: MusicCue) -> str:
    return _("{what} at {percent}").format(what=cue.source, percent=_percent(cue.volume))


def _scent_words(cue: ScentCue) -> str:
    return _("{what} at {percent}").format(what=cue.fragrance, percent=_percent(cue.intensity))
