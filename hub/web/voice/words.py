"""The questions and complaints in words, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from hub.voices.questions import SCALES, Complaint, Question, Remedy
from scenes.language import _, pgettext

_FACES = ("angry", "frown", "meh", "smile", "laugh")


@dataclass(frozen=True, slots=True)
class Choice:
    """One button: its value, its word for who reads or listens, and a face or the bare number."""

    value: int
    word: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in words. ``low`` and ``high`` stand under the ends of a row of numbers."""

    title: str
    choices: tuple[Choice, ...]
    low: str = ""
    high: str = ""


def asked(question: Question) -> Asked:
    """What a screen asks, and every answer."""
    match question:
        case Question.CSAT:
            return Asked(_("How do you like it here right now?"), _faces())
        case Question.NPS:
            low, high = _("Not at all likely"), _("Very likely")
            title = _("Would you recommend this shop to a friend?")
        case Question.EFFORT:
            low, high = _("Very hard"), _("Very easy")
            title = _("How easy was it to find what you came for?")
    return Asked(title, _numbers(question, low, high), low, high)


def _faces() -> tuple[Choice, ...]:
    words = (
        pgettext("smiley", "Very bad"),
        pgettext("smiley", "Bad"),
        pgettext("smiley", "All right"),
        pgettext("smiley", "Good"),
        pgettext("smiley", "Very good"),
    )
    return tuple(
        Choice(value, word, icon)
        for value, word, icon in zip(SCALES[Question.CSAT].answers, words, _FACES, strict=True)
    )


def _numbers(question: Question, low: str, high: str) -> tuple[Choice, ...]:
    scale = SCALES[question]
    ends = {scale.low: low, scale.high: high}
    return tuple(
        Choice(value, f"{value}, {ends[value]}" if value in ends else str(value))
        for value in scale.answers
    )


def question_word(question: Question) -> str:
    """What a manager calls a question."""
    return {
        Question.CSAT: _("Five smileys"),
        Question.NPS: _("Recommendation, 0 to 10"),
        Question.EFFORT: _("Ease, 1 to 7"),
    }[question]


def top_word(question: Question) -> str:
    """What the best answers of a question are called."""
    return {
        Question.CSAT: _("Good or very good"),
        Question.NPS: _("9 or 10"),
        Question.EFFORT: _("6 or 7"),
    }[question]


def complaint_word(what: Complaint) -> str:
    """What staff find."""
    return {
        Complaint.TOO_LOUD: _("Too loud"),
        Complaint.TOO_DARK: _("Too dark"),
        Complaint.TOO_STRONG: _("Scent too strong"),
    }[what]


def remedy_word(remedy: Remedy) -> str:
    """What was done, or can be."""
    return {
        Remedy.QUIETER: _("Quieter"),
        Remedy.BRIGHTER: _("Brighter"),
        Remedy.LESS_SCENT: _("Less scent"),
    }[remedy]
