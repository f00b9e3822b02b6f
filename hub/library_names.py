"""What the scenes of the starter library are called in the reader's language.

A scene that a shop gave another name keeps that: it is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hub.scene_library import starter_scenes
from scenes.language import N_, _, pgettext

_SAID: Mapping[str, Callable[[], str]] = {
    "breathing-space": lambda: pgettext("scene", "Breathing space"),
    "calm-morning": lambda: pgettext("scene", "Calm morning"),
    "cleaning": lambda: pgettext("scene", "Cleaning"),
    "closed": lambda: pgettext("scene", "Closed"),
    "closing": lambda: pgettext("scene", "Closing"),
    "emergency": lambda: pgettext("scene", "Emergency"),
    "evening": lambda: pgettext("scene", "Evening"),
    "event": lambda: pgettext("scene", "Event"),
    "opening": lambda: pgettext("scene", "Opening"),
    "quiet-hour": lambda: pgettext("scene", "Quiet hour"),
    "rush-hour": lambda: pgettext("scene", "Rush hour"),
    "trading": lambda: pgettext("scene", "Trading"),
}
_DESCRIBED: Mapping[str, str] = {
    "breathing-space": N_("Softer light, slower music and no scent while the entrance is crowded."),
    "calm-morning": N_("Soft light and unhurried music for the slow first hours."),
    "cleaning": N_("Full neutral light and nothing else while staff clean or stock the shelves."),
    "closed": N_("Night light only."),
    "closing": N_("The music ends and the light falls slowly, so that people find their way out."),
    "emergency": N_(
        "Full neutral light, no music and no scent, so that people see and hear what matters."
    ),
    "evening": N_("Warm light and slower music for the last hours."),
    "event": N_("A launch or a late-night opening, with the accents in colour."),
    "opening": N_("Bright and fresh while the first customers come in."),
    "quiet-hour": N_(
        "Dimmed light, no music and no scent, for customers who need less of everything."
    ),
    "rush-hour": N_("Clear light, brisk music and no scent while the shop is crowded."),
    "trading": N_("The everyday atmosphere of an open shop."),
}


def scene_name(scene: str, name: str) -> str:
    """What readers call the scene of an id whose name is ``name``."""
    said = _SAID.get(scene)
    return said() if said and starter_scenes()[scene].name == name else name


def scene_description(scene: str, description: str) -> str:
    """What readers are told of it, whose description is ``description``."""
    return _(description) if _DESCRIBED.get(scene) == description else description


def library_names() -> Mapping[str, Callable[[], str]]:
    """How each name of the library is said, by its English."""
    return {starter_scenes()[scene].name: said for scene, said in _SAID.items()}
