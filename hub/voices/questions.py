"""The questions that a screen can ask, and what the answers are worth."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hub.voices.errors import AnswerError


class Question(StrEnum):
    """Satisfaction, recommendation, or effort, each on its own usual scale."""

    CSAT = "csat"
    NPS = "nps"
    EFFORT = "effort"


@dataclass(frozen=True, slots=True)
class Scale:
    """Whole numbers from ``low`` to ``high``, the best; from ``top`` on they count as top."""

    low: int
    high: int
    top: int

    @property
    def answers(self) -> range:
        """Every answer there is."""
        return range(self.low, self.high + 1)


SCALES = {
    Question.CSAT: Scale(1, 5, 4),
    Question.NPS: Scale(0, 10, 9),
    Question.EFFORT: Scale(1, 7, 6),
}
NPS_DETRACTORS = 6
"""Up to this answer somebody would rather advise against the shop."""


class Complaint(StrEnum):
    """What staff find; the same words as reasons of a choice."""

    TOO_LOUD = "too-loud"
    TOO_DARK = "too-dark"
    TOO_STRONG = "too-strong"


class Remedy(StrEnum):
    """What was done about a complaint."""

    QUIETER = "quieter"
    BRIGHTER = "brighter"
    LESS_SCENT = "less-scent"


def check_answer(question: Question, answer: int) -> None:
    """`AnswerError` for a number that is not on the question's scale."""
    scale = SCALES[question]
    if answer not in scale.answers:
        raise AnswerError(f"the answer is a number from {scale.low} to {scale.high}, not {answer}")
