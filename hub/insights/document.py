"""The effects document: what REST gives, the command prints and the page shows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from scenes.language import N_

Grade = Literal["D", "X"]
Confounder = Literal["hour", "weekday", "weekday-and-hour", "date", "too-little", "no-exposure"]

WORDING = N_("association, not effect")


class Interval(BaseModel):
    """A 95 % interval; the unit that was resampled is the day."""

    model_config = ConfigDict(frozen=True)

    low: float
    high: float


class Estimate(BaseModel):
    """A figure, how sure it is, and in words why something is missing.

    ``value`` is None when there is nothing to take a figure of; ``interval`` is None when there
    are too few days, and then ``note`` says so ("not enough data: 4 of 7 days").
    """

    model_config = ConfigDict(frozen=True)

    value: float | None = None
    interval: Interval | None = None
    note: str = ""


class EffectRow(BaseModel):
    """One scene in one zone.

    ``exposure_hours``, ``days``, ``visits``, ``receipts`` and ``sales`` are counts of what
    happened; the figures with an interval are what another run of such days would vary in.
    """

    zone: str
    zone_name: str
    scene: str
    scene_name: str
    days: int = Field(description="Local days with verified exposure.")
    exposure_hours: float = Field(description="Hours of verified exposure.")
    visits: int = Field(description="Visits that began inside verified exposure.")
    receipts: int = Field(description="The store's receipts during verified exposure.")
    sales: str = Field(description="Their exact total, as a decimal number.", examples=["812.50"])
    visits_per_hour: Estimate
    dwell_mean_s: Estimate
    dwell_median_s: Estimate
    dwell_p90_s: Estimate
    receipts_per_hour: Estimate
    sales_per_hour: Estimate = Field(description="In the store's currency.")
    grade: Grade
    wording: str = WORDING


class Comparison(BaseModel):
    """One scene against another in the same zone, in quarter-hours of the week that both had.

    Every ratio is scene over baseline (1.10: ten per cent more under ``scene``). Where the
    schedule confounds the two, ``confounder`` says with what, ``words`` says it in a sentence,
    the grade is X and there is no figure.
    """

    zone: str
    zone_name: str
    scene: str
    scene_name: str
    baseline: str
    baseline_name: str
    grade: Grade
    wording: str = WORDING
    words: str = Field(description="The comparison, or why there is none, in a sentence.")
    confounder: Confounder | None = None
    shared_hours: float = Field(default=0.0, description="Exposure to the scene that is compared.")
    baseline_shared_hours: float = Field(default=0.0, description="The baseline's, likewise.")
    days: int = Field(default=0, description="Days that are compared.")
    dwell_ratio: Estimate = Estimate()
    visits_ratio: Estimate = Estimate()
    receipts_ratio: Estimate = Estimate()
    sales_ratio: Estimate = Estimate()


class Method(BaseModel):
    """How the figures came about, in plain words."""

    wording: str
    grade_reason: str
    resampling: str
    exposure: str
    visits: str
    sales: str
    interval: str
    comparisons: str
    confounding: str


class EffectsDocument(BaseModel):
    """Everything about one store between two local days."""

    computed_at: datetime
    store: str
    store_name: str
    time_zone: str
    currency: str
    first_day: date | None = Field(description="First local day with exposure that was used.")
    last_day: date | None
    notes: list[str] = Field(default=[], description="What a reader should know beforehand.")
    method: Method
    rows: list[EffectRow]
    comparisons: list[Comparison]
