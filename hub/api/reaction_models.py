"""What the REST interface says and hears of reactions and measurements."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hub.api.models import Amount
from scenes.reaction import Phase
from scenes.rules import Measure


class MeasuredView(BaseModel):
    """What a reaction goes by. The two bounds differ where some sensors are silent."""

    measure: Measure
    zone: str = Field(description="Where it is measured.")
    at_least: float | None = Field(description="Null when nothing is known.")
    at_most: float | None = Field(description="Null when nothing is known, or without a bound.")
    age_s: float | None = Field(description="How old the oldest part of it is.")
    how: str = Field(
        description="How it was made, or why nothing is known.", examples=["seen by door, window"]
    )


class ReactionView(BaseModel):
    """A reaction in one zone."""

    id: str = Field(examples=["crowded"])
    name: str
    zone: str = Field(examples=["entrance"])
    scene: str = Field(examples=["breathing-space"])
    scene_name: str
    phase: Phase = Field(
        description="`watching`; `building`: at or above its limit, not yet for long enough; "
        "`at-work`: its scene is due; `calming`: still due, but calm; `resting`: not again yet."
    )
    words: str = Field(
        description="Where it stands and what it waits for.",
        examples=["6 people or more for 2 minutes of 5 minutes"],
    )
    since: datetime | None = Field(description="Since when it has stood there, if that is known.")
    until: datetime | None = Field(
        description="At work: when it ends at the latest. Resting: until when."
    )
    measured: MeasuredView | None = Field(description="Null before the first look.")


class MeasurementRequest(BaseModel):
    """What another system measured in a zone: one measure or several."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"occupancy": 7}, {"occupancy": 7, "noise": 63.5, "age_s": 2}]
        },
    )

    occupancy: Annotated[Amount, Field(ge=0, le=10000)] | None = Field(
        default=None, description="People in the zone."
    )
    waiting: Annotated[Amount, Field(ge=0, le=1440)] | None = Field(
        default=None, description="Minutes that somebody has waited there."
    )
    noise: Annotated[Amount, Field(ge=0, le=200)] | None = Field(default=None, description="dB(A).")
    age_s: Amount = Field(
        default=0.0,
        ge=0,
        le=86400,
        description="How many seconds ago that was. Older than 60 s counts for nothing.",
    )

    @model_validator(mode="after")
    def _something(self) -> MeasurementRequest:
        if not self.values():
            raise ValueError("say occupancy, waiting or noise")
        return self

    def values(self) -> dict[Measure, float]:
        """Each measure that was made."""
        said: dict[Measure, float | None] = {
            "occupancy": self.occupancy,
            "waiting": self.waiting,
            "noise": self.noise,
        }
        return {measure: value for measure, value in said.items() if value is not None}


class MeasurementReply(BaseModel):
    """What became of a measurement."""

    counts_for_s: float = Field(
        description="For so long it counts, unless a newer one comes; 0 when it was too old."
    )
