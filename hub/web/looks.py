"""How a scene, a layer or a state looks and is called on the pages."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from hub.web.navigation import ENTRIES
from scenes.rules import Layer

OWN_HUES = 6
"""How many hues the style sheet has for scenes that are not in the starter library."""

# The starter library, in the order of a shop's day; a shop's own scenes stand before the night.
_SCENE_ICONS = {
    "opening": "sunrise",
    "calm-morning": "coffee",
    "trading": "shopping-bag",
    "rush-hour": "zap",
    "quiet-hour": "feather",
    "evening": "sunset",
    "event": "party-popper",
    "cleaning": "brush-cleaning",
    "closing": "moon",
    "breathing-space": "wind",
    "emergency": "siren",
    "closed": "door-closed",
}
# What somebody seldom chooses by hand for one zone.
_LAST = ("breathing-space", "emergency", "closed")
_OWN_SCENE_ICON = "lamp"
_NO_SCENE_ICON = "circle-help"

_LAYERS = {
    Layer.EMERGENCY: ("siren", "Emergency"),
    Layer.QUIET_HOUR: ("volume-x", "Quiet hour"),
    Layer.OVERRIDE: ("hand", "Chosen by hand"),
    Layer.EXPERIMENT: ("flask-conical", "Experiment"),
    Layer.REACTION: ("shuffle", "Reaction"),
    Layer.EXCEPTION: ("calendar-clock", "Exception"),
    Layer.RULE: ("calendar-days", "Schedule"),
    Layer.FALLBACK: ("lamp", "Fallback"),
}

_STATUSES = {
    "playing": ("circle-check", "Playing"),
    "fading": ("loader", "Fading in"),
    "asked": ("loader", "Asked"),
    "late": ("hourglass", "Asked, not done"),
    "partly": ("triangle-alert", "Partly playing"),
    "unknown": ("circle-help", "No report yet"),
}

PAGE_ICONS = (
    "arrow-left",
    "calendar-days",
    "chart-no-axes-column",
    "info",
    "chevron-down",
    "circle-check",
    "ellipsis",
    "plug-zap",
    "radio",
    "store",
    "timer",
    "triangle-alert",
    "undo-2",
    "unplug",
    "wifi-off",
)
"""Icons that templates name themselves."""


@dataclass(frozen=True, slots=True)
class Look:
    """An icon's name and a word; ``css`` is the class that brings the colour."""

    icon: str
    word: str
    css: str = ""


def scene_look(scene: str | None, name: str = "") -> Look:
    """How a scene looks; a scene of the shop's own gets a hue from its id, always the same."""
    if scene is None:
        return Look(_NO_SCENE_ICON, name or "Unknown", "scene-none")
    if scene in _SCENE_ICONS:
        return Look(_SCENE_ICONS[scene], name or scene, f"scene-{scene}")
    return Look(_OWN_SCENE_ICON, name or scene, f"scene-own-{crc32(scene.encode()) % OWN_HUES}")


def tile_order(scene: str, name: str) -> tuple[int, str]:
    """A scene's place among the tiles, the same in every zone."""
    if scene in _LAST:
        return len(_SCENE_ICONS) + 1 + _LAST.index(scene), name
    return (list(_SCENE_ICONS).index(scene) if scene in _SCENE_ICONS else len(_SCENE_ICONS)), name


def layer_look(layer: Layer | str) -> Look:
    """A layer's icon and its word for people."""
    return Look(*_LAYERS[Layer(layer)])


def status_look(status: str) -> Look:
    """The icon and word of a card's status (see `hub.web.now.cards.Status`)."""
    return Look(*_STATUSES[status])


def all_icons() -> frozenset[str]:
    """Every icon the pages can ask for."""
    pairs = (*_LAYERS.values(), *_STATUSES.values())
    return frozenset(
        {
            *_SCENE_ICONS.values(),
            _OWN_SCENE_ICON,
            _NO_SCENE_ICON,
            *(icon for icon, _ in pairs),
            *(entry.icon for entry in ENTRIES),
            *PAGE_ICONS,
        }
    )
