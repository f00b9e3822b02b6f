"""What scenes are for and where they stand, in words."""

from __future__ import annotations

from hub.scene_book.records import Standing
from hub.web.looks import Look
from scenes.language import N_, _
from scenes.scene import Experience, Mood

MOODS: dict[Mood, str] = {
    "relax": N_("Relax"),
    "energise": N_("Energise"),
    "focus": N_("Focus"),
    "celebrate": N_("Celebrate"),
    "close": N_("Find the way out"),
}
EXPERIENCES: dict[Experience, str] = {
    "entertainment": N_("Be amused"),
    "education": N_("Learn something"),
    "aesthetic": N_("Be somewhere beautiful"),
    "escapist": N_("Be somewhere else"),
}


def mood_word(mood: Mood) -> str:
    """What a scene intends with people, in a word or two."""
    return _(MOODS[mood])


def experience_word(experience: Experience) -> str:
    """Which experience a scene serves, in a few words."""
    return _(EXPERIENCES[experience])


def state_look(standing: Standing) -> Look:
    """Where a scene stands: an icon, a word, and a class for the chip."""
    if standing.state == "draft":
        return Look("pencil", _("Draft"), "state-draft")
    if standing.state == "retired":
        return Look("archive", _("Retired"), "state-retired")
    if standing.draft is not None:
        return Look("pencil", _("Published · a draft waits"), "state-waits")
    return Look("circle-check", _("Published"), "state-published")
