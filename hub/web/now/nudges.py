"""A little less light, softer music, less scent: the knobs of a zone, and what they stand at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.web.now.devices import Device
from hub.web.words import moment_words, percent_words
from scenes.adjustment import FULL, SENSES, Sense, stepped
from scenes.language import _
from scenes.messages import DeviceKind
from scenes.nudge import Nudge

STEP = 10.0
"""Points of per cent that one tap makes."""
_KINDS: dict[Sense, DeviceKind] = {"light": "light", "volume": "player", "scent": "diffuser"}


@dataclass(frozen=True, slots=True)
class Knob:
    """One sense of a zone; ``less`` and ``more`` are the names of its buttons.

    Without ``more`` it can only be lessened. ``stands`` says at what it stands and until when,
    empty where it is as the scene says.
    """

    sense: Sense
    icon: str
    name: str
    less: str
    more: str
    lowest: bool
    highest: bool
    stands: str


def knobs(
    nudges: Mapping[Sense, Nudge], devices: Sequence[Device], now: datetime, tz: ZoneInfo
) -> tuple[Knob, ...]:
    """The knobs of what a zone has; ``nudges`` are what holds there."""
    kinds = {each.state.kind for each in devices}
    return tuple(
        _knob(sense, nudges.get(sense), now, tz)
        for sense in SENSES
        if _KINDS[sense] in kinds or sense in nudges
    )


def _knob(sense: Sense, nudge: Nudge | None, now: datetime, tz: ZoneInfo) -> Knob:
    icon, name, less, more = _look(sense)
    percent = nudge.percent if nudge else FULL
    stands = ""
    if nudge is not None:
        stands = _("{percent} until {time}").format(
            percent=percent_words(nudge.percent), time=moment_words(nudge.end, now, tz)
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
    )


def _look(sense: Sense) -> tuple[str, str, str, str]:
    return {
        "light": ("sun-dim", _("Light"), _("Less light"), _("More light")),
        "volume": ("volume-1", _("Volume"), _("Quieter"), _("Louder")),
        "scent": ("flower", _("Scent"), _("Less scent now"), ""),
    }[sense]
