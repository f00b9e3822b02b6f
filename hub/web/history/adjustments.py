"""What people had made of a scene while it played, in words."""

from __future__ import annotations

from collections.abc import Mapping

from hub.web.words import list_words, percent_words
from scenes.adjustment import FULL
from scenes.language import _


def adjusted_words(adjust: Mapping[str, float]) -> str:
    """Like "20% quieter and no scent"; by sense, in per cent of what the scene asks."""
    said = [_sense_words(sense, percent) for sense, percent in adjust.items() if percent != FULL]
    words = list_words(said)
    return words[:1].upper() + words[1:]


def _sense_words(sense: str, percent: float) -> str:
    points = percent_words(abs(percent - FULL))
    more = percent > FULL
    match sense:
        case "light":
            words = _("light {points} brighter") if more else _("light {points} darker")
        case "volume" if percent == 0:
            words = _("music muted")
        case "volume":
            words = _("music {points} louder") if more else _("music {points} quieter")
        case _ if percent == 0:
            words = _("no scent")
        case _:
            words = _("{points} less scent")
    return words.format(points=points)
