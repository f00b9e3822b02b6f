"""How a scene, a layer or a state looks and is called on the pages."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from hub.library_names import scene_name
from hub.web.navigation import ENTRIES
from scenes.language import N_, _
from scenes.nudge import Calm
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
    Layer.EMERGENCY: ("siren", N_("Emergency")),
    Layer.QUIET_HOUR: ("volume-x", N_("Quiet hour")),
    Layer.OVERRIDE: ("hand", N_("Chosen by hand")),
    Layer.EXPERIMENT: ("flask-conical", N_("Experiment")),
    Layer.REACTION: ("shuffle", N_("Reaction")),
    Layer.EXCEPTION: ("calendar-clock", N_("Exception")),
    Layer.RULE: ("calendar-days", N_("Schedule")),
    Layer.FALLBACK: ("lamp", N_("Fallback")),
}

_CALMS: dict[Calm, tuple[str, str]] = {
    "scent-off": ("flower", N_("Scent off")),
    "mute": ("volume-off", N_("Mute")),
}

_STATUSES = {
    "playing": ("circle-check", N_("Playing")),
    "fading": ("loader", N_("Fading in")),
    "asked": ("loader", N_("Asked")),
    "late": ("hourglass", N_("Asked, not done")),
    "partly": ("triangle-alert", N_("Partly playing")),
    "unknown": ("circle-help", N_("No report yet")),
}

NOW_ICONS = (
    "flower",
    "minus",
    "music",
    "pencil-ruler",
    "plus",
    "sun-dim",
    "user",
    "users",
    "volume-1",
    "layout-grid",
)
"""Icons of the page of zones."""

WEEK_ICONS = (
    "calendar-clock",
    "clipboard-paste",
    "layers",
    "party-popper",
    "pause",
    "pencil-line",
    "shuffle",
    "skip-back",
    "skip-forward",
    "volume-x",
)
"""Icons of the plan as a calendar."""

PAGE_ICONS = (
    "archive",
    "ear",
    "flower",
    "lock",
    "music",
    "play",
    "save",
    "send",
    "square",
    "sun",
    "upload",
    "volume-2",
    "sun-dim",
    "plus",
    "monitor",
    "hand",
    "external-link",
    "check",
    "circle-help",
    "clock",
    "copy",
    "cpu",
    "droplets",
    "gauge",
    "lightbulb",
    "loader",
    "scan-eye",
    "scroll-text",
    "speaker",
    "trash-2",
    "volume-1",
    "wind",
    "x",
    "arrow-right",
    "bell-ring",
    "circle-dot",
    "download",
    "history",
    "power",
    "pencil",
    "filter",
    "chevron-left",
    "chevron-right",
    "key-round",
    "languages",
    "smile",
    "meh",
    "laugh",
    "hourglass",
    "frown",
    "angry",
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
    name = scene_name(scene, name) if scene and name else name
    if scene is None:
        return Look(_NO_SCENE_ICON, name or _("Unknown"), "scene-none")
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
    icon, word = _LAYERS[Layer(layer)]
    return Look(icon, _(word))


def status_look(status: str) -> Look:
    """The icon and word of a card's status (see `hub.web.now.cards.Status`)."""
    icon, word = _STATUSES[status]
    return Look(icon, _(word))


def store_wide_look(what: Layer | Calm) -> Look:
    """The icon and word of something that is begun in a whole store."""
    if isinstance(what, Layer):
        return layer_look(what)
    icon, word = _CALMS[what]
    return Look(icon, _(word))


def all_icons() -> frozenset[str]:
    """Every icon the pages can ask for."""
    pairs = (*_LAYERS.values(), *_CALMS.values(), *_STATUSES.values())
    return frozenset(
        {
            *_SCENE_ICONS.values(),
            _OWN_SCENE_ICON,
            _NO_SCENE_ICON,
            *(icon for icon, _ in pairs),
            *(entry.icon for entry in ENTRIES),
            *NOW_ICONS,
            *WEEK_ICONS,
            *PAGE_ICONS,
        }
    )
