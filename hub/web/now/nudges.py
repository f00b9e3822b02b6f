"""A little less light, softer music, less scent: the knobs of a zone, and what they stand at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.web.now.devices import Device
from hub.web.words import moment_words
from scenes.adjustment import FULL, SENSES, Sense, stepped
from scenes.language import _
from scenes.messages import DeviceKind
from scenes.nudge import Calm, Nudge, heeded, how_words
from scenes.rules import Layer

STEP = 10.0
"""Points of per cent that one tap makes."""
_KINDS: dict[Sense, DeviceKind] = {"light": "light", "volume": "player", "scent": "diffuser"}
_CALMED_BY: dict[Sense, Calm] = {"volume": "mute", "scent": "scent-off"}


@dataclass(frozen=True, slots=True)
class Knob:
    """One sense of a zone; ``less`` and ``more`` are the names of its buttons.

    Without ``more`` it can only be lessened. ``stands`` says how it differs from what the scene
    says and until when, empty where it doesn't; ``unheeded`` why that changes nothing now.
    """

    sense: Sense
    icon: str
    name: str
    less: str
    more: str
    lowest: bool
    highest: bool
    stands: str
    unheeded: str


@dataclass(frozen=True, slots=True)
class Over:
    """What holds over the nudges of a zone: its slot's layer and source, and the store's calms.

    ``words`` says of what holds in the whole store what it is and until when.
    """

    layer: Layer = Layer.RULE
    source: str = ""
    calms: Mapping[Calm, str] = field(default_factory=dict)
    words: str = ""


def knobs(
    nudges: Mapping[Sense, Nudge],
    devices: Sequence[Device],
    over: Over,
    now: datetime,
    tz: ZoneInfo,
) -> tuple[Knob, ...]:
    """The knobs of what a zone has; ``nudges`` are what holds there."""
    kinds = {each.state.kind for each in devices}
    return tuple(
        _knob(sense, nudges.get(sense), over, now, tz)
        for sense in SENSES
        if _KINDS[sense] in kinds or sense in nudges
    )


def _unheeded(nudge: Nudge, over: Over) -> str:
    """Why a nudge changes nothing now: something stronger holds; else empty."""
    calm = _CALMED_BY.get(nudge.sense)
    why = over.calms.get(calm, "") if calm else ""
    if not why and not heeded(over.layer, over.source, [nudge]):
        why = over.words
    if not why:
        return ""
    said = (
        _("{what} is not heard now: {why}")
        if nudge.sense == "volume"
        else _("{what} does not hold now: {why}")
    )
    return said.format(what=how_words(nudge), why=why)


def _knob(sense: Sense, nudge: Nudge | None, over: Over, now: datetime, tz: ZoneInfo) -> Knob:
    icon, name, less, more = _look(sense)
    percent = nudge.percent if nudge else FULL
    stands = ""
    if nudge is not None:
        stands = _("{what} until {when}").format(
            what=how_words(nudge), when=moment_words(nudge.end, now, tz)
        )
    return Knob(
        sense=sense,
        icon=icon,
        name=name,
        less=less,
        more=more,
        lowest=stepped(sense, percent, -STEP) == percent,
        highest=stepped(sense, percent, STEP) == percent,
        stands=stands,
        unheeded=_unheeded(nudge, over) if nudge else "",
    )


def _look(sense: Sense) -> tuple[str, str, str, str]:
    return {
        "light": ("sun-dim", _("Light"), _("Less light"), _("More light")),
        "volume": ("volume-1", _("Volume"), _("Quieter"), _("Louder")),
        "scent": ("flower", _("Scent"), _("Less scent now"), ""),
    }[sense]
