"""What was said, as REST and the pages tell it."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from hub.voices.questions import Complaint, Question
from scenes.language import N_

FEWEST = 5
"""Of fewer answers nothing is told but that they are few: a manager may know who was there."""


METHOD = N_(
    "An answer counts for the scene that the confirmed as-run log names for its whole minute, "
    "unless somebody had nudged it then. Whoever answers chose to, and answers of one hour "
    "resemble each other: intervals are rather too narrow. Compare scenes of one screen with each "
    "other, not shops."
)


class Figure(BaseModel):
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


class VoiceCell(BaseModel):
    """The answers to one question in one zone while one scene played.

    With fewer than five answers all figures are null, and so is how many there are.
    """

    zone: str = Field(examples=["entrance"])
    zone_name: str
    question: Question
    scene: str = Field(examples=["calm-morning"])
    scene_name: str
    n: int | None = Field(description="Null for one to four.")
    mean: Figure | None = Field(description="On the question's own scale, by Student's t.")
    top: Figure | None = Field(
        description="Share of the best answers (csat 4-5, effort 6-7, nps 9-10), by Wilson."
    )
    nps: Figure | None = Field(
        description="Nps alone: per cent of 9-10 less per cent of 0-6, from -100 to 100."
    )


class LeftOut(BaseModel):
    """Answers that belong to no scene; null for one to four."""

    question: Question
    changing: int | None = Field(description="More than one scene played in their minute.")
    unconfirmed: int | None = Field(description="A device did not do what the scene asked.")
    nudged: int | None = Field(
        description="People had made the scene quieter, darker … or tried another one out."
    )
    unlogged: int | None = Field(description="No as-run record is there, or not yet.")


class StaffCell(BaseModel):
    """How often staff complained in a zone while a scene was planned."""

    zone: str
    zone_name: str
    scene: str
    scene_name: str
    what: Complaint
    n: int


class VoicesDocument(BaseModel):
    """What customers and staff said in a store between two local days, both included."""

    store: str
    name: str
    first_day: date
    last_day: date
    cells: list[VoiceCell]
    left_out: list[LeftOut]
    surplus: int = Field(description="Taps that came too fast one after the other to be counted.")
    staff: list[StaffCell]
    method: str = Field(description="How to read it.")
